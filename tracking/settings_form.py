"""What a person can set: the plan of the day, the precautions, the zone and who is drawn in the figures."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from exercises.models import Look, Routine
from tracking.fields import PrecautionsField, ZoneField
from tracking.models import PastPlan, Profile, local_date
from tracking.strict import StrictForm


class SettingsForm(StrictForm):
    """How a person plans their day, what they told us about themselves, and who is drawn for them."""

    morning_routine = forms.ModelChoiceField(
        Routine.objects.none(), label=_("In the morning"), required=False, empty_label=_("Nothing planned")
    )
    evening_routine = forms.ModelChoiceField(
        Routine.objects.none(), label=_("In the evening"), required=False, empty_label=_("Nothing planned")
    )
    precautions = PrecautionsField()
    zone = ZoneField(help_text=_("Used where your device does not say. What you have logged keeps its day."))
    look = forms.ChoiceField(
        label=_("Who shows you the exercises"),
        help_text=_("Three people take turns, unless you would rather always see the same one."),
        choices=Look.choices,
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose one of the pictures.")},
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, owner: User, zone: str = "") -> None:
        self.owner, self.device_zone = owner, zone
        profile = Profile.objects.of(owner)
        super().__init__(data, initial={name: getattr(profile, name) for name in self.base_fields})
        planned = [profile.morning_routine_id, profile.evening_routine_id]
        for name in ("morning_routine", "evening_routine"):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  # for the type checker
            field.queryset = Routine.objects.shown() | Routine.objects.filter(pk__in=[pk for pk in planned if pk])

    def record(self) -> Profile:
        """Store the settings of a valid form."""
        with transaction.atomic():
            profile = Profile.objects.secure(self.owner, self.cleaned_data["zone"])
            before = profile.planned_periods()
            for name, value in self.cleaned_data.items():
                setattr(profile, name, value)
            profile.save()
            if profile.planned_periods() != before:
                today = local_date(self.device_zone or profile.zone)
                PastPlan.objects.owned_by(self.owner).get_or_create(
                    until=today, defaults={"owner": self.owner, "periods": " ".join(before)}
                )
        return profile
