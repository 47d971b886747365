import datetime
from collections.abc import Sequence
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracking.progression import GOOD_DAYS, Day, Range, Reason, Record, advise, days

TODAY = datetime.date(2026, 3, 1)
DAILY = Range(5, 30, 2)


def ago(number: int) -> datetime.date:
    return TODAY - datetime.timedelta(days=number)


def run(*targets: int, reached: bool = True, worse: bool = False) -> list[Day]:
    """Days at ``targets``, the latest first."""
    return [Day(ago(number), target, reached, worse) for number, target in enumerate(targets, start=1)]


def test_first_time_begins_at_the_start() -> None:
    advice = advise(DAILY, [])
    assert (advice.target, advice.reason, advice.previous) == (5, Reason.FIRST, None)


def test_three_good_days_running_earn_one_step() -> None:
    advice = advise(DAILY, run(5, 5, 5))
    assert (advice.target, advice.reason, advice.good_days) == (7, Reason.STEP_UP, 3)


def test_two_good_days_stay_and_say_how_many_are_left() -> None:
    advice = advise(DAILY, run(5, 5))
    assert (advice.target, advice.reason) == (5, Reason.BUILDING)
    assert advice.figures["left"] == 1


def test_good_days_at_a_lower_target_do_not_count() -> None:
    assert advise(DAILY, run(7, 7, 5, 5, 5)).reason == Reason.BUILDING


def test_missed_target_stays() -> None:
    advice = advise(DAILY, [replace(run(5)[0], reached=False), *run(5, 5, 5, 5)[1:]])
    assert (advice.target, advice.reason, advice.good_days) == (5, Reason.MISSED, 0)


def test_pain_that_rose_stays_even_with_the_target_reached() -> None:
    advice = advise(DAILY, [replace(run(5)[0], worse=True), *run(5, 5, 5, 5)[1:]])
    assert (advice.target, advice.reason) == (5, Reason.PAIN)


def test_days_without_a_record_do_not_break_a_run() -> None:
    assert advise(DAILY, [Day(ago(number), 5, reached=True) for number in (1, 4, 9)]).reason == Reason.STEP_UP


def test_last_step_stops_at_the_goal() -> None:
    assert advise(DAILY, run(29, 29, 29)).target == 30


def test_goal_is_kept() -> None:
    advice = advise(DAILY, run(30, 30, 30, 30))
    assert (advice.target, advice.reason) == (30, Reason.GOAL)


def test_dose_of_one_figure_stays_fixed() -> None:
    assert advise(Range.of(2, 2), run(2, 2, 2)).reason == Reason.FIXED


def test_target_above_an_edited_goal_is_lowered_to_it() -> None:
    advice = advise(Range(5, 20, 2), run(24, 24, 24))
    assert (advice.target, advice.reason, advice.previous) == (20, Reason.LOWERED, 24)


def test_target_below_an_edited_start_is_raised_to_it() -> None:
    advice = advise(Range(8, 30, 2), run(5, 5, 5))
    assert (advice.target, advice.reason) == (8, Reason.RAISED)


def test_two_days_of_one_date_are_refused() -> None:
    with pytest.raises(ValueError, match="one Day a date"):
        advise(DAILY, [Day(TODAY, 5, reached=True), Day(TODAY, 5, reached=False)])


@pytest.mark.parametrize(("start", "goal", "step"), [(0, 5, 1), (6, 5, 1), (5, 30, 0)])
def test_impossible_range_is_refused(start: int, goal: int, step: int) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        Range(start, goal, step)


def test_range_comes_from_the_progression_or_from_the_repetitions() -> None:
    assert Range.of(5, 30, 5, 30, 2) == Range(5, 30, 2)
    assert Range.of(15, 20) == Range(15, 20, 1)


def test_dose_a_day_is_reached_by_its_sessions_together() -> None:
    records = [Record(TODAY, 3, 3, day_target=5), Record(TODAY, 2, 2, day_target=5)]
    assert days(records) == [Day(TODAY, 5, reached=True)]


def test_dose_a_session_must_be_reached_in_each() -> None:
    assert not days([Record(TODAY, 3, 3), Record(TODAY, 3, 2)])[0].reached


def test_repetitions_not_noted_do_not_reach_a_target() -> None:
    assert not days([Record(TODAY, 3, None)])[0].reached


def test_pain_from_nought_to_one_is_a_rise_and_a_missing_score_is_not() -> None:
    assert days([Record(TODAY, 3, 3, pain_before=0, pain_after=1)])[0].worse
    assert not days([Record(TODAY, 3, 3, pain_before=None, pain_after=9)])[0].worse


def test_days_come_latest_first() -> None:
    assert [day.date for day in days([Record(ago(3), 3, 3), Record(ago(1), 3, 3)])] == [ago(1), ago(3)]


spans = st.builds(
    lambda start, growth, step: Range(start, start + growth, step),
    st.integers(1, 40),
    st.integers(0, 40),
    st.integers(1, 10),
)
histories = st.lists(
    st.builds(
        Day, st.dates(datetime.date(2025, 1, 1), TODAY), st.integers(0, 99), reached=st.booleans(), worse=st.booleans()
    ),
    max_size=12,
    unique_by=lambda day: day.date,
)


@given(spans, histories)
def test_target_never_leaves_the_range(span: Range, history: Sequence[Day]) -> None:
    assert span.start <= advise(span, history).target <= span.goal


@given(spans, histories)
def test_target_never_rises_after_a_day_that_was_not_good(span: Range, history: Sequence[Day]) -> None:
    advice = advise(span, history)
    last = max(history, key=lambda day: day.date, default=None)
    if last and not last.good and last.target >= span.start:
        assert advice.target <= last.target


@given(spans, histories)
def test_target_never_rises_by_more_than_a_step(span: Range, history: Sequence[Day]) -> None:
    advice = advise(span, history)
    if advice.previous is not None and advice.previous >= span.start:
        assert advice.target - advice.previous <= span.step


@given(spans, histories, st.randoms())
def test_order_of_the_days_does_not_matter(span: Range, history: list[Day], random: Random) -> None:
    shuffled = list(history)
    random.shuffle(shuffled)
    assert advise(span, shuffled) == advise(span, history)


@given(spans)
def test_good_days_reach_the_goal_and_stay_there(span: Range) -> None:
    target, history = span.start, list[Day]()
    for number in range((span.goal - span.start + 1) * GOOD_DAYS + 10):
        history.append(Day(TODAY + datetime.timedelta(days=number), target, reached=True))
        target = advise(span, history[-8:]).target
    assert target == span.goal
