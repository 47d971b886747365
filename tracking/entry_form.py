"""What the forms of all entries share: a key made on the device, a zone, and storing it once however often it comes."""

import hashlib
import json
import uuid
from collections.abc import Collection, Mapping
from typing import Any, ClassVar, Generic, TypeVar

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tracking.fields import ZoneField
from tracking.models import Entry, Profile, local_date
from tracking.strict import StrictForm

E = TypeVar("E", bound=Entry)


class KeyUsedError(Exception):
    """The key came before, with another body. ``stored`` is what came then."""

    def __init__(self, stored: Entry) -> None:
        super().__init__(str(stored.key))
        self.stored = stored


class EntryForm(StrictForm, Generic[E]):
    """An entry of today, in the device's zone, else in the profile's. The owner is given, never read from a field.

    A kind of entry gives its ``model`` and ``create``.
    """

    model: ClassVar[type[Entry]]
    may_lack: Collection[str] = ("zone",)

    key = forms.UUIDField(widget=forms.HiddenInput)
    zone = ZoneField(device=True, required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        owner: User,
        zone: str,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        self.owner, self.device_zone = owner, zone
        self.replayed = False  # whether record() found it stored already
        super().__init__(data, initial={"key": uuid.uuid4(), "zone": zone} | dict(initial or {}))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        cleaned["zone"] = cleaned.get("zone") or self.device_zone
        if "zone" in self.errors:  # nobody can mend what they do not see
            self.fields["zone"].widget = ZoneField().widget
        return cleaned

    def attempt(self) -> int:
        """Store what was sent and return 200, or the status of the page that shows what stands against it."""
        if not self.is_valid():
            return 422
        try:
            self.record()
        except KeyUsedError:
            self.refuse_key()
            return 409
        except ValidationError as refusal:
            self.add_error(None, refusal)
            return 422
        return 200

    def record(self) -> E:
        """Store the entry of a valid form and return it; sent again, return what is stored.

        Raises KeyUsedError when the key came before with another body, ValidationError when what is stored by now
        speaks against it.
        """
        with transaction.atomic():
            Profile.objects.lock(self.owner, self.cleaned_data["zone"], written=self.model.written(self.stamp["date"]))
            found = self.model.of(self.owner).filter(key=self.cleaned_data["key"]).first()
            if found is None:
                return self.create()
            if found.digest != self.digest:
                raise KeyUsedError(found)
            self.replayed = True
            return found  # type: ignore[return-value]  # a ClassVar cannot hold the type variable

    def create(self) -> E:
        """Store what is new, with ``self.stamp``, under the owner's lock."""
        raise NotImplementedError

    def refuse_key(self) -> None:
        """Say that the key is used up, and offer a fresh one with all that was typed."""
        message = _("This was sent before, and then changed. It is not saved yet: check it and save it again.")
        self.add_error(None, ValidationError(message, code="key"))
        self.data = {name: self.data[name] for name in self.data} | {"key": str(uuid.uuid4())}

    @property
    def stamp(self) -> dict[str, Any]:
        """Return the columns that every entry has: whose it is, when and where it was entered, and under which key."""
        cleaned = self.cleaned_data
        today = local_date(cleaned["zone"])
        same = {"owner": self.owner, "key": cleaned["key"], "digest": self.digest, "zone": cleaned["zone"]}
        return same | {"date": cleaned.get("date") or today}

    @property
    def digest(self) -> str:
        """Return the SHA-256 of what was said, to tell a retry from another entry under the same key."""
        said = {name: value for name, value in self.cleaned_data.items() if name not in ("key", "zone")}
        return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()
