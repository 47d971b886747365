"""What the content's models promise to everything that reads them."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from exercises.models import Dose, Exercise, Revision, RoutineStep, validate_precautions
from tests.exercises.factories import (
    DoseFactory,
    ExerciseFactory,
    PhaseFactory,
    RoutineFactory,
    SafetyNoteFactory,
    SourceFactory,
)

pytestmark = pytest.mark.django_db


def test_revision_starts_at_nought_and_rises() -> None:
    assert Revision.current() == 0
    Revision.bump()
    Revision.bump()
    assert Revision.current() == 2


def test_revision_can_be_locked_before_the_first_change() -> None:
    with transaction.atomic():
        Revision.lock()
        Revision.lock()
    assert Revision.current() == 0


@pytest.mark.parametrize("factory", [SourceFactory, ExerciseFactory, PhaseFactory, RoutineFactory, SafetyNoteFactory])
def test_saving_and_deleting_content_raise_the_revision(factory: Any) -> None:
    row = factory()
    before = Revision.current()
    row.save()
    assert Revision.current() == before + 1
    if not isinstance(row, Exercise):
        row.delete()
        assert Revision.current() == before + 2


def test_shown_leaves_retired_rows_out() -> None:
    kept, _ = ExerciseFactory(), ExerciseFactory(retired=True)
    assert list(Exercise.objects.shown()) == [kept]


def test_doable_leaves_out_what_has_no_dose() -> None:
    whole, _ = ExerciseFactory(), ExerciseFactory(dose=None)
    assert list(Exercise.objects.doable()) == [whole]


def test_retired_phase_takes_no_time() -> None:
    exercise = ExerciseFactory(dose__reps_min=2, phases=[{"seconds": 3}, {"seconds": 50, "retired": True}])
    assert exercise.seconds() == 6
    assert [phase.seconds for phase in exercise.shown_phases()] == [3]


def test_progression_starts_where_it_says() -> None:
    exercise = ExerciseFactory(
        dose__reps_min=5, dose__reps_max=30, dose__start=6, dose__goal=30, dose__step=2, phases=[{"seconds": 1}]
    )
    assert (exercise.seconds(), exercise.seconds(10)) == (6, 10)


@pytest.mark.parametrize(
    "figures",
    [
        {"sets": 0},
        {"reps_min": 5, "reps_max": 4},
        {"times_per_day": 0},
        {"hold_kind": "seconds"},
        {"hold_kind": "seconds", "hold_min": 5, "hold_max": 4},
        {"start": 5},
        {"start": 5, "goal": 4, "step": 1},
    ],
)
def test_database_refuses_a_dose_that_cannot_be(figures: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        DoseFactory(**figures)


def test_dose_is_measured_against_what_the_pack_gave() -> None:
    figures = {"reps_min": 5, "reps_max": 30, "start": 5, "goal": 30, "step": 2}
    dose: Dose = ExerciseFactory(**{f"dose__{name}": value for name, value in figures.items()}).dose
    dose.pack = dose.figures()
    dose.full_clean()
    dose.goal = dose.reps_max = 40
    with pytest.raises(ValidationError) as caught:
        dose.full_clean()
    assert set(caught.value.message_dict) == {"goal", "reps_max"}
    dose.progression_reason = "Agreed with the clinic."
    dose.full_clean()


def test_missing_figure_is_reported_once() -> None:
    dose = Dose(exercise=ExerciseFactory(dose=None), reps_min=5)
    with pytest.raises(ValidationError) as caught:
        dose.full_clean()
    assert [len(messages) for messages in caught.value.message_dict.values()] == [1]


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"kind": "move", "seconds": None}, "seconds"),
        ({"kind": "breathe", "seconds": 3, "breaths": 1}, "breaths"),
        ({"kind": "rest", "seconds": 0}, "seconds"),
        ({"kind": "rest", "seconds": 301}, "seconds"),
    ],
)
def test_phase_lasts_seconds_or_breaths(fields: dict[str, Any], wrong: str) -> None:
    phase = PhaseFactory.build(exercise=ExerciseFactory(), **fields)
    with pytest.raises(ValidationError) as caught:
        phase.full_clean()
    assert wrong in caught.value.message_dict


@pytest.mark.parametrize("tags", ["disc", ["gout"], ["disc", "disc"], [["disc"]], {"disc": 1}, [1]])
def test_unknown_precautions_are_refused(tags: object) -> None:
    with pytest.raises(ValidationError):
        validate_precautions(tags)


def test_exercise_stands_once_in_a_routine() -> None:
    exercise = ExerciseFactory()
    routine = RoutineFactory(exercises=[exercise])
    with pytest.raises(IntegrityError), transaction.atomic():
        RoutineStep.objects.create(routine=routine, exercise=exercise)


def test_database_refuses_half_a_claim_and_one_upside_down() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        RoutineFactory(claimed_minutes_min=6, claimed_minutes_max=5)
    with pytest.raises(IntegrityError), transaction.atomic():
        RoutineFactory(claimed_minutes_min=6)
