"""What the player says, and when: the practice by ear alone."""

import pytest

from exercises.models import Exercise
from exercises.timing import Segment
from tests.exercises.factories import ExerciseFactory
from tracking import player

pytestmark = pytest.mark.django_db


def said(exercise: Exercise) -> list[tuple[str, str]]:
    """Return the kind of each segment with the line that goes with it."""
    (part,) = player.parts(player.first_targets([exercise]))
    return [(segment.kind, line) for segment, line in zip(part.segments, player.spoken(part), strict=True)]


def test_first_repetition_has_every_cue_and_the_later_ones_what_fits() -> None:
    exercise = ExerciseFactory(
        dose__reps_min=2,
        phases=[
            {"cue": "Tighten.", "seconds": 2},
            {"cue": "Lift your hips. Keep your head where it is.", "seconds": 2},
            {"cue": "Lower the hips all the way to the floor.", "seconds": 2},
            {"cue": "Rest.", "seconds": 4},
        ],
    )
    assert [line for _kind, line in said(exercise)] == [
        "Tighten.",
        "Lift your hips. Keep your head where it is.",
        "Lower the hips all the way to the floor.",
        "Rest.",
        "Repetition 2. Tighten.",
        "Lift your hips.",
        "",
        "Rest.",
    ]


def test_each_side_is_announced_before_it_begins() -> None:
    exercise = ExerciseFactory(
        dose__reps_min=1,
        dose__per_side=True,
        phases=[{"cue": "Pull."}, {"cue": "Pull both.", "applies": "both"}],
    )
    assert said(exercise) == [
        ("move", "Left side. Pull."),
        ("rest", "Change sides. Now the right side."),
        ("move", "Pull."),
        ("rest", "Now both together."),
        ("move", "Pull both."),
    ]


def test_rest_between_sets_says_how_long_and_what_follows() -> None:
    exercise = ExerciseFactory(dose__sets=2, dose__reps_min=1, dose__per_side=True, phases=[{"cue": "Lift."}])
    lines = said(exercise)
    assert ("rest", "Rest for 30 seconds. Then set 2 of 2.") in lines
    assert [line for _kind, line in lines].count("Left side. Lift.") == 2


def test_exercise_is_introduced_by_name_amount_and_position_without_marks() -> None:
    exercise = ExerciseFactory(
        name="Bridge", dose__reps_min=3, position="Lie **down** on a [mat](/guide/), `not` a _bed_. "
    )
    (target,) = player.first_targets([exercise])
    assert player.introduction(target) == "Bridge. 3 times. Lie down on a mat, not a bed."


def test_length_counts_the_get_ready_and_the_changes_of_position() -> None:
    made = [ExerciseFactory(dose__reps_min=2, phases=[{"seconds": 3}]) for _number in range(2)]
    parts = player.parts(player.first_targets(made))
    assert player.length(parts) == 5 + 6 + 10 + 6
    assert player.length([]) == 0


def test_segments_of_a_part_are_those_of_the_timeline() -> None:
    (part,) = player.parts(player.first_targets([ExerciseFactory(dose__reps_min=2, phases=[{}])]))
    fields = [{name: segment[name] for name in Segment.__dataclass_fields__} for segment in part.data()["segments"]]
    assert [Segment(**each) for each in fields] == part.segments
