"""Staff: a second factor before the admin, nothing of what people log in it, and a trail of every look at a person."""

import datetime
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Permission, User
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from backcare.models import AppendOnlyError, TrailEntry
from tests.factories import (
    PASSWORD,
    CheckInFactory,
    FlareFactory,
    GoalFactory,
    PauseFactory,
    QuestionnaireFactory,
    ScreeningFactory,
    SessionFactory,
    UserFactory,
)
from tests.test_access import admin_addresses
from tracking.models import Session

pytestmark = pytest.mark.django_db

LOGIN, INDEX, SETUP = "/accounts/login/", "/admin/", "/accounts/2fa/"
SECRET = "JBSWY3DPEHPK3PXP"
DAY = datetime.date(2031, 7, 29)
CANARY = "zebra between us"
HEALTH = (CANARY, "2031-07-29", "July 29, 2031", "29 July 2031")


@pytest.fixture
def strict(settings: Settings) -> None:
    """As in production."""
    settings.STAFF_SECOND_FACTOR = True


@pytest.fixture
def chief() -> User:
    return UserFactory(username="chief", is_staff=True, is_superuser=True)


@pytest.fixture
def at_desk(client: Client, chief: User) -> Client:
    client.force_login(chief)
    return client


@pytest.fixture
def alice() -> User:
    """Somebody with one of each kind of entry, an address and a second factor."""
    user = UserFactory(username="alice", email="alice@example.org")
    EmailAddress.objects.create(user=user, email="alice@example.org", primary=True)
    TOTP.activate(user, SECRET)
    logged: dict[str, Any] = {"owner": user, "date": DAY}
    SessionFactory(note=CANARY, pain_before=7, **logged)
    CheckInFactory(note=CANARY, **logged)
    GoalFactory(activity=CANARY, **logged)
    for factory in (FlareFactory, PauseFactory, QuestionnaireFactory, ScreeningFactory):
        factory(**logged)
    return user


def code() -> str:
    """Return what an authenticator app shows now, unused."""
    cache.clear()
    return str(format_hotp_value(hotp_value(SECRET, next(yield_hotp_counters_from_time()))))


def page(name: str, user: User, model: str = "auth_user") -> str:
    return reverse(f"admin:{model}_{name}", args=[user.pk])


def trail() -> list[tuple[int, str, str, int]]:
    """Return all entries, the first first."""
    return list(TrailEntry.objects.order_by("pk").values_list("staff", "action", "kind", "person"))


# The second factor


@pytest.mark.usefixtures("strict")
def test_staff_without_a_second_factor_are_led_to_set_one_up(at_desk: Client) -> None:
    for address in (INDEX, "/admin/auth/user/", "/admin/exercises/exercise/"):
        response = at_desk.get(address, follow=True)
        assert response.redirect_chain[-1][0] == SETUP
        assert "The admin needs a second step to sign in." in response.content.decode()
        assert at_desk.post(address).status_code == 302
    assert trail() == []


@pytest.mark.usefixtures("strict")
def test_staff_who_sign_in_with_a_code_are_let_in(client: Client, chief: User) -> None:
    TOTP.activate(chief, SECRET)
    response = client.post(f"{LOGIN}?next={INDEX}", {"login": "chief", "password": PASSWORD, "next": INDEX})
    assert response["Location"].startswith("/accounts/2fa/authenticate/")
    assert client.get(INDEX).status_code == 302
    assert client.post(response["Location"], {"code": code()})["Location"] == INDEX
    assert client.get(INDEX).status_code == 200


@pytest.mark.usefixtures("strict")
def test_session_older_than_the_second_factor_is_asked_for_it(at_desk: Client, chief: User) -> None:
    TOTP.activate(chief, SECRET)
    response = at_desk.get(INDEX, follow=True)
    ask = response.redirect_chain[-1][0]
    assert ask.startswith("/accounts/2fa/reauthenticate/")
    assert at_desk.post(ask, {"code": "000000"}).status_code == 422
    assert at_desk.get(INDEX).status_code == 302
    assert at_desk.post(ask, {"code": code(), "next": INDEX})["Location"] == INDEX
    assert at_desk.get(INDEX).status_code == 200


