import datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracking import chart
from tracking.chart import Span, Unit
from tracking.stats import CalendarDay, Mark

TODAY = datetime.date(2026, 3, 18)  # a Wednesday
PAST = st.dates(datetime.date(1, 1, 1), TODAY)
VALUES = st.lists(st.none() | st.floats(0, 10), min_size=1, max_size=chart.MAX_POINTS)


def days(count: int) -> list[datetime.date]:
    return [TODAY - datetime.timedelta(days=number) for number in reversed(range(count))]


def by_day(count: int) -> chart.Frame:
    return chart.Frame(Unit.DAY, tuple(days(count)), TODAY)


def drawn(*values: float | None) -> chart.Line:
    return chart.scores(by_day(len(values)), {"before": values}).lines[0]


@pytest.mark.parametrize(
    ("span", "unit", "points"),
    [(Span.FORTNIGHT, Unit.DAY, 14), (Span.QUARTER, Unit.DAY, 90), (Span.YEAR, Unit.WEEK, 53)],
)
def test_each_span_has_its_bucket(span: Span, unit: Unit, points: int) -> None:
    frame = chart.frame(span, TODAY, datetime.date(2016, 1, 1))
    assert (frame.unit, len(frame.buckets)) == (unit, points)


@pytest.mark.parametrize(
    ("years", "unit"),
    [(0, Unit.DAY), (1, Unit.WEEK), (2, Unit.MONTH), (10, Unit.QUARTER), (30, Unit.YEAR), (99, Unit.YEAR)],
)
def test_all_time_takes_the_shortest_bucket_that_fits(years: int, unit: Unit) -> None:
    assert chart.frame(Span.ALL, TODAY, TODAY.replace(year=TODAY.year - years)).unit == unit


def test_all_time_shows_two_weeks_to_a_beginner() -> None:
    assert len(chart.frame(Span.ALL, TODAY, TODAY).buckets) == len(chart.frame(Span.ALL, TODAY).buckets) == 14


def test_future_record_does_not_turn_time_around() -> None:
    assert chart.frame(Span.ALL, TODAY, TODAY + datetime.timedelta(days=9)).end == TODAY


@given(st.sampled_from(Span), PAST)
def test_no_series_grows_beyond_its_limit(span: Span, first: datetime.date) -> None:
    assert len(chart.frame(span, TODAY, first).buckets) <= chart.MAX_POINTS


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


def test_line_breaks_at_a_gap() -> None:
    line = drawn(3, 4, None, 5, 6)
    assert len(line.paths) == 2
    assert [len(path.split()) for path in line.paths] == [2, 2]


def test_single_point_is_a_mark_without_a_line() -> None:
    line = drawn(None, 7, None)
    assert (line.paths, [mark.value for mark in line.marks]) == ((), [7])


def test_nothing_noted_draws_nothing() -> None:
    line = drawn(None, None)
    assert (line.paths, line.marks) == ((), ())


def test_all_zeros_lie_on_the_floor() -> None:
    drawing = chart.scores(by_day(3), {"before": [0, 0, 0]})
    assert {mark.y for mark in drawing.lines[0].marks} == {drawing.floor}


def test_crowded_line_keeps_the_marks_of_its_lone_points() -> None:
    values: list[float | None] = [5.0] * 90
    values[40], values[42] = None, None
    assert len(drawn(*values).marks) == 1


def test_series_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="2 values for 3 buckets"):
        chart.scores(by_day(3), {"before": [1, 2]})


@given(VALUES)
def test_points_stay_within_the_plot(values: list[float | None]) -> None:
    line = drawn(*values)
    corners = [tuple(map(float, pair.split(","))) for path in line.paths for pair in path.split()]
    for x, y in [*corners, *((mark.x, mark.y) for mark in line.marks)]:
        assert chart.LEFT <= x <= chart.WIDTH - chart.RIGHT
        assert chart.TOP <= y <= chart.HEIGHT - chart.BOTTOM


@given(VALUES)
def test_every_value_is_drawn_once(values: list[float | None]) -> None:
    line = drawn(*values)
    lone = sum(1 for mark in line.marks if not any(f"{mark.x},{mark.y}" in path.split() for path in line.paths))
    assert sum(len(path.split()) for path in line.paths) + lone == sum(value is not None for value in values)


