"""Guessing: tries at every door count together, in the database, and no answer tells who has an account."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.auth.models import User
from django.core import mail
from django.core.cache import caches
from django.core.cache.backends.db import DatabaseCache
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

LOGIN, ADMIN, CONFIRM, CHANGE = (
    "/accounts/login/",
    "/admin/login/",
    "/accounts/reauthenticate/",
    "/accounts/password/change/",
)
NEW = "a calm evening 8"


@pytest.fixture
def alice() -> User:
    return UserFactory(username="alice", is_staff=True)


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every password that is hashed from now on: that is what takes the time."""
    seen: list[str] = []
    encode = MD5PasswordHasher.encode

    def noted(self: MD5PasswordHasher, password: str, salt: str) -> str:
        seen.append(password)
        encoded: str = encode(self, password, salt)
        return encoded

    monkeypatch.setattr(MD5PasswordHasher, "encode", noted)
    return seen


def sign_in(client: Client, name: str = "alice", password: str = "wrong", **extra: str) -> HttpResponse:
    return client.post(LOGIN, {"login": name, "password": password}, **extra)  # type: ignore[arg-type,return-value]


def confirm(client: Client, password: str = "wrong") -> int:
    return client.post(CONFIRM, {"password": password}).status_code


def change(client: Client, old: str = "wrong") -> int:
    return client.post(CHANGE, {"oldpassword": old, "password1": NEW, "password2": NEW}).status_code


def test_wrong_passwords_at_the_sign_in_and_at_confirming_count_together(client: Client, alice: User) -> None:
    client.force_login(alice)
    assert [sign_in(Client()).status_code for _ in range(5)] == [422] * 5
    assert [confirm(client) for _ in range(5)] == [422] * 5
    assert confirm(client, PASSWORD) == 429
    assert sign_in(Client(), password=PASSWORD).status_code == 429


def test_wrong_old_passwords_count_with_those_at_the_sign_in(client: Client, alice: User) -> None:
    client.force_login(alice)
    assert [change(client) for _ in range(9)] == [422] * 9
    assert sign_in(Client()).status_code == 422
    assert sign_in(Client(), password=PASSWORD).status_code == 429
    assert change(client, PASSWORD) == 429
    assert User.objects.get().check_password(PASSWORD)


def test_admin_takes_no_password_and_leads_to_the_door_that_counts(client: Client, alice: User) -> None:
    for _ in range(12):
        response = client.post(f"{ADMIN}?next=/admin/", {"username": "alice", "password": PASSWORD})
        assert response["Location"].startswith(LOGIN)
    assert client.get("/admin/").status_code == 302
    assert {sign_in(client).status_code for _ in range(10)} == {422}
    response = client.post(f"{LOGIN}?next=/admin/", {"login": "alice", "password": PASSWORD, "next": "/admin/"})
    assert response.status_code == 429


def test_reset_asked_for_over_and_over_is_429(client: Client) -> None:
    answered = [client.post("/accounts/password/reset/", {"email": "a@b.example"}).status_code for _ in range(31)]
    assert answered[0] == 302
    assert answered[-1] == 429


def test_tries_are_counted_in_the_database_that_all_workers_share(client: Client, alice: User) -> None:
    assert isinstance(caches["default"], DatabaseCache)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM cache")
        sign_in(client)
        cursor.execute("SELECT COUNT(*) FROM cache")
        assert cursor.fetchone()[0] == 3  # of the account, of the address, and of the page
        for _ in range(9):
            sign_in(client)
        assert sign_in(client, password=PASSWORD).status_code == 429
        cursor.execute("DELETE FROM cache")
    assert sign_in(client, password=PASSWORD).status_code == 302  # nothing was counted anywhere else


