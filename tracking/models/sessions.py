"""What a person did: a session a slot of a day, and its exercises."""

import datetime
import uuid
from typing import Any, Self

from django.contrib.auth.models import User
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from exercises.models import Exercise, Routine
from tracking.models.entries import Entry, EntryQuerySet
from tracking.models.owned import (
    NOTE_LENGTH,
    SEE_SOMEBODY,
    Owned,
    OwnedQuerySet,
    Period,
    on_scale,
    score_field,
    validate_places,
)
from tracking.models.prepared import OWNER, Given, Prepared, columns, given_date, read


class SessionQuerySet(EntryQuerySet["Session"]):
    def with_exercises(self) -> Self:
        """Fetch each session's routine and exercises in a fixed number of queries."""
        rows = SessionExercise.objects.select_related("exercise__dose")
        return self.select_related("routine").prefetch_related(models.Prefetch("exercises", queryset=rows))

    def known(self, owner: User, date: datetime.date, key: uuid.UUID) -> list["Session"]:
        """Return the person's sessions of the day, and the one with this key, even a deleted one. 1 query."""
        return [read(Session, iter(row)) for row in KNOWN.rows(owner=owner.pk, date=date, key=key)]


class Session(Entry):
    """One morning or one evening of one person."""

    added_up = True
    # Rises with each edit, so that a stale edit is refused.
    version = models.PositiveIntegerField(default=1, editable=False)
    period = models.CharField(_("time of day"), max_length=2, choices=Period.choices)
    routine = models.ForeignKey(Routine, verbose_name=_("routine"), on_delete=models.PROTECT, related_name="+")
    pain_before = score_field(_("pain before"))
    pain_worst = score_field(_("worst pain during"))
    pain_after = score_field(_("pain after"))
    places = models.JSONField(
        _("where it hurts"),
        default=list,
        db_default=models.Value([], models.JSONField()),
        blank=True,
        validators=[validate_places],
    )
    note = models.TextField(_("note"), blank=True, max_length=NOTE_LENGTH)
    stays_deleted = _("It stays deleted, because you have logged another session for that time since.")

    objects = SessionQuerySet.as_manager()

    class Meta:
        ordering = ["-date", "-period"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "date", "period"], condition=Q(deleted_at__isnull=True), name="one_session_a_slot"
            ),
            models.UniqueConstraint(fields=["owner", "key"], name="one_session_a_key"),
            models.CheckConstraint(condition=Q(period__in=["am", "pm"]), name="session_period_is_am_or_pm"),
            on_scale("pain_before", "session_pain_before_0_to_10"),
            on_scale("pain_worst", "session_pain_worst_0_to_10"),
            on_scale("pain_after", "session_pain_after_0_to_10"),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.period}"

    def get_absolute_url(self) -> str:
        return reverse("tracking:session-detail", args=[self.pk])

    @property
    def needs_somebody(self) -> bool:
        """Whether where it hurts is a reason to see somebody."""
        return not SEE_SOMEBODY.isdisjoint(self.places)


def _known() -> models.QuerySet[Session, tuple[Any, ...]]:
    of_the_day = Q(date=given_date("date"), deleted_at__isnull=True)
    same_key: Any = Given("key", models.UUIDField())
    return Session.objects.owned_by(OWNER).filter(of_the_day | Q(key=same_key)).values_list(*columns(Session))


KNOWN = Prepared(_known)


class Felt(models.TextChoices):
    """The person's own word on an exercise."""

    EASY = "easy", _("easy")
    RIGHT = "right", _("about right")
    TOO_MUCH = "too_much", _("too much")


class SessionExercise(Owned):
    """One exercise of a session: the target it was given, which is a fact and stays, and what was done.

    ``date`` repeats the session's, so that the last days of one exercise are one index away.
    """

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="exercises")
    exercise = models.ForeignKey(Exercise, verbose_name=_("exercise"), on_delete=models.PROTECT, related_name="+")
    instead_of = models.ForeignKey(
        Exercise, verbose_name=_("swapped in for"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
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
    felt = models.CharField(_("how it felt"), max_length=8, choices=Felt.choices, blank=True, db_default="")

    objects = OwnedQuerySet["SessionExercise"].as_manager()

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "session", "exercise"], name="exercise_once_a_session"),
        ]
        # What was done is in it, so that the first day at a goal is found without a look at each row.
        indexes = [models.Index(fields=["owner", "exercise", "-date", "done"], name="last_days_of_an_exercise")]

    def __str__(self) -> str:
        return f"{self.exercise_id}: {self.done}/{self.target}"
