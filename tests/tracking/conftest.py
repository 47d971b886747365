"""A small routine with one exercise of each kind, and a person who plans it mornings and evenings."""

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django import Settings

from exercises.models import Dose, Exercise, Phase, Routine
from tests.exercises.factories import DoseFactory, ExerciseFactory, PhaseFactory, RoutineFactory, SourceFactory
from tests.factories import ProfileFactory
from tracking.models import Profile

MORNING = datetime.datetime(2026, 3, 3, 7, 30, tzinfo=datetime.UTC)  # half past eight in Zurich


@pytest.fixture(autouse=True)
def no_history_of_content(settings: Settings) -> None:
    """Half of what these tests write would be the history of exercises that nobody edits here."""
    settings.SIMPLE_HISTORY_ENABLED = False


@pytest.fixture
def routine(db: None) -> Routine:
    """The default routine: 5 to 30 a day, 2–3 each side, one for healthy discs only, one opt-in.

    Table by table, because 900 tests begin with it.
    """
    parts: dict[str, Any] = {"source": SourceFactory(), "dose": None, "phases": ()}
    bridge, knee, locust, superman = exercises = Exercise.objects.bulk_create(
        [
            ExerciseFactory.build(slug="bridge", **parts),
            ExerciseFactory.build(slug="knee-to-chest", **parts),
            ExerciseFactory.build(slug="locust-pose", precautions=["disc"], **parts),
            ExerciseFactory.build(slug="superman", opt_in=True, **parts),
        ]
    )
    Dose.objects.bulk_create(
        [
            DoseFactory.build(exercise=bridge, per="day", reps_min=5, reps_max=30, start=5, goal=30, step=2),
            DoseFactory.build(exercise=knee, reps_min=2, reps_max=3, per_side=True),
            DoseFactory.build(exercise=locust, reps_min=1),
            DoseFactory.build(exercise=superman, sets=3, reps_min=12),
        ]
    )
    Phase.objects.bulk_create(PhaseFactory.build(exercise=one, order=n) for one in exercises for n in range(2))
    return RoutineFactory(slug="morning-and-evening", name="Relief and mobility", exercises=exercises)


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
