"""Accounts: sign up, sign in and out, passwords, one-time codes, passkeys' pages, and what guessing gets."""

import re
from html.parser import HTMLParser
from importlib import import_module

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.apps import apps
from django.contrib.auth.models import User
from django.core import mail
from django.core.cache import cache
from django.db import IntegrityError, connection
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from backcare.accounts import AccountAdapter
from tracking.models import Profile

pytestmark = pytest.mark.django_db

PASSWORD, NEW = "a calm morning 7", "a calm evening 8"
LOGIN, SIGNUP, TODAY = "/accounts/login/", "/accounts/signup/", "/today/"


@pytest.fixture
def alice() -> User:
    return User.objects.create_user("alice", password=PASSWORD)


def sign_in(client: Client, password: str = PASSWORD, name: str = "alice", **extra: str) -> int:
    """Post the login form and return the status."""
    return client.post(LOGIN, {"login": name, "password": password}, **extra).status_code  # type: ignore[arg-type]


def signed_in(client: Client) -> bool:
    return client.get(TODAY).status_code == 200


def confirmed(client: Client) -> None:
    """Sign alice in and confirm the password once more, as changes to how one signs in ask for."""
    assert sign_in(client) == 302
    assert client.post("/accounts/reauthenticate/", {"password": PASSWORD}).status_code == 302


def answers(**changes: str) -> dict[str, str]:
    return {"username": "bea", "password1": PASSWORD, "password2": PASSWORD, "zone": "Europe/Zurich"} | changes


