import datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracking import chart
from tracking.chart import Axis, Frame, Span, Unit
from tracking.svg import MARK_SPACING

TODAY = datetime.date(2026, 3, 18)  # a Wednesday
PAST = st.dates(datetime.date(1, 1, 1), TODAY)


def by_day(count: int, unit: Unit = Unit.DAY) -> Frame:
    return Frame(unit, tuple(TODAY - datetime.timedelta(days=number) for number in reversed(range(count))), TODAY)


def axis(frame: Frame) -> Axis:
    return Axis(frame.start, frame.end)


@pytest.mark.parametrize(
    ("span", "unit", "points"),
    [(Span.FORTNIGHT, Unit.DAY, 14), (Span.QUARTER, Unit.WEEK, 14), (Span.YEAR, Unit.WEEK, 53)],
)
def test_each_span_has_its_bucket(span: Span, unit: Unit, points: int) -> None:
    frame = chart.frame(span, TODAY, datetime.date(2016, 1, 1))
    assert (frame.unit, len(frame.buckets)) == (unit, points)


@pytest.mark.parametrize(("days", "unit"), [(37, Unit.DAY), (38, Unit.WEEK)])
def test_more_days_than_have_room_for_a_mark_go_by_week(days: int, unit: Unit) -> None:
    assert chart.frame(Span.QUARTER, TODAY, TODAY - datetime.timedelta(days=days - 1)).unit == unit
    assert (chart.PLOT / days >= MARK_SPACING) == (unit is Unit.DAY)


@pytest.mark.parametrize(
    ("years", "unit"),
    [(0, Unit.DAY), (1, Unit.WEEK), (2, Unit.MONTH), (10, Unit.QUARTER), (30, Unit.YEAR), (99, Unit.YEAR)],
)
def test_all_time_takes_the_shortest_bucket_that_fits(years: int, unit: Unit) -> None:
    assert chart.frame(Span.ALL, TODAY, TODAY.replace(year=TODAY.year - years)).unit == unit


@pytest.mark.parametrize("span", Span)
def test_two_weeks_are_shown_to_a_beginner(span: Span) -> None:
    assert len(chart.frame(span, TODAY, TODAY).buckets) == len(chart.frame(span, TODAY).buckets) == 14


@given(st.sampled_from(Span), st.dates(TODAY - datetime.timedelta(days=4_000), TODAY - datetime.timedelta(days=14)))
def test_no_time_before_the_first_record_is_shown(span: Span, first: datetime.date) -> None:
    frame = chart.frame(span, TODAY, first)
    assert frame.start >= chart.floor(first, frame.unit)


@given(st.sampled_from(Span), PAST)
def test_span_that_is_not_offered_shows_all_there_is(span: Span, first: datetime.date) -> None:
    every = chart.frame(Span.ALL, TODAY, first)
    assert (chart.frame(span, TODAY, first) == every) or span in chart.offered(TODAY, first)


def test_future_record_does_not_turn_time_around() -> None:
    assert chart.frame(Span.ALL, TODAY, TODAY + datetime.timedelta(days=9)).end == TODAY


@given(st.sampled_from(Span), PAST)
def test_no_series_grows_beyond_its_limit(span: Span, first: datetime.date) -> None:
    assert len(chart.frame(span, TODAY, first).buckets) <= chart.MAX_YEARS


@given(st.sampled_from(Span), PAST)
def test_buckets_follow_each_other_up_to_today(span: Span, first: datetime.date) -> None:
    frame = chart.frame(span, TODAY, first)
    assert frame.buckets[-1] == chart.floor(TODAY, frame.unit)
    for bucket, following in pairwise(frame.buckets):
        assert chart.floor(following - datetime.timedelta(days=1), frame.unit) == bucket


@given(st.sampled_from(Span), st.dates(TODAY - datetime.timedelta(days=40_000), TODAY), st.dates(max_value=TODAY))
def test_each_day_shown_falls_into_one_of_the_buckets(span: Span, first: datetime.date, day: datetime.date) -> None:
    frame = chart.frame(span, TODAY, first)
    assert (chart.floor(day, frame.unit) in frame.buckets) == (day >= frame.start)


