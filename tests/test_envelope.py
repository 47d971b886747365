"""What is wrong with a request before its fields are read: its token, origin, kind, method, host or address."""

import uuid
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from tests.factories import (
    CheckInFactory,
    FlareFactory,
    GoalFactory,
    PauseFactory,
    QuestionnaireFactory,
    ScreeningFactory,
    SessionFactory,
    UserFactory,
)
from tracking.models import CheckIn, Session

pytestmark = pytest.mark.django_db

CHECK_IN = {"kind": "night", "pain": "4", "note": "", "date": "", "time": ""}
FORMS = (
    "/accounts/login/",
    "/accounts/signup/",
    "/sessions/new/",
    "/check-in/",
    "/flares/new/",
    "/pauses/",
    "/settings/",
)
LISTS = (
    "/sessions/",
    "/check-ins/",
    "/flares/",
    "/pauses/",
    "/questionnaires/",
    "/activities/",
    "/progress/",
    "/today/",
)
IDS = ("-1", "0", "9" * 400, "%00", "%2e%2e%2fadmin", "%F0%9F%98%80", "1%20or%201=1", "%ff%fe", "null", "{pk}")
MANY = "?page=-1&limit=1e9&offset=%00&span=" + "9" * 30
PAGES = ("?page=-1&limit=1e9", "?page=1e9", "?page=%00", "?page=٣", "?page=" + "9" * 400, "?page[]=1&page=2", MANY)


@pytest.fixture
def alice() -> User:
    return UserFactory(username="alice")


@pytest.fixture
def signed_in(alice: User) -> Client:
    """A browser as it is, with Django's check of the token."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    return client


def token(client: Client) -> str:
    """Return the token that a page's form holds."""
    return str(client.get("/check-in/").context["csrf_token"])


def send(client: Client, **headers: str) -> Any:
    sent = CHECK_IN | {"key": str(uuid.uuid4()), "csrfmiddlewaretoken": token(client)}
    return client.post("/check-in/", sent, headers=headers)


def test_form_with_its_token_from_our_own_page_is_taken(signed_in: Client) -> None:
    assert send(signed_in, origin="http://testserver").status_code == 302
    assert CheckIn.objects.count() == 1


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "http://testserver.evil.example", "http://testserver:81", "null"]
)
def test_form_from_a_foreign_page_is_refused(signed_in: Client, origin: str) -> None:
    assert send(signed_in, origin=origin).status_code == 403
    assert not CheckIn.objects.exists()


@pytest.mark.parametrize("sent", ["", "x" * 64, "\0" * 64, "é" * 64])
def test_form_without_its_token_is_refused(signed_in: Client, sent: str) -> None:
    token(signed_in)
    data = CHECK_IN | {"key": str(uuid.uuid4()), "csrfmiddlewaretoken": sent}
    assert signed_in.post("/check-in/", data).status_code == 403
    assert not CheckIn.objects.exists()


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/xml", "image/png", "nonsense", ""])
@pytest.mark.parametrize("address", FORMS)
def test_what_is_no_form_is_refused(client: Client, alice: User, address: str, kind: str) -> None:
    if not address.startswith("/accounts/"):
        client.force_login(alice)
    response = client.generic("POST", address, b'{"login": "alice", "pain": 4}', content_type=kind)
    assert 400 <= response.status_code < 500


@pytest.mark.parametrize(
    "body", [b"", b"--x", b'--x\r\nContent-Disposition: form-data; name="pain"\r\n\r\n4', b"\0" * 99]
)
def test_form_that_was_cut_short_is_refused(client: Client, alice: User, body: bytes) -> None:
    client.force_login(alice)
    response = client.generic("POST", "/check-in/", body, content_type="multipart/form-data; boundary=x")
    assert 400 <= response.status_code < 500
    assert not CheckIn.objects.exists()


def test_more_fields_than_any_form_has_are_refused(client: Client, alice: User) -> None:
    client.force_login(alice)
    assert client.post("/check-in/", {f"field-{number}": "" for number in range(1001)}).status_code == 400


