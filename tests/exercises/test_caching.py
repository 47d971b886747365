"""Public pages: the same bytes for every stranger, confirmed by ETag, new as soon as the content is."""

import gzip
from collections.abc import Callable, Iterator
from typing import Any
from unittest.mock import Mock

import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import InterfaceError
from django.db.models import QuerySet
from django.test import Client, override_settings
from pytest_django import DjangoAssertNumQueries

from exercises.models import Exercise, Revision, SafetyNote
from tests.exercises.factories import (
    ExerciseFactory,
    GuidePageFactory,
    PhaseFactory,
    RoutineFactory,
    SafetyNoteFactory,
    SourceFactory,
)

pytestmark = pytest.mark.django_db
PAGES = [
    "/",
    "/exercises/",
    "/exercises/bridge/",
    "/routines/",
    "/routines/all/",
    "/guide/",
    "/guide/causes/",
    "/safety/",
    "/spasm/",
]
DATA = [
    "/api/v1/exercises/",
    "/api/v1/exercises/bridge/",
    "/api/v1/routines/",
    "/api/v1/routines/all/",
    "/api/v1/openapi.json",
]
PUBLIC = "public, max-age=0, must-revalidate"
KEPT = "public, max-age=5, must-revalidate"


@pytest.fixture(autouse=True)
def no_history_of_content() -> Iterator[None]:
    """It is half of what these tests would write, and no page shows it."""
    with override_settings(SIMPLE_HISTORY_ENABLED=False):
        yield


