"""What the past adds up to is what its records say, however often and in whatever steps it was brought up to date."""

import datetime
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from tracking import chart
from tracking.chart import Unit
from tracking.past import NOTHING, UNITS, WEEKS, Half, LastDays, Past, Sum

MONDAY = datetime.date(2026, 3, 2)
DAY, WEEK = datetime.timedelta(days=1), datetime.timedelta(weeks=1)
LONG_AGO = MONDAY - 1000 * DAY
SCORES = st.none() | st.integers(0, 10)
DATES = st.integers(0, 1000).map(lambda days: LONG_AGO + days * DAY)


@st.composite
def halves(draw: st.DrawFn) -> list[Half]:
    """One session a slot at most, and check-ins."""
    slots = draw(st.sets(st.tuples(DATES, st.sampled_from(["am", "pm"])), max_size=40))
    sessions = [Half(date, period, draw(SCORES), draw(SCORES), 1, "UTC") for date, period in sorted(slots)]
    told = draw(st.lists(st.tuples(DATES, st.sampled_from(["am", "pm"]), st.integers(0, 10)), max_size=10))
    return [*sessions, *(Half(date, period, pain, None, 0, "") for date, period, pain in told)]


def moved(past: Past, until: datetime.date, found: Sequence[Half], since: datetime.date = LONG_AGO) -> Past:
    """Return it moved on as a page does: of ``found``, only what it lacks is read one by one."""
    begin, end = past.gap
    lacking = [half for half in found if half.date >= past.until or begin <= half.date < end]
    exercises = {half.date: {half.date.day} for half in found if half.sessions}
    goals = {half.date.day: half.date for half in sorted(found, key=lambda half: half.date, reverse=True)}
    return past.moved(until, since, lacking, exercises, goals)


def in_order(past: Past) -> tuple[object, ...]:
    return sorted(past.halves, key=str), past.exercises, past.goals, past.texts, past.until, past.since, past.summed


@given(found=halves(), steps=st.sets(st.integers(1, 150), max_size=4), days=st.integers(0, 1000))
def test_steps_lead_to_the_same_as_one(found: list[Half], steps: set[int], days: int) -> None:
    since, past = LONG_AGO + days * DAY, Past.none(LONG_AGO)
    for weeks in sorted(steps, reverse=True):
        past = moved(past, MONDAY - weeks * WEEK, found, LONG_AGO)
    assert in_order(moved(past, MONDAY, found, since)) == in_order(moved(Past.none(LONG_AGO), MONDAY, found, since))


@given(found=halves())
def test_what_is_read_is_what_was_written(found: list[Half]) -> None:
    past = moved(Past.none(LONG_AGO), MONDAY, found)
    assert Past.read(past.summed, past.since, past.until, past.single(), *past.texts.values()) == past


@given(found=halves(), unit=st.sampled_from([Unit.MONTH, Unit.QUARTER, Unit.YEAR]), since=DATES)
def test_each_bucket_holds_its_own_records(found: list[Half], unit: Unit, since: datetime.date) -> None:
    past = moved(Past.none(LONG_AGO), MONDAY, found)
    expected: dict[datetime.date, list[Sum]] = {}
    for half in found:
        start = chart.floor(half.date, unit)
        if start >= since and half.date < MONDAY:
            expected.setdefault(start, [Sum(), Sum()])[["am", "pm"].index(half.period)].take(half)
    assert past.sums(unit, since) == expected


@given(found=halves())
def test_last_days_are_those_of_sessions(found: list[Half]) -> None:
    past = moved(Past.none(LONG_AGO), MONDAY, found)
    done = {(half.date, half.period) for half in found if half.sessions and half.date < MONDAY}
    years = zip(past.sums(Unit.YEAR, datetime.date.min), past.last_days(Unit.YEAR, datetime.date.min), strict=True)
    for start, last in years:
        morning, evening = (
            {date for date, one in done if one == period and date.year == start.year} for period in ("am", "pm")
        )
        assert last == LastDays(*(max(dates, default=None) for dates in (morning & evening, morning, evening)))


def test_scores_are_counted_and_added_up() -> None:
    found = [
        Half(LONG_AGO, "am", 4, 2, 1, "UTC"),
        Half(LONG_AGO + DAY, "am", 4, None, 1, "UTC"),
        Half(LONG_AGO + DAY, "am", 0, None, 0, ""),
        Half(LONG_AGO + DAY, "pm", None, 7, 1, "UTC"),
    ]
    past = moved(Past.none(LONG_AGO), MONDAY, found)
    [(morning, evening)] = past.sums(Unit.YEAR, datetime.date.min).values()
    assert morning == Sum({4: 2, 0: 1}, after=2, afters=1, sessions=2)
    assert evening == Sum({}, after=7, afters=1, sessions=1)
    assert past.last_days(Unit.YEAR, datetime.date.min) == [LastDays(*[LONG_AGO + DAY] * 3)]


def test_nothing_from_its_end_on_is_past() -> None:
    past = moved(Past.none(LONG_AGO), MONDAY, [Half(MONDAY, "am", 4, 2, 1, "UTC")])
    assert (past.halves, past.exercises, past.goals, past.texts) == ([], {}, {}, dict.fromkeys(UNITS, "[]"))


@given(found=halves(), others=halves(), days=st.tuples(*[st.integers(-40, 1040)] * 2), weeks=st.integers(0, 60))
def test_what_has_changed_is_added_up_again(
    found: list[Half], others: list[Half], days: tuple[int, int], weeks: int
) -> None:
    first, last = sorted(LONG_AGO + number * DAY for number in days)
    kept = moved(Past.none(LONG_AGO), MONDAY - weeks * WEEK, found)
    changed = [half for half in found if not first <= half.date <= last]
    changed += [half for half in others if first <= half.date <= last]
    again = moved(kept.without(first, last), MONDAY, changed)
    assert in_order(again) == in_order(moved(Past.none(LONG_AGO), MONDAY, changed))


@given(first=DATES, days=st.integers(0, 400))
def test_gap_is_whole_weeks_and_months_before_the_end(first: datetime.date, days: int) -> None:
    past = moved(Past.none(LONG_AGO), MONDAY, [])
    begin, end = past.without(first, first + days * DAY).gap
    if first >= MONDAY:
        assert (begin, end) == NOTHING
    else:
        assert begin == min(chart.floor(first, unit) for unit in (Unit.WEEK, Unit.MONTH))
        assert end > min(first + days * DAY, MONDAY - DAY)
        assert end == MONDAY or end.weekday() == 0 or end.day == 1


def test_goals_before_a_change_still_hold() -> None:
    past = Past.none(LONG_AGO)
    reached = {1: LONG_AGO, 2: LONG_AGO + 100 * DAY, 3: LONG_AGO + 200 * DAY}
    past = past.moved(MONDAY, LONG_AGO, [], {}, reached).without(reached[2], reached[2])
    assert past.goals == {1: LONG_AGO}
    assert past.goals_until == past.gap[0] <= reached[2]


def test_weeks_are_kept_as_far_back_as_a_chart_goes_and_longer_units_all() -> None:
    days = [MONDAY - number * WEEK for number in range(1, 600)]
    past = moved(Past.none(days[-1]), MONDAY, [Half(date, "am", 1, 1, 1, "UTC") for date in days])
    for unit in UNITS:
        starts = {chart.floor(date, unit) for date in days if unit != Unit.WEEK or date >= MONDAY - WEEKS}
        assert list(past.sums(unit, datetime.date.min)) == sorted(starts)
