import datetime
import statistics
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracking import stats
from tracking.stats import Finding, Mark, Window

FIRST = datetime.date(2026, 3, 1)


def on(day: int) -> datetime.date:
    return FIRST + datetime.timedelta(days=day - 1)


@given(st.lists(st.integers(0, 10), min_size=1))
def test_median_of_counts_is_the_median_of_the_scores(scores: list[int]) -> None:
    assert stats.median(Counter(scores)) == statistics.median(scores)


def test_no_scores_have_no_median() -> None:
    assert stats.median({}) is None


def test_all_zeros_have_a_median_of_nought() -> None:
    assert stats.median({0: 12}) == 0


def test_four_weeks_compare_the_first_two_with_the_last_two() -> None:
    assert stats.ends(on(1), on(28)) == (Window(on(1), on(14)), Window(on(15), on(28)))


def test_a_year_compares_two_weeks_at_each_end() -> None:
    parts = stats.ends(on(1), on(365))
    assert parts is not None
    assert [part.days for part in parts] == [14, 14]


def test_thirteen_days_are_too_short_to_compare() -> None:
    assert stats.ends(on(1), on(13)) is None


@given(st.integers(1, 4000))
def test_the_two_ends_never_overlap(length: int) -> None:
    parts = stats.ends(on(1), on(length))
    assert parts is None or parts[0].end < parts[1].start


@pytest.mark.parametrize(
    ("first", "last", "finding"),
    [
        ({5: 5}, {3: 5}, Finding.LOWER),
        ({3: 5}, {5: 5}, Finding.HIGHER),
        ({5: 5}, {4: 5}, Finding.SAME),  # 1 point: less than the scale can tell apart
        ({1: 5}, {0: 5}, Finding.SAME),  # all of the baseline, but still only 1 point
        ({0: 5}, {0: 5}, Finding.SAME),
        ({5: 4}, {3: 9}, Finding.USUAL),  # too few scores at one end
        ({5: 2}, {3: 2}, Finding.BEGUN),
        ({}, {}, Finding.NONE),
    ],
)
def test_finding_compares_medians_and_claims_no_more(
    first: dict[int, int], last: dict[int, int], finding: Finding
) -> None:
    assert stats.usual(first, last, {}).finding == finding


def test_one_wild_score_changes_no_finding() -> None:
    assert stats.usual({5: 6}, {5: 5, 10: 1}, {}).finding == Finding.SAME


def test_usual_pain_counts_the_days_between_too() -> None:
    assert stats.usual({}, {}, {4: 6}).median == 4


@given(
    *[st.dictionaries(st.integers(0, 10), st.integers(1, 30), max_size=11)] * 3,
)
def test_comparison_names_two_medians_or_none(
    first: dict[int, int], last: dict[int, int], rest: dict[int, int]
) -> None:
    found = stats.usual(first, last, rest)
    compared = found.finding in (Finding.SAME, Finding.LOWER, Finding.HIGHER)
    assert compared == (found.difference is not None)


def test_adherence_counts_two_slots_a_day() -> None:
    found = stats.adherence(["am", "pm"], 10, {"am": 10, "pm": 5}, {})
    assert (found.done, found.planned, found.extra, found.percent) == (15, 20, 0, 75)


def test_part_of_a_day_counts_only_as_far_as_it_is_done() -> None:
    assert stats.adherence(["am", "pm"], 0, {}, {}).planned == 0
    assert stats.adherence(["am", "pm"], 0, {}, {"am": 1}).planned == 1


def test_sessions_from_before_the_plan_are_neither_done_nor_planned() -> None:
    found = stats.adherence(["am"], 3, {"am": 2}, {}, earlier=4)
    assert (found.done, found.planned, found.extra, found.earlier, found.unplanned) == (2, 3, 0, 4, 4)


def test_sessions_without_a_plan_are_extra() -> None:
    found = stats.adherence(["am"], 2, {"am": 1, "pm": 1}, {"pm": 1})
    assert (found.done, found.planned, found.extra) == (1, 2, 2)


def test_nothing_planned_has_no_percentage() -> None:
    assert stats.adherence([], 8, {"am": 1}, {}).percent is None


@given(
    st.sets(st.tuples(st.integers(1, 20), st.sampled_from(["am", "pm"]))),
    st.sets(st.sampled_from(["am", "pm"])),
)
def test_never_more_done_than_planned(slots: set[tuple[int, str]], periods: set[str]) -> None:
    full = Counter(period for day, period in slots if day < 20)
    part = Counter(period for day, period in slots if day == 20)
    found = stats.adherence(periods, 19, full, part)
    assert found.done <= found.planned
    assert found.done + found.extra == len(slots)


def test_summary_takes_nought_for_a_value_and_none_for_a_gap() -> None:
    found = stats.summary([None, 0, 4.5, None, 2])
    assert found == stats.Summary(first=0, last=2, lowest=0, highest=4.5, given=3, count=5)


def test_summary_of_gaps_is_none() -> None:
    assert stats.summary([None, None]) is None


def test_calendar_marks_each_day_by_its_slots() -> None:
    slots = [(on(2), "am"), (on(3), "pm"), (on(4), "pm"), (on(4), "am"), (on(9), "am")]
    found = stats.calendar(Window(on(1), on(4)), slots)
    assert [day.mark for day in found] == [Mark.NONE, Mark.MORNING, Mark.EVENING, Mark.BOTH]
    assert stats.tally(found) == {Mark.NONE: 1, Mark.MORNING: 1, Mark.EVENING: 1, Mark.BOTH: 1}