@pytest.mark.parametrize(
    ("span", "unit", "points"),
    [
        (Span.FORTNIGHT, Unit.DAY, 14),
        (Span.QUARTER, Unit.WEEK, 14),
        (Span.YEAR, Unit.MONTH, 13),
        (Span.ALL, Unit.YEAR, 11),
    ],
)
def test_small_chart_of_a_span_has_few_buckets(span: Span, unit: Unit, points: int) -> None:
    frame = chart.coarser(chart.frame(span, TODAY, TODAY.replace(year=TODAY.year - 10)))
    assert (frame.unit, len(frame.buckets)) == (unit, points)


@given(st.sampled_from(Span), PAST)
def test_small_chart_covers_the_same_time(span: Span, first: datetime.date) -> None:
    frame = chart.frame(span, TODAY, first)
    small = chart.coarser(frame)
    assert small.end == frame.end
    assert small.start == chart.floor(frame.start, small.unit)
    assert len(small.buckets) <= len(frame.buckets)


def test_day_lies_at_the_same_place_in_every_chart() -> None:
    frame = chart.frame(Span.QUARTER, TODAY)
    shared, weeks = axis(frame), chart.coarser(frame)
    left, _right = shared.edges(weeks.buckets[5], weeks.buckets[5])
    assert left == pytest.approx(shared.edges(weeks.buckets[5], frame.end)[0])


@given(st.dates(TODAY - datetime.timedelta(days=400), TODAY + datetime.timedelta(days=30)))
def test_no_day_lies_outside_the_plot(date: datetime.date) -> None:
    assert chart.LEFT <= axis(by_day(90)).x(date) <= chart.WIDTH - chart.RIGHT


def test_later_days_lie_further_right() -> None:
    frame = by_day(30)
    middles = axis(frame).middles(frame)
    assert middles == sorted(set(middles))


@given(st.sampled_from(Span), PAST, st.lists(st.dates(TODAY - datetime.timedelta(days=400), TODAY)))
def test_last_date_of_each_bucket_is_found(span: Span, first: datetime.date, dates: list[datetime.date]) -> None:
    frame = chart.frame(span, TODAY, first)
    within = {
        number: [date for date in dates if chart.floor(date, frame.unit) == bucket]
        for number, bucket in enumerate(frame.buckets)
    }
    assert frame.last(dates) == {number: max(found) for number, found in within.items() if found}


@given(st.sampled_from(Span), PAST)
def test_touch_areas_are_as_wide_as_a_finger_and_leave_no_bucket_out(span: Span, first: datetime.date) -> None:
    frame = chart.frame(span, TODAY, first)
    groups = chart.groups(frame, axis(frame))
    assert [number for group in groups for number in group] == list(range(len(frame.buckets)))
    for group in groups:
        left, right = axis(frame).edges(frame.buckets[group.start], frame.last_day(group.stop - 1))
        assert right - left > chart.TOUCH - 0.1


def test_fourteen_days_have_a_touch_area_each() -> None:
    frame = by_day(14)
    assert [len(group) for group in chart.groups(frame, axis(frame))] == [1] * 14


def test_run_ends_at_a_gap() -> None:
    points = [chart.Point(x, 0) for x in range(4)]
    assert list(chart.runs([points[0], points[1], None, points[2], None, None, points[3]])) == [
        points[:2],
        points[2:3],
        points[3:],
    ]


@pytest.mark.parametrize(("highest", "top"), [(0, 2), (5, 6), (7, 8), (30, 30), (31, 40), (365, 400)])
def test_axis_ends_at_a_round_figure(highest: int, top: int) -> None:
    assert chart.round_up(highest) == top


@given(st.integers(1, chart.MAX_POINTS), st.sampled_from(Unit))
def test_few_dates_are_named_and_the_last_one_always(count: int, unit: Unit) -> None:
    frame = by_day(count, unit)
    ticks = chart.date_ticks(frame, axis(frame))
    assert len(ticks) <= (4 if unit is Unit.DAY else 3)
    assert ticks[-1].date == TODAY
