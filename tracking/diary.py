"""The last days, slot by slot."""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Self

from django.contrib.auth.models import User

from tracking.models import Period, Profile, Session

DAYS = 14
AFTERNOON = 14  # o'clock: from here on, the evening comes next


@dataclass(frozen=True)
class Day:
    """A date with its sessions, None where nothing is logged."""

    date: datetime.date
    morning: Session | None = None
    evening: Session | None = None

    @property
    def kind(self) -> str:
        """Which halves are filled: both, am, pm or none."""
        if self.morning and self.evening:
            return "both"
        return "am" if self.morning else "pm" if self.evening else "none"

    def session(self, period: str) -> Session | None:
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
        kept = Session.objects.owned_by(owner).kept().select_related("routine")
        slots: Mapping[tuple[datetime.date, str], Session] = {
            (session.date, session.period): session for session in kept.filter(date__range=(first, today))
        }
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

    def forgotten(self, profile: Profile) -> Iterator[tuple[datetime.date, str]]:
        """Yield yesterday's slots for which something was planned and nothing is logged."""
        yesterday = self.days[-2]
        if yesterday.date >= profile.started:
            yield from (
                (yesterday.date, period) for period in profile.planned_periods() if not yesterday.session(period)
            )


def open_slot(owner: User, today: datetime.date) -> tuple[datetime.date, str]:
    """Return the latest slot before ``today`` with nothing logged. 1 query, read no further than that slot."""
    kept = Session.objects.owned_by(owner).kept().filter(date__lt=today)
    logged = kept.order_by("-date", "-period").values_list("date", "period").iterator(chunk_size=2 * DAYS)
    days = (today - datetime.timedelta(days=number) for number in count(1))
    slots = ((date, period) for date in days for period in reversed(Period.values))
    return next(slot for slot in slots if next(logged, None) != slot)


def next_period(open_periods: list[str], hour: int) -> str:
    """Return the period to log next at this ``hour``: in the afternoon the evening, else the first open one."""
    if Period.EVENING in open_periods and (hour >= AFTERNOON or len(open_periods) == 1):
        return Period.EVENING
    return open_periods[0] if open_periods else Period.EVENING
