"""A small routine with one exercise of each kind, and a person who plans it mornings and evenings."""

import datetime
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client
from pytest_django import Settings

from exercises.models import Routine
from tests.exercises.factories import ExerciseFactory, RoutineFactory
from tests.factories import ProfileFactory
from tracking.models import Profile

MORNING = datetime.datetime(2026, 3, 3, 7, 30, tzinfo=datetime.UTC)  # half past eight in Zurich


@pytest.fixture(autouse=True)
def no_history_of_content(settings: Settings) -> None:
    """Half of what these tests write would be the history of exercises that nobody edits here."""
    settings.SIMPLE_HISTORY_ENABLED = False


@pytest.fixture
def routine(db: None) -> Routine:
    """The default routine: 5 to 30 a day, 2–3 each side, one for healthy discs only, one opt-in."""
    daily = {"dose__per": "day", "dose__reps_min": 5, "dose__reps_max": 30}
    return RoutineFactory(
        slug="morning-and-evening",
        name="Relief and mobility",
        exercises=[
            ExerciseFactory(slug="bridge", dose__start=5, dose__goal=30, dose__step=2, **daily),
            ExerciseFactory(slug="knee-to-chest", dose__reps_min=2, dose__reps_max=3, dose__per_side=True),
            ExerciseFactory(slug="locust-pose", precautions=["disc"], dose__reps_min=1),
            ExerciseFactory(slug="superman", opt_in=True, dose__sets=3, dose__reps_min=12),
        ],
    )


@pytest.fixture
def alice(routine: Routine) -> Profile:
    return ProfileFactory(
        owner__username="alice", morning_routine=routine, evening_routine=routine, started=datetime.date(2026, 1, 1)
    )


@pytest.fixture
def at_home(client: Client, alice: Profile) -> Client:
    """A browser in which alice has signed in."""
    client.force_login(alice.owner)
    return client


@pytest.fixture
def morning() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MORNING, tick=False) as traveller:
        yield traveller
