"""What a person told us about themselves and how they plan their day."""

import datetime
import uuid
from collections.abc import Collection
from functools import cache, cached_property
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.sessions.backends.base import SessionBase
from django.db import models
from django.db.models import Case, Exists, F, Subquery, Value, When
from django.db.models.functions import Greatest, Least
from django.utils.translation import gettext_lazy as _

from exercises.models import LOOK_KEY, Look, Precaution, Revision, Routine, validate_precautions
from tracking.models.owned import Owned, OwnedQuerySet, Period, local_date, validate_zone
from tracking.models.past import KeptPast
from tracking.models.prepared import OWNER, Given, Prepared, PreparedUpdate, columns, given_date, read

# A past that is being added up just now ends a fortnight ago.
LATELY = datetime.timedelta(days=7)
DEFAULT_ROUTINE = "morning-and-evening"  # planned in both slots until the person chooses otherwise


class ProfileQuerySet(OwnedQuerySet["Profile"]):
    def of(self, owner: User) -> "Profile":
        """Return the person's profile with its routines and the content's revision, in 1 query.

        Unsaved where there is none: reading writes nothing.
        """
        rows = WITH_ROUTINES.rows(owner=owner.pk)
        if not rows:
            return self.planned(owner)
        row = iter(rows[0])
        profile = read(Profile, row).owned(owner)
        for name in ROUTINES:
            routine = read(Routine, row)
            setattr(profile, name, routine if routine.pk else None)
        profile.revision = next(row) or 0
        return profile

    def zone_of(self, owner: User) -> str:
        """Return the zone of the person's profile."""
        return self.owned_by(owner).values_list("zone", flat=True).first() or "UTC"

    def lock(
        self,
        owner: User,
        zone: str = "UTC",
        seen: "Profile | None" = None,
        written: Collection[datetime.date] = (datetime.date.min, datetime.date.max),
    ) -> bool:
        """Lock the person's profile, stored on first need, until the transaction ends, as a new edition of it.

        Whoever writes a person's records takes this lock first, so that a target is pinned on all that came before it,
        and that nothing kept of the records (``edition``) is taken for new. ``written`` are the first and the last date
        of the sessions and check-ins that are written, without any where none is, or any between them: of long ago,
        they make a new edition of the past, too. Return whether it was the edition of the profile ``seen``: then all
        that was read since is as it was. 1 query; 2 where something was written meanwhile; 2 more of long ago.
        """
        earliest = min(written, default=datetime.date.max)
        lately = earliest > local_date("UTC") - LATELY
        own = {"owner": owner.pk, "edition": uuid.uuid4(), "earliest": earliest}
        as_seen = bool(seen and _renewal(lately, as_seen=True).run(seen=seen.edition, **own))
        if not as_seen and not _renewal(lately, as_seen=False).run(**own):
            self.bulk_create([self.planned(owner, zone)], ignore_conflicts=True)  # another request may have been first
            _renewal(lately, as_seen=False).run(**own)
        if not lately:
            self._renew_past(owner, earliest, max(written))
        return as_seen

    def _renew_past(self, owner: User, first: datetime.date, last: datetime.date) -> None:
        """Make a new edition of the past, which differs from the one before between two dates. 2 queries, in the lock.

        Who adds up the past just now, from records of before, stores it for an edition that is over.
        """
        edition, mine = uuid.uuid4(), self.owned_by(owner)
        kept = KeptPast.objects.owned_by(owner).filter(edition=Subquery(mine.values("past_edition")))
        dates = [Value(date, models.DateField()) for date in (first, last)]
        kept.update(
            edition=edition,
            changed_first=Least("changed_first", dates[0]),
            changed_last=Greatest("changed_last", dates[1]),
        )
        mine.update(past_edition=edition)

    def secure(self, owner: User, zone: str = "UTC") -> "Profile":
        """Lock the person's profile, for a change of nothing else, and return it. 2 queries."""
        self.lock(owner, zone, written=())
        return self.owned_by(owner).get().owned(owner)

    def planned(self, owner: User, zone: str = "UTC", **fields: Any) -> "Profile":
        """Return an unsaved profile that starts today and plans the default routine mornings and evenings."""
        routine = Routine.objects.shown().filter(slug=DEFAULT_ROUTINE).first()
        plan = {"morning_routine": routine, "evening_routine": routine, "started": local_date(zone)}
        return Profile(**({"owner": owner, "zone": zone} | plan | fields))


