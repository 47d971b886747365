"""What a person's records of long ago add up to, so that a page need not read ten years of them again. Pure.

The sums of weeks, months and so on are kept as text: that is read faster than a row for each, and only where shown.
"""

import datetime
import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tracking import chart
from tracking.chart import Unit

UNITS = (Unit.WEEK, Unit.MONTH, Unit.QUARTER, Unit.YEAR)
MOST = dict.fromkeys(UNITS, chart.MAX_POINTS + 6) | {Unit.YEAR: chart.MAX_YEARS}  # all that is shown, and before it
PERIODS = ("am", "pm")


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


class LastDays(NamedTuple):
    """The last days of a bucket of time with sessions in both halves, with one in the morning, one in the evening."""

    both: datetime.date | None = None
    morning: datetime.date | None = None
    evening: datetime.date | None = None


@dataclass
class Past:
    """All sessions and check-ins from ``summed`` to the day before ``until``, added up by the UNITS of time.

    Those from ``since`` on are here one by one, with the ids of the ``exercises`` done by date. ``goals`` are the first
    days at the goal of an exercise, by its id, whenever that was. ``until`` is a Monday.
    """

    summed: datetime.date
    since: datetime.date
    until: datetime.date
    halves: list[Half] = field(default_factory=list)
    exercises: dict[datetime.date, set[int]] = field(default_factory=dict)
    goals: dict[int, datetime.date] = field(default_factory=dict)
    texts: dict[Unit, str] = field(default_factory=lambda: dict.fromkeys(UNITS, "[]"))

    @classmethod
    def none(cls, since: datetime.date) -> "Past":
        """Return a past in which nothing is added up, before records that begin with ``since``."""
        return cls(since, since, since)

    def sums(self, unit: Unit, since: datetime.date) -> dict[datetime.date, list[Sum]]:
        """Return the mornings and the evenings of what begins on ``since`` or later, by its first day."""
        return {_day(start): [_sum(half) for half in halves] for start, _, halves in self._rows(unit, since)}

    def last_days(self, unit: Unit, since: datetime.date) -> list[LastDays]:
        """Return the last days of what begins on ``since`` or later."""
        return [LastDays(*map(_date, days)) for _, days, _ in self._rows(unit, since)]

    def _rows(self, unit: Unit, since: datetime.date) -> list[list[Any]]:
        first = since.toordinal()
        return [row for row in json.loads(self.texts[unit]) if row[0] >= first]

    def moved(
        self,
        until: datetime.date,
        since: datetime.date,
        halves: Iterable[Half],
        exercises: Mapping[datetime.date, set[int]],
        goals: Mapping[int, datetime.date],
    ) -> "Past":
        """Return the past up to the day before ``until``, with all that was recorded since it ended.

        Before ``since``, nothing is kept one by one.
        """
        new = [half._replace(session=None) for half in halves if self.until <= half.date < until]
        done = self.exercises | {date: ids for date, ids in exercises.items() if date >= self.until}
        return Past(
            self.summed,
            since,
            until,
            [half for half in (*self.halves, *new) if half.date >= since],
            {date: ids for date, ids in done.items() if since <= date < until},
            {exercise: date for exercise, date in goals.items() if date < until},
            {unit: self._with(new, unit) for unit in UNITS},
        )

    def _with(self, new: Iterable[Half], unit: Unit) -> str:
        """Return the text of ``unit`` with what is ``new``."""
        sums = self.sums(unit, datetime.date.min)
        days = dict(zip(sums, self.last_days(unit, datetime.date.min), strict=True))
        periods: dict[datetime.date, set[str]] = {}
        for half in new:
            sums.setdefault(chart.floor(half.date, unit), [Sum(), Sum()])[PERIODS.index(half.period)].take(half)
            if half.sessions:
                periods.setdefault(half.date, set()).add(half.period)
        for date, done in sorted(periods.items()):
            start = chart.floor(date, unit)
            found = (len(done) == len(PERIODS), *(period in done for period in PERIODS))
            before = days.get(start, LastDays())
            days[start] = LastDays(*(date if is_one else old for is_one, old in zip(found, before, strict=True)))
        rows = [
            [start.toordinal(), [_ordinal(date) for date in days.get(start, LastDays())], [_row(one) for one in halves]]
            for start, halves in sorted(sums.items())
        ]
        return _text(rows[-MOST[unit] :])

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
    def read(
        cls, summed: datetime.date, since: datetime.date, until: datetime.date, single: str, *texts: str
    ) -> "Past":
        """Return the past with what is ``single`` and, for each of the UNITS, its text."""
        halves, exercises, goals = json.loads(single)
        return cls(
            summed,
            since,
            until,
            [Half(_day(date), *rest) for date, *rest in halves],
            {_day(date): set(ids) for date, *ids in exercises},
            {exercise: _day(date) for exercise, date in goals},
            dict(zip(UNITS, texts, strict=True)),
        )


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