@pytest.mark.usefixtures("strict")
def test_staff_with_a_passkey_alone_are_asked_for_it(at_desk: Client, chief: User) -> None:
    Authenticator.objects.create(user=chief, type=Authenticator.Type.WEBAUTHN, data={"name": "x", "credential": {}})
    response = at_desk.get(at_desk.get(INDEX)["Location"])
    assert response["Location"].startswith("/accounts/2fa/webauthn/reauthenticate/")


@pytest.mark.usefixtures("strict")
def test_second_factor_of_somebody_else_in_this_browser_counts_for_nobody(client: Client, chief: User) -> None:
    test_staff_who_sign_in_with_a_code_are_let_in(client, chief)
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    assert client.get(INDEX).status_code == 302


@pytest.mark.usefixtures("strict")
def test_second_factor_makes_nobody_staff(client: Client) -> None:
    TOTP.activate(UserFactory(username="bob"), SECRET)
    client.post(LOGIN, {"login": "bob", "password": PASSWORD})
    client.post("/accounts/2fa/authenticate/", {"code": code()})
    assert client.get("/today/").status_code == 200
    assert client.get(INDEX, follow=True).status_code == 403


# What staff do not see


def test_nothing_that_people_log_is_in_the_admin() -> None:
    tables = list(apps.get_app_config("tracking").get_models())
    assert len(tables) > 5
    assert [table for table in tables if admin.site.is_registered(table)] == []


def test_no_page_of_the_admin_shows_what_a_person_logged(at_desk: Client, alice: User) -> None:
    factor = Authenticator.objects.get(user=alice, type="totp")
    address = EmailAddress.objects.get(user=alice)
    pages = [*admin_addresses(), *(page(name, alice) for name in ("change", "delete", "history"))]
    pages += [reverse("admin:auth_user_password_change", args=[alice.pk])]
    pages += [reverse(f"admin:mfa_authenticator_{name}", args=[factor.pk]) for name in ("change", "delete")]
    pages += [reverse(f"admin:account_emailaddress_{name}", args=[address.pk]) for name in ("change", "delete")]
    seen = 0
    for path in pages:
        if "logout" in path:
            continue
        response = at_desk.get(path, follow=True)
        html = response.content.decode()
        seen += response.status_code == 200
        assert [word for word in (*HEALTH, SECRET) if word in html] == [], path
    assert seen > 25


def test_no_list_is_filtered_by_what_is_no_filter_of_its(at_desk: Client, alice: User) -> None:
    """Its length would tell a secret letter by letter."""
    guesses = [
        f"mfa/authenticator/?data__secret__startswith={SECRET[:3]}",
        f"mfa/authenticator/?data__icontains={SECRET[:3]}",
        "mfa/authenticator/?user__password__startswith=md5",
        "auth/user/?password__startswith=md5",
        "auth/user/?profile__zone=UTC",
        "auth/user/?profile__isnull=False",
        "auth/user/?groups__user__profile__zone=UTC",
        "account/emailaddress/?user__profile__precautions__contains=pregnancy",
    ]
    assert {guess: at_desk.get(f"/admin/{guess}", follow=True).status_code for guess in guesses} == dict.fromkeys(
        guesses, 400
    )
    for offered in ("auth/user/?is_staff__exact=0", "mfa/authenticator/?type=totp", "account/emailaddress/?primary=1"):
        assert len(at_desk.get(f"/admin/{offered}").context["cl"].result_list) == 1


def test_routine_that_somebody_has_logged_cannot_be_deleted_and_names_no_session(at_desk: Client, alice: User) -> None:
    routine = Session.objects.owned_by(alice).get().routine
    for response in (
        at_desk.get(reverse("admin:exercises_routine_delete", args=[routine.pk])),
        at_desk.post(reverse("admin:exercises_routine_delete", args=[routine.pk]), {"post": "yes"}),
    ):
        assert response.status_code == 403
        assert "2031" not in response.content.decode()
    assert Session.objects.owned_by(alice).exists()


