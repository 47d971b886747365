"""Series to SVG geometry: buckets of time, points, lines broken at gaps, bars, ticks. Pure: numbers, no words.

Lengths are in user units of a drawing 340 wide, about a phone's width in CSS pixels, so that its text reads well there
and grows on a larger screen. Values are None where nothing was noted: that is a gap, and nothing is drawn across it.
"""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import NamedTuple

from tracking.stats import CalendarDay, Mark

WIDTH, HEIGHT, SMALL_HEIGHT = 340, 200, 140
LEFT, RIGHT, TOP, BOTTOM = 28, 6, 20, 26  # room for the labels
MAX_POINTS = 90  # of a series: more would be less than 3.4 units apart
ALL_POINTS = 60  # of a series over all time, which is looked at for its long line: five years by month
SMALL_POINTS = 30  # of a series in a small chart: one more would be less than 10 units from the next
DAY_LABELS, MONTH_LABELS = 4, 3  # dates named on an axis, with a day or with a year: one more would touch
MARK_SPACING = 9  # points closer than this are joined by a line without marks, so that it stays a line
BAR_SHARE = 0.7  # of a bucket's width
BAR_SPACING = 5  # bars closer than this stand without a space, so that they do not look like a fence
ZERO_BAR = 2  # height of a bar of 0, which must not look like a gap
MAX_WEEKS_ABREAST = 27  # half a year; a whole one in a row would have cells too small to see
MAX_CELL = 22

Value = float | None


class Span(StrEnum):
    """How far back a page looks. The values stand in its address."""

    FORTNIGHT = "14d"
    QUARTER = "90d"
    YEAR = "1y"
    ALL = "all"


class Unit(StrEnum):
    """How much time one point of a series stands for, the shortest first."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True)
class Frame:
    """The time that a page shows: the first day of each bucket, oldest first, and the last day of all."""

    unit: Unit
    buckets: tuple[datetime.date, ...]
    end: datetime.date

    @property
    def start(self) -> datetime.date:
        return self.buckets[0]


@dataclass(frozen=True)
class Point:
    x: float
    y: float
    value: float


@dataclass(frozen=True)
class Line:
    """``paths`` hold "x,y x,y" for each stretch without a gap; ``marks`` the points to draw singly."""

    name: str
    paths: tuple[str, ...]
    marks: tuple[Point, ...]


@dataclass(frozen=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    value: float


@dataclass(frozen=True)
class DateTick:
    """``anchor`` is SVG's text-anchor: the last label ends where the plot does."""

    x: float
    date: datetime.date
    anchor: str = "middle"


@dataclass(frozen=True)
class Tick:
    y: float
    value: int


@dataclass(frozen=True)
class Chart:
    """All that a template needs to draw; ``lines`` for scores; ``bars``, target lines and ``goal`` for repetitions.

    In a ``dense`` one marks are smaller, so that a lone point does not outshine the lines.
    """

    date_ticks: tuple[DateTick, ...]
    ticks: tuple[Tick, ...]
    lines: tuple[Line, ...] = ()
    bars: tuple[Bar, ...] = ()
    goal: Tick | None = None
    dense: bool = False
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    floor: int = HEIGHT - BOTTOM

    @property
    def bar_path(self) -> str:
        """Return the bars as SVG path data: one shape however many they are."""
        return "".join(_rectangle(bar.x, bar.y, bar.width, bar.height) for bar in self.bars)


@dataclass(frozen=True)
class Label:
    """A date to be named at a place: its number below a day, its month above a column, its weekday beside a row."""

    x: float
    y: float
    date: datetime.date


@dataclass(frozen=True)
class CalendarChart:
    """A square a day; ``empty``, ``morning`` (left halves) and ``evening`` (right halves) are SVG path data."""

    width: float
    height: float
    empty: str
    morning: str
    evening: str
    dates: tuple[Label, ...] = ()
    months: tuple[Label, ...] = ()
    weekdays: tuple[Label, ...] = ()


def frame(span: Span, today: datetime.date, first: datetime.date | None = None) -> Frame:
    """Return the time that ``span`` covers up to ``today``, whole buckets at its start.

    14 and 90 days go by day and a year by week. All time, from the ``first`` record on, goes by the shortest unit with
    which a series stays within ALL_POINTS; a record older than MAX_POINTS years is left out.
    """
    days = {Span.FORTNIGHT: 14, Span.QUARTER: 90, Span.YEAR: 365, Span.ALL: 14}[span]
    start = today - datetime.timedelta(days=days - 1)
    if span is Span.ALL and first is not None:
        start = min(start, first)
    unit = Unit.WEEK if span is Span.YEAR else Unit.DAY
    if span is Span.ALL:
        unit = next((unit for unit in Unit if _count(start, today, unit) <= ALL_POINTS), Unit.YEAR)
    count = min(_count(start, today, unit), MAX_POINTS)
    return Frame(unit, tuple(_back(today, unit, number) for number in reversed(range(count))), today)


