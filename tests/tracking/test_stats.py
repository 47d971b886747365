import datetime
import statistics
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracking import stats
from tracking.rules import Rules
from tracking.stats import Finding, Score, Window

FIRST = datetime.date(2026, 3, 1)
RULES = Rules()
SCORES = st.lists(
    st.builds(
        Score, st.dates(FIRST, FIRST + datetime.timedelta(days=80)), st.sampled_from(["am", "pm"]), st.integers(0, 10)
    )
)


def on(day: int) -> datetime.date:
    return FIRST + datetime.timedelta(days=day - 1)


def daily(first: int, pains: Iterable[int], period: str = "am") -> list[Score]:
    return [Score(on(first + number), period, pain) for number, pain in enumerate(pains)]


def change(scores: list[Score]) -> stats.Change:
    return stats.change(*stats.ends(scores, RULES.period_days), RULES)


@given(st.lists(st.integers(0, 10), min_size=1))
def test_median_is_the_middle_one(scores: list[int]) -> None:
    assert stats.median(scores) == statistics.median(scores)


def test_no_scores_have_no_median() -> None:
    assert stats.median([]) is None


def test_first_and_last_fourteen_days_are_counted_by_their_scores() -> None:
    first, last = stats.ends(daily(1, [5] * 10) + daily(41, [4] * 30), 14)
    assert {score.date for score in first} == {*map(on, range(1, 11)), *map(on, range(41, 45))}
    assert {score.date for score in last} == set(map(on, range(57, 71)))


def test_with_few_days_the_last_ones_are_those_after_the_first() -> None:
    first, last = stats.ends(daily(1, [5] * 20), 14)
    assert (len(first), [score.date for score in last]) == (14, list(map(on, range(15, 21))))


def test_several_scores_of_a_day_are_one_day() -> None:
    first, _last = stats.ends(daily(1, [5] * 14) + daily(1, [3] * 14, "pm"), 14)
    assert len(first) == 28


@given(SCORES, st.integers(1, 20))
def test_first_and_last_days_never_overlap(scores: list[Score], days: int) -> None:
    first, last = stats.ends(scores, days)
    assert not first or not last or max(first).date < min(last).date
    assert not last or len({score.date for score in first}) == days


@given(SCORES)
def test_what_lies_between_the_ends_changes_nothing(scores: list[Score]) -> None:
    dates = sorted({score.date for score in scores})
    outer = [score for score in scores if score.date in {*dates[:14], *dates[-14:]}]
    assert stats.ends(outer, 14) == stats.ends(scores, 14)


@pytest.mark.parametrize(
    ("then", "now", "finding"),
    [
        (5, 3, Finding.LOWER),  # 2 points
        (8, 6, Finding.LOWER),  # 2 points, 25 %
        (3, 2, Finding.LOWER),  # 1 point, 33 %
        (4, 3, Finding.SMALL),  # 1 point, 25 %
        (5, 3.5, Finding.LOWER),  # 1.5 points, 30 %
        (5, 4, Finding.SMALL),
        (1.5, 1, Finding.SMALL),  # 33 %, and less than the scale can show
        (1, 0, Finding.RECOVERED),
        (0.5, 0, Finding.RECOVERED),
        (0, 0, Finding.SAME),
        (5, 5, Finding.SAME),
        (5, 6, Finding.SMALL),
        (5, 7, Finding.HIGHER),
        (3, 4, Finding.HIGHER),
        (0, 1, Finding.SMALL),  # no percentage of nought: 2 points decide
        (0, 2, Finding.HIGHER),
    ],
)
def test_two_points_or_a_third_are_what_people_notice(then: float, now: float, finding: Finding) -> None:
    assert stats.meaning(then, now, RULES) is finding


@given(st.floats(0, 10), st.floats(0, 10))
def test_nobody_notices_less_than_a_point(then: float, now: float) -> None:
    if stats.meaning(then, now, RULES) in (Finding.LOWER, Finding.HIGHER):
        assert abs(then - now) >= 1


def test_operator_decides_what_is_noticed() -> None:
    strict = Rules(notice_points=4, notice_percent=100)
    assert stats.meaning(5, 3, strict) is Finding.SMALL


def test_change_compares_two_medians() -> None:
    found = change(daily(1, [5] * 7 + [6] * 7) + daily(30, [2] * 6 + [3] * 8))
    assert found.finding is Finding.LOWER
    assert found.first == stats.Part(Window(on(1), on(14)), 14, 14, 5.5)
    assert found.last == stats.Part(Window(on(30), on(43)), 14, 14, 3)


