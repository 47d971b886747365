"""What a person's records of long ago add up to, so that a page need not read ten years of them again. Pure.

The sums of weeks, months and so on are kept as text: that is read faster than a row for each, and only where shown.
"""

import datetime
import json
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, Self

from tracking import chart
from tracking.chart import Unit
from tracking.stats import DAY

UNITS = (Unit.WEEK, Unit.MONTH, Unit.QUARTER, Unit.YEAR)
WEEKS = datetime.timedelta(weeks=chart.MAX_POINTS + 6)  # all that are shown by week, and before them
PERIODS = ("am", "pm")
NOTHING = datetime.date.max, datetime.date.min  # the first and the last day of no day


class Half(NamedTuple):
    """A session or a check-in in one half of a day, with its score at rest, and the one after a session.

    ``sessions`` is 1 for a session, which has a ``zone``; ``session`` is its id where that is asked for.
    """

    date: datetime.date
    period: str
    pain: int | None
    after: int | None
    sessions: int
    zone: str
    session: uuid.UUID | None = None


@dataclass(slots=True)
class Sum:
    """What halves of a day add up to: how often each score at rest, the scores after sessions, and the sessions."""

    rest: dict[int, int] = field(default_factory=dict)
    after: int = 0
    afters: int = 0
    sessions: int = 0

    def take(self, half: Half) -> None:
        if half.pain is not None:
            self.rest[half.pain] = self.rest.get(half.pain, 0) + 1
        if half.after is not None:
            self.after += half.after
            self.afters += 1
        self.sessions += half.sessions

    def add(self, other: "Sum") -> None:
        for score, times in other.rest.items():
            self.rest[score] = self.rest.get(score, 0) + times
        self.after += other.after
        self.afters += other.afters
        self.sessions += other.sessions


class LastDays(NamedTuple):
    """The last days of a bucket of time with sessions in both halves, with one in the morning, one in the evening."""

    both: datetime.date | None = None
    morning: datetime.date | None = None
    evening: datetime.date | None = None


NEVER = LastDays()
Row = list[Any]  # a bucket's first day, its last days with sessions, and its halves
Rows = dict[int, Row]  # by the first day


@dataclass
class Bucket:
    """What a week, a month and so on adds up to: its mornings and its evenings, and its last days with sessions."""

    halves: list[Sum] = field(default_factory=lambda: [Sum(), Sum()])
    last: LastDays = NEVER

    def take(self, date: datetime.date, halves: Iterable[Half]) -> None:
        """Add all ``halves`` of ``date``, which comes after the dates before it."""
        done = set()
        for half in halves:
            self.halves[half.period == PERIODS[1]].take(half)
            if half.sessions:
                done.add(half.period)
        if done:
            found = (len(done) == len(PERIODS), *(period in done for period in PERIODS))
            self.last = LastDays(*(date if is_one else old for is_one, old in zip(found, self.last, strict=True)))

    def add(self, later: "Bucket") -> None:
        for mine, other in zip(self.halves, later.halves, strict=True):
            mine.add(other)
        self.last = LastDays(*(new or old for old, new in zip(self.last, later.last, strict=True)))

    @classmethod
    def read(cls, row: Row) -> Self:
        _, days, halves = row
        return cls([_sum(half) for half in halves], LastDays(*map(_date, days)))

    def row(self, start: int) -> Row:
        return [start, [_ordinal(date) for date in self.last], [_row(half) for half in self.halves]]