class Inputs(HTMLParser):
    """Collects what each named input of a page holds."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.values: dict[str, str | None] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "input" and (name := found.get("name")):
            self.values[name] = found.get("value")


def inputs(html: str) -> dict[str, str | None]:
    return Inputs(html).values


# Signing up


def test_signing_up_opens_today(client: Client) -> None:
    response = client.post(SIGNUP, answers() | {"precautions": ["disc"]})
    assert response.status_code == 302
    assert response["Location"] == TODAY
    assert signed_in(client)
    assert Profile.objects.get(owner__username="bea").zone == "Europe/Zurich"


def test_sign_up_sent_twice_makes_one_account(client: Client) -> None:
    first, second = Client(), Client()
    assert first.post(SIGNUP, answers()).status_code == 302
    response = second.post(SIGNUP, answers())
    assert response.status_code == 422
    assert not signed_in(second)
    assert User.objects.filter(username__iexact="bea").count() == 1


def test_bad_sign_up_keeps_what_was_typed_except_passwords(client: Client) -> None:
    response = client.post(SIGNUP, answers(password2="another", email="bea@", zone="Europe/Zurich"))
    html = response.content.decode()
    assert inputs(html)["username"] == "bea"
    assert inputs(html)["email"] == "bea@"
    assert inputs(html)["password1"] is None
    assert '<option value="Europe/Zurich" selected>' in html
    assert not User.objects.exists()


@pytest.mark.parametrize("password", ["short", "12345678901", "password1", "bea-bea-bea"])
def test_weak_password_is_refused_beside_its_field(client: Client, password: str) -> None:
    html = client.post(SIGNUP, answers(username="bea-bea", password1=password, password2=password)).content.decode()
    assert 'id="id_password1_error"' in html
    assert 'href="#id_password1"' in html  # the summary on top leads to the field
    assert not User.objects.exists()


def test_sign_up_refuses_a_field_that_it_did_not_ask_for(client: Client) -> None:
    response = client.post(SIGNUP, answers(is_staff="on"))
    assert response.status_code == 422
    assert "This form has no field is_staff. Leave it out and send the rest." in response.content.decode()
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        (LOGIN, {"login": "alice", "password": PASSWORD}),
        ("/accounts/password/reset/", {"email": "alice@example.org"}),
        ("/accounts/reauthenticate/", {"password": PASSWORD}),
        (
            "/accounts/password/change/",
            {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW},
        ),
        ("/accounts/email/", {"email": "alice@example.org", "action_add": ""}),
    ],
)
def test_account_form_refuses_a_field_that_it_did_not_ask_for(alice: User, path: str, sent: dict[str, str]) -> None:
    statuses = []
    for more in ({"is_staff": "on"}, {"next": "/progress/"}):
        client = Client()
        if path not in (LOGIN, "/accounts/password/reset/"):
            confirmed(client)
        statuses.append(client.post(path, sent | more).status_code)
    assert statuses == [422, 302]


def test_known_email_address_is_not_told(client: Client) -> None:
    Client().post(SIGNUP, answers(email="bea@example.org"))
    response = client.post(SIGNUP, answers(username="mallory", email="bea@example.org"))
    assert response.status_code == 302
    assert response["Location"] == TODAY


def test_sign_up_says_in_a_line_each_what_it_asks_for(client: Client) -> None:
    html = client.get(SIGNUP).content.decode()
    form = html[html.index('<form class="form"') :].split("</form>")[0]
    assert "At least 8 characters, and not a common one." in form
    assert "Only to reset a forgotten password. You can leave it empty." in form
    assert "entirely numeric" not in form


def test_taken_name_is_told_plainly(client: Client, alice: User) -> None:
    assert "This name is taken. Try another." in client.post(SIGNUP, answers(username="Alice")).content.decode()


@pytest.mark.parametrize("name", ["alice", "ALICE"])
def test_name_taken_since_it_was_checked_is_told_plainly(
    client: Client, alice: User, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(AccountAdapter, "clean_username", lambda _adapter, username: username)
    response = client.post(SIGNUP, answers(username=name))
    assert response.status_code == 409
    assert "This name is taken. Try another." in response.content.decode()
    assert User.objects.count() == 1


@pytest.mark.parametrize("name", ["ａlice", "AlicE"])
def test_look_alike_of_a_name_is_the_same_name(client: Client, alice: User, name: str) -> None:
    assert client.post(SIGNUP, answers(username=name)).status_code == 422
    assert sign_in(client, name=name) == 302


def test_name_is_kept_as_look_alikes_are_compared(client: Client) -> None:
    client.post(SIGNUP, answers(username="\ufb01ona"))
    assert User.objects.get().username == "fiona"


def test_two_names_that_differ_in_case_cannot_be_stored(alice: User) -> None:
    with pytest.raises(IntegrityError):
        User.objects.create_user("Alice")


def migrate_names_again() -> None:
    module = import_module("tracking.migrations.0003_one_account_a_name")
    with connection.schema_editor() as editor:
        module.add(apps, editor)


@pytest.mark.django_db(transaction=True)
def test_migration_names_the_doubles_that_it_finds() -> None:
    module = import_module("tracking.migrations.0003_one_account_a_name")
    with connection.schema_editor() as editor:
        module.remove(apps, editor)
    try:
        User.objects.create_user("parX")
        twin = User.objects.create_user("PARX")
        with pytest.raises(ValueError, match="more than one account: PARX"):
            migrate_names_again()
        twin.delete()
    finally:
        migrate_names_again()


@pytest.mark.parametrize(("length", "status"), [(254, 302), (255, 422)])
def test_email_address_is_no_longer_than_the_database_keeps(client: Client, length: int, status: int) -> None:
    domain = ".".join(["x" * 60] * 4)
    address = "a" * (length - len(domain) - 4) + f"@{domain}.ch"
    assert len(address) == length
    assert client.post(SIGNUP, answers(email=address)).status_code == status
    assert User.objects.count() == (status == 302)


def test_account_without_its_profile_is_not_stored(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(Profile, "save", fail)
    with pytest.raises(RuntimeError):
        client.post(SIGNUP, answers())
    assert not User.objects.exists()


def test_today_opens_without_a_notice_after_signing_up_and_in(client: Client) -> None:
    client.post(SIGNUP, answers())
    back = Client()
    sign_in(back, name="bea")
    for person in (client, back):
        response = person.get(TODAY)
        assert not list(response.context["messages"])
        assert "Successfully" not in response.content.decode()


# Signing in and out


@pytest.mark.parametrize("path", [LOGIN, SIGNUP])
def test_user_name_is_written_in_one_way(client: Client, path: str) -> None:
    html = client.get(path).content.decode()
    assert "User name</label>" in html
    assert "Username" not in html


def test_signing_in_opens_today(client: Client, alice: User) -> None:
    response = client.post(LOGIN, {"login": "alice", "password": PASSWORD})
    assert response["Location"] == TODAY
    assert signed_in(client)


def test_session_id_changes_at_sign_in(client: Client, alice: User) -> None:
    client.get(LOGIN)
    session = client.session
    session["before"] = "1"
    session.save()
    before = session.session_key
    sign_in(client)
    assert client.session.session_key != before


@pytest.mark.parametrize("name", ["alice", "nobody"])
def test_wrong_password_is_said_at_the_form_in_the_same_words(client: Client, alice: User, name: str) -> None:
    html = client.post(LOGIN, {"login": name, "password": "wrong"}).content.decode()
    form = html[html.index('<form class="form"') :]
    assert "That name and password do not match." in form[: form.index("</form>")]
    assert inputs(html)["login"] == name
    assert inputs(html)["password"] is None


@pytest.mark.parametrize("goal", ["//evil.example/", "https://evil.example/", "javascript:alert(1)", "/\\evil.example"])
def test_sign_in_leads_to_no_foreign_address(client: Client, alice: User, goal: str) -> None:
    response = client.post(f"{LOGIN}?next={goal}", {"login": "alice", "password": PASSWORD, "next": goal})
    assert response["Location"] == TODAY


def test_sign_in_leads_back_to_the_page_that_asked(client: Client, alice: User) -> None:
    response = client.get("/progress/")
    assert response["Location"] == f"{LOGIN}?next=/progress/"
    html = client.get(response["Location"]).content.decode()
    assert inputs(html)["next"] == "/progress/"


def test_signing_out_needs_a_post(client: Client, alice: User) -> None:
    client.force_login(alice)
    assert client.get("/accounts/logout/").status_code == 200
    assert signed_in(client)
    assert client.post("/accounts/logout/").status_code == 302
    assert not signed_in(client)


# Guessing


def test_eleventh_wrong_password_of_an_account_is_429_from_everywhere(client: Client, alice: User) -> None:
    tried = [sign_in(client, "wrong", REMOTE_ADDR=f"192.0.2.{number}") for number in range(10)]
    assert tried == [422] * 10
    response = Client(REMOTE_ADDR="192.0.2.99").post(LOGIN, {"login": "ALICE", "password": PASSWORD})
    assert response.status_code == 429
    assert response["Retry-After"] == "300"
    assert "wait five minutes" in response.content.decode()


def test_thirty_first_wrong_password_from_an_address_is_429(client: Client, alice: User) -> None:
    tried = [sign_in(client, "wrong", f"name{number}") for number in range(30)]
    assert set(tried) == {422}
    assert sign_in(client) == 429


def test_forwarded_for_does_not_lift_the_limit(client: Client, alice: User) -> None:
    for number in range(30):
        sign_in(client, "wrong", f"name{number}", HTTP_X_FORWARDED_FOR=f"198.51.100.{number}")
    assert sign_in(client, HTTP_X_FORWARDED_FOR="203.0.113.5") == 429


def test_right_passwords_do_not_use_up_the_tries(alice: User) -> None:
    assert {sign_in(Client()) for _ in range(12)} == {302}


# Passwords


def test_changed_password_keeps_this_session_and_ends_the_others(client: Client, alice: User) -> None:
    elsewhere = Client()
    sign_in(elsewhere)
    sign_in(client)
    new = "a calm evening 8"
    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert signed_in(client)
    assert not signed_in(elsewhere)
    assert sign_in(Client()) == 422
    assert sign_in(Client(), new) == 302


def test_wrong_old_password_changes_nothing(client: Client, alice: User) -> None:
    client.force_login(alice)
    new = "a calm evening 8"
    response = client.post("/accounts/password/change/", {"oldpassword": "no", "password1": new, "password2": new})
    assert 'id="id_oldpassword_error"' in response.content.decode()
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)


def test_reset_answers_the_same_for_a_known_and_an_unknown_address(alice: User) -> None:
    Client().post(SIGNUP, answers(email="bea@example.org"))
    for address in ("bea@example.org", "nobody@example.org"):
        response = Client().post("/accounts/password/reset/", {"email": address})
        assert response["Location"] == "/accounts/password/reset/done/"


def test_reset_link_sets_a_new_password_once(client: Client) -> None:
    Client().post(SIGNUP, answers(email="bea@example.org"))
    mail.outbox.clear()
    client.post("/accounts/password/reset/", {"email": "bea@example.org"})
    found = re.search(r"/accounts/password/reset/key/\S+", str(mail.outbox[0].body))
    assert found
    form = client.get(found[0])["Location"]
    assert "Choose a new password" in client.get(form).content.decode()
    client.post(form, {"password1": "a calm evening 8", "password2": "a calm evening 8"})
    assert sign_in(Client(), "a calm evening 8", "bea") == 302
    assert "no longer works" in Client().get(found[0], follow=True).content.decode()


def test_reset_leads_to_each_account_that_has_the_address(db: None) -> None:
    for name in ("bea", "carol"):
        Client().post(SIGNUP, answers(username=name, email="shared@example.org"))
    mail.outbox.clear()
    Client().post("/accounts/password/reset/", {"email": "shared@example.org"})
    [message] = mail.outbox
    found = re.findall(r"for (\w+):\n(?:https?://[^/]+)(/accounts/password/reset/key/\S+)", str(message.body))
    assert sorted(name for name, _ in found) == ["bea", "carol"]
    for name, address in found:
        client, new = Client(), f"{PASSWORD} {name[::-1]}"
        client.post(client.get(address)["Location"], {"password1": new, "password2": new})
        assert sign_in(Client(), new, name) == 302


def test_changing_it_says_in_a_line_what_a_password_needs(client: Client, alice: User) -> None:
    client.force_login(alice)
    html = client.get("/accounts/password/change/").content.decode()
    assert "At least 8 characters, and not a common one." in html
    assert "entirely numeric" not in html


# A second step


def test_passkeys_have_plain_names_to_begin_with(client: Client, alice: User) -> None:
    confirmed(client)
    page = "/accounts/2fa/webauthn/add/"
    assert inputs(client.get(page).content.decode())["name"] == "My device"
    Authenticator.objects.create(user=alice, type=Authenticator.Type.WEBAUTHN, data={})
    assert get_adapter().generate_authenticator_name(alice, Authenticator.Type.WEBAUTHN) == "My device 2"


def code(secret: str) -> str:
    """Return what an authenticator app shows now."""
    return str(format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time()))))


def turn_codes_on(client: Client) -> str:
    """Turn one-time codes on for the person signed in, through the page, and return the secret."""
    html = client.get("/accounts/2fa/totp/activate/").content.decode()
    found = re.search(r"<code class=\"secret\"[^>]*>(\w+)</code>", html)
    assert found
    assert client.post("/accounts/2fa/totp/activate/", {"code": code(found[1])}).status_code == 302
    return found[1]


def test_one_time_code_is_asked_for_after_the_password(client: Client, alice: User) -> None:
    confirmed(client)
    secret = turn_codes_on(client)
    other = Client()
    response = other.post(LOGIN, {"login": "alice", "password": PASSWORD})
    assert response["Location"] == "/accounts/2fa/authenticate/"
    assert not signed_in(other)
    wrong = other.post("/accounts/2fa/authenticate/", {"code": "000000"}).content.decode()
    assert 'id="id_code_error"' in wrong
    cache.clear()  # the code that turned it on counts as used
    assert other.post("/accounts/2fa/authenticate/", {"code": code(secret)})["Location"] == TODAY
    assert signed_in(other)


def test_qr_code_is_inline_and_not_a_data_address(client: Client, alice: User) -> None:
    confirmed(client)
    html = client.get("/accounts/2fa/totp/activate/").content.decode()
    assert "data:image" not in html
    assert "<?xml" not in html
    assert '<div class="qr"' in html
    assert "<path" in html[html.index('<div class="qr"') :]


def test_recovery_code_lets_in_once(client: Client, alice: User) -> None:
    confirmed(client)
    turn_codes_on(client)
    spare = re.findall(
        r'<code class="secret">(\w+)</code>', client.get("/accounts/2fa/recovery-codes/").content.decode()
    )
    assert len(spare) == 10
    statuses = []
    for _ in range(2):
        other = Client()
        sign_in(other)
        statuses.append(other.post("/accounts/2fa/authenticate/", {"code": spare[0]}).status_code)
    assert statuses == [302, 422]


def test_eleventh_wrong_code_is_429(client: Client, alice: User) -> None:
    confirmed(client)
    turn_codes_on(client)
    other = Client()
    sign_in(other)
    tried = [other.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code for _ in range(11)]
    assert tried == [422] * 10 + [429]


# Every page

STRANGERS = [LOGIN, SIGNUP, "/accounts/password/reset/", "/accounts/password/reset/done/", "/accounts/inactive/"]
STRANGERS += ["/accounts/confirm-email/x/", "/accounts/password/reset/key/1-abc/", "/accounts/confirm-email/"]
PEOPLES = ["/accounts/2fa/", "/accounts/email/", "/accounts/password/change/", "/accounts/logout/"]
PEOPLES += ["/accounts/2fa/webauthn/", "/accounts/2fa/webauthn/add/", "/accounts/2fa/totp/activate/"]
PEOPLES += ["/accounts/reauthenticate/", "/accounts/password/reset/key/done/"]


@pytest.mark.parametrize("path", STRANGERS + PEOPLES)
def test_page_has_our_frame_one_heading_and_nothing_inline(client: Client, alice: User, path: str) -> None:
    if path in PEOPLES:
        confirmed(client)
    html = client.get(path).content.decode()
    assert html.count("<h1") == 1
    assert '<main id="main"' in html
    assert "style=" not in html
    assert not re.search(r"\son\w+=", html)
    for script in re.findall(r"<script[^>]*>", html):
        assert "src=" in script or 'type="application/json"' in script


@pytest.mark.parametrize(("path", "most"), [(LOGIN, 0), (SIGNUP, 0), ("/accounts/2fa/", 6), ("/accounts/email/", 6)])
def test_page_takes_few_queries(
    client: Client, alice: User, django_assert_max_num_queries: DjangoAssertNumQueries, path: str, most: int
) -> None:
    if most:
        client.force_login(alice)
    with django_assert_max_num_queries(most):
        assert client.get(path).status_code == 200


def test_page_for_strangers_sets_no_session(client: Client) -> None:
    client.get(reverse("account_login"))
    assert "sessionid" not in client.cookies