def test_deleting_a_person_names_the_person_and_no_session(at_desk: Client, alice: User) -> None:
    one = at_desk.get(page("delete", alice)).content.decode()
    chosen = {"action": "delete_selected", "_selected_action": [alice.pk]}
    many = at_desk.post("/admin/auth/user/", chosen).content.decode()
    for html in (one, many):
        assert "alice" in html
        assert [word for word in (*HEALTH, "ession:", "lare", "heck") if word in html.split("<main")[1]] == []


def test_deleting_a_person_leaves_nothing_but_the_trail(at_desk: Client, chief: User, alice: User) -> None:
    number = alice.pk
    assert at_desk.post(page("delete", alice), {"post": "yes"}).status_code == 302
    owned = [model for model in apps.get_app_config("tracking").get_models() if hasattr(model, "owner")]
    assert {model.__name__ for model in owned if model._default_manager.filter(owner=number).exists()} == set()
    assert trail() == [(chief.pk, "read", "user", number), (chief.pk, "deleted", "user", number)]


# The trail


def test_every_look_at_a_person_leaves_an_entry(at_desk: Client, chief: User, alice: User) -> None:
    factor = Authenticator.objects.get(user=alice, type="totp")
    address = EmailAddress.objects.get(user=alice)
    looks = [(page(name, alice), "user") for name in ("change", "delete", "history")]
    looks += [(reverse("admin:auth_user_password_change", args=[alice.pk]), "user")]
    looks += [(reverse("admin:mfa_authenticator_change", args=[factor.pk]), "authenticator")]
    looks += [(reverse("admin:account_emailaddress_change", args=[address.pk]), "emailaddress")]
    for path, kind in looks:
        before = len(trail())
        assert at_desk.get(path).status_code == 200
        assert trail()[before:] == [(chief.pk, "read", kind, alice.pk)], path


def test_list_leaves_an_entry_for_each_person_it_shows(at_desk: Client, chief: User, alice: User) -> None:
    at_desk.get("/admin/auth/user/?q=alice")
    assert trail() == [(chief.pk, "listed", "user", alice.pk)]


def test_every_change_leaves_an_entry(at_desk: Client, chief: User, alice: User) -> None:
    new = {"usable_password": "true", "password1": "a calm evening 8", "password2": "a calm evening 8"}
    assert at_desk.post(reverse("admin:auth_user_password_change", args=[alice.pk]), new).status_code == 302
    joined = {"date_joined_0": "2026-01-01", "date_joined_1": "08:00:00"}
    assert at_desk.post(page("change", alice), {"username": "alicia", "is_active": "on"} | joined).status_code == 302
    factor = Authenticator.objects.get(user=alice, type="totp")
    assert at_desk.post(reverse("admin:mfa_authenticator_delete", args=[factor.pk]), {"post": "yes"}).status_code == 302
    assert at_desk.post("/admin/auth/user/add/", {"username": "bob"} | new).status_code == 302
    chosen = {"action": "delete_selected", "_selected_action": [alice.pk], "post": "yes"}
    assert at_desk.post("/admin/auth/user/", chosen).status_code == 302
    bob = User.objects.get(username="bob")
    written = [(kind, action, person) for _, action, kind, person in trail() if action not in ("read", "listed")]
    assert written == [
        ("user", "changed", alice.pk),
        ("user", "changed", alice.pk),
        ("authenticator", "deleted", alice.pk),
        ("user", "added", bob.pk),
        ("user", "deleted", alice.pk),
    ]


def test_page_that_names_who_is_to_be_deleted_leaves_an_entry_for_each(
    at_desk: Client, chief: User, alice: User
) -> None:
    chosen = {"action": "delete_selected", "_selected_action": [alice.pk]}
    assert "alice" in at_desk.post("/admin/auth/user/", chosen).content.decode()
    assert trail() == [(chief.pk, "listed", "user", alice.pk)]


def test_people_are_not_listed_past_the_trail(at_desk: Client, alice: User) -> None:
    asked = {"app_label": "account", "model_name": "emailaddress", "field_name": "user", "term": "ali"}
    assert at_desk.get("/admin/autocomplete/", asked).status_code == 403


