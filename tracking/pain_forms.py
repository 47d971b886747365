"""What people tell of their pain outside the sessions: check-ins, flares, planned pauses."""

import datetime
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tracking.entry_form import EntryForm
from tracking.fields import DayField, MomentField, NoteField, PainField, PlacesField
from tracking.forms import EARLIEST
from tracking.mending import MendableForm
from tracking.models import CheckIn, Flare, Pause, Profile, local_date
from tracking.strict import StrictForm
from tracking.wording import too_early

WAKING = datetime.time(7)  # stands for the time of a night that is told on a later day
LONGEST_PAUSE = 366  # days; a longer one was mistyped


class CheckInForm(MendableForm[CheckIn]):
    """A score without exercise, or how the night was. Without a date and a time it is of now, in the device's zone."""

    model = CheckIn
    columns = ("kind", "pain", "places", "note", "date", "time")

    kind = forms.ChoiceField(choices=CheckIn.Kind.choices, widget=forms.HiddenInput)
    pain = PainField(_("How much does your back hurt now?"))
    places = PlacesField()
    note = NoteField()
    date = DayField(required=False)
    time = MomentField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.stored:  # what it tells of stays
            self.fields["kind"].disabled = True
        if self["kind"].value() == CheckIn.Kind.NIGHT:
            self.fields["pain"].label = _("How much did your back hurt when you woke up?")

    @property
    def night(self) -> bool:
        return str(self["kind"].value()) == CheckIn.Kind.NIGHT

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self.check_day("date")
        if not {"date", "time", "zone"} & set(self.errors):
            self._check_time()
        said = {"pain", "places", "note"}
        if not said & set(self.errors) and cleaned["pain"] is None and not (cleaned["places"] or cleaned["note"]):
            self.add_error(None, ValidationError(_("Give a score, a place or a note."), code="empty"))
        return cleaned

    def values(self) -> dict[str, Any]:
        """Return the columns, with the local date and time of now where none were given."""
        return super().values() | dict(zip(("date", "time"), self._moment(), strict=True))

    def check_others(self) -> None:
        if self.cleaned_data["kind"] == CheckIn.Kind.NIGHT and self.other():
            message = _("This night is told already. Change what you told, or choose another day.")
            raise ValidationError(message, code="taken")

    def other(self) -> CheckIn | None:
        """Return the night that stands in the place of this one."""
        nights = CheckIn.objects.owned_by(self.owner).kept().filter(kind=CheckIn.Kind.NIGHT)
        others = nights.exclude(pk=self.stored.pk) if self.stored else nights
        return others.filter(date=self.values()["date"]).first()

    def _moment(self) -> tuple[datetime.date, datetime.time]:
        """Return the local date and time that it is of: where none were given, a stored one's, else now."""
        given, now = self.cleaned_data, self._now()
        date = given["date"] or (self.stored.date if self.stored else now.date())
        late = WAKING if self.night and date != now.date() else now.time()
        time = given["time"] or (self.stored.time if self.stored else late)
        return date, time.replace(second=0, microsecond=0)

    def _now(self) -> datetime.datetime:
        return timezone.localtime(timezone=ZoneInfo(self.cleaned_data["zone"]))

    def _check_time(self) -> None:
        date, time = self._moment()
        if self.cleaned_data["time"] is None and date != self._now().date() and not (self.stored or self.night):
            self.add_error("time", ValidationError(_("Say about what time it was."), code="required"))
            return
        local = datetime.datetime.combine(date, time, ZoneInfo(self.cleaned_data["zone"]))
        instant = local.astimezone(datetime.UTC)
        if instant.astimezone(local.tzinfo).replace(tzinfo=None) != local.replace(tzinfo=None):
            self.add_error("time", ValidationError(_("The clocks skipped this time on that day."), code="skipped"))
        elif instant > timezone.now():
            self.add_error("time", ValidationError(_("This time is still to come where you are."), code="future"))


class FlareForm(MendableForm[Flare]):
    """A spasm from its first day on. While one is open, a second start finds it."""

    model = Flare
    columns = ("date", "ended", "pain")

    pain = PainField(_("How much does it hurt? You can leave this out."))
    date = DayField(label=_("It began on"))
    ended = DayField(label=_("It has calmed since"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name in ("date", "ended"):
            self.check_day(name)
        began, ended = cleaned.get("date"), cleaned.get("ended")
        if began and ended and ended < began:
            self.add_error("ended", ValidationError(_("This is before it began."), code="order"))
        return cleaned

    def create(self) -> Flare:
        going_on = Flare.objects.owned_by(self.owner).open()
        if going_on and self.cleaned_data["ended"] is None:
            self.replayed = True
            return going_on
        return super().create()

    def check_others(self) -> None:
        cleaned = self.cleaned_data
        others = Flare.objects.owned_by(self.owner).kept()
        if self.stored:
            others = others.exclude(pk=self.stored.pk)
        if others.overlapping(cleaned["date"], cleaned["ended"]).exists():
            message = _("Another flare lies on these days. Change its days, or choose others.")
            self.add_error("date", ValidationError(message, code="overlap"))
            raise ValidationError(_("It is not saved."), code="overlap")


class CalmForm(StrictForm):
    """The end of a flare: the day since when it has calmed."""

    ended = DayField(label=_("It has calmed since"))

    def __init__(self, data: Mapping[str, Any] | None = None, *, flare: Flare, zone: str) -> None:
        self.flare, self.today = flare, max(local_date(zone), local_date(flare.zone))
        super().__init__(data, initial={"ended": max(local_date(zone), flare.date)})

    def clean_ended(self) -> datetime.date:
        ended: datetime.date = self.cleaned_data["ended"]
        if ended > self.today:
            raise ValidationError(_("This day is still to come where you are."), code="future")
        if ended < self.flare.date:
            raise ValidationError(_("This is before it began."), code="order")
        return ended

    def record(self) -> None:
        """End the flare; one that has ended meanwhile stays as it is."""
        with transaction.atomic():
            Profile.objects.lock(self.flare.owner, self.flare.zone, written=())
            mine = Flare.objects.owned_by(self.flare.owner).kept().filter(pk=self.flare.pk, ended__isnull=True)
            mine.update(ended=self.cleaned_data["ended"], changed_at=timezone.now())


class PauseForm(EntryForm[Pause]):
    """Days for which nothing is planned, from the first to the last; they may be still to come."""

    model = Pause

    date = DayField(label=_("First day"))
    until = DayField(label=_("Last day"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        first, last = cleaned.get("date"), cleaned.get("until")
        if first and first < EARLIEST:
            self.add_error("date", ValidationError(too_early(EARLIEST), code="early"))
        elif first and abs((first - local_date(self.device_zone)).days) > LONGEST_PAUSE:
            self.add_error("date", ValidationError(_("Choose a day within a year."), code="far"))
        if first and last and last < first:
            self.add_error("until", ValidationError(_("This is before the first day."), code="order"))
        elif first and last and (last - first).days >= LONGEST_PAUSE:
            self.add_error("until", ValidationError(_("A pause lasts a year at most."), code="long"))
        return cleaned

    def create(self) -> Pause:
        pause = Pause(**self.stamp, until=self.cleaned_data["until"])
        pause.save(force_insert=True)
        return pause
