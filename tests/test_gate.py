"""What is turned away at the door, and what is kept out of caches."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.test.client import FakePayload

from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("value", ['"\\000abcdefghijklmnop"', "x" * 5000, "../../etc/passwd", "A" * 32])
def test_a_made_up_session_cookie_is_no_session(client: Client, value: str) -> None:
    client.cookies.load(f"sessionid={value}")
    assert client.get("/exercises/").headers["Cache-Control"].startswith("public")
    assert client.get("/today/").status_code == 302


def test_a_body_larger_than_any_picture_is_not_read(client: Client) -> None:
    response = client.post("/accounts/login/", b"x", content_type="text/plain", headers={"content-length": "300000000"})
    assert response.status_code == 413


def test_a_body_of_unknown_length_is_not_read(client: Client) -> None:
    unread = FakePayload(b"login=alice&password=x")
    sent = {"wsgi.input": unread, "CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}
    response = client.post("/accounts/login/", **sent)  # type: ignore[arg-type]
    assert response.status_code == 411
    assert len(unread) == 22


@pytest.mark.parametrize("charset", ["rot13", "utf-7", "base64", "no-such"])
def test_text_that_is_not_utf8_is_refused(client: Client, charset: str) -> None:
    kind = f"multipart/form-data; boundary=x; charset={charset}"
    assert client.generic("POST", "/accounts/login/", b"--x--", content_type=kind).status_code == 400


@pytest.mark.parametrize("address", ["/today/", "/accounts/email/", "/accounts/2fa/", "/accounts/logout/", "/nowhere/"])
def test_a_persons_page_is_kept_by_no_cache(client: Client, address: str) -> None:
    client.force_login(UserFactory())
    caching = client.get(address, follow=False).headers["Cache-Control"]
    assert "no-store" in caching
    assert "private" in caching


def test_an_account_is_locked_whatever_port_the_host_names(client: Client) -> None:
    User.objects.create_user("alice", password="a-calm-morning-walk")
    for number in range(10):
        wrong = {"login": "Alice" if number % 2 else "alice", "password": "wrong"}
        client.post("/accounts/login/", wrong, headers={"host": f"localhost:{number + 1000}"})
    right = {"login": "alice", "password": "a-calm-morning-walk"}
    assert client.post("/accounts/login/", right, headers={"host": "localhost:77"}).status_code == 429


def test_the_admin_has_no_password_door_of_its_own(client: Client) -> None:
    client.force_login(UserFactory(is_staff=True))
    response = client.post("/admin/password_change/", {"old_password": "guess"})
    assert response.headers["Location"] == "/accounts/password/change/"