def test_higher_scores_are_drawn_higher() -> None:
    low, high = drawn(2, 8).marks
    assert high.y < low.y


def test_bars_are_drawn_as_one_shape() -> None:
    drawing = chart.repetitions(by_day(3), [0, None, 4], [5, 5, 5])
    first, second = drawing.bars
    assert drawing.bar_path == "".join(
        f"M{bar.x:g} {bar.y:g}h{bar.width:g}v{bar.height:g}h-{bar.width:g}z" for bar in (first, second)
    )


def test_bar_of_nought_is_seen_and_a_gap_is_not() -> None:
    bars = chart.repetitions(by_day(3), [0, None, 4], [5, 5, 5]).bars
    assert [bar.value for bar in bars] == [0, 4]
    assert bars[0].height == chart.ZERO_BAR


def test_target_line_breaks_where_none_was_given() -> None:
    assert len(chart.repetitions(by_day(3), [5, None, 5], [5, None, 7]).lines[0].paths) == 2


@pytest.mark.parametrize(("highest", "top"), [(0, 2), (5, 6), (7, 8), (30, 30), (31, 40), (365, 400)])
def test_axis_ends_at_a_round_figure(highest: int, top: int) -> None:
    assert chart.repetitions(by_day(1), [highest], [None]).ticks[-1].value == top


def test_goal_fits_on_the_axis() -> None:
    assert chart.repetitions(by_day(1), [5], [5], goal=30).ticks[-1].value == 30


@given(VALUES, st.integers(1, 100))
def test_bars_stay_within_the_plot(values: list[float | None], goal: int) -> None:
    drawing = chart.repetitions(by_day(len(values)), values, values, goal)
    for bar in drawing.bars:
        assert bar.y >= chart.TOP
        assert bar.y + bar.height == pytest.approx(drawing.floor)


@given(st.integers(1, chart.MAX_POINTS), st.sampled_from(Unit))
def test_few_dates_are_named_and_the_last_one_always(count: int, unit: Unit) -> None:
    ticks = chart.scores(chart.Frame(unit, tuple(days(count)), TODAY), {}).date_ticks
    assert len(ticks) <= (4 if unit is Unit.DAY else 3)
    assert ticks[-1].date == TODAY


def test_crowded_bars_stand_without_a_space() -> None:
    first, second = chart.repetitions(by_day(90), [5] * 90, [5] * 90).bars[:2]
    assert second.x - first.x == pytest.approx(first.width, abs=0.11)


def marked(count: int, mark: Mark = Mark.BOTH) -> list[CalendarDay]:
    return [CalendarDay(day, mark) for day in days(count)]


def test_two_weeks_are_one_row() -> None:
    assert len({line.split("h")[0].split()[1] for line in chart.calendar(marked(14)).empty.split("M")[1:]}) == 1


def test_squares_of_a_short_time_are_no_larger_than_those_of_two_weeks() -> None:
    assert chart.calendar(marked(3)).height == chart.calendar(marked(14)).height


def test_calendar_without_a_first_of_the_month_names_the_month_it_begins_in() -> None:
    days = [CalendarDay(datetime.date(2026, 3, day), Mark.NONE) for day in range(4, 24)]
    assert [label.date for label in chart.calendar(days).months] == [datetime.date(2026, 3, 4)]


def test_calendar_halves_tell_morning_from_evening() -> None:
    morning, evening = (chart.calendar(marked(20, mark)) for mark in (Mark.MORNING, Mark.EVENING))
    assert (morning.morning != "", morning.evening) == (True, "")
    assert (evening.morning, evening.evening != "") == ("", True)


def test_days_without_a_session_have_an_empty_square() -> None:
    drawing = chart.calendar(marked(30, Mark.NONE))
    assert (drawing.empty.count("M"), drawing.morning, drawing.evening) == (30, "", "")


def test_calendar_without_days_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one day"):
        chart.calendar([])


@given(st.integers(1, 400))
def test_calendar_squares_stay_within_the_drawing(count: int) -> None:
    drawing = chart.calendar(marked(count))
    places = [tuple(map(float, part.split("h")[0].split())) for part in drawing.empty.split("M")[1:]]
    assert len(set(places)) == count
    for x, y in places:
        assert 0 <= x < chart.WIDTH
        assert 0 <= y < drawing.height