@pytest.mark.parametrize(("proxies", "chain"), [(1, "{made_up}, 203.0.113.9"), (2, "{made_up}, 203.0.113.9, 10.0.0.2")])
def test_address_made_up_before_a_trusted_proxys_is_not_believed(
    alice: User, settings: Settings, proxies: int, chain: str
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    for number in range(30):
        header = chain.format(made_up=f"198.51.100.{number}")
        assert sign_in(Client(), f"name{number}", HTTP_X_FORWARDED_FOR=header).status_code == 422
    header = chain.format(made_up="192.0.2.1")
    assert sign_in(Client(), password=PASSWORD, HTTP_X_FORWARDED_FOR=header).status_code == 429
    elsewhere = chain.format(made_up="192.0.2.1").replace("203.0.113.9", "203.0.113.77")
    assert sign_in(Client(), password=PASSWORD, HTTP_X_FORWARDED_FOR=elsewhere).status_code == 302


def test_known_unknown_and_closed_account_get_the_same_answer_for_the_same_work(alice: User, hashed: list[str]) -> None:
    UserFactory(username="carol", is_active=False)
    UserFactory(username="dave", password="!")  # has no password
    answers, work = set(), set()
    for name in ("alice", "nobody", "carol", "dave"):
        hashed.clear()
        html = sign_in(Client(), name).content.decode()
        form = html[html.index('<form class="form"') :].split("</form>")[0]
        answers.add(form.replace(f'value="{name}"', "").split('name="csrfmiddlewaretoken"')[0] + form[-200:])
        work.add(len(hashed))
    assert work == {1}
    assert len(answers) == 1


def test_locked_account_hashes_nothing_whether_it_exists_or_not(alice: User, hashed: list[str]) -> None:
    for name in ("alice", "nobody"):
        for _ in range(10):
            sign_in(Client(), name)
        hashed.clear()
        assert sign_in(Client(), name).status_code == 429
        assert hashed == []


def test_reset_does_the_same_for_a_known_and_an_unknown_address(alice: User, hashed: list[str]) -> None:
    """A message to each address: that is what takes the time, and an inbox is its owner's own."""
    EmailAddress.objects.create(user=alice, email="alice@example.org", primary=True)
    carol = UserFactory(username="carol", is_active=False)
    EmailAddress.objects.create(user=carol, email="carol@example.org", primary=True)
    for owner in (alice, UserFactory(username="bea")):
        EmailAddress.objects.create(user=owner, email="shared@example.org")
    answered = set()
    for name in ("alice", "nobody", "carol", "shared"):
        hashed.clear()
        mail.outbox.clear()
        response = Client().post("/accounts/password/reset/", {"email": f"{name}@example.org"})
        answered.add((response.status_code, response["Location"], len(mail.outbox), len(hashed)))
    assert answered == {(302, "/accounts/password/reset/done/", 1, 0)}


def test_sign_up_does_the_same_for_a_known_and_an_unknown_address(alice: User, hashed: list[str]) -> None:
    EmailAddress.objects.create(user=alice, email="alice@example.org", primary=True)
    answered = set()
    for number, address in enumerate(("alice@example.org", "nobody@example.org", "")):
        hashed.clear()
        mail.outbox.clear()
        sent = {"username": f"bea-{number}", "password1": NEW, "password2": NEW, "email": address, "zone": "UTC"}
        response = Client().post("/accounts/signup/", sent)
        answered.add((response.status_code, response["Location"], len(mail.outbox), len(hashed)))
    assert answered == {(302, "/today/", 0, 1)}


def test_wrong_code_and_wrong_name_at_the_second_step_say_nothing_of_the_account(alice: User) -> None:
    """Without the password, the second step tells nobody whether there is one."""
    TOTP.activate(alice, "JBSWY3DPEHPK3PXP")
    pages = {Client().get("/accounts/2fa/authenticate/")["Location"]}
    for name in ("alice", "nobody"):
        client = Client()
        assert sign_in(client, name).status_code == 422
        pages.add(client.post("/accounts/2fa/authenticate/", {"code": "000000"})["Location"])
    assert pages == {"/accounts/login/"}