@dataclass
class Past:
    """All sessions and check-ins from ``summed`` to the day before ``until``, added up by the UNITS of time.

    Those from ``since`` on are here one by one, with the ids of the ``exercises`` done by date. ``goals`` are the first
    days at the goal of an exercise, by its id, as far as they lie before ``goals_until``, whenever that was. ``until``
    is a Monday. Between the ``changed`` dates, records may be other ones now.
    """

    summed: datetime.date
    since: datetime.date
    until: datetime.date
    goals_until: datetime.date
    halves: list[Half] = field(default_factory=list)
    exercises: dict[datetime.date, set[int]] = field(default_factory=dict)
    goals: dict[int, datetime.date] = field(default_factory=dict)
    texts: dict[Unit, str] = field(default_factory=lambda: dict.fromkeys(UNITS, "[]"))
    changed: tuple[datetime.date, datetime.date] = NOTHING

    @classmethod
    def none(cls, since: datetime.date) -> Self:
        """Return a past in which nothing is added up, before records that begin with ``since``."""
        return cls(since, since, since, since)

    def sums(self, unit: Unit, since: datetime.date) -> dict[datetime.date, list[Sum]]:
        """Return the mornings and the evenings of what begins on ``since`` or later, by its first day."""
        return {_day(start): [_sum(half) for half in halves] for start, _, halves in self._rows(unit, since)}

    def last_days(self, unit: Unit, since: datetime.date) -> list[LastDays]:
        """Return the last days of what begins on ``since`` or later."""
        return [LastDays(*map(_date, days)) for _, days, _ in self._rows(unit, since)]

    def _rows(self, unit: Unit, since: datetime.date) -> list[Row]:
        first = since.toordinal()
        return [row for row in json.loads(self.texts[unit]) if row[0] >= first]

    @property
    def gap(self) -> tuple[datetime.date, datetime.date]:
        """The first day of the weeks and months that have to be added up again, and the day after the last one."""
        if self.changed == NOTHING:
            return NOTHING
        weeks, months = ([chart.floor(date, unit) for date in self.changed] for unit in (Unit.WEEK, Unit.MONTH))
        after = max(weeks[1] + 7 * DAY, chart.floor(months[1] + 31 * DAY, Unit.MONTH))
        return min(weeks[0], months[0]), min(after, self.until)

    def without(self, first: datetime.date, last: datetime.date) -> "Past":
        """Return what is left when any record from ``first`` to ``last`` may be another one now."""
        if first > (last := min(last, self.until - DAY)):
            return self
        left = replace(self, changed=(first, last))
        begin, end = left.gap
        return replace(
            left,
            goals_until=min(self.goals_until, begin),
            halves=[half for half in self.halves if not begin <= half.date < end],
            exercises={date: ids for date, ids in self.exercises.items() if not begin <= date < end},
            goals={exercise: date for exercise, date in self.goals.items() if date < begin},
        )

    def without_goals(self) -> "Past":
        """Return what is left when the goals may be other ones now."""
        return replace(self, goals_until=datetime.date.min, goals={})

    def moved(
        self,
        until: datetime.date,
        since: datetime.date,
        halves: Iterable[Half],
        exercises: Mapping[datetime.date, set[int]],
        goals: Mapping[int, datetime.date],
    ) -> "Past":
        """Return the past up to the day before ``until``, with all ``halves`` of the ``gap`` and since it ended.

        Before ``since``, nothing is kept one by one. ``exercises`` and ``goals`` are all there are.
        """
        new = [half for half in halves if half.date < until]
        single = [half._replace(session=None) for half in new if half.date >= since]
        return Past(
            self.summed,
            since,
            until,
            until,
            [*(half for half in self.halves if half.date >= since), *single],
            {date: ids for date, ids in exercises.items() if since <= date < until},
            {exercise: date for exercise, date in goals.items() if date < until},
            self._with(new, until),
        )

    def _with(self, new: Iterable[Half], until: datetime.date) -> dict[Unit, str]:
        """Return the texts with what is ``new``, up to the day before ``until``."""
        if (self.until, self.changed) == (until, NOTHING):
            return self.texts
        by_date: dict[datetime.date, list[Half]] = defaultdict(list)
        for half in new:
            by_date[half.date].append(half)
        dates = dict(sorted(by_date.items()))
        found = {unit: self._taken(unit, dates) for unit in (Unit.WEEK, Unit.MONTH)}
        first = (until - WEEKS).toordinal()
        found[Unit.WEEK] = {start: row for start, row in found[Unit.WEEK].items() if start >= first}
        found |= {unit: self._together(unit, found[Unit.MONTH]) for unit in (Unit.QUARTER, Unit.YEAR)}
        return {unit: _text(list(rows.values())) for unit, rows in found.items()}

    def _unchanged(self, unit: Unit) -> Rows:
        first, last = (chart.floor(date, unit).toordinal() for date in self.changed)
        return {row[0]: row for row in self._rows(unit, datetime.date.min) if not first <= row[0] <= last}

    def _taken(self, unit: Unit, dates: Mapping[datetime.date, Iterable[Half]]) -> Rows:
        """Return the rows of weeks or months with the halves of all ``dates`` that they lack."""
        rows, buckets = self._unchanged(unit), dict[datetime.date, Bucket]()
        first, last = (chart.floor(date, unit) for date in self.changed)
        for date, halves in dates.items():
            start = chart.floor(date, unit)
            if date >= self.until or first <= start <= last:
                if start not in buckets:
                    row = rows.get(start.toordinal())
                    buckets[start] = Bucket.read(row) if row else Bucket()
                buckets[start].take(date, halves)
        return _sorted(rows, buckets)

    def _together(self, unit: Unit, months: Rows) -> Rows:
        """Return the rows of quarters or years; those that are others by now are added up from the ``months``."""
        open_since = chart.floor(self.until, unit).toordinal()
        rows = {start: row for start, row in self._unchanged(unit).items() if start < open_since}
        buckets: dict[datetime.date, Bucket] = defaultdict(Bucket)
        for month in months.values():
            start = chart.floor(_day(month[0]), unit)
            if start.toordinal() not in rows:
                buckets[start].add(Bucket.read(month))
        return _sorted(rows, buckets)

    def single(self) -> str:
        """Return what is kept one by one, and the goals, as text."""
        return _text(
            [
                [[half.date.toordinal(), *half[1:6]] for half in self.halves],
                [[date.toordinal(), *sorted(ids)] for date, ids in self.exercises.items()],
                [[exercise, date.toordinal()] for exercise, date in self.goals.items()],
            ]
        )

    @classmethod
    def read(cls, summed: datetime.date, since: datetime.date, until: datetime.date, single: str, *texts: str) -> Self:
        """Return the past with what is ``single`` and, for each of the UNITS, its text."""
        halves, exercises, goals = json.loads(single)
        return cls(
            summed,
            since,
            until,
            until,
            [Half(_day(date), *rest) for date, *rest in halves],
            {_day(date): set(ids) for date, *ids in exercises},
            {exercise: _day(date) for exercise, date in goals},
            dict(zip(UNITS, texts, strict=True)),
        )


def _sorted(rows: Rows, buckets: Mapping[datetime.date, Bucket]) -> Rows:
    """Return ``rows`` with those of the ``buckets``, the earliest first."""
    new = {start.toordinal(): bucket.row(start.toordinal()) for start, bucket in buckets.items()}
    return dict(sorted((rows | new).items()))


def _text(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


def _row(one: Sum) -> list[int]:
    return [one.after, one.afters, one.sessions, *(figure for score in sorted(one.rest.items()) for figure in score)]


def _sum(row: list[int]) -> Sum:
    return Sum(dict(zip(row[3::2], row[4::2], strict=True)), *row[:3])


_day = datetime.date.fromordinal


def _ordinal(date: datetime.date | None) -> int:
    return date.toordinal() if date else 0


def _date(ordinal: int) -> datetime.date | None:
    return _day(ordinal) if ordinal else None
