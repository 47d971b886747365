"""Form fields: each takes plain data from a page or from JSON and refuses what is not exactly meant."""

import datetime
import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from exercises.models import Precaution
from tracking.models import NOTE_LENGTH, Felt, Place, zone_names

AREAS = ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
MOST_REPETITIONS = 300  # ten times the largest goal: more is a slip of the finger
ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
PLAIN_DIGITS = re.compile(r"-?[0-9]+")
LOST = "\ufffd"  # stands where bytes were no text
MARKS_IN_A_ROW = 8  # invisible or stacked characters; a flag made of tags needs six


@cache
def zone_choices() -> list[tuple[str, Any]]:
    """Return the zones by area, as a select shows them: UTC, then Africa with Abidjan, Accra …"""
    areas: dict[str, list[tuple[str, str]]] = {area: [] for area in AREAS}
    for name in sorted(zone_names()):
        area, _slash, place = name.partition("/")
        if area in areas:
            areas[area].append((name, place.replace("_", " ")))
    return [("UTC", "UTC"), *areas.items()]


class ListSelect(forms.Select):
    """Its options are the same for everybody and written once; which one is chosen is marked in them."""

    def written(self) -> str:
        """Return the options, none of them chosen."""
        raise NotImplementedError

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        mine = format_html('value="{}"', "" if value is None else value)
        options = SafeString(self.written().replace(mine, f"{mine} selected", 1))
        shown = flatatt(self.build_attrs(self.attrs, attrs))
        return format_html('<select name="{}"{}>{}</select>', name, shown, options)


class ZoneSelect(ListSelect):
    def written(self) -> str:
        return options_of(zone_choices, "")


class FeltSelect(ListSelect):
    def written(self) -> str:
        return options_of(felt_choices, get_language())


@cache
def options_of(choices: Callable[[], list[tuple[str, Any]]], language: str) -> str:
    """Return a select's options in one language."""
    whole = forms.Select(choices=choices()).render("", [])
    return whole.partition(">")[2].removesuffix("</select>")


class ZoneField(forms.ChoiceField):
    """A time zone. The list leaves out the database's odd names, but a device that reports one is believed."""

    widget = ZoneSelect

    def __init__(self, device: bool = False, **kwargs: Any) -> None:
        """``device``: the pages' script fills in what the device says."""
        messages = {"invalid_choice": _("Choose a time zone from the list.")}
        super().__init__(label=_("Time zone"), choices=zone_choices, error_messages=messages, **kwargs)
        if device:
            self.widget.attrs["data-zone"] = ""

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
            error_messages={"invalid_choice": _("Choose from the list of precautions.")},
        )

    def clean(self, value: object) -> list[str]:
        """Return each tag once, however often it was sent."""
        return list(dict.fromkeys(super().clean(value)))


class DayField(forms.DateField):
    """A date written year-month-day, as browsers send it."""

    def __init__(self, label: Any = None, required: bool = True) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        messages = dict.fromkeys(["required", "invalid"], _("Choose a day."))
        given: dict[str, Any] = {
            "label": label or _("Date"),
            "required": required,
            "widget": widget,
            "error_messages": messages,
        }
        super().__init__(input_formats=["%Y-%m-%d"], **given)

    def to_python(self, value: Any) -> datetime.date | None:
        """Refuse what only Python reads as a date: 2026-3-3, or the digits of another script."""
        if value and not isinstance(value, datetime.date) and not ISO_DAY.fullmatch(str(value)):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value if isinstance(value, datetime.date) else str(value or ""))


class MomentField(forms.TimeField):
    """A local time, hours and minutes; None is now."""

    def __init__(self) -> None:
        widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
        messages = {"invalid": _("Choose a time.")}
        formats = ["%H:%M", "%H:%M:%S"]
        super().__init__(label=_("Time"), required=False, input_formats=formats, widget=widget, error_messages=messages)

    def to_python(self, value: Any) -> datetime.time | None:
        return super().to_python(value if isinstance(value, datetime.time) else str(value or ""))