def coarser(frame: Frame) -> Frame:
    """Return the time of ``frame`` for a small chart: in the shortest unit with which it stays within SMALL_POINTS."""
    most = min(SMALL_POINTS, len(frame.buckets))
    unit = next((unit for unit in Unit if _count(frame.start, frame.end, unit) <= most), Unit.YEAR)
    count = _count(frame.start, frame.end, unit)
    return Frame(unit, tuple(_back(frame.end, unit, number) for number in reversed(range(count))), frame.end)


def floor(date: datetime.date, unit: Unit) -> datetime.date:
    """Return the first day of the bucket that ``date`` falls into; weeks begin on Monday."""
    match unit:
        case Unit.DAY:
            return date
        case Unit.WEEK:
            return date - datetime.timedelta(days=date.weekday())
        case Unit.MONTH:
            return date.replace(day=1)
        case Unit.QUARTER:
            return date.replace(month=date.month - (date.month - 1) % 3, day=1)
        case Unit.YEAR:
            return date.replace(month=1, day=1)


def scores(frame: Frame, series: Mapping[str, Sequence[Value]]) -> Chart:
    """Return a line for each series of scores from 0 to 10, one value a bucket.

    Raises ValueError when a series has not as many values as ``frame`` has buckets.
    """
    count = len(frame.buckets)
    scale = _Scale(10)
    lines = tuple(_line(name, _points(values, scale, count), count) for name, values in series.items())
    return Chart(_date_ticks(frame), _ticks(scale), lines, dense=_slot(count) < MARK_SPACING)


def repetitions(frame: Frame, done: Sequence[Value], target: Sequence[Value], goal: int | None = None) -> Chart:
    """Return, in a small chart, a bar for what was ``done`` in each bucket, and the ``target`` as a line in steps.

    The axis ends at a round figure that holds ``goal`` too. Raises ValueError when a series has not as many values as
    ``frame`` has buckets.
    """
    count = len(frame.buckets)
    top = _round_up(max([value for value in [*done, *target, goal] if value is not None], default=0))
    scale = _Scale(top, SMALL_HEIGHT - BOTTOM)
    bars = tuple(_bar(point, scale.floor, count) for point in _points(done, scale, count) if point)
    steps = tuple(_steps(run, count) for run in _runs(_points(target, scale, count)))
    line = None if goal is None else Tick(scale.y(goal), goal)
    lines = (Line("target", steps, ()),)
    return Chart(_date_ticks(frame), _ticks(scale), lines, bars, line, height=SMALL_HEIGHT, floor=scale.floor)