def test_no_score_says_nothing() -> None:
    assert change([]) == stats.Change(Finding.NONE)


def test_five_scores_are_not_enough_to_begin_with() -> None:
    assert change(daily(1, [5] * 5)).finding is Finding.BEGUN


def test_six_scores_on_five_days_are_not_enough() -> None:
    assert change([*daily(1, [5] * 5), Score(on(1), "pm", 5)]).finding is Finding.BEGUN


def test_five_scores_since_are_not_enough_to_compare() -> None:
    assert change(daily(1, [5] * 14) + daily(20, [1] * 5)).finding is Finding.WAITING
    assert change(daily(1, [5] * 14) + daily(20, [1] * 6)).finding is Finding.LOWER


def test_one_wild_score_changes_no_finding() -> None:
    assert change(daily(1, [5] * 14) + daily(20, [5] * 13 + [10])).finding is Finding.SAME


@given(SCORES)
def test_nothing_is_compared_below_six_scores_on_six_days(scores: list[Score]) -> None:
    found = change(scores)
    if found.finding not in (Finding.NONE, Finding.BEGUN, Finding.WAITING):
        for part in (found.first, found.last):
            assert part is not None
            assert min(part.scores, part.days) >= 6


def test_rolling_median_rests_on_the_buckets_before() -> None:
    assert stats.rolling([{4: 1}, {2: 1}, {6: 1}, {6: 2}], 2, 2) == [None, 3, 4, 6]


def test_rolling_median_needs_enough_scores() -> None:
    assert stats.rolling([{4: 1}, {4: 1}, {4: 1}], 14, 3) == [None, None, 4]


def test_rolling_median_breaks_in_a_gap() -> None:
    buckets = [{5: 2}] * 8 + [{}] * 4 + [{5: 1}]
    assert stats.rolling(buckets, 14, 6) == [None, None] + [5.0] * 8 + [None, None, 5]


def test_month_without_a_score_has_no_median() -> None:
    assert stats.rolling([{5: 6}, {}, {4: 6}], 1, 6) == [5, None, 4]


def slots(days: Iterable[int], periods: Iterable[str] = ("am", "pm")) -> set[tuple[datetime.date, str]]:
    return {(on(day), period) for day in days for period in periods}


def test_adherence_counts_two_slots_a_day() -> None:
    found = stats.adherence(["am", "pm"], slots(range(1, 6)) | slots([6], ["am"]), Window(on(1), on(10)))
    assert (found.done, found.planned, found.extra, found.left_out) == (11, 20, 0, 0)


def test_recent_days_weigh_more() -> None:
    early = stats.adherence(["am"], slots([1], ["am"]), Window(on(1), on(3)))
    late = stats.adherence(["am"], slots([3], ["am"]), Window(on(1), on(3)))
    assert (early.weighted, late.weighted) == (17, 50)  # 1 of 1 + 2 + 3, and 3 of them


def test_flares_and_pauses_are_left_out() -> None:
    found = stats.adherence(["am"], slots([1, 2, 5], ["am"]), Window(on(1), on(6)), (), [Window(on(3), on(4))])
    assert (found.done, found.planned, found.left_out) == (3, 4, 2)


def test_session_in_a_flare_is_extra() -> None:
    found = stats.adherence(["am"], slots([1, 2], ["am"]), Window(on(1), on(2)), (), [Window(on(2), on(9))])
    assert (found.done, found.planned, found.extra) == (1, 1, 1)


def test_day_that_is_not_over_counts_as_far_as_it_is_done() -> None:
    window = Window(on(1), on(1))
    assert stats.adherence(["am", "pm"], set(), window, {on(1)}).planned == 0
    assert stats.adherence(["am", "pm"], slots([1], ["am"]), window, {on(1)}).planned == 1


def test_sessions_without_a_plan_are_extra() -> None:
    found = stats.adherence(["am"], slots([1, 2]), Window(on(1), on(2)))
    assert (found.done, found.planned, found.extra) == (2, 2, 2)


def test_each_day_counts_by_what_was_planned_on_it() -> None:
    past = {on(3): ["am"], on(6): ["am", "pm"]}  # am up to the 2nd, both up to the 5th, then nothing
    found = stats.adherence([], slots(range(1, 11)), Window(on(1), on(10)), past=past)
    assert (found.done, found.planned, found.extra) == (8, 8, 12)
    assert stats.adherence([], set(), Window(on(1), on(10)), past=past).planned == 8


