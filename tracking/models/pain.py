"""Pain outside the sessions: check-ins, flares, planned pauses, and the red-flag screen."""

import datetime
from typing import Self

from django.db import models, transaction
from django.db.models import F, Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tracking.models.entries import Entry, EntryQuerySet, one_key
from tracking.models.owned import NOTE_LENGTH, SEE_SOMEBODY, Place, on_scale, score_field, validate_places
from tracking.models.profile import Profile
from tracking.models.sessions import Session


class CheckIn(Entry):
    """A score without exercise, at a local time; or how the night was, which is the day's first answer of the back."""

    class Kind(models.TextChoices):
        NIGHT = "night", _("after the night")
        NOW = "now", _("in between")

    added_up = True
    kind = models.CharField(_("kind"), max_length=5, choices=Kind.choices)
    time = models.TimeField(_("time"), editable=False)
    pain = score_field(_("pain"))
    places = models.JSONField(_("where it hurts"), default=list, blank=True, validators=[validate_places])
    note = models.TextField(_("note"), blank=True, max_length=NOTE_LENGTH)

    objects = EntryQuerySet["CheckIn"].as_manager()

    class Meta:
        ordering = ["-date", "-time"]
        constraints = [
            one_key(),
            models.UniqueConstraint(
                fields=["owner", "date"], condition=Q(kind="night", deleted_at__isnull=True), name="one_night_a_date"
            ),
            on_scale("pain", "checkin_pain_0_to_10"),
        ]
        indexes = [models.Index(fields=["owner", "-date"], name="last_check_ins")]

    def __str__(self) -> str:
        return f"{self.date} {self.time:%H:%M}"

    def get_absolute_url(self) -> str:
        return reverse("tracking:check-in-detail", args=[self.pk])

    def place_labels(self) -> list[str]:
        return [str(Place(tag).label) for tag in self.places]

    @property
    def needs_somebody(self) -> bool:
        """Whether where it hurts is a reason to see somebody."""
        return not SEE_SOMEBODY.isdisjoint(self.places)


class FlareQuerySet(EntryQuerySet["Flare"]):
    def open(self) -> "Flare | None":
        """Return the flare that is going on, if there is one."""
        return self.kept().filter(ended__isnull=True).first()

    def overlapping(self, first: datetime.date, last: datetime.date | None) -> Self:
        """Return those that share more than an edge with ``first`` to ``last``, None for one that goes on.

        A back may calm and tighten again on one day, so one flare may begin on the day on which another ended.
        """
        begun = self.filter(date__lt=last) if last else self
        return begun.filter(Q(ended__isnull=True) | Q(ended__gt=first))

    def with_worst(self) -> Self:
        """Annotate each with the highest scores of the sessions and the check-ins within it, for ``Flare.worst``."""
        return self.annotate(
            worst_checked_in=_highest(CheckIn, "pain"),
            worst_before=_highest(Session, "pain_before"),
            worst_during=_highest(Session, "pain_worst"),
            worst_after=_highest(Session, "pain_after"),
        )


def _highest(model: type[CheckIn | Session], column: str) -> Subquery:
    """Return the highest score in ``column`` of the owner's rows from a flare's first day to its last."""
    until = Coalesce(OuterRef("ended"), models.Value(datetime.date.max, models.DateField()))
    within = model.objects.kept().filter(owner=OuterRef("owner"), date__gte=OuterRef("date"), date__lte=until)
    return Subquery(within.order_by().values("owner").annotate(highest=Max(column)).values("highest"))


