"""What the admin's forms for content check beyond each model's own rules."""

import hashlib
import json
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from exercises import pack
from exercises.captions import CAPTIONS
from exercises.figures import catalogue
from exercises.illustrations import Picture
from exercises.models import Dose, Exercise, Phase, Precaution
from exercises.pictures import PictureField, kept_name
from exercises.records import children, values
from exercises.seeded import Seeded
from exercises.wording import phase_fault


class PlainText(forms.CharField):
    """Text with the same line ends as a pack's: browsers send others, and each save would count as an edit."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value) or "").replace("\r\n", "\n")


def is_key(value: Any) -> bool:
    """Tell whether a text can be the key of a row: SQLite fails on a number that it cannot hold."""
    text = str(value)
    return text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= models.BigIntegerField.MAX_BIGINT


def parts_are_sound(data: QueryDict, prefix: str, key: str) -> bool:
    """Tell whether a posted list of parts counts right: those with a key first, and no more of them than it says.

    Django believes the counts; a wrong one makes it add parts that are there, or look for some that are not.
    """
    counts = [data.get(f"{prefix}-{name}_FORMS") for name in ("INITIAL", "TOTAL")]
    if None in counts:
        return True  # Django says that itself
    if not all(re.fullmatch("[0-9]{1,4}", str(count)) for count in counts):
        return False
    initial, total = map(int, map(str, counts))
    keys = {name for name, value in data.items() if value and re.fullmatch(rf"{prefix}-[0-9]+-{key}", name)}
    return initial <= total and keys == {f"{prefix}-{number}-{key}" for number in range(initial)}


class RowsField(forms.ModelMultipleChoiceField[Any]):
    """Links to other rows; what can be no row's key is a wrong choice, and not asked of the database."""

    def clean(self, value: Any) -> Any:
        for key in value or ():
            if not is_key(key):
                raise ValidationError(self.error_messages["invalid_pk_value"], "invalid_pk_value", {"pk": key})
        return super().clean(value)


def fingerprint(item: Seeded) -> str:
    """Return a short text that differs whenever a row or one of its parts does."""
    state = [[row.pk, getattr(row, "slug", ""), values(row)] for row in (item, *children(item))]
    return hashlib.sha256(json.dumps(state, sort_keys=True).encode()).hexdigest()[:16]


class ContentForm(forms.ModelForm[Any]):
    """Refuses, once, to overwrite what somebody else saved after this form was opened."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["seen"] = fingerprint(self.instance)
        if self.instance.pack and "slug" in self.fields:
            self.fields["slug"].disabled = True
            self.fields["slug"].help_text = _("Fixed: the content pack knows it by this name.")

    def clean(self) -> None:
        super().clean()
        now, seen = self.initial.get("seen"), self.cleaned_data.get("seen")
        if now and seen and seen != now:
            data: Any = self.data.copy()  # type: ignore[attr-defined]
            data[self.add_prefix("seen")] = now
            self.data = data
            raise ValidationError(
                _(
                    "Somebody else saved this while you were editing. Below is your version; open this page in another "
                    "tab to compare. If you save again, yours replaces theirs."
                )
            )


def figure_choices() -> list[tuple[str, str]]:
    return [("", gettext("no figure")), *((name, str(caption.title)) for name, caption in CAPTIONS.items())]


class ExerciseForm(ContentForm):
    figure = forms.ChoiceField(
        label=_("Figure"), required=False, choices=figure_choices, help_text=_("The animated drawing on the page.")
    )
    picture = PictureField(
        label=_("Or a picture"),
        required=False,
        help_text=_(
            "Shown where no figure is chosen. PNG, JPEG or WebP, up to 5 MB. What the file says besides, such as where "
            "a photo was taken, is left out."
        ),
    )
    precautions = forms.MultipleChoiceField(
        label=_("Precautions"),
        required=False,
        choices=Precaution.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("People with one of these are told to leave the exercise out."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "variations" in self.fields:
            others = Exercise.objects.exclude(pk=self.instance.pk)
            self.fields["variations"].queryset = others  # type: ignore[attr-defined]
        self.initial["picture"] = self.instance.known_picture()

    def clean_picture(self) -> Picture | None:
        """Keep a new picture, whatever else is wrong with the form: a browser sends a file once."""
        picture: Picture | None = self.cleaned_data["picture"]
        if self.files.pop(self.add_prefix("picture"), None) and picture:
            picture.keep()
            self.data = self.data.copy()  # type: ignore[attr-defined]
            self.data[kept_name(self.add_prefix("picture"))] = picture.name  # type: ignore[index]
        return picture

    def clean(self) -> None:
        super().clean()
        if self.cleaned_data.get("picture") and not self.cleaned_data.get("picture_alt"):
            self.add_error("picture_alt", gettext("Say in a few words what the picture shows."))

    def clean_precautions(self) -> list[str]:
        chosen = self.cleaned_data["precautions"]
        return [tag for tag in Precaution.values if tag in chosen]


class PartForm(forms.ModelForm[Any]):
    """A row inside another's form. A pack's row keeps its key, and is retired instead of deleted."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pack:
            for name in {"slug", "exercise"} & self.fields.keys():
                self.fields[name].disabled = True


