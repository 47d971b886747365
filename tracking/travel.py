"""Dates that somebody never had: those that a zone left out, and those that a journey over the date line took. Pure.

Samoa went from 29 to 31 December 2011, and whoever flies there from Hawaii on a Friday arrives on Sunday. A date that
comes twice, on the way back, stays one date.
"""

import datetime
from collections.abc import Collection, Iterator, Mapping
from itertools import pairwise
from zoneinfo import ZoneInfo

DAY = datetime.timedelta(days=1)
NOON = datetime.time(12)


def skipped(zones: Mapping[datetime.date, str]) -> frozenset[datetime.date]:
    """Return the dates between those of ``zones`` of which there was less than half.

    ``zones`` maps dates to the zone in which they were. Where two lie a date apart, and closer together, from noon to
    noon, than the calendar says, that date was skipped. Over a longer time nobody can tell which one a journey took.
    """
    return frozenset(later - DAY for earlier, later in _crossed(zones) if later - earlier == 2 * DAY)


def lost(zones: Mapping[datetime.date, str]) -> frozenset[datetime.date]:
    """Return a date for each that a journey took, to count by: over a longer time, the last it can have been.

    Who stays in one zone loses none: the last that left a date out did so in 2011.
    """
    return frozenset(later - DAY for _, later in _crossed(zones)) if len(set(zones.values())) > 1 else frozenset()


def between(earlier: datetime.date, later: datetime.date, never: Collection[datetime.date]) -> int:
    """Return how many days ``later`` came after ``earlier`` to somebody who ``never`` had some dates."""
    return (later - earlier).days - sum(earlier < date < later for date in never)


def _crossed(zones: Mapping[datetime.date, str]) -> Iterator[tuple[datetime.date, datetime.date]]:
    """Yield the neighbours among the dates that have a date between them, and less than half a day of its noon."""
    for (earlier, start), (later, end) in pairwise(sorted(zones.items())):
        days = later - earlier
        if days > DAY and days - (_noon(later, end) - _noon(earlier, start)) > DAY / 2:
            yield earlier, later


def _noon(date: datetime.date, zone: str) -> datetime.datetime:
    return datetime.datetime.combine(date, NOON, _zone(zone)).astimezone(datetime.UTC)


def _zone(name: str) -> datetime.tzinfo:
    """Return the zone; one that the database of zones no longer has counts as UTC, because the record stays."""
    try:
        return ZoneInfo(name)
    except (ValueError, KeyError):
        return datetime.UTC