class Flare(Entry):
    """A spasm, from its ``date`` to the day on which it ``ended``, both included. Exercises and targets pause in it."""

    ended = models.DateField(_("ended on"), null=True, blank=True)
    pain = score_field(_("pain at the start"))

    objects = FlareQuerySet.as_manager()

    class Meta:
        ordering = ["-date", "-entered_at"]
        constraints = [
            one_key(),
            models.UniqueConstraint(
                fields=["owner"], condition=Q(ended__isnull=True, deleted_at__isnull=True), name="one_open_flare"
            ),
            models.CheckConstraint(
                condition=Q(ended__isnull=True) | Q(ended__gte=F("date")), name="flare_ends_after_its_start"
            ),
            on_scale("pain", "flare_pain_0_to_10"),
        ]
        indexes = [models.Index(fields=["owner", "-date"], name="last_flares")]

    def __str__(self) -> str:
        return f"{self.date} – {self.ended or ''}"

    def days(self, today: datetime.date) -> int:
        """Return its length in days, the first and the last included; of an open one, up to ``today``."""
        return ((self.ended or max(today, self.date)) - self.date).days + 1

    def get_absolute_url(self) -> str:
        return reverse("tracking:flare-detail", args=[self.pk])

    @property
    def worst(self) -> int | None:
        """The highest score in it: its own, a session's or a check-in's. Needs ``with_worst``."""
        names = ("pain", "worst_checked_in", "worst_before", "worst_during", "worst_after")
        return max((score for name in names if (score := getattr(self, name)) is not None), default=None)

    def restore(self) -> bool:
        """Bring it back; return False when another flare lies on its days now."""
        with transaction.atomic():
            Profile.objects.lock(self.owner, self.zone, written=())
            others = Flare.objects.owned_by(self.owner_id).kept().exclude(pk=self.pk)
            return not others.overlapping(self.date, self.ended).exists() and super().restore()


class Pause(Entry):
    """Days for which nothing is planned, such as a holiday: from ``date`` to ``until``, both included."""

    until = models.DateField(_("last day"))

    objects = EntryQuerySet["Pause"].as_manager()

    class Meta:
        ordering = ["-date", "-entered_at"]
        constraints = [
            one_key(),
            models.CheckConstraint(condition=Q(until__gte=F("date")), name="pause_ends_after_its_start"),
        ]
        indexes = [models.Index(fields=["owner", "-date"], name="last_pauses")]

    def __str__(self) -> str:
        return f"{self.date} – {self.until}"

    def get_absolute_url(self) -> str:
        return reverse("tracking:pause-detail", args=[self.pk])


class Screening(Entry):
    """One answered red-flag screen. ``revision`` is the content's at that time: it names the wording."""

    class Occasion(models.TextChoices):
        FIRST = "first", _("before the first session")
        FLARE = "flare", _("at the start of a flare")
        WORSE = "worse", _("when things got worse")

    class Outcome(models.TextChoices):
        CLEAR = "clear", _("none of the signs")
        URGENT = "urgent", _("see somebody soon")
        EMERGENCY = "emergency", _("call now")
        SEEN = "seen", _("looked at by a professional")  # the person's word on an earlier sign

    occasion = models.CharField(_("occasion"), max_length=5, choices=Occasion.choices)
    answers = models.JSONField(_("answers"), help_text=_("Each sign's key, and whether it was there."))
    outcome = models.CharField(_("outcome"), max_length=9, choices=Outcome.choices)
    revision = models.PositiveBigIntegerField(_("content revision"))

    objects = EntryQuerySet["Screening"].as_manager()

    class Meta:
        ordering = ["-entered_at"]
        constraints = [one_key()]
        indexes = [models.Index(fields=["owner", "-entered_at"], name="last_screenings")]

    def __str__(self) -> str:
        return f"{self.date} {self.outcome}"

    def get_absolute_url(self) -> str:
        return reverse("tracking:screening-detail", args=[self.pk])

    @property
    def holds(self) -> bool:
        """Whether exercises wait because of it, until a later one says otherwise."""
        return self.outcome in HOLDS


# Outcomes after which no exercises are proposed: our rule, on the careful side.
HOLDS = frozenset({Screening.Outcome.URGENT, Screening.Outcome.EMERGENCY})
