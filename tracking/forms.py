"""The one validator of what people tell us: pages now, the API, an import and the offline queue later."""

from typing import Any

from allauth.account.forms import SignupForm
from django import forms
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from exercises.models import Precaution
from tracking.models import Profile, zone_names

AREAS = ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


def zone_choices() -> list[tuple[str, Any]]:
    """Return the zones by area, as a select shows them: UTC, then Africa with Abidjan, Accra …"""
    areas: dict[str, list[tuple[str, str]]] = {area: [] for area in AREAS}
    for name in sorted(zone_names()):
        area, _slash, place = name.partition("/")
        if area in areas:
            areas[area].append((name, place.replace("_", " ")))
    return [("UTC", "UTC"), *areas.items()]


class ZoneField(forms.ChoiceField):
    """A time zone. The list leaves out the database's odd names, but a device that reports one is believed."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label=_("Time zone"), choices=zone_choices, **kwargs)
        self.widget.attrs["data-zone"] = ""  # scripts fill in the device's zone

    def valid_value(self, value: str) -> bool:
        return value in zone_names()


class PrecautionsField(forms.MultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def __init__(self) -> None:
        super().__init__(
            label=_("Does one of these apply to you?"),
            help_text=_("We mark the exercises that are better left out then. You can skip this and change it later."),
            choices=Precaution.choices,
            required=False,
        )


class SignUpForm(SignupForm):  # type: ignore[misc]  # allauth is untyped
    """User name and password, with the time zone and the precautions that the first page needs."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["zone"] = ZoneField(initial="UTC", help_text=_("So that your mornings and evenings are yours."))
        self.fields["precautions"] = PrecautionsField()

    def custom_signup(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        super().custom_signup(request, user)
        zone, precautions = self.cleaned_data["zone"], self.cleaned_data["precautions"]
        Profile.objects.planned(user, zone, precautions=precautions).save()
