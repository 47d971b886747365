"""What a person chose against the advice, or beyond it: it is kept, shown, and counts from then on."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from exercises.models import Exercise
from tracking.models.entries import Entry, EntryQuerySet, one_key
from tracking.models.owned import Owned, OwnedQuerySet


class DoseChoice(Entry):
    """A target of one's own, from ``date`` on: repetitions a set, or a day where the dose is counted a day.

    Of several on one date the last one entered counts.
    """

    exercise = models.ForeignKey(Exercise, verbose_name=_("exercise"), on_delete=models.PROTECT, related_name="+")
    target = models.PositiveSmallIntegerField(_("repetitions"))
    advised = models.PositiveSmallIntegerField(_("repetitions advised"), help_text=_("What it took the place of."))

    objects = EntryQuerySet["DoseChoice"].as_manager()

    class Meta:
        ordering = ["-date", "-entered_at"]
        constraints = [
            one_key(),
            models.CheckConstraint(condition=models.Q(target__gte=1), name="chosen_target_is_positive"),
        ]
        indexes = [
            models.Index(fields=["owner", "exercise", "-date", "-entered_at"], name="last_choices_of_an_exercise")
        ]

    def __str__(self) -> str:
        return f"{self.exercise_id}: {self.target}"


class ExerciseChoice(Owned):
    """A person's choice of exercises: one that is left out by default taken in, or one swapped for another."""

    exercise = models.ForeignKey(Exercise, verbose_name=_("exercise"), on_delete=models.PROTECT, related_name="+")
    opted_in = models.BooleanField(_("taken in"), default=False)
    instead = models.ForeignKey(
        Exercise, verbose_name=_("done instead"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    changed_at = models.DateTimeField(auto_now=True)

    objects = OwnedQuerySet["ExerciseChoice"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "exercise"], name="one_choice_an_exercise")]

    def __str__(self) -> str:
        return f"{self.exercise_id}"
