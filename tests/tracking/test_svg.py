import datetime
import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracking import svg
from tracking.chart import LEFT, MAX_POINTS, RIGHT, WIDTH, Axis, Frame, Point, Unit
from tracking.stats import Window
from tracking.svg import TOP, Link, Scale

TODAY = datetime.date(2026, 3, 18)
VALUES = st.lists(st.none() | st.floats(0, 10), min_size=1, max_size=MAX_POINTS)
PAIN = Scale(10, 190)


def ago(days: int) -> datetime.date:
    return TODAY - datetime.timedelta(days=days)


def by_day(count: int) -> tuple[Axis, Frame]:
    frame = Frame(Unit.DAY, tuple(ago(number) for number in reversed(range(count))), TODAY)
    return Axis(frame.start, frame.end), frame


def drawn(*values: float | None, spacing: float = 20) -> str:
    axis, frame = by_day(len(values))
    return svg.line("rest", svg.points(axis.middles(frame), values, PAIN), spacing)


def path(drawing: str, kind: str) -> str:
    """Return the path data of a class, nothing where it is not drawn."""
    found = re.search(rf'class="chart__{kind}[^"]*"[^>]* d="([^"]*)"', drawing)
    return found[1] if found else ""


def corners(data: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r"[ML]([\d.]+) ([\d.]+)", data)]


def test_line_breaks_at_a_gap() -> None:
    assert path(drawn(3, 4, None, 5, 6), "line").count("M") == 2


def test_single_point_is_a_mark_without_a_line() -> None:
    drawing = drawn(None, 7, None)
    assert (path(drawing, "line"), path(drawing, "mark").count("M")) == ("", 1)


def test_nothing_noted_draws_nothing() -> None:
    assert drawn(None, None) == ""


def test_all_zeros_lie_on_the_floor() -> None:
    assert {y for _x, y in corners(path(drawn(0, 0, 0), "line"))} == {PAIN.floor}


def test_crowded_line_keeps_the_marks_of_its_lone_points() -> None:
    assert path(drawn(5, 5, None, 5, None, 5, 5, spacing=3), "mark").count("M") == 1


def test_before_and_after_differ_in_shape() -> None:
    points = [Point(30, 40)]
    assert "a" in path(svg.marks("rest", points), "mark")
    assert "a" not in path(svg.marks("after", points), "mark")


def test_series_of_another_length_is_refused() -> None:
    axis, frame = by_day(3)
    with pytest.raises(ValueError, match=r"longer|shorter"):
        svg.points(axis.middles(frame), [1, 2], PAIN)


@given(VALUES)
def test_points_stay_within_the_plot(values: list[float | None]) -> None:
    for x, y in corners(path(drawn(*values), "line")):
        assert LEFT <= x <= WIDTH - RIGHT
        assert TOP <= y <= PAIN.floor


@given(VALUES)
def test_every_value_is_marked_once(values: list[float | None]) -> None:
    assert path(drawn(*values), "mark").count("M") == sum(value is not None for value in values)


def test_higher_scores_are_drawn_higher() -> None:
    (_, low), (_, high) = corners(path(drawn(2, 8), "line"))
    assert high < low


def test_bar_of_nought_is_seen_and_a_gap_is_not() -> None:
    axis, frame = by_day(3)
    bars = path(svg.bars(axis, frame, [0, None, 4], Scale(10, 118), "done"), "bar")
    assert re.findall(r"v-([\d.]+)", bars) == [str(svg.ZERO_BAR), "28.8"]  # 4 of 10 of 72


def test_evenings_stand_on_the_mornings() -> None:
    axis, frame = by_day(2)
    scale = Scale(2, 118)
    evening = path(svg.bars(axis, frame, [1, 1], scale, "pm", [1, None]), "bar")
    assert [float(y) for y in re.findall(r"M[\d.]+ ([\d.]+)", evening)] == [scale.y(1), scale.floor]


def test_crowded_bars_stand_without_a_space() -> None:
    axis, frame = by_day(90)
    first, second = re.findall(r"M([\d.]+) [\d.]+v-[\d.]+h([\d.]+)", svg.bars(axis, frame, [5] * 90, PAIN, "done"))[:2]
    assert float(second[0]) - float(first[0]) == pytest.approx(float(first[1]), abs=0.11)


def test_target_line_breaks_where_none_was_given() -> None:
    axis, frame = by_day(3)
    assert path(svg.steps(axis, frame, [5, None, 7], PAIN), "target").count("M") == 2
    assert path(svg.steps(axis, frame, [5, 5, 7], PAIN), "target").count("M") == 1


def test_flare_shades_its_days_and_no_others() -> None:
    axis, _frame = by_day(14)
    shade = path(svg.shades(axis, PAIN, [Window(ago(3), ago(2))], "flare"), "shade")
    assert shade == f"M260 {TOP}H308V{PAIN.floor}H260z"  # days 11 and 12 of 14, each 24 wide, from 20 on


def test_flare_outside_the_time_is_not_drawn() -> None:
    axis, _frame = by_day(14)
    assert svg.shades(axis, PAIN, [Window(ago(40), ago(30))], "flare") == ""


def test_band_lies_around_its_middle_and_within_the_scale() -> None:
    band = svg.band(-1, 1, 3, PAIN)
    assert path(band, "band") == f"M{LEFT} 120.8H{WIDTH - RIGHT}V{PAIN.floor}H{LEFT}z"


def test_words_of_people_are_escaped() -> None:
    axis, frame = by_day(1)
    link = svg.links(axis, frame, PAIN, [Link(range(1), "/sessions/?from=a&to=b", '<b>"1"', "<i>")])
    found = ET.fromstring(link)  # noqa: S314  # our own
    assert (found.get("href"), found.get("aria-label")) == ("/sessions/?from=a&to=b", '<b>"1"')


@given(st.floats(0, 1000))
def test_numbers_are_short_and_close(value: float) -> None:
    assert float(svg.number(value)) == pytest.approx(value, abs=0.051)
