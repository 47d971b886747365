"""A person's settings: the plan of the day, precautions, zone, and who is drawn in the figures."""

import datetime
import re
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from exercises.models import Exercise, Phase, Routine
from tests.factories import PASSWORD, SessionFactory, UserFactory
from tracking.models import PastPlan, Profile

pytestmark = pytest.mark.usefixtures("morning")

SETTINGS = reverse("tracking:settings")
SIGN_UP = reverse("account_signup")


def typed(routine: Routine, **changes: Any) -> dict[str, Any]:
    sent = {"zone": "Asia/Tokyo", "precautions": ["disc", "disc"], "morning_routine": routine.pk}
    sent |= {"evening_routine": "", "look": ""}
    return sent | changes


def newcomer(**changes: Any) -> dict[str, Any]:
    sent = {"username": "newcomer", "password1": PASSWORD, "password2": PASSWORD, "zone": "Europe/Zurich"}
    return sent | changes


def test_settings_are_saved(at_home: Client, alice: Profile, routine: Routine) -> None:
    response = at_home.post(SETTINGS, typed(routine), follow=True)
    assert "Your settings are saved." in response.content.decode()
    alice.refresh_from_db()
    assert (alice.zone, alice.precautions, alice.planned_periods()) == ("Asia/Tokyo", ["disc"], ["am"])


def test_change_of_the_plan_is_kept_with_its_day_and_asks_nothing_of_the_day_before(
    at_home: Client, alice: Profile, routine: Routine
) -> None:
    alice.evening_routine = None
    alice.save()
    SessionFactory(owner=alice.owner, date="2026-03-01", routine=routine)
    for changes in ({}, {"morning_routine": ""}, {"morning_routine": "", "evening_routine": routine.pk}):
        assert at_home.post(SETTINGS, typed(routine, zone="Europe/Zurich") | changes).status_code == 302
    assert [(plan.until.isoformat(), plan.periods) for plan in PastPlan.objects.owned_by(alice.owner)] == [
        ("2026-03-03", "am")
    ]
    assert at_home.get(reverse("tracking:today")).context["forgotten"] == [(datetime.date(2026, 3, 2), "am")]


def test_plan_changes_on_the_day_that_it_is_where_the_device_is(
    at_home: Client, alice: Profile, routine: Routine, morning: time_machine.Traveller
) -> None:
    morning.shift(datetime.timedelta(hours=12))  # half past eight in Auckland, on the next morning
    at_home.cookies["zone"] = "Pacific%2FAuckland"
    at_home.post(SETTINGS, typed(routine, zone="Europe/Zurich"))
    assert [plan.until for plan in PastPlan.objects.owned_by(alice.owner)] == [datetime.date(2026, 3, 4)]


def test_settings_sent_twice_are_the_same(at_home: Client, alice: Profile, routine: Routine) -> None:
    for _ in range(2):
        assert at_home.post(SETTINGS, typed(routine)).status_code == 302
    assert Profile.objects.get().precautions == ["disc"]


def test_device_does_not_overwrite_the_chosen_zone(at_home: Client) -> None:
    assert "data-zone" not in at_home.get(SETTINGS).content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("zone", value) for value in ("", "Mars/X", "../../etc/passwd", "\0", "x" * 9999)),
        *(("precautions", value) for value in (["cold"], ["disc", "\0"], ["<script>"])),
        *(("look", value) for value in ("d", "A", "\0", "<script>")),
        *((name, "1") for name in ("owner", "is_staff", "started")),
        ("zone", ["Asia/Tokyo", "Europe/Zurich"]),
        *(("morning_routine", value) for value in ("0", "-1", "x", str(2**63), "\0", "1e9")),
    ],
)
def test_bad_settings_are_refused_and_change_nothing(
    at_home: Client, alice: Profile, routine: Routine, field: str, value: object
) -> None:
    response = at_home.post(SETTINGS, typed(routine) | {field: value})
    assert response.status_code == 422
    assert 'class="errors"' in response.content.decode()
    stored = Profile.objects.get()
    assert (stored.zone, stored.precautions, stored.morning_routine) == ("Europe/Zurich", [], routine)
    assert stored.look == ""


@pytest.mark.parametrize("field", ["evening_routine", "look"])
def test_settings_of_which_a_part_is_missing_change_nothing(
    at_home: Client, alice: Profile, routine: Routine, field: str
) -> None:
    sent = {name: value for name, value in typed(routine).items() if name != field}
    assert at_home.post(SETTINGS, sent).status_code == 422
    assert Profile.objects.get().evening_routine == routine


def test_routine_that_was_retired_after_it_was_chosen_can_be_kept(at_home: Client, routine: Routine) -> None:
    Routine.objects.update(retired=True)
    assert at_home.post(SETTINGS, typed(routine)).status_code == 302


