"""Pain outside the sessions: check-ins, flares, planned pauses, and the red-flag screen."""

import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tracking.models.entries import Entry, EntryQuerySet, one_key
from tracking.models.owned import NOTE_LENGTH, on_scale, score_field, validate_places


class CheckIn(Entry):
    """A score without exercise, at a local time; or how the night was, which is the day's first answer of the back."""

    class Kind(models.TextChoices):
        NIGHT = "night", _("after the night")
        NOW = "now", _("in between")

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


class FlareQuerySet(EntryQuerySet["Flare"]):
    def open(self) -> "Flare | None":
        """Return the flare that is going on, if there is one."""
        return self.kept().filter(ended__isnull=True).first()


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
