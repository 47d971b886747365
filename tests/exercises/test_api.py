"""The JSON API of the content."""

from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from exercises.models import Exercise
from tests.exercises.factories import ExerciseFactory, PhaseFactory, RoutineFactory, SourceFactory

pytestmark = pytest.mark.django_db


def get(client: Client, path: str) -> Any:
    response = client.get(f"/api/v1{path}")
    assert response.status_code == 200, path
    return response.json()


def test_exercise_has_every_field(client: Client) -> None:
    exercise = ExerciseFactory(
        slug="bridge",
        name="Bridge",
        source=SourceFactory(slug="b"),
        position="Lie down.",
        cautions="Stop in line.",
        precautions=["pregnancy"],
        phases=[{"cue": "Lift.", "order": 2}, {"cue": "Tighten.", "order": 1}],
        dose__per="day",
        dose__reps_min=5,
        dose__reps_max=30,
        dose__hold_kind="breaths",
        dose__hold_min=3,
        dose__hold_max=3,
        dose__start=5,
        dose__goal=30,
        dose__step=2,
    )
    exercise.variations.set(
        [ExerciseFactory(slug="pelvic-tilt-bridge"), ExerciseFactory(retired=True), ExerciseFactory(dose=None)]
    )
    assert get(client, "/exercises/bridge/") == {
        "slug": "bridge",
        "name": "Bridge",
        "source": "B",
        "position": "Lie down.",
        "steps": ["Tighten.", "Lift."],
        "dose": {
            "sets": 1,
            "reps": {"min": 5, "max": 30, "per": "day"},
            "hold": {"kind": "breaths", "min": 3, "max": 3},
            "per_side": False,
            "times_per_day": None,
            "progression": {"start": 5, "goal": 30, "step": 2},
        },
        "cautions": "Stop in line.",
        "precautions": ["pregnancy"],
        "variations": ["pelvic-tilt-bridge"],
    }


def test_dose_without_hold_or_progression_says_null(client: Client) -> None:
    ExerciseFactory(slug="cat-stretch", dose__times_per_day=2)
    dose = get(client, "/exercises/cat-stretch/")["dose"]
    assert (dose["hold"], dose["progression"], dose["times_per_day"]) == (None, None, 2)


def test_routine_has_every_field(client: Client) -> None:
    first, second = ExerciseFactory(slug="one", dose__reps_min=2), ExerciseFactory(slug="two", dose__reps_min=1)
    RoutineFactory(
        slug="prevention",
        name="Prevention",
        exercises=[second, first],
        claimed_minutes_min=5,
        claimed_minutes_max=6,
    )
    RoutineFactory(slug="other", order=32_000)  # beyond what other tests have counted up to
    assert get(client, "/routines/prevention/") == {
        "slug": "prevention",
        "name": "Prevention",
        "source": "A",
        "exercises": ["two", "one"],
        "seconds": 6 + 10 + 12,
        "claimed_minutes": {"min": 5, "max": 6},
    }
    assert [routine["claimed_minutes"] for routine in get(client, "/routines/")] == [{"min": 5, "max": 6}, None]


def test_lists_keep_their_order_and_leave_out_what_is_retired(client: Client) -> None:
    later, sooner = ExerciseFactory(slug="later", order=2), ExerciseFactory(slug="sooner", order=1)
    gone = ExerciseFactory(slug="gone", retired=True)
    PhaseFactory(exercise=sooner, cue="Struck out.", retired=True)
    RoutineFactory(slug="shown", exercises=[later, gone])
    RoutineFactory(slug="hidden", retired=True)
    found = get(client, "/exercises/")
    assert [exercise["slug"] for exercise in found] == ["sooner", "later"]
    assert "Struck out." not in found[0]["steps"]
    assert [(routine["slug"], routine["exercises"]) for routine in get(client, "/routines/")] == [("shown", ["later"])]


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/exercises/nothing/",
        "/api/v1/exercises/gone/",
        "/api/v1/routines/nothing/",
        "/api/v1/exercises/%00/",
        "/api/v1/exercises/" + "9" * 300 + "/",
        "/api/v1/nothing/",
        "/api/v1/",
        "/api/nothing",
    ],
)
def test_what_does_not_exist_is_404_in_json(client: Client, path: str) -> None:
    ExerciseFactory(slug="gone", retired=True)
    response = client.get(path)
    assert response.status_code == 404
    assert response.json() == {"detail": "Not Found"}


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
@pytest.mark.parametrize("path", ["/api/v1/exercises/", "/api/v1/exercises/bridge/", "/api/v1/openapi.json"])
def test_api_is_read_only(client: Client, method: str, path: str) -> None:
    response = client.generic(method.upper(), path)
    assert response.status_code == 405
    assert "GET" in response["Allow"]
    assert response.json() == {"detail": "Method Not Allowed"}


def test_head_answers_like_get(client: Client) -> None:
    response = client.head("/api/v1/exercises/")
    assert (response.status_code, response.content) == (200, b"")


def test_openapi_describes_every_address_and_its_errors(client: Client) -> None:
    schema = get(client, "/openapi.json")
    assert schema["openapi"].startswith("3.")
    paths = {f"/api/v1/{path}" for path in ("exercises/", "exercises/{slug}/", "routines/", "routines/{slug}/")}
    assert set(schema["paths"]) == paths
    assert all(set(operations) == {"get"} for operations in schema["paths"].values())
    assert set(schema["paths"]["/api/v1/exercises/{slug}/"]["get"]["responses"]) == {"200", "404"}


def test_no_page_of_the_api_needs_another_origin(client: Client) -> None:
    assert client.get("/api/v1/docs").status_code == 404


@pytest.mark.parametrize("path", ["/api/v1/exercises/", "/api/v1/exercises/bridge/", "/api/v1/routines/"])
def test_answer_is_confirmed_by_etag_until_the_content_changes(client: Client, path: str) -> None:
    bridge: Exercise = ExerciseFactory(slug="bridge")
    RoutineFactory(exercises=[bridge])
    first = client.get(path)
    assert first["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert client.get(path, headers={"If-None-Match": first["ETag"]}).status_code == 304
    bridge.name = "Bridge, renamed"
    bridge.slug = "bridge-2"
    bridge.save()
    assert client.get(path, headers={"If-None-Match": first["ETag"]}).status_code != 304


def test_person_gets_the_same_answer_as_a_stranger(client: Client, django_user_model: Any) -> None:
    ExerciseFactory()
    stranger = client.get("/api/v1/exercises/")
    client.force_login(django_user_model.objects.create_user("alice"))
    person = client.get("/api/v1/exercises/")
    assert (person.content, person["ETag"]) == (stranger.content, stranger["ETag"])
    assert not person.cookies


@pytest.mark.parametrize("count", [11, 60])
@pytest.mark.parametrize("path", ["/exercises/", "/exercises/bridge/", "/routines/", "/routines/all/"])
def test_api_stays_within_its_query_budget(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries, path: str, count: int
) -> None:
    bridge: Exercise = ExerciseFactory(slug="bridge")
    bridge.variations.set(ExerciseFactory.create_batch(count - 1))
    RoutineFactory(slug="all", exercises=Exercise.objects.all())
    caches["pages"].clear()
    with django_assert_max_num_queries(4):
        get(client, path)
    with django_assert_max_num_queries(1):
        get(client, path)
