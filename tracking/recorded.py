"""All that a person has recorded, as far as a page needs it: what the past adds up to, and one by one what came after.

What the past adds up to is kept in the database and brought up to date by who looks at it, once a week and after a
change in it: that is no record, and says nothing that the records do not.
"""

import datetime
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple, Self

from django.db import DatabaseError, connection, transaction
from django.db.models import UUIDField

from tracking import chart, history
from tracking.chart import Frame, Unit
from tracking.history import Marks
from tracking.models import KeptPast, Profile
from tracking.models.prepared import OWNER, Given, Prepared, columns
from tracking.past import PERIODS, Half, Past
from tracking.stats import DAY, WEEK

logger = logging.getLogger(__name__)

BRIEFLY = 50  # milliseconds: a log is stored in less
RECENT = 2 * WEEK * DAY  # before this week, that are not past yet: what is mended is mostly in them
TEXTS = ("weeks", "months", "quarters", "years")
KEPT = Prepared(
    lambda: (
        KeptPast.objects.owned_by(OWNER)
        .filter(edition=Given("edition", UUIDField()))
        .values_list("revision", "changed_first", "changed_last", "summed", "since", "until", "single", *TEXTS)
    )
)


def ends(today: datetime.date) -> datetime.date:
    """Return the first day that is not past yet."""
    return chart.floor(today, Unit.WEEK) - RECENT


def kept_past(profile: Profile, recent: datetime.date, today: datetime.date) -> Past | None:
    """Return what is kept of the person's past, one by one from ``recent`` on; None when that does not hold any more.

    A clock that was wrong, and a journey west, lead back to before its end. 1 query.
    """
    for revision, first, last, *row in KEPT.rows(owner=profile.owner_id, edition=profile.past_edition):
        found = Past.read(*row)
        if found.since <= recent and found.until <= ends(today):
            found = found.without(first, last)
            return found if revision == profile.revision else found.without_goals()
    return None


class Recorded(NamedTuple):
    """What the ``past`` adds up to, and one by one what came after it."""

    past: Past
    lately: list[Half]

    @classmethod
    def of(
        cls,
        profile: Profile,
        kept: Past | None,
        marks: Marks,
        shown: tuple[Frame, datetime.date, datetime.date],
        today: datetime.date,
    ) -> Self:
        """Return what is needed for the frame ``shown``, added up from a first day, and one by one from another.

        1 query; 2 where the past has moved on.
        """
        frame, summed, single = shown
        since = chart.floor(min(single, summed) if frame.unit is Unit.DAY else single, Unit.WEEK)
        if kept is None or kept.since > since or kept.summed > summed:
            kept = Past.none(min(since, summed))
        # Days that a finger can tell apart lead to a session each.
        named = frame.unit is Unit.DAY and len(frame.buckets) * chart.TOUCH <= chart.PLOT
        halves = history.halves(profile.owner, kept.until, kept.gap, single=named)
        if kept.goals_until < ends(today):
            kept = kept.moved(ends(today), since, halves, marks.exercises, marks.goals)
            if not profile._state.adding:  # else it is of an edition of its own each time
                _keep(profile, kept)
        return cls(kept, [half for half in halves if half.date >= kept.until])

    def single(self) -> list[Half]:
        """Return one by one all from ``past.since`` on."""
        return [*self.past.halves, *self.lately]

    def full_days(self, frame: Frame) -> tuple[set[datetime.date], ...]:
        """Return dates in the time of ``frame`` with sessions in both halves of the day, in its mornings, its evenings.

        Those of the past are the last ones of each bucket.
        """
        by_day = frame.unit is Unit.DAY
        single = self.single() if by_day else self.lately
        morning, evening = ({half.date for half in single if half.sessions and half.period == one} for one in PERIODS)
        both = morning & evening
        for last in () if by_day else self.past.last_days(frame.unit, frame.start):
            for dates, date in zip((both, morning, evening), last, strict=True):
                dates |= {date} if date else set()
        return both, morning, evening


def _keep(profile: Profile, past: Past) -> None:
    """Store ``past``, for the edition of the past that ``profile`` was read in. 1 query."""
    kept = KeptPast(
        owner_id=profile.owner_id,
        edition=profile.past_edition,
        revision=profile.revision,
        summed=past.summed,
        since=past.since,
        until=past.until,
        single=past.single(),
        **dict(zip(TEXTS, past.texts.values(), strict=True)),
    )
    fields = [name for name in columns(KeptPast) if name not in ("id", "owner_id")]
    try:
        with _waiting_briefly(), transaction.atomic():
            KeptPast.objects.bulk_create([kept], update_conflicts=True, unique_fields=["owner"], update_fields=fields)
    except DatabaseError:  # the page is right without it, and must not fail for a full disk or a busy one
        logger.warning("What the past adds up to could not be kept", exc_info=True)


@contextmanager
def _waiting_briefly() -> Iterator[None]:
    """Let SQLite give up soon where somebody else writes: it has one writer at a time, PostgreSQL one a row."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA busy_timeout = {BRIEFLY}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {1000 * int(connection.settings_dict['OPTIONS'].get('timeout', 5))}")
