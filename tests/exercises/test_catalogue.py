"""What pages and the API read: only what is shown."""

from typing import Any

import pytest

from exercises import catalogue
from exercises.models import RoutineStep, SafetyNote
from tests.exercises.factories import (
    ExerciseFactory,
    GuidePageFactory,
    RoutineFactory,
    SafetyNoteFactory,
    SourceFactory,
)

pytestmark = pytest.mark.django_db


def test_routine_lasts_its_exercises_and_the_changes_between_them() -> None:
    first, second = ExerciseFactory(dose__reps_min=2), ExerciseFactory(dose__reps_min=1)  # 2 phases of 3 s each
    RoutineFactory(slug="prevention", exercises=[first, second])
    (plan,) = catalogue.plans(slug="prevention")
    assert [step.seconds for step in plan.steps] == [12, 6]
    assert plan.seconds == 12 + 10 + 6


def test_routine_knows_its_shortest_and_longest_movement() -> None:
    quick = ExerciseFactory(phases=[{"seconds": 3}, {"seconds": 9, "kind": "rest"}, {"seconds": 1, "retired": True}])
    slow = ExerciseFactory(phases=[{"seconds": 6}, {"breaths": 9}, {"kind": "hold", "seconds": 30}])
    RoutineFactory(exercises=[quick, slow])
    RoutineFactory(exercises=[ExerciseFactory(phases=[{"kind": "breathe", "seconds": 3}])])
    assert [plan.movement for plan in catalogue.plans()] == [(3, 6), None]


def test_daily_dose_is_shared_over_the_routines_sessions() -> None:
    daily = ExerciseFactory(
        dose__per="day", dose__reps_min=5, dose__reps_max=30, dose__start=5, dose__goal=30, dose__step=2
    )
    RoutineFactory(exercises=[daily], times_per_day=2)
    (plan,) = catalogue.plans()
    assert plan.steps[0].reps == 3


def test_retired_exercise_leaves_its_routine() -> None:
    kept, gone = ExerciseFactory(), ExerciseFactory(retired=True)
    RoutineFactory(exercises=[kept, gone])
    (plan,) = catalogue.plans()
    assert [step.exercise for step in plan.steps] == [kept]


def test_exercise_without_a_dose_is_not_shown() -> None:
    draft = ExerciseFactory(slug="draft", dose=None)
    RoutineFactory(exercises=[draft])
    assert list(catalogue.exercises()) == []
    assert catalogue.by_routine() == []
    assert catalogue.plans()[0].steps == []
    assert catalogue.sheet("draft") is None


@pytest.mark.parametrize("fields", [{"dose": None}, {"retired": True}])
def test_what_is_not_shown_is_nobodys_variation(fields: dict[str, Any]) -> None:
    bridge, draft, kept = ExerciseFactory(slug="bridge"), ExerciseFactory(slug="draft", **fields), ExerciseFactory()
    bridge.variations.set([draft, kept])
    sheet = catalogue.sheet("bridge")
    assert sheet
    assert sheet.variations == [kept]
    assert list(catalogue.exercises().get(slug="bridge").variations.all()) == [kept]
    assert catalogue.sheet("draft") is None


def test_sheet_names_the_routines_that_have_the_exercise() -> None:
    bridge = ExerciseFactory(slug="bridge")
    second, first = RoutineFactory(order=2, exercises=[bridge]), RoutineFactory(order=1, exercises=[bridge])
    RoutineFactory(exercises=[bridge], retired=True)
    left = RoutineFactory(exercises=[bridge])
    RoutineStep.objects.filter(routine=left).update(retired=True)
    RoutineFactory(exercises=[ExerciseFactory()])
    sheet = catalogue.sheet("bridge")
    assert sheet
    assert sheet.routines == [first, second]


def test_retired_source_is_cited_no_more() -> None:
    kept, gone = SourceFactory(slug="kept"), SourceFactory(slug="gone", retired=True)
    GuidePageFactory(sources=[kept, gone])
    SafetyNoteFactory(sources=[kept, gone])
    assert [list(page.sources.all()) for page in catalogue.guide()] == [[kept]]
    assert catalogue.sources_of(catalogue.safety(SafetyNote.Kind.EMERGENCY)["emergency"]) == [kept]


def test_exercise_is_listed_once_under_its_first_routine() -> None:
    shared, alone = ExerciseFactory(), ExerciseFactory()
    second = RoutineFactory(order=2, exercises=[shared])
    first = RoutineFactory(order=1, exercises=[shared])
    assert catalogue.by_routine() == [(first, [shared]), (None, [alone])]
    assert second.exercises.count() == 1
