"""What a person did. Each row carries its owner and a random UUID, so that the data can be spread by owner."""

import datetime
import uuid
from functools import cache
from typing import Any, Self, TypeVar
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.sessions.backends.base import SessionBase
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from exercises.models import LOOK_KEY, Exercise, Look, Precaution, Routine, validate_precautions

NOTE_LENGTH = 2000  # characters
DEFAULT_ROUTINE = "morning-and-evening"  # planned in both slots until the person chooses otherwise
NOT_PLACES = {"Factory", "localtime"}  # entries of the zone database that no device means

M = TypeVar("M", bound=models.Model, covariant=True)


@cache  # the answer comes from walking a folder of some six hundred files
def zone_names() -> frozenset[str]:
    """Return every name of the IANA database, old ones too, because devices still report them."""
    return frozenset(available_timezones() - NOT_PLACES)


def validate_zone(name: str) -> None:
    """Raise ValidationError unless ``name`` is a zone of the IANA database, such as Europe/Zurich."""
    if name not in zone_names():
        raise ValidationError(_("Choose a time zone from the list."), code="zone")


def local_date(zone: str) -> datetime.date:
    """Return the date that it is now in ``zone``."""
    return timezone.localtime(timezone=ZoneInfo(zone)).date()


class OwnedQuerySet(models.QuerySet[M]):
    def owned_by(self, owner: User | int) -> Self:
        """The one door to people's data: nothing is read for a person except through here."""
        return self.filter(owner=owner)


class Owned(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", editable=False)

    class Meta:
        abstract = True


class Period(models.TextChoices):
    """The two slots of a day."""

    MORNING = "am", _("morning")
    EVENING = "pm", _("evening")


class ProfileQuerySet(OwnedQuerySet["Profile"]):
    def of(self, owner: User) -> "Profile":
        """Return the person's profile with its routines; unsaved where there is none: reading writes nothing."""
        stored = self.owned_by(owner).select_related("morning_routine", "evening_routine").first()
        return self.planned(owner) if stored is None else stored.owned(owner)

    def secure(self, owner: User, zone: str = "UTC") -> "Profile":
        """Return the person's profile, stored on first need, locked until the transaction ends.

        Whoever writes a person's records takes this lock first, so that a target is pinned on all that came before it.
        """
        locked = self.owned_by(owner).select_for_update()
        profile = locked.first()
        if profile is None:
            self.bulk_create([self.planned(owner, zone)], ignore_conflicts=True)  # another request may have been first
            profile = locked.get()
        return profile.owned(owner)

    def planned(self, owner: User, zone: str = "UTC", **fields: Any) -> "Profile":
        """Return an unsaved profile that starts today and plans the default routine mornings and evenings."""
        routine = Routine.objects.filter(slug=DEFAULT_ROUTINE, retired=False).first()
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

    objects = ProfileQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.owner)

    def owned(self, owner: User) -> Self:
        """Return the profile with its owner at hand, so that nobody asks the database for it."""
        self.owner = owner
        return self

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


class SessionQuerySet(OwnedQuerySet["Session"]):
    def kept(self) -> Self:
        """Leave out what its owner deleted and may still bring back."""
        return self.filter(deleted_at__isnull=True)

    def with_exercises(self) -> Self:
        """Fetch each session's routine and exercises in a fixed number of queries."""
        rows = SessionExercise.objects.select_related("exercise__dose")
        return self.select_related("routine").prefetch_related(models.Prefetch("exercises", queryset=rows))


class Session(Owned):
    """One morning or one evening of one person. Its local date and zone are fixed when it is entered."""

    key = models.UUIDField(_("key"), help_text=_("Made on the device; the same key is the same session."))
    # SHA-256 of what came with the key, to tell a retry from a clash.
    digest = models.CharField(max_length=64, editable=False)
    # Rises with each edit, so that a stale edit is refused.
    version = models.PositiveIntegerField(default=1, editable=False)
    date = models.DateField(_("date"))
    period = models.CharField(_("time of day"), max_length=2, choices=Period.choices)
    zone = models.CharField(max_length=64, validators=[validate_zone], editable=False)
    routine = models.ForeignKey(Routine, verbose_name=_("routine"), on_delete=models.PROTECT, related_name="+")
    pain_before = models.PositiveSmallIntegerField(
        _("pain before"), null=True, blank=True, validators=[MinValueValidator(0), MaxValueValidator(10)]
    )
    pain_after = models.PositiveSmallIntegerField(
        _("pain after"), null=True, blank=True, validators=[MinValueValidator(0), MaxValueValidator(10)]
    )
    note = models.TextField(_("note"), blank=True, max_length=NOTE_LENGTH)
    entered_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = SessionQuerySet.as_manager()

    class Meta:
        ordering = ["-date", "-period"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "date", "period"], condition=Q(deleted_at__isnull=True), name="one_session_a_slot"
            ),
            models.UniqueConstraint(fields=["owner", "key"], name="one_session_a_key"),
            models.CheckConstraint(condition=Q(period__in=["am", "pm"]), name="session_period_is_am_or_pm"),
            models.CheckConstraint(
                condition=Q(pain_before__isnull=True) | Q(pain_before__lte=10), name="session_pain_before_0_to_10"
            ),
            models.CheckConstraint(
                condition=Q(pain_after__isnull=True) | Q(pain_after__lte=10), name="session_pain_after_0_to_10"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.period}"

    def get_absolute_url(self) -> str:
        return reverse("tracking:session-detail", args=[self.pk])

    def discard(self) -> None:
        """Delete it in a way that can be undone; twice is once."""
        mine = Session.objects.owned_by(self.owner_id)
        with transaction.atomic():
            Profile.objects.secure(self.owner, self.zone)
            mine.kept().filter(pk=self.pk).update(deleted_at=timezone.now(), changed_at=timezone.now())

    def restore(self) -> bool:
        """Bring it back; return False when its slot has been filled since."""
        mine = Session.objects.owned_by(self.owner_id)
        try:
            with transaction.atomic():
                Profile.objects.secure(self.owner, self.zone)
                mine.filter(pk=self.pk).update(deleted_at=None, changed_at=timezone.now())
        except IntegrityError:
            return False
        return True


class SessionExercise(Owned):
    """One exercise of a session: the target it was given, which is a fact and stays, and what was done.

    ``date`` repeats the session's, so that the last days of one exercise are one index away.
    """

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="exercises")
    exercise = models.ForeignKey(Exercise, verbose_name=_("exercise"), on_delete=models.PROTECT, related_name="+")
    date = models.DateField()
    order = models.PositiveSmallIntegerField(default=0)
    sets = models.PositiveSmallIntegerField(default=1)
    target = models.PositiveSmallIntegerField(help_text=_("Repetitions a set proposed for this session."))
    day_target = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text=_("Repetitions for the whole day, where the dose is counted a day.")
    )
    reason = models.CharField(max_length=40, blank=True, help_text=_("The code of the advice behind the target."))
    done = models.PositiveSmallIntegerField(
        _("repetitions done"),
        null=True,
        blank=True,
        help_text=_("Repetitions a set; empty when not noted, 0 when left out."),
    )

    objects = OwnedQuerySet["SessionExercise"].as_manager()

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "session", "exercise"], name="exercise_once_a_session"),
        ]
        indexes = [models.Index(fields=["owner", "exercise", "-date"], name="last_days_of_an_exercise")]

    def __str__(self) -> str:
        return f"{self.exercise_id}: {self.done}/{self.target}"