class PlacesField(forms.MultipleChoiceField):
    """Where it hurts: any of Place, each once."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Where does it hurt?"),
            choices=Place.choices,
            required=False,
            widget=forms.CheckboxSelectMultiple,
            error_messages={"invalid_choice": _("Choose from the list of places.")},
        )

    def clean(self, value: object) -> list[str]:
        """Return each place once, however often it was sent."""
        return list(dict.fromkeys(super().clean(value)))


class ScoreField(forms.TypedChoiceField):
    """0 to 10 as eleven buttons. ``words`` say what its ends mean, ``anchors`` the same for who hears one button."""

    def __init__(self, label: Any, words: Any, anchors: Mapping[int, Any], **kwargs: Any) -> None:
        self.words, self.anchors = words, anchors
        given: dict[str, Any] = {"choices": [(str(score), str(score)) for score in range(11)], "coerce": int} | kwargs
        super().__init__(label=label, widget=forms.RadioSelect, **given)


class PainField(ScoreField):
    """0 to 10, or None: zero is a score, and no answer is not."""

    def __init__(self, label: Any) -> None:
        scale = [("", _("No score")), *((str(score), str(score)) for score in range(11))]
        messages = {"invalid_choice": _("Choose a whole number from 0 to 10, or no score.")}
        super().__init__(
            label,
            _("0 no pain · 5 moderate · 10 the worst you can imagine"),
            {0: _("no pain"), 5: _("moderate pain"), 10: _("the worst pain you can imagine")},
            choices=scale,
            empty_value=None,
            required=False,
            error_messages=messages,
        )


class WholeField(forms.IntegerField):
    """A whole number in plain digits: not 1_000, 3.0 or the digits of another script, which Python would read."""

    def to_python(self, value: Any) -> int | None:
        if value not in self.empty_values and not PLAIN_DIGITS.fullmatch(str(value).strip()):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)


class RepetitionsField(WholeField):
    """Repetitions a set: 0 when left out, None when not noted."""

    def __init__(self, exercise: str) -> None:
        widget = forms.NumberInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
        message = format_lazy(_("Give a whole number from 0 to {most}, or leave it empty."), most=MOST_REPETITIONS)
        messages = dict.fromkeys(["invalid", "min_value", "max_value"], message)
        super().__init__(
            label=exercise,
            required=False,
            min_value=0,
            max_value=MOST_REPETITIONS,
            widget=widget,
            error_messages=messages,
        )


def felt_choices() -> list[tuple[str, Any]]:
    return [("", _("How did it feel?")), *Felt.choices]


class FeltField(forms.ChoiceField):
    """The person's own word on an exercise, or nothing."""

    widget = FeltSelect

    def __init__(self, exercise: str) -> None:
        super().__init__(
            label=format_lazy(_("How {exercise} felt"), exercise=exercise),
            choices=felt_choices,
            required=False,
            error_messages={"invalid_choice": _("Choose easy, about right or too much, or nothing.")},
        )


class NoteField(forms.CharField):
    """Free text in any script; what would garble the page or cannot be stored is refused."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 3})
        given: dict[str, Any] = {"label": _("Note, if you like"), "required": False}
        given |= {"max_length": NOTE_LENGTH, "widget": widget}
        super().__init__(**given | kwargs)

    def to_python(self, value: Any) -> str:
        if value is not None and not isinstance(value, str):
            raise ValidationError(_("Write this as text."), code="invalid")
        # A browser sends two characters for each line's end and counts one.
        return str(super().to_python(re.sub(r"\r\n?", "\n", value or "")))

    def validate(self, value: str) -> None:
        super().validate(value)
        kinds = ["" if character in "\n\t" else unicodedata.category(character) for character in value]
        if "Cc" in kinds or "Cs" in kinds or LOST in value:
            raise ValidationError(_("This holds characters that cannot be shown or kept."), code="control")
        marks = "".join("m" if kind in {"Mn", "Me", "Cf"} else "-" for kind in kinds)
        if "m" * (MARKS_IN_A_ROW + 1) in marks:
            raise ValidationError(_("This holds long runs of invisible or stacked characters."), code="marks")


class LineField(NoteField):
    """One line of the person's own words."""

    def __init__(self, **kwargs: Any) -> None:
        messages = {"required": _("Write a few words.")}
        super().__init__(**{"required": True, "widget": forms.TextInput(), "error_messages": messages} | kwargs)

    def validate(self, value: str) -> None:
        super().validate(value)
        if "\n" in value or "\t" in value:
            raise ValidationError(_("Write it on one line."), code="lines")
