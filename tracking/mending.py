"""The form of an entry that its owner may change later: the edit keeps the zone, and a stale one overwrites nothing."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tracking.entry_form import E, EntryForm
from tracking.forms import EARLIEST
from tracking.models import Profile, local_date
from tracking.wording import too_early

CONFLICTS = ("stale", "taken")  # codes of errors that lie in what is stored, and not in what was typed


class MendableForm(EntryForm[E]):
    """A new entry, or (with ``stored``) a change of one. ``columns`` are both fields and columns."""

    columns: ClassVar[tuple[str, ...]]
    may_lack = ("zone", "version")

    version = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        owner: User,
        zone: str,
        stored: E | None = None,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        self.stored = stored
        self.entry: E | None = stored  # once recorded, what is stored
        found: dict[str, Any] = {}
        if stored:
            found = {name: getattr(stored, name) for name in self.columns}
            found |= {"key": stored.key, "zone": stored.zone, "version": stored.changed_at.isoformat()}
        super().__init__(data, owner=owner, zone=zone, initial=found | dict(initial or {}))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.stored:  # where it was entered is a fact
            cleaned["zone"] = self.stored.zone
        return cleaned

    def attempt(self) -> int:
        """Store what was sent and return 200, or the status of the page that shows what stands against it."""
        status = super().attempt()
        return 409 if any(self.has_error(NON_FIELD_ERRORS, code) for code in CONFLICTS) else status

    def record(self) -> E:
        self.entry = self._change(self.stored) if self.stored else super().record()
        return self.entry

    def create(self) -> E:
        self.check_others()
        entry = self.model(**self.stamp | self.values())
        entry.save(force_insert=True)
        return entry  # type: ignore[return-value]  # a ClassVar cannot hold the type variable

    def values(self) -> dict[str, Any]:
        """Return the columns that were typed."""
        return {name: self.cleaned_data[name] for name in self.columns}

    def check_others(self) -> None:
        """Raise ValidationError where another entry speaks against this one. Called under the owner's lock."""

    def latest(self) -> Any:
        """Return the latest date that is today or past: where it was entered, or where the device is now."""
        zones = {self.cleaned_data.get("zone") or self.device_zone, self.device_zone}
        return max(local_date(zone) for zone in zones)

    def check_day(self, name: str) -> None:
        """Refuse a day that is still to come, or so early that its year was mistyped."""
        day = self.cleaned_data.get(name)
        if day and "zone" not in self.errors and day > self.latest():
            self.add_error(name, ValidationError(_("This day is still to come where you are."), code="future"))
        elif day and day < EARLIEST:
            self.add_error(name, ValidationError(too_early(EARLIEST), code="early"))

    def _change(self, stored: E) -> E:
        with transaction.atomic():
            written = self.model.written(stored.date, self.cleaned_data.get("date") or stored.date)
            Profile.objects.lock(self.owner, stored.zone, written=written)
            mine = self.model.of(self.owner).kept().filter(pk=stored.pk)
            current, wanted = mine.first(), self.values()
            if current is None:
                message = _("This has been deleted elsewhere. Nothing of what you typed is saved.")
                raise ValidationError(message, code="stale")
            if wanted != {name: getattr(current, name) for name in wanted}:
                self._refuse_stale(current.changed_at.isoformat())
                self.check_others()
                mine.update(**wanted, changed_at=timezone.now())
                current.refresh_from_db()
            return current  # type: ignore[return-value]

    def _refuse_stale(self, version: str) -> None:
        if version != self.cleaned_data["version"]:
            self.data = {name: self.data[name] for name in self.data} | {"version": version}
            message = _("This has been changed elsewhere. What you typed is not saved yet: check it and save it again.")
            raise ValidationError(message, code="stale")
