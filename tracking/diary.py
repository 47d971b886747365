"""The last days, slot by slot."""

import datetime
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

from django.contrib.auth.models import User
from django.db.models import QuerySet, Subquery

from tracking import stats
from tracking.circumstances import Circumstances
from tracking.models import Period, Profile, Session
from tracking.models.prepared import OWNER, Prepared, given_date
from tracking.travel import skipped

DAYS = 14
MONTH = 28  # days
EVENING_FIRST = tuple(reversed(Period.values))
AFTERNOON = 14  # o'clock: from here on, the evening comes next


class Logged(NamedTuple):
    """Of a session, what its day shows."""

    date: datetime.date
    period: str
    zone: str
    pk: uuid.UUID
    pain_before: int | None
    pain_after: int | None


@dataclass(frozen=True)
class Day:
    """A date with its sessions, None where nothing is logged."""

    date: datetime.date
    morning: Logged | None = None
    evening: Logged | None = None

    @property
    def kind(self) -> str:
        """Which halves are filled: both, am, pm or none."""
        if self.morning and self.evening:
            return "both"
        return "am" if self.morning else "pm" if self.evening else "none"

    def session(self, period: str) -> Logged | None:
        return self.morning if period == Period.MORNING else self.evening

    def logged(self) -> list[str]:
        """Return the periods that are filled."""
        return [period for period in Period.values if self.session(period)]


@dataclass(frozen=True)
class Diary:
    """The days up to and including today, oldest first."""

    days: list[Day]

    @classmethod
    def of(cls, owner: User, today: datetime.date) -> Self:
        """Return the last DAYS days of a person. 1 query."""
        first = today - datetime.timedelta(days=DAYS - 1)
        rows = map(Logged._make, FORTNIGHT.rows(owner=owner.pk, first=first, last=today))
        slots = {(session.date, session.period): session for session in rows}
        dates = [first + datetime.timedelta(days=number) for number in range(DAYS)]
        return cls([Day(date, *(slots.get((date, period)) for period in Period.values)) for date in dates])

    @property
    def today(self) -> Day:
        return self.days[-1]

    @property
    def mornings(self) -> int:
        return sum(day.morning is not None for day in self.days)

    @property
    def evenings(self) -> int:
        return sum(day.evening is not None for day in self.days)

    def forgotten(self, profile: Profile, zone: str, told: Circumstances) -> Iterator[tuple[datetime.date, str]]:
        """Yield the slots of the day before for which something was planned and nothing is logged.

        ``zone`` is where it is today: a date that the person never had is nobody's yesterday. ``told`` is what holds
        today: the plans until lately, and the flares and pauses in which nothing was planned.
        """
        zones = {day.date: last.zone for day in self.days if (last := day.evening or day.morning)}
        never = skipped(zones | {self.today.date: zone})
        yesterday = next(day for day in reversed(self.days[:-1]) if day.date not in never)
        if yesterday.date >= profile.started and not told.excuse(yesterday.date):
            planned = stats.planned_on(yesterday.date, profile.planned_periods(), told.past_plans)
            yield from ((yesterday.date, period) for period in planned if not yesterday.session(period))


def _span() -> QuerySet[Session]:
    days = (given_date("first"), given_date("last"))
    return Session.objects.owned_by(OWNER).kept().filter(date__range=days).order_by()


def _fortnight() -> QuerySet[Session, tuple[Any, ...]]:
    return _span().values_list(*Logged._fields)


def _filled() -> QuerySet[Session, tuple[Any, ...]]:
    began = Session.objects.owned_by(OWNER).kept().order_by("date").values("date")[:1]
    return _span().values_list("date", "period", Subquery(began))


FORTNIGHT, FILLED = Prepared(_fortnight), Prepared(_filled)


def open_slot(owner: User, today: datetime.date) -> tuple[datetime.date, str]:
    """Return the latest slot of the MONTH before ``today`` with nothing logged; else the one before all sessions.

    1 query, which reads no more than that month, however long the history is.
    """
    days = [today - datetime.timedelta(days=number + 1) for number in range(MONTH)]
    month = FILLED.rows(owner=owner.pk, first=days[-1], last=days[0])
    began = {(date, period): began for date, period, began in month}
    slots = ((date, period) for date in days for period in EVENING_FIRST)
    before = next(iter(began.values()), today) - datetime.timedelta(days=1)
    return next((slot for slot in slots if slot not in began), (before, Period.EVENING))


def next_period(open_periods: list[str], hour: int) -> str:
    """Return the period to log next at this ``hour``: in the afternoon the evening, else the first open one."""
    if Period.EVENING in open_periods and (hour >= AFTERNOON or len(open_periods) == 1):
        return Period.EVENING
    return open_periods[0] if open_periods else Period.EVENING