def test_page_that_cannot_leave_its_entry_is_not_shown(
    at_desk: Client, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_kwargs: object) -> None:
        raise OSError

    monkeypatch.setattr(type(TrailEntry.objects.all()), "bulk_create", fail)
    at_desk.raise_request_exception = False
    assert at_desk.get(page("change", alice)).status_code == 500
    assert at_desk.get("/admin/auth/user/").status_code == 500


@pytest.fixture
def entry(chief: User) -> TrailEntry:
    return TrailEntry.objects.create(staff=chief.pk, action="read", kind="user", person=77)


def test_no_entry_can_be_changed_or_deleted(entry: TrailEntry) -> None:
    every = TrailEntry.objects.all()
    entry.person = 78
    attempts = (
        entry.save,
        entry.delete,
        every.delete,
        lambda: every.update(person=78),
        lambda: every.bulk_update([entry], ["person"]),
        lambda: TrailEntry._base_manager.update(person=78),
        lambda: every.update_or_create(pk=entry.pk, defaults={"person": 78}),
        lambda: every.bulk_create([entry], update_conflicts=True, update_fields=["person"], unique_fields=["id"]),
    )
    for attempt in attempts:
        with pytest.raises(AppendOnlyError):
            attempt()
    assert TrailEntry.objects.get().person == 77


def test_superuser_reads_the_trail_and_changes_nothing(at_desk: Client, entry: TrailEntry, chief: User) -> None:
    html = at_desk.get("/admin/backcare/trailentry/").content.decode()
    assert f"chief ({chief.pk})" in html
    assert "77" in html
    for path in (f"{entry.pk}/change/", f"{entry.pk}/delete/", "add/"):
        assert at_desk.post(f"/admin/backcare/trailentry/{path}", {"person": "78", "post": "yes"}).status_code == 403
    deleting = {"action": "delete_selected", "_selected_action": [entry.pk], "post": "yes"}
    at_desk.post("/admin/backcare/trailentry/", deleting)
    assert TrailEntry.objects.get().person == 77


def test_staff_with_every_right_but_superuser_do_not_see_the_trail(client: Client, entry: TrailEntry) -> None:
    staff = UserFactory(is_staff=True)
    staff.user_permissions.set(Permission.objects.all())
    client.force_login(staff)
    assert "/admin/backcare/" not in client.get(INDEX).content.decode()
    assert client.get("/admin/backcare/trailentry/").status_code == 403
    assert client.get(f"/admin/backcare/trailentry/{entry.pk}/change/").status_code == 403


@pytest.mark.parametrize(("term", "found"), [("alice", 3), ("ALI", 3), ("chief", 5), ("nobody", 0), ("9" * 30, 0)])
def test_trail_is_searched_by_name(at_desk: Client, chief: User, alice: User, term: str, found: int) -> None:
    for person in (alice.pk,) * 3 + (0,) * 2:
        TrailEntry.objects.create(staff=chief.pk, action="read", kind="user", person=person)
    shown = at_desk.get("/admin/backcare/trailentry/", {"q": term}).context["cl"]
    assert shown.result_count == found


def test_trail_is_searched_by_number(at_desk: Client, chief: User) -> None:
    for person in (10**6, 10**6, 10**6 + 1):
        TrailEntry.objects.create(staff=chief.pk, action="read", kind="user", person=person)
    assert at_desk.get("/admin/backcare/trailentry/", {"q": "1000000"}).context["cl"].result_count == 2


def test_trail_is_paged_and_takes_as_many_queries_for_many_as_for_few(
    at_desk: Client, chief: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    people = [UserFactory() for _ in range(60)]
    TrailEntry.objects.bulk_create(
        TrailEntry(staff=chief.pk, action="read", kind="user", person=person.pk) for person in people
    )
    with django_assert_max_num_queries(6):
        response = at_desk.get("/admin/backcare/trailentry/")
    assert len(response.context["cl"].result_list) == 50


def test_list_of_people_takes_one_query_more_for_its_trail(
    at_desk: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(60):
        UserFactory()
    with django_assert_max_num_queries(8):
        at_desk.get("/admin/auth/user/")
    assert TrailEntry.objects.count() == 50