def fill(count: int) -> Exercise:
    """Make ``count`` exercises and routines, guide pages and notes that refer to them. Return the exercise "bridge"."""
    bridge: Exercise = ExerciseFactory(slug="bridge", name="Bridge")
    bridge.variations.set(ExerciseFactory.create_batch(count - 1))
    RoutineFactory(slug="all", exercises=Exercise.objects.all())
    RoutineFactory.create_batch(count // 10, exercises=Exercise.objects.all()[:5])
    sources = [SourceFactory(slug=slug) for slug in ("a", "b", "nice-ng59")]
    GuidePageFactory(slug="causes", sources=sources)
    GuidePageFactory.create_batch(count // 2, sources=sources)
    for kind in SafetyNote.Kind.values:
        SafetyNoteFactory.create_batch(count // 2, kind=kind, sources=sources)
    caches["pages"].clear()
    return bridge


@pytest.mark.parametrize("count", [11, 60])
def test_page_costs_four_queries_cold_and_one_warm(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    fill(count)
    for path in PAGES:
        caches["pages"].clear()
        for budget in (4, 1):
            with django_assert_max_num_queries(budget, info=path):
                assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", PAGES)
def test_stranger_gets_no_cookie_and_may_share_the_page(client: Client, path: str) -> None:
    fill(2)
    for response in (client.get(path), client.get(path)):
        assert not response.cookies
        assert response["Cache-Control"] == PUBLIC
        assert response["Vary"] == "Accept-Encoding, Cookie"
        assert response["Content-Type"] == "text/html; charset=utf-8"
        assert b"csrf" not in response.content


@pytest.mark.parametrize("path", PAGES)
def test_page_is_confirmed_by_etag(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries, path: str
) -> None:
    fill(2)
    first = client.get(path)
    with django_assert_max_num_queries(1):
        again = client.get(path, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]
    assert again["Cache-Control"] == PUBLIC
    assert client.get(path, headers={"If-None-Match": '"another"'}).status_code == 200


def test_edit_shows_at_once(client: Client) -> None:
    bridge = fill(2)
    old = client.get("/exercises/bridge/")
    bridge.name = "Shoulder bridge"
    bridge.save()
    new = client.get("/exercises/bridge/", headers={"If-None-Match": old["ETag"]})
    assert new.status_code == 200
    assert "Shoulder bridge" in new.content.decode()


def test_edit_of_a_step_shows_at_once(client: Client) -> None:
    bridge = fill(2)
    client.get("/exercises/bridge/")
    PhaseFactory(exercise=bridge, cue="Breathe out slowly.")
    assert "Breathe out slowly." in client.get("/exercises/bridge/").content.decode()


def test_other_workers_edit_shows_at_once(client: Client) -> None:
    """Another process changes the row and the revision; nothing tells this process's cache."""
    fill(2)
    client.get("/exercises/bridge/")
    Exercise.objects.filter(slug="bridge").update(name="Shoulder bridge")
    Revision.bump()
    assert "Shoulder bridge" in client.get("/exercises/bridge/").content.decode()


def test_same_content_keeps_its_etag_in_another_worker(client: Client) -> None:
    fill(2)
    first = client.get("/exercises/")["ETag"]
    caches["pages"].clear()
    assert client.get("/exercises/")["ETag"] == first


def test_person_gets_a_page_of_their_own(client: Client, django_user_model: Any) -> None:
    fill(2)
    stranger = client.get("/")
    client.force_login(django_user_model.objects.create_user("alice"))
    person = client.get("/", headers={"If-None-Match": stranger["ETag"]})
    assert person.status_code == 200
    assert "alice" in person.content.decode()
    assert person["Cache-Control"] == "private, max-age=0, must-revalidate"
    assert "Cookie" in person["Vary"]
    assert "ETag" not in person
    assert "alice" not in Client().get("/").content.decode()


def test_message_for_one_is_not_kept_for_all(client: Client, django_user_model: Any) -> None:
    """Signing out ends the session and leaves a message in a cookie."""
    fill(2)
    client.force_login(django_user_model.objects.create_user("alice"))
    client.post("/accounts/logout/")
    assert settings.SESSION_COOKIE_NAME not in client.cookies or not client.cookies[settings.SESSION_COOKIE_NAME].value
    signed_out = client.get("/")
    assert signed_out["Cache-Control"].startswith("private")
    assert "signed out" in signed_out.content.decode()
    assert "signed out" not in Client().get("/").content.decode()


@pytest.mark.parametrize("path", [*PAGES, *DATA])
def test_query_strings_that_nothing_links_to_share_one_copy(client: Client, path: str) -> None:
    fill(2)
    plain = client.get(path)
    for number in range(20):
        page = "" if path == "/exercises/" else f"&page=x{number}"
        assert client.get(f"{path}?x={number}&utm_source=<b>{page}").content == plain.content
    assert len(caches["pages"]._cache) == 1  # type: ignore[attr-defined]


@pytest.mark.parametrize("page", ["2", "0", "-1", "01", "1e9", "%2B1", "one", "", "99999999999999999999"])
def test_page_that_nothing_links_to_is_404_and_not_kept(client: Client, page: str) -> None:
    fill(2)
    assert client.get(f"/exercises/?page={page}").status_code == 404
    assert not caches["pages"]._cache  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", PAGES)
def test_page_answers_head_and_refuses_to_be_written(client: Client, path: str) -> None:
    fill(2)
    head = client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head["ETag"] == client.get(path)["ETag"]
    for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
        assert client.generic(method, path).status_code == 405


@pytest.mark.parametrize("path", [*PAGES, *DATA])
def test_content_is_compressed_for_those_who_take_it(client: Client, path: str) -> None:
    fill(2)
    plain = client.get(path)
    packed = client.get(path, headers={"Accept-Encoding": "br, gzip"})
    assert "Content-Encoding" not in plain.headers
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert int(packed["Content-Length"]) == len(packed.content) < len(plain.content)
    for response in (plain, packed):
        assert "Accept-Encoding" in response["Vary"]
        assert response["ETag"] == plain["ETag"]
        assert response["ETag"].startswith('W/"')  # one for both, which are not the same byte for byte
    for accepted in ("gzip", "identity"):
        again = client.get(path, headers={"If-None-Match": plain["ETag"], "Accept-Encoding": accepted})
        assert (again.status_code, again.content) == (304, b"")
        assert "Content-Encoding" not in again.headers
        assert "Accept-Encoding" in again["Vary"]


@pytest.mark.parametrize(
    ("accepted", "packed"),
    [
        ("gzip", True),
        ("deflate, gzip;q=0.5", True),
        ("GZIP ; q=0.01, br", True),
        ("", False),
        ("br", False),
        ("x-notgzip", False),
        ("gzip;q=0", False),
        ("br, gzip; q=0.000, identity", False),
    ],
)
def test_compression_is_used_only_where_it_is_accepted(client: Client, accepted: str, packed: bool) -> None:
    assert ("Content-Encoding" in client.get("/", headers={"Accept-Encoding": accepted}).headers) == packed


def test_what_names_a_person_is_not_compressed(client: Client, django_user_model: Any) -> None:
    """A page with a secret and with what somebody sent must not tell by its length where the two agree."""
    client.force_login(django_user_model.objects.create_user("alice"))
    assert "Content-Encoding" not in client.get("/", headers={"Accept-Encoding": "gzip"}).headers


@pytest.fixture
def database_goes(monkeypatch: pytest.MonkeyPatch) -> Callable[[], Mock]:
    """Return what takes the database away, and returns the question that goes unanswered."""

    def go() -> Mock:
        asked = Mock(side_effect=InterfaceError("connection to db.internal already closed"))
        monkeypatch.setattr(QuerySet, "_fetch_all", asked)
        return asked

    return go


@pytest.mark.parametrize("path", [*PAGES, *DATA])
def test_last_copy_is_served_while_the_database_is_away(
    client: Client, database_goes: Callable[[], Mock], path: str
) -> None:
    bridge = fill(2)
    last = client.get(path)
    bridge.save()  # a newer revision, which nobody could read any more
    database_goes()
    response = client.get(path)
    assert (response.status_code, response.content) == (200, last.content)
    assert response["Cache-Control"] == KEPT
    again = client.get(path, headers={"If-None-Match": last["ETag"]})
    assert (again.status_code, again["Cache-Control"]) == (304, KEPT)


def test_copies_last_until_the_database_is_back(client: Client) -> None:
    fill(2)
    client.get("/")
    assert set(caches["pages"]._expire_info.values()) == {None}  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", [*PAGES, *DATA])
def test_page_without_a_copy_is_503_while_the_database_is_away(
    client: Client, database_goes: Callable[[], Mock], path: str
) -> None:
    database_goes()
    response = client.get(path)
    assert response.status_code == 503
    assert response["Retry-After"] == "5"
    assert response["Cache-Control"] == "no-store"
    assert "db.internal" not in response.content.decode()
    if path in DATA:
        assert response.json() == {"detail": "Service Unavailable"}
    else:
        assert "We cannot reach our records" in response.content.decode()


@pytest.mark.parametrize("path", ["/exercises/bridge/", "/api/v1/exercises/bridge/"])
def test_withdrawn_exercise_does_not_come_back_while_the_database_is_away(
    client: Client, database_goes: Callable[[], Mock], path: str
) -> None:
    bridge = fill(2)
    client.get(path)
    bridge.retired = True
    bridge.save()
    assert client.get(path).status_code == 404
    database_goes()
    assert client.get(path).status_code == 503


def test_person_gets_the_strangers_copy_while_the_database_is_away(
    client: Client, django_user_model: Any, database_goes: Callable[[], Mock]
) -> None:
    fill(2)
    stranger = client.get("/spasm/")
    client.force_login(django_user_model.objects.create_user("alice"))
    database_goes()
    person = client.get("/spasm/")
    assert (person.status_code, person.content) == (200, stranger.content)
    assert "Cookie" in person["Vary"]


def test_person_is_not_led_through_a_strangers_routine_while_the_database_is_away(
    client: Client, django_user_model: Any, database_goes: Callable[[], Mock]
) -> None:
    """Theirs leaves out what waits for a flare, a sign or a precaution."""
    fill(2)
    paths = ("/routines/all/practice/", "/exercises/bridge/practice/")
    assert [client.get(path).status_code for path in paths] == [200, 200]
    client.force_login(django_user_model.objects.create_user("alice"))
    database_goes()
    assert [client.get(path).status_code for path in paths] == [503, 503]


def test_database_that_does_not_answer_is_left_alone_for_a_while(
    client: Client, database_goes: Callable[[], Mock], monkeypatch: pytest.MonkeyPatch
) -> None:
    bridge = fill(2)
    client.get("/exercises/bridge/")
    bridge.name = "Shoulder bridge"
    bridge.save()
    asked = database_goes()
    for _ in range(3):
        client.get("/exercises/bridge/")
    assert asked.call_count == 1
    monkeypatch.undo()
    caches["pages"].delete("away")  # as it is when its time is over
    assert "Shoulder bridge" in client.get("/exercises/bridge/").content.decode()


@pytest.mark.parametrize("path", DATA)
@pytest.mark.parametrize("cookie", ["", "x", "0123456789abcdef0123456789abcdef"])
def test_data_neither_reads_nor_clears_a_session(client: Client, path: str, cookie: str) -> None:
    fill(2)
    client.cookies[settings.SESSION_COOKIE_NAME] = cookie
    response = client.get(path)
    assert not response.cookies
    assert response["Cache-Control"] == PUBLIC
    assert response["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("path", [*DATA, "/api/v1/exercises/nothing/"])
def test_data_may_be_read_by_a_program_of_another_site(client: Client, path: str) -> None:
    fill(2)
    etag = client.get(path).get("ETag", "")
    for response in (client.get(path), client.get(path, headers={"If-None-Match": etag}), client.head(path)):
        assert response["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in response.headers
        assert response["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_pages_may_not_be_read_by_another_site(client: Client) -> None:
    assert "Access-Control-Allow-Origin" not in client.get("/").headers
