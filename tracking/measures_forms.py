"""Forms of one's own activities and of the Roland-Morris questionnaire."""

import uuid
from collections.abc import Collection
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tracking import measures
from tracking.entry_form import EntryForm
from tracking.fields import LineField, ScoreField
from tracking.models import ACTIVITY_LENGTH, Goal, GoalScore, Questionnaire
from tracking.roland_morris import STATEMENTS

SCORE = "score-"


class GoalForm(EntryForm[Goal]):
    """A new activity, in the person's own words."""

    model = Goal

    activity = LineField(
        label=_("An activity that is hard because of your back"),
        max_length=ACTIVITY_LENGTH,
        help_text=_("In your own words: lift my daughter, sit through a film, tie my shoes."),
    )

    def create(self) -> Goal:
        followed = Goal.of(self.owner).kept().filter(ended__isnull=True).values_list("activity", flat=True)
        if self.cleaned_data["activity"].casefold() in map(str.casefold, followed):
            raise ValidationError({"activity": ValidationError(_("You follow this one already."), code="twice")})
        if len(followed) >= measures.MOST_GOALS:
            message = _("Three at a time are enough to follow. End one of them first, then add this one.")
            raise ValidationError(message, code="full")
        return Goal.objects.create(**self.stamp, activity=self.cleaned_data["activity"])


class RatingForm(EntryForm[GoalScore]):
    """Today's score of each activity: a ``score-<id>`` for each of ``goals``. Rated again on a day, the last counts."""

    model = GoalScore

    def __init__(self, *args: Any, goals: Collection[Goal], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.goals = goals
        for goal in goals:
            self.fields[f"{SCORE}{goal.pk}"] = ScoreField(
                goal.activity,
                _("0 unable to do it · 10 as well as before the trouble"),
                {0: _("unable to do it"), 10: _("as well as before the trouble")},
                error_messages=dict.fromkeys(["required", "invalid_choice"], _("Choose a number from 0 to 10.")),
            )

    @property
    def scales(self) -> list[BoundField]:
        return [self[f"{SCORE}{goal.pk}"] for goal in self.goals]

    def create(self) -> GoalScore:
        if not self.goals:
            raise ValidationError(_("There is no activity to rate. Add one first."), code="none")
        stamp, now = self.stamp, timezone.now()
        rated_before = GoalScore.of(self.owner).kept().filter(date=stamp["date"], goal__in=self.goals)
        rated_before.update(deleted_at=now, changed_at=now)
        rows = [GoalScore(**stamp, goal=goal, score=self.cleaned_data[f"{SCORE}{goal.pk}"]) for goal in self.goals]
        for row in rows[1:]:  # one key came for all of them: the first row has it, the others' follow from it
            row.key = uuid.uuid5(row.key, str(row.goal_id))
        return GoalScore.objects.bulk_create(rows)[0]


class QuestionnaireForm(EntryForm[Questionnaire]):
    """Which statements describe the person today. Filled in again on a day, the last counts."""

    model = Questionnaire

    statements = forms.TypedMultipleChoiceField(
        label=_("Tick each sentence that describes you today"),
        choices=list(enumerate(STATEMENTS, 1)),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose from the list of sentences.")},
    )

    def clean_statements(self) -> list[int]:
        """Return each statement once, however often it was sent."""
        return sorted(set(self.cleaned_data["statements"]))

    def create(self) -> Questionnaire:
        ticked, stamp, now = self.cleaned_data["statements"], self.stamp, timezone.now()
        earlier = Questionnaire.of(self.owner).kept().filter(kind=Questionnaire.Kind.ROLAND_MORRIS, date=stamp["date"])
        earlier.update(deleted_at=now, changed_at=now)  # its key stays: sent again late, it takes no place back
        return Questionnaire.objects.create(**stamp, answers=ticked, score=measures.roland_morris(ticked))