class Profile(Owned):
    """What a person told us about themselves and how they plan their day."""

    owner = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="profile", editable=False
    )
    zone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[validate_zone])
    precautions = models.JSONField(_("precautions"), default=list, blank=True, validators=[validate_precautions])
    # An empty slot is a slot in which nothing is planned, so nothing is missed.
    morning_routine = models.ForeignKey(
        Routine, verbose_name=_("morning routine"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    evening_routine = models.ForeignKey(
        Routine, verbose_name=_("evening routine"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    look = models.CharField(_("who shows the exercises"), max_length=1, choices=Look.choices, blank=True)
    started = models.DateField(_("started on"), editable=False)
    # A new one with each write of the owner's, in the same transaction: two pages of one edition say the same.
    edition = models.UUIDField(default=uuid.uuid4, db_default=uuid.UUID(int=0), editable=False)
    # The edition in which anything was last written of what may be kept as past.
    past_edition = models.UUIDField(default=uuid.uuid4, db_default=uuid.UUID(int=0), editable=False)

    objects = ProfileQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.owner)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store it as a new edition: an old one, saved again, must not bring back what was kept of it."""
        self.edition = uuid.uuid4()
        if not self._state.adding:  # which edition of the past it is now, only the database knows
            kwargs.setdefault(
                "update_fields", [name for name in columns(Profile) if name not in ("id", "past_edition")]
            )
        super().save(*args, **kwargs)

    def owned(self, owner: User) -> Self:
        """Return the profile with its owner at hand, so that nobody asks the database for it."""
        self.owner = owner
        return self

    @cached_property
    def revision(self) -> int:
        """The content's revision at the time the profile was read."""
        return Revision.current()

    def routine_id(self, period: str) -> int | None:
        """Return the id of the routine planned for ``period``."""
        return self.morning_routine_id if period == Period.MORNING else self.evening_routine_id

    def routine(self, period: str) -> Routine | None:
        """Return the routine planned for ``period``."""
        return self.morning_routine if period == Period.MORNING else self.evening_routine

    def planned_periods(self) -> list[str]:
        """Return the periods of a day in which something is planned, morning first."""
        return [period for period in Period.values if self.routine_id(period)]

    def wear_look(self, session: SessionBase) -> None:
        """Let the figures of every page follow the choice: public pages know the session, but no profile."""
        session[LOOK_KEY] = self.look

    def precaution_labels(self) -> list[str]:
        return [str(Precaution(tag).label) for tag in self.precautions]


ROUTINES = ("morning_routine", "evening_routine")


class PastPlan(Owned):
    """In which ``periods`` something was planned up to the day before ``until``: "am pm", "am", "pm" or none.

    Kept when the person plans other ones; of several changes on a day the first one tells what held before it.
    """

    until = models.DateField()
    periods = models.CharField(max_length=5, blank=True)

    objects = OwnedQuerySet["PastPlan"].as_manager()

    class Meta:
        ordering = ["until"]
        constraints = [models.UniqueConstraint(fields=["owner", "until"], name="one_past_plan_a_day")]

    def __str__(self) -> str:
        return f"< {self.until}: {self.periods}"


def _with_routines() -> models.QuerySet[Profile, tuple[Any, ...]]:
    """Return a person's profile and its routines, all columns in a row, and the content's revision."""
    theirs = [f"{name}__{column}" for name in ROUTINES for column in columns(Routine)]
    revision = models.Subquery(Revision.objects.filter(pk=1).values("number"))
    return Profile.objects.owned_by(OWNER).values_list(*columns(Profile), *theirs, revision)


WITH_ROUTINES = Prepared(_with_routines)
EDITION: Any = Given("edition", models.UUIDField())
SEEN: Any = Given("seen", models.UUIDField())


@cache
def _renewal(lately: bool, as_seen: bool) -> PreparedUpdate:
    """Return what makes a new edition, and one of the past where what is written of the last days is kept as past.

    What is kept tells where it ends, in case the clock was wrong then, or is now.
    """
    rows = Profile.objects.owned_by(OWNER)
    kept = Exists(KeptPast.objects.owned_by(OWNER).filter(until__gt=given_date("earliest")))
    past = {"past_edition": Case(When(kept, then=EDITION), default=F("past_edition"))} if lately else {}
    return PreparedUpdate(lambda: rows.filter(edition=SEEN) if as_seen else rows, edition=EDITION, **past)
