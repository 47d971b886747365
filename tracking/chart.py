"""A page's time: its buckets, where a day lies on the one axis that all its charts share, and stretches of it. Pure.

Lengths are in user units of a drawing 360 wide, about a phone's width in CSS pixels, so that its text reads well there
and grows on a larger screen. Values are None where nothing was noted: that is a gap, and nothing is drawn across it.
"""

import datetime
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache
from itertools import groupby, pairwise
from typing import NamedTuple

from tracking.stats import DAY

WIDTH, LEFT, RIGHT = 360, 20, 4  # room for the labels; what is left holds fourteen touch areas
PLOT = WIDTH - LEFT - RIGHT
TOUCH = 24  # units: what a finger needs (WCAG 2.5.8)
SHORTEST = 14  # days: less looks like nothing yet
MAX_DAYS = 37  # with room for a mark each; of more, the mean of a week says more than a cloud of marks
MAX_POINTS = 60  # of a series, which is then looked at for its long line: five years by month
MAX_YEARS = 90  # of a life
FEW_POINTS = 30  # of a series of bars
DAY_LABELS, MONTH_LABELS = 4, 3  # dates named on an axis, with a day or with a year: one more would touch

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


class Point(NamedTuple):
    x: float
    y: float


class DateTick(NamedTuple):
    """A date to be named at ``x``; ``anchor`` is SVG's text-anchor: the last label ends where the plot does."""

    x: float
    date: datetime.date
    anchor: str = "middle"


@dataclass(frozen=True)
class Frame:
    """The time that a page shows: the first day of each bucket, oldest first, and the last day of all."""

    unit: Unit
    buckets: tuple[datetime.date, ...]
    end: datetime.date

    @property
    def start(self) -> datetime.date:
        return self.buckets[0]

    def last_day(self, number: int) -> datetime.date:
        """Return the last day of a bucket."""
        return self.buckets[number + 1] - DAY if number + 1 < len(self.buckets) else self.end

    def last(self, dates: Iterable[datetime.date]) -> dict[int, datetime.date]:
        """Return the last of ``dates`` in each bucket that holds one, by the bucket's place."""
        ordered = sorted(set(dates))
        last = {number: bisect_right(ordered, self.last_day(number)) - 1 for number in range(len(self.buckets))}
        return {
            number: ordered[place]
            for number, place in last.items()
            if place >= 0 and ordered[place] >= self.buckets[number]
        }


@dataclass(frozen=True)
class Axis:
    """Where a day lies, the same in every chart of a page: ``start`` at the left, the end of ``end`` at the right."""

    start: datetime.date
    end: datetime.date

    @cached_property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    def x(self, date: datetime.date) -> float:
        """Return where ``date`` begins; a date outside is moved to the nearer edge."""
        return LEFT + PLOT * min(max((date - self.start).days, 0), self.days) / self.days

    def edges(self, first: datetime.date, last: datetime.date) -> tuple[float, float]:
        """Return where the days from ``first`` to ``last``, both included, begin and end."""
        return self.x(first), self.x(last + DAY)

    @lru_cache(maxsize=4)  # noqa: B019  # each chart of a page asks several times, and an axis is two dates
    def bounds(self, frame: Frame) -> tuple[float, ...]:
        """Return where each bucket of ``frame`` begins, as far as it lies within the axis, and where the last ends."""
        return (*map(self.x, frame.buckets), self.x(frame.end + DAY))

    def middles(self, frame: Frame) -> list[float]:
        """Return the middle of each bucket of ``frame``, as much of it as lies within the axis."""
        return [(left + right) / 2 for left, right in pairwise(self.bounds(frame))]


def frame(span: Span, today: datetime.date, first: datetime.date | None = None) -> Frame:
    """Return the time that ``span`` covers up to ``today``, whole buckets at its start.

    It begins no earlier than the ``first`` record, which would show nothing, but shows two weeks at least. Up to
    MAX_DAYS it goes by day, beyond by the shortest unit with which a series stays within MAX_POINTS; a record older
    than MAX_YEARS is left out.
    """
    begun = first or today
    start = min(max(since(span, today) or begun, begun), today - (SHORTEST - 1) * DAY)
    if (today - start).days < MAX_DAYS:
        return _frame(start, today, Unit.DAY)
    longer = (Unit.WEEK, Unit.MONTH, Unit.QUARTER)
    return _frame(start, today, next((unit for unit in longer if _count(start, today, unit) <= MAX_POINTS), Unit.YEAR))


def offered(today: datetime.date, first: datetime.date) -> list[Span]:
    """Return the spans that show less than all there is since the ``first`` record, and the one that shows all."""
    return [span for span in Span if first < (since(span, today) or datetime.date.max)]


def since(span: Span, today: datetime.date) -> datetime.date | None:
    """Return the first day that ``span`` asks for, None for all time."""
    days = {Span.FORTNIGHT: 14, Span.QUARTER: 90, Span.YEAR: 365}.get(span)
    return None if days is None else today - (days - 1) * DAY


def coarser(frame: Frame) -> Frame:
    """Return the time of ``frame`` for bars: in the shortest unit with which it stays within FEW_POINTS."""
    most = min(FEW_POINTS, len(frame.buckets))
    unit = next((unit for unit in Unit if _count(frame.start, frame.end, unit) <= most), Unit.YEAR)
    return _frame(frame.start, frame.end, unit)


def groups(frame: Frame, axis: Axis) -> list[range]:
    """Return the buckets that share one touch area, as few as a finger can tell apart; counted from the last."""
    found: list[range] = []
    bounds = axis.bounds(frame)
    stop = len(frame.buckets)
    for start in range(stop - 1, -1, -1):
        if bounds[stop] - bounds[start] > TOUCH - 0.01:
            found.append(range(start, stop))
            stop = start
    if stop:  # what is left at the beginning goes to the first one
        found[-1:] = [range(found[-1].stop if found else stop)]
    return found[::-1]


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


def runs(points: Sequence[Point | None]) -> Iterator[list[Point]]:
    """Yield each stretch of points without a gap."""
    for given, run in groupby(points, key=lambda point: point is not None):
        if given:
            yield [point for point in run if point is not None]


def date_ticks(frame: Frame, axis: Axis) -> list[DateTick]:
    """Return a few dates at even distances, counted from the last, which is the one people look for."""
    count = len(frame.buckets)
    step = -(-count // (DAY_LABELS if frame.unit is Unit.DAY else MONTH_LABELS))
    middles = axis.middles(frame)
    return [
        DateTick(middles[number], frame.buckets[number])
        if number < count - 1
        else DateTick(WIDTH - RIGHT, frame.buckets[number], "end")
        for number in reversed(range(count - 1, -1, -step))
    ]


def round_up(value: float) -> int:
    """Return the next even figure that is easy to read as the end of an axis: 2, 4, 6, 8, 10, 20, 30, 40, 60 …"""
    power = 1
    while True:
        for factor in (2, 4, 6, 8, 10) if power == 1 else (2, 3, 4, 6, 8, 10):
            if value <= factor * power:
                return factor * power
        power *= 10


def _frame(start: datetime.date, end: datetime.date, unit: Unit) -> Frame:
    count = min(_count(start, end, unit), MAX_YEARS)
    return Frame(unit, tuple(_back(end, unit, number) for number in reversed(range(count))), end)


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