def test_nothing_planned_has_no_percentage() -> None:
    assert stats.adherence([], slots([1]), Window(on(1), on(2))).weighted is None


@given(
    st.sets(st.tuples(st.dates(on(1), on(20)), st.sampled_from(["am", "pm"]))),
    st.sets(st.sampled_from(["am", "pm"])),
    st.lists(st.builds(Window, st.dates(on(1), on(10)), st.dates(on(11), on(20))), max_size=2),
)
def test_never_more_done_than_planned(
    found: set[tuple[datetime.date, str]], periods: set[str], left_out: list[Window]
) -> None:
    told = stats.adherence(periods, found, Window(on(1), on(20)), {on(20)}, left_out)
    assert told.done <= told.planned
    assert told.done + told.extra == len(found)
    assert told.weighted is None or 0 <= told.weighted <= 100


def test_run_ends_at_a_day_without_a_session() -> None:
    assert stats.run({on(1), on(3), on(4), on(5)}, on(5)) == 3


def test_today_without_its_session_yet_breaks_no_run() -> None:
    assert stats.run({on(3), on(4)}, on(5)) == 2


def test_yesterday_without_a_session_ends_it() -> None:
    assert stats.run({on(3)}, on(5)) == 0


def test_flare_neither_breaks_nor_lengthens_a_run() -> None:
    dates = {on(1), on(2), on(4), on(6), on(7)}
    assert stats.run(dates, on(7)) == 2
    assert stats.run(dates, on(7), [Window(on(3), on(5))]) == 4


def test_days_looked_at_reach_back_over_what_is_left_out() -> None:
    left_out = [Window(on(11), on(20)), Window(on(18), on(22))]
    assert stats.back(on(31), 10, [], most=99) == (on(21), 10)
    assert stats.back(on(31), 10, left_out, most=99) == (on(9), 10)
    assert stats.back(on(31), 10, left_out, most=15) == (on(16), 8)


@given(st.sets(st.dates(on(1), on(90))), st.dates(on(1), on(45)), st.integers(0, 45), st.integers(1, 30))
def test_run_is_never_cut_short_by_the_days_looked_at(
    dates: set[datetime.date], start: datetime.date, length: int, days: int
) -> None:
    left_out, today = [Window(start, start + length * stats.DAY)], on(91)
    since, asked = stats.back(today, days, left_out, most=365)
    short = stats.run({date for date in dates if date >= since}, today, left_out)
    assert asked == days
    assert short == min(stats.run(dates, today, left_out), days)


def test_nobody_without_a_session_has_a_run() -> None:
    assert stats.run(set(), on(5)) == 0


@given(st.sets(st.dates(on(1), on(30))), st.dates(on(1), on(30)), st.dates(on(1), on(30)))
def test_leaving_days_out_never_shortens_a_run_by_more_than_them(
    dates: set[datetime.date], start: datetime.date, end: datetime.date
) -> None:
    window = Window(min(start, end), max(start, end))
    inside = sum(window.holds(date) for date in dates)
    assert stats.run(dates, on(30), [window]) >= stats.run(dates, on(30)) - inside


def test_worse_day_is_higher_by_two_points_than_the_day_before() -> None:
    scores = [*daily(1, [3, 5, 4, 5]), *daily(8, [3])]
    found = stats.followed(stats.day_means(scores), 2)
    assert found == {on(1): True, on(2): False, on(3): False}


def test_day_is_compared_by_its_mean() -> None:
    scores = [Score(on(1), "am", 2), Score(on(1), "pm", 4), Score(on(2), "am", 5)]
    assert stats.day_means(scores) == {on(1): 3, on(2): 5}


def test_month_without_a_flare_is_thirty_days() -> None:
    assert stats.quiet_since([], on(1), on(30)) is None
    assert stats.quiet_since([], on(1), on(31)) == on(1)
    assert stats.quiet_since([Window(on(1), on(5))], on(1), on(36)) == on(6)
    assert stats.quiet_since([Window(on(1), on(7))], on(1), on(36)) is None


def test_summary_takes_nought_for_a_value_and_none_for_a_gap() -> None:
    found = stats.summary([None, 0, 4.5, None, 2])
    assert found == stats.Summary(first=0, last=2, lowest=0, highest=4.5, given=3, count=5)


def test_summary_of_gaps_is_none() -> None:
    assert stats.summary([None, None]) is None
