"""Public pages: the same bytes for every stranger, confirmed by ETag, new as soon as the content is."""

from typing import Any

import pytest
from django.conf import settings
from django.core.cache import caches
from django.test import Client
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
PUBLIC = "public, max-age=0, must-revalidate"


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
@pytest.mark.parametrize("path", PAGES)
def test_page_costs_four_queries_cold_and_one_warm(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries, path: str, count: int
) -> None:
    fill(count)
    with django_assert_max_num_queries(4):
        assert client.get(path).status_code == 200
    with django_assert_max_num_queries(1):
        assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", PAGES)
def test_stranger_gets_no_cookie_and_may_share_the_page(client: Client, path: str) -> None:
    fill(2)
    for response in (client.get(path), client.get(path)):
        assert not response.cookies
        assert response["Cache-Control"] == PUBLIC
        assert response["Vary"] == "Cookie"
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


def test_unknown_query_strings_share_one_copy(client: Client) -> None:
    fill(2)
    plain = client.get("/exercises/")
    before = len(caches["pages"]._cache)  # type: ignore[attr-defined]
    for number in range(20):
        assert client.get(f"/exercises/?x={number}&utm_source=<b>").content == plain.content
    assert len(caches["pages"]._cache) == before  # type: ignore[attr-defined]


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