class PartFormSet(forms.BaseInlineFormSet[Any, Any, Any]):
    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if form.instance.pack and "DELETE" in form.fields:
            form.fields["DELETE"].disabled = True
            form.fields["DELETE"].widget.attrs["title"] = gettext("From the content pack: retire it instead.")
        if "exercise" in form.fields:
            form.fields["exercise"].choices = self.exercise_choices
        if not form.instance.pk and "order" in form.fields:
            form.initial["order"] = self.next_place()

    @cached_property
    def exercise_choices(self) -> list[tuple[object, str]]:
        """Every exercise, asked for once and not once a row."""
        return [("", "---------"), *((exercise.pk, str(exercise)) for exercise in Exercise.objects.all())]

    def next_place(self) -> int:
        """Return the order of a new row: after all others, with room between."""
        last = max((row.order for row in self.get_queryset()), default=0)
        return pack.PHASE_STEP * (last // pack.PHASE_STEP + 1)

    def kept_forms(self) -> list[Any]:
        """Return the forms of the rows that there will be, valid ones only."""
        return [
            form
            for form in self.forms
            if form.is_valid() and not form.cleaned_data.get("DELETE") and (form.instance.pk or form.has_changed())
        ]


class DoseFormSet(PartFormSet):
    def clean(self) -> None:
        """Tell the phases, whose formset comes next and has the same exercise, which hold the dose will have."""
        super().clean()
        for form in self.kept_forms():
            self.instance.proposed_hold = form.cleaned_data.get("hold_kind", "")


class PhaseFormSet(PartFormSet):
    def clean(self) -> None:
        """Refuse an exercise with nothing to do or of a length nobody can tell, and a pose its figure does not have."""
        super().clean()
        forms = self.kept_forms()
        if any(self.errors):
            return
        names = ("kind", "seconds", "breaths", "retired")
        phases = [{name: form.cleaned_data[name] for name in names} for form in forms]
        for index, code in pack.misfits({"hold_kind": self.hold_kind()}, phases):
            if index < 0:
                raise ValidationError(phase_fault(code))
            forms[index].add_error("seconds", phase_fault(code))
        for form in forms:
            self.check_pose(form)

    def hold_kind(self) -> str:
        proposed: str | None = getattr(self.instance, "proposed_hold", None)
        if proposed is None and self.instance.pk:
            return Dose.objects.filter(exercise=self.instance).values_list("hold_kind", flat=True).first() or ""
        return proposed or ""

    def check_pose(self, form: Any) -> None:
        figure, pose = self.instance.figure, form.cleaned_data["pose"]
        if pose and figure in catalogue.names() and pose not in catalogue.poses(figure):
            known = ", ".join(catalogue.poses(figure))
            form.add_error("pose", gettext("The figure has these positions: %(known)s.") % {"known": known})


class PhaseForm(PartForm):
    class Meta:
        model = Phase
        fields = ("order", "slug", "kind", "cue", "seconds", "breaths", "applies", "pose", "retired")
        widgets = {"cue": forms.Textarea(attrs={"rows": 2, "cols": 32})}
