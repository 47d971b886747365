"""What a person may choose of an exercise: a dose of their own, taking a loading one in, a swap."""

import datetime
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from exercises.models import Exercise
from tracking.circumstances import Circumstances
from tracking.entry_form import EntryForm
from tracking.fields import WholeField
from tracking.models import CheckIn, DoseChoice, ExerciseChoice, Profile, Session
from tracking.rules import Rules
from tracking.strict import StrictForm
from tracking.targets import Target


@dataclass(frozen=True)
class Readiness:
    """How near a loading exercise is: ``days`` with a session (counted up to those ``needed``), and a ``calm`` back."""

    days: int
    needed: int
    calm: bool

    @property
    def ready(self) -> bool:
        return self.calm and self.days >= self.needed

    @classmethod
    def of(cls, owner: User, circumstances: Circumstances, rules: Rules) -> "Readiness":
        """Return a person's. Calm: no flare, and no score above ``go_on`` in the last days. 2 queries, both bounded."""
        kept = Session.objects.owned_by(owner).kept().filter(date__lte=circumstances.today)
        days = len(kept.order_by("-date").values_list("date", flat=True).distinct()[: rules.loading_after_days])
        since = circumstances.today - datetime.timedelta(days=rules.gap_days)
        told = CheckIn.of(owner).kept().filter(date__lte=circumstances.today)
        columns = [(kept, "pain_before"), (kept, "pain_worst"), (kept, "pain_after"), (told, "pain")]
        first, *others = (rows.filter(date__gt=since).order_by().values_list(column) for rows, column in columns)
        scores = {score for (score,) in first.union(*others)}  # each once, however many there are
        scores |= {flare.pain for flare in circumstances.flares if flare.first > since}
        highest = max(scores - {None}, default=0)
        return cls(days, rules.loading_after_days, circumstances.flare is None and highest <= rules.go_on)


class DoseChoiceForm(EntryForm[DoseChoice]):
    """A target of one's own, within what the source allows. It takes the place of ``offered``, today's target."""

    model = DoseChoice

    target = WholeField(label=_("Repetitions"), widget=forms.NumberInput(attrs={"inputmode": "numeric"}))

    def __init__(self, *args: Any, offered: Target, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered, span = offered, offered.span
        if span is None:
            raise ValueError("a target without a span cannot be chosen")
        field = self.fields["target"]
        message = format_lazy(
            _("Give a whole number from {start} to {goal}: that is what the exercise's source allows."),
            start=span.start,
            goal=span.goal,
        )
        self.fields["target"] = WholeField(
            label=field.label,
            min_value=span.start,
            max_value=span.goal,
            widget=field.widget,
            error_messages=dict.fromkeys(["required", "invalid", "min_value", "max_value"], message),
        )

    @property
    def digest(self) -> str:
        """Return the digest of what was said, of which exercise."""
        self.cleaned_data["exercise"] = self.offered.exercise.slug
        return super().digest

    def create(self) -> DoseChoice:
        advised = self.offered.advice.target if self.offered.advice else self.offered.reps
        return DoseChoice.objects.create(
            **self.stamp, exercise=self.offered.exercise, target=self.cleaned_data["target"], advised=advised
        )


class TakeInForm(StrictForm):
    """Take a loading exercise in, or leave it out again, which is always possible."""

    taken = forms.ChoiceField(choices=[("yes", _("Take it in")), ("no", _("Leave it out again"))])

    def __init__(self, *args: Any, readiness: Readiness, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.readiness = readiness

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("taken") == "yes" and not self.readiness.ready:
            raise ValidationError(_("It is too early for this exercise. Below is what it waits for."), code="early")
        return cleaned

    def store(self, owner: User, exercise: Exercise) -> None:
        """Keep the choice, under the lock under which its readiness was read."""
        _choose(owner, exercise, opted_in=self.cleaned_data["taken"] == "yes")


class SwapForm(StrictForm):
    """Swap an exercise for one of ``offered``, or (empty) take it back."""

    instead = forms.ModelChoiceField(
        Exercise.objects.none(),
        required=False,
        to_field_name="slug",
        error_messages={"invalid_choice": _("Choose one of the variations.")},
    )

    def __init__(self, *args: Any, offered: list[Exercise], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        instead: Any = self.fields["instead"]
        instead.queryset = Exercise.objects.doable().filter(pk__in=[one.pk for one in offered])

    def store(self, owner: User, exercise: Exercise) -> None:
        """Keep the choice, under the lock under which the variations were read."""
        _choose(owner, exercise, instead=self.cleaned_data["instead"])


def variations(profile: Profile, exercise: Exercise) -> list[Exercise]:
    """Return the variations of a marked exercise that no precaution of the person's speaks against. 1 query."""
    told = set(profile.precautions)
    if not told & set(exercise.precautions):
        return []
    return [
        one
        for one in exercise.variations.filter(pk__in=Exercise.objects.doable(), opt_in=False)
        if not told & set(one.precautions)
    ]


def _choose(owner: User, exercise: Exercise, **chosen: Any) -> None:
    ExerciseChoice.objects.owned_by(owner).update_or_create(
        exercise=exercise, defaults=chosen, create_defaults={"owner": owner, **chosen}
    )