@pytest.mark.parametrize("name", ["X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"])
def test_header_cannot_change_the_method(client: Client, alice: User, name: str) -> None:
    session = SessionFactory(owner=alice)
    client.force_login(alice)
    address = reverse("tracking:session-delete", args=[session.pk])
    assert client.get(address, headers={name: "POST"}).status_code == 405
    assert client.get(f"{address}?_method=POST").status_code == 405
    assert Session.objects.get().deleted_at is None


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "QUERY", "X" * 99])
@pytest.mark.parametrize("address", ["/", "/exercises/", "/today/", "/check-in/", "/healthz", "/api/v1/exercises/"])
def test_method_that_no_page_has_is_refused_and_echoes_nothing(
    client: Client, alice: User, address: str, method: str
) -> None:
    client.force_login(alice)
    response = client.generic(method, address, headers={"x-secret": "between-us"})
    assert response.status_code == 405
    assert b"between-us" not in response.content


@pytest.mark.parametrize(
    "host",
    ["evil.example", "localhost.evil.example", "localhost@evil.example", "localhost, evil", "localhost:x", "", "é"],
)
@pytest.mark.parametrize("address", ["/", "/accounts/login/", "/api/v1/exercises/"])
def test_foreign_host_is_refused_and_not_repeated(client: Client, address: str, host: str) -> None:
    response = client.get(address, headers={"host": host})
    assert response.status_code == 400
    assert b"evil" not in response.content


@pytest.mark.parametrize("host", ["evil.example", "localhost"])
def test_forwarded_host_is_not_believed(client: Client, host: str) -> None:
    response = client.get("/today/", headers={"x-forwarded-host": host})
    assert response.headers["Location"] == "/accounts/login/?next=/today/"


@pytest.mark.parametrize("address", ["/" + "x" * 8192, "/exercises/" + "x" * 8192 + "/", "/exercises/%00/", "/%ff%fe/"])
def test_address_that_is_none_is_not_found(client: Client, address: str) -> None:
    response = client.generic("GET", address)
    assert response.status_code == 404
    assert len(response.content) < 20_000


@pytest.mark.parametrize("query", ["?" + "x" * 8192, "?q=" + "%00" * 999, "?" + "&".join("a" * 2000), *PAGES])
@pytest.mark.parametrize("address", LISTS)
def test_query_that_no_page_sends_breaks_nothing(client: Client, alice: User, address: str, query: str) -> None:
    client.force_login(alice)
    response = client.get(address + query)
    assert response.status_code in (200, 400, 404)


@pytest.mark.parametrize("identity", IDS)
@pytest.mark.parametrize(
    "address", ["/sessions/{}/", "/check-ins/{}/edit/", "/flares/{}/", "/targets/{}/", "/screening/{}/"]
)
def test_identity_that_is_none_is_not_found(client: Client, alice: User, address: str, identity: str) -> None:
    client.force_login(alice)
    assert client.get(address.format(identity)).status_code == 404
    assert client.post(address.format(identity)).status_code in (404, 405)


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (SessionFactory, "session-edit"),
        (CheckInFactory, "check-in-edit"),
        (FlareFactory, "flare-edit"),
        (FlareFactory, "flare-end"),
        (PauseFactory, "pause-delete"),
        (ScreeningFactory, "screening-seen"),
        (GoalFactory, "goal-end"),
        (QuestionnaireFactory, "questionnaire-delete"),
    ],
)
def test_somebody_elses_identity_is_not_found_whatever_is_sent(
    client: Client, alice: User, make: Any, name: str
) -> None:
    theirs = make()
    before = type(theirs).objects.values().get()
    client.force_login(alice)
    sent = {"owner": alice.pk, "date": "2026-03-02", "ended": "2026-03-04", "pain": "4", "key": theirs.key}
    assert client.post(reverse(f"tracking:{name}", args=[theirs.pk]), sent).status_code == 404
    assert type(theirs).objects.values().get() == before


@pytest.mark.parametrize(
    "goal",
    ["//evil", "https://evil.example/", "/\\evil", "javascript:alert(1)", "http:///evil", "\t//evil"],
)
def test_next_page_is_never_a_foreign_one(client: Client, alice: User, goal: str) -> None:
    client.force_login(alice)
    for address in ("/accounts/login/", "/accounts/signup/"):  # who is signed in already is sent on
        assert client.get(address, {"next": goal}).headers["Location"] == "/today/"
