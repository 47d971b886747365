"""Phases, dose and tempo to seconds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exercises import timing
from exercises.timing import BREATH, EXERCISE_CHANGE, SET_REST, SIDE_CHANGE, Dose, Phase, seconds, timeline

MOVE, HOLD = Phase("move", "Lift.", seconds=3), Phase("hold", "Hold.")
BOTH = Phase("hold", "Both.", seconds=7, both=True)


def test_length_is_that_of_the_phases_times_repetitions() -> None:
    assert seconds(timeline([MOVE, HOLD], Dose(1, 4, hold_kind="seconds", hold=5))) == 4 * (3 + 5)


def test_hold_in_breaths_lasts_as_long_as_they_do_and_says_how_many() -> None:
    (found,) = timeline([HOLD], Dose(1, 1, hold_kind="breaths", hold=3))
    assert (found.seconds, found.breaths) == (3 * BREATH, 3)


def test_phases_own_length_goes_before_the_doses() -> None:
    own = Phase("hold", seconds=2), Phase("breathe", breaths=2)
    found = timeline(own, Dose(1, 1, hold_kind="seconds", hold=30))
    assert [(segment.seconds, segment.breaths) for segment in found] == [(2, None), (2 * BREATH, 2)]


def test_sides_come_one_after_the_other_with_time_to_change() -> None:
    found = timeline([MOVE], Dose(1, 2, per_side=True))
    assert [(segment.side, segment.rep, segment.seconds) for segment in found] == [
        ("left", 1, 3),
        ("left", 2, 3),
        ("right", 1, SIDE_CHANGE),
        ("right", 1, 3),
        ("right", 2, 3),
    ]


def test_both_sides_together_come_after_the_single_ones() -> None:
    found = timeline([MOVE, BOTH], Dose(1, 1, per_side=True))
    assert [segment.side for segment in found if segment.kind != "rest"] == ["left", "right", "both"]
    assert seconds(found) == 3 + SIDE_CHANGE + 3 + SIDE_CHANGE + 7


def test_sets_are_parted_by_a_rest() -> None:
    found = timeline([MOVE], Dose(3, 12))
    assert seconds(found) == 3 * 12 * 3 + 2 * SET_REST
    assert {segment.set for segment in found} == {1, 2, 3}


def test_nothing_left_to_do_takes_no_time() -> None:
    assert timeline([MOVE], Dose(2, 5, per_side=True), 0) == []
    assert timeline([], Dose(2, 5)) == []


def test_hold_without_a_length_is_an_error() -> None:
    with pytest.raises(ValueError, match="no length"):
        timeline([HOLD], Dose(1, 1))


def test_routine_adds_the_changes_of_position() -> None:
    assert timing.routine_seconds([60, 40, 20]) == 120 + 2 * EXERCISE_CHANGE
    assert timing.routine_seconds([]) == 0


@pytest.mark.parametrize(
    ("target", "left", "done", "proposed"),
    [(5, 2, 0, 3), (5, 1, 3, 2), (5, 1, 0, 5), (5, 1, 7, 0), (30, 2, 0, 15), (0, 1, 0, 0)],
)
def test_daily_target_is_shared_over_the_sessions_left(target: int, left: int, done: int, proposed: int) -> None:
    assert timing.share(target, left, done) == proposed


def test_share_needs_a_session() -> None:
    with pytest.raises(ValueError, match="this session"):
        timing.share(5, 0)


phases = st.lists(
    st.builds(
        Phase,
        kind=st.sampled_from(["move", "hold", "breathe", "rest"]),
        seconds=st.none() | st.integers(1, 60),
        both=st.booleans(),
    ),
    min_size=1,
    max_size=5,
)
doses = st.builds(
    Dose,
    sets=st.integers(1, 4),
    reps=st.integers(1, 12),
    per_side=st.booleans(),
    hold_kind=st.sampled_from(["seconds", "breaths"]),
    hold=st.integers(1, 30),
)


@pytest.mark.parametrize(
    ("phases", "dose", "length"),
    [
        # 15 bridges of 3 s up, 2 s hold, 3 s down
        ([MOVE, HOLD, MOVE], Dose(1, 15, hold_kind="seconds", hold=2), 120),
        # 2 a side of 3 s and 30 s, and 5 s to change sides
        ([MOVE, HOLD], Dose(1, 2, per_side=True, hold_kind="seconds", hold=30), 137),
        # 3 sets of 12 with 3 s and 2 s, and 30 s between the sets
        ([MOVE, HOLD], Dose(3, 12, hold_kind="seconds", hold=2), 240),
        # 5 holds of 3 breaths of 5 s, each after 3 s
        ([MOVE, HOLD], Dose(1, 5, per_day=True, hold_kind="breaths", hold=3), 90),
        # 2 left, 2 right of 3 s and 5 s, 2 of 7 s with both, and 5 s between
        ([MOVE, HOLD, BOTH], Dose(1, 2, per_side=True, hold_kind="seconds", hold=5), 56),
    ],
)
def test_length_is_what_a_stopwatch_would_show(phases: list[Phase], dose: Dose, length: int) -> None:
    assert seconds(timeline(phases, dose)) == length


@given(phases, doses)
def test_no_segment_is_without_a_length(phases: list[Phase], dose: Dose) -> None:
    assert all(segment.seconds > 0 for segment in timeline(phases, dose))


@given(phases, doses)
def test_second_side_is_never_shorter(phases: list[Phase], dose: Dose) -> None:
    found = [segment for segment in timeline(phases, dose) if segment.kind != "rest" or segment.cue]
    left, right = (sum(segment.seconds for segment in found if segment.side == side) for side in ("left", "right"))
    assert left <= right


@given(phases, doses, st.integers(0, 12))
def test_more_repetitions_never_take_less_time(phases: list[Phase], dose: Dose, reps: int) -> None:
    assert seconds(timeline(phases, dose, reps)) < seconds(timeline(phases, dose, reps + 1))


@given(st.integers(0, 60), st.integers(1, 4))
def test_shares_of_a_day_add_up_to_its_target(target: int, sessions: int) -> None:
    done, shares = 0, []
    for left in range(sessions, 0, -1):
        shares.append(timing.share(target, left, done))
        done += shares[-1]
    assert done == target
    assert shares == sorted(shares, reverse=True)