def calendar(days: Sequence[CalendarDay]) -> CalendarChart:
    """Return the days as one row of squares (two weeks or less), or as columns of weeks, Monday on top.

    Raises ValueError when there are no days.
    """
    if not days:
        raise ValueError("a calendar has at least one day")
    if len(days) <= 14:
        size = (WIDTH - RIGHT) / 14  # fewer days, and the squares stay as large
        cells = [(number * size, 0.0) for number in range(len(days))]
        # Half a square less its space: the label stands under the middle of what is drawn.
        labels = tuple(_label(x + 0.43 * size, size + 16, day.date) for day, (x, _) in zip(days, cells, strict=True))
        return _calendar(days, cells, size, size + 22, dates=labels)
    monday = floor(days[0].date, Unit.WEEK)
    weeks = [(day.date - monday).days // 7 for day in days]
    abreast = min(weeks[-1] + 1, MAX_WEEKS_ABREAST)
    size, head = min((WIDTH - LEFT - 8) / abreast, MAX_CELL), 18
    block = head + 7 * size + 6
    cells = [
        (LEFT + 8 + week % abreast * size, week // abreast * block + head + day.date.weekday() * size)
        for week, day in zip(weeks, days, strict=True)
    ]
    months = tuple(
        _label(x, y - day.date.weekday() * size - 5, day.date)
        for day, (x, y) in zip(days, cells, strict=True)
        if day.date.day == 1 and x < WIDTH - 2 * 13
    ) or (_label(cells[0][0], head - 5, days[0].date),)
    weekdays = tuple(
        _label(0, start * block + head + (row + 0.5) * size + 4, monday + datetime.timedelta(days=row))
        for start in range(weeks[-1] // abreast + 1)
        for row in (0, 2, 4)
    )
    return _calendar(days, cells, size, block * (weeks[-1] // abreast + 1), months=months, weekdays=weekdays)


def _calendar(
    days: Sequence[CalendarDay],
    cells: Sequence[tuple[float, float]],
    size: float,
    height: float,
    **labels: tuple[Label, ...],
) -> CalendarChart:
    side, half = size * 0.86, size * 0.43

    def squares(marks: set[Mark], wide: float, across: float = 0) -> str:
        return "".join(
            _rectangle(x + across, y, wide, side) for day, (x, y) in zip(days, cells, strict=True) if day.mark in marks
        )

    return CalendarChart(
        WIDTH,
        round(height, 1),
        empty=squares(set(Mark), side),
        morning=squares({Mark.MORNING, Mark.BOTH}, half),
        evening=squares({Mark.EVENING, Mark.BOTH}, half, half),
        **labels,
    )


def _rectangle(x: float, y: float, width: float, height: float) -> str:
    return f"M{_short(x)} {_short(y)}h{_short(width)}v{_short(height)}h-{_short(width)}z"


def _label(x: float, y: float, date: datetime.date) -> Label:
    return Label(round(x, 1), round(y, 1), date)


def _short(number: float) -> str:
    """Return ``number`` to a tenth, without an idle zero: path data, the same in every language."""
    return f"{number:.1f}".removesuffix(".0")


def _count(start: datetime.date, end: datetime.date, unit: Unit) -> int:
    """Return how many buckets hold ``start`` to ``end``."""
    first, last = floor(start, unit), floor(end, unit)
    months = (last.year - first.year) * 12 + last.month - first.month
    match unit:
        case Unit.DAY:
            return (last - first).days + 1
        case Unit.WEEK:
            return (last - first).days // 7 + 1
        case Unit.MONTH:
            return months + 1
        case Unit.QUARTER:
            return months // 3 + 1
        case Unit.YEAR:
            return months // 12 + 1


def _back(end: datetime.date, unit: Unit, number: int) -> datetime.date:
    """Return the first day of the bucket ``number`` buckets before that of ``end``."""
    last = floor(end, unit)
    if unit in (Unit.DAY, Unit.WEEK):
        return last - datetime.timedelta(days=number * (7 if unit is Unit.WEEK else 1))
    months = last.year * 12 + last.month - 1 - number * {Unit.MONTH: 1, Unit.QUARTER: 3, Unit.YEAR: 12}[unit]
    return datetime.date(months // 12, months % 12 + 1, 1)


def _slot(count: int) -> float:
    return (WIDTH - LEFT - RIGHT) / count


class _Scale(NamedTuple):
    """Values from 0, drawn at ``floor``, to ``top``, drawn at TOP."""

    top: int
    floor: int = HEIGHT - BOTTOM

    def y(self, value: float) -> float:
        return round(self.floor - (self.floor - TOP) * value / self.top, 1)


def _points(values: Sequence[Value], scale: _Scale, count: int) -> list[Point | None]:
    if len(values) != count:
        raise ValueError(f"{len(values)} values for {count} buckets")
    return [
        None if value is None else Point(round(LEFT + (number + 0.5) * _slot(count), 1), scale.y(value), value)
        for number, value in enumerate(values)
    ]


def _runs(points: Sequence[Point | None]) -> Iterator[list[Point]]:
    """Yield each stretch of points without a gap."""
    for given, run in groupby(points, key=lambda point: point is not None):
        if given:
            yield [point for point in run if point is not None]


def _line(name: str, points: Sequence[Point | None], count: int) -> Line:
    runs = list(_runs(points))
    paths = tuple(" ".join(f"{point.x},{point.y}" for point in run) for run in runs if len(run) > 1)
    roomy = _slot(count) >= MARK_SPACING
    return Line(name, paths, tuple(point for run in runs if roomy or len(run) == 1 for point in run))


def _bar(point: Point, floor: int, count: int) -> Bar:
    width = _slot(count) * (BAR_SHARE if _slot(count) >= BAR_SPACING else 1)
    height = max(floor - point.y, ZERO_BAR)
    return Bar(
        round(point.x - width / 2, 1),
        round(floor - height, 1),
        round(width, 1),
        round(height, 1),
        point.value,
    )


def _steps(run: Sequence[Point], count: int) -> str:
    half = _slot(count) / 2
    return " ".join(f"{point.x - half:.1f},{point.y} {point.x + half:.1f},{point.y}" for point in run)


def _ticks(scale: _Scale) -> tuple[Tick, ...]:
    return tuple(Tick(scale.y(value), value) for value in (0, scale.top // 2, scale.top))


def _round_up(value: float) -> int:
    """Return the next even figure that is easy to read as the end of an axis: 2, 4, 6, 8, 10, 20, 30, 40, 60 …"""
    power = 1
    while True:
        for factor in (2, 4, 6, 8, 10) if power == 1 else (2, 3, 4, 6, 8, 10):
            if value <= factor * power:
                return factor * power
        power *= 10


def _date_ticks(frame: Frame) -> tuple[DateTick, ...]:
    """Return a few dates at even distances, counted from the last, which is the one people look for."""
    count = len(frame.buckets)
    step = -(-count // (DAY_LABELS if frame.unit is Unit.DAY else MONTH_LABELS))
    numbers = reversed(range(count - 1, -1, -step))
    return tuple(
        DateTick(
            round(LEFT + (number + 0.5) * _slot(count), 1) if number < count - 1 else WIDTH - RIGHT,
            frame.buckets[number],
            "middle" if number < count - 1 else "end",
        )
        for number in numbers
    )
