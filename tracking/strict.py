"""Forms that take exactly what they ask for, so that nothing is slipped in and nothing is emptied by a lost part."""

from collections.abc import Collection
from copy import copy
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

CSRF = "csrfmiddlewaretoken"
SHOWN, LETTERS = 3, 40  # names, and characters of each, that an error repeats


class StrictForm(forms.Form):
    """Refuses a field that it does not have, a single one that came more than once, and a form that lacks a part.

    ``also_sent`` names what a page sends beside the fields, such as the button that was pressed; ``may_lack`` the
    fields that need not be sent. Checkboxes may always be missing: that is how none of them is sent.
    """

    also_sent: Collection[str] = ()
    may_lack: Collection[str] = ()

    def clean(self) -> dict[str, Any] | None:
        if unknown := self.unknown():
            names = ", ".join(ascii(name)[1:-1][:LETTERS] for name in unknown[:SHOWN])
            message = format_lazy(_("This form has no field {names}. Leave it out and send the rest."), names=names)
            self.add_error(None, ValidationError(message, code="unknown"))
        for name in self._repeated():
            self.add_error(name, ValidationError(_("This came more than once. Send it once."), code="repeated"))
        if missing := self._missing():
            message = _("Part of the form did not arrive. Check it and save again.")
            self.add_error(None, ValidationError(message, code="part"))
            shown: Any = copy(self.data)
            for name in missing:  # what is stored, where nothing arrived
                shown[name] = self.initial.get(name)
            self.data = shown
        return super().clean()

    def unknown(self) -> list[str]:
        """Return the names that came and that nobody asked for."""
        return [name for name in self.data if name not in self.fields and name not in (CSRF, *self.also_sent)]

    def _repeated(self) -> list[str]:
        lists = self.data.lists() if isinstance(self.data, MultiValueDict) else ()
        return [
            name for name, values in lists if name in self.fields and len(values) > 1 and not self._takes_many(name)
        ]

    def _missing(self) -> list[str]:
        """Return the optional fields that did not come; one that is required says so itself."""
        return [
            name
            for name, field in self.fields.items()
            if not (field.required or name in self.may_lack or name in self.data or self._takes_many(name))
        ]

    def _takes_many(self, name: str) -> bool:
        return getattr(self.fields[name].widget, "allow_multiple_selected", False)