def test_settings_of_a_person_without_a_profile_are_stored_on_saving(client: Client, routine: Routine) -> None:
    user = UserFactory(is_superuser=True)
    client.force_login(user)
    assert client.get(SETTINGS).status_code == 200
    assert not Profile.objects.exists()
    client.post(SETTINGS, typed(routine))
    assert Profile.objects.get().owner == user


def test_settings_cost_few_queries(at_home: Client, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_max_num_queries(6):
        at_home.get(SETTINGS)


def looks(client: Client, address: str = "/exercises/bridge/") -> set[str]:
    """Return who is drawn on a page."""
    return set(re.findall(r"fx-([abc])\b", client.get(address).text))


@pytest.fixture
def drawn(routine: Routine) -> None:
    """Draw the routine's exercises: the bridge shows the second person, the superman the first."""
    for exercise in Exercise.objects.all():
        exercise.figure = exercise.slug
        exercise.save()
    Phase.objects.filter(exercise__slug="bridge").update(pose="lift")


@pytest.mark.usefixtures("drawn")
@pytest.mark.parametrize(
    "address",
    [
        *("/", "/exercises/", "/exercises/bridge/", "/routines/", "/routines/morning-and-evening/"),
        *("/today/", "/sessions/new/?period=am", "/routines/morning-and-evening/practice/"),
    ],
)
def test_chosen_look_is_on_every_page_at_once(at_home: Client, routine: Routine, address: str) -> None:
    assert looks(at_home, address) - {"c"}
    at_home.post(SETTINGS, typed(routine, look="c"))
    assert looks(at_home, address) == {"c"}
    at_home.post(SETTINGS, typed(routine, look=""))
    assert looks(at_home, address) - {"c"}


@pytest.mark.usefixtures("drawn")
def test_chosen_look_is_there_after_signing_in_again(client: Client, alice: Profile, routine: Routine) -> None:
    alice.owner.set_password(PASSWORD)
    alice.owner.save()
    Profile.objects.update(look="c")
    assert looks(client) == {"b"}
    client.post(reverse("account_login"), {"login": "alice", "password": PASSWORD})
    assert looks(client) == {"c"}
    client.post(reverse("account_logout"))
    assert looks(client) == {"b"}


@pytest.mark.usefixtures("drawn")
def test_chosen_look_changes_nothing_for_strangers(at_home: Client, routine: Routine) -> None:
    before = Client().get("/exercises/bridge/")
    at_home.post(SETTINGS, typed(routine, look="c"))
    at_home.get("/exercises/bridge/")
    after = Client().get("/exercises/bridge/")
    assert (after.content, after["ETag"]) == (before.content, before["ETag"])
    assert not after.cookies


@pytest.mark.usefixtures("drawn")
def test_chosen_look_costs_a_public_page_no_query(
    at_home: Client, routine: Routine, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    def cost() -> int:
        with django_assert_max_num_queries(8) as asked:
            at_home.get("/exercises/bridge/")
        return len(asked)

    before = cost()
    at_home.post(SETTINGS, typed(routine, look="c"))
    assert cost() <= before


def test_settings_show_each_look_and_the_choice(at_home: Client) -> None:
    Profile.objects.update(look="c")
    html = at_home.get(SETTINGS).text
    assert [html.count(f"fx fx-{look} fx-icon") for look in "abc"] == [2, 2, 2]  # each alone, and all taking turns
    assert re.search(r'name="look" value="c"[^>]* checked', html)


def test_sign_up_makes_the_profile(client: Client, routine: Routine) -> None:
    response = client.post(SIGN_UP, newcomer(precautions=["disc", "stenosis"]))
    assert response["Location"] == reverse("tracking:today")
    profile = Profile.objects.get(owner__username="newcomer")
    assert (profile.zone, profile.precautions, profile.started.isoformat()) == (
        "Europe/Zurich",
        ["disc", "stenosis"],
        "2026-03-03",
    )
    assert profile.morning_routine == profile.evening_routine == routine


def test_sign_up_may_skip_the_precautions(client: Client, routine: Routine) -> None:
    client.post(SIGN_UP, newcomer())
    assert Profile.objects.get().precautions == []


@pytest.mark.parametrize(
    "changes",
    [{"zone": "Mars/X"}, {"zone": ""}, {"precautions": ["cold"]}, {"username": "a\0b"}, {"password2": "other"}],
)
def test_bad_sign_up_makes_nobody(client: Client, routine: Routine, changes: dict[str, Any]) -> None:
    response = client.post(SIGN_UP, newcomer(**changes))
    assert response.status_code == 422
    assert not User.objects.exists()
    assert not Profile.objects.exists()
