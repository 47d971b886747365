"""The one validator of what people tell us: pages now, the API, an import and the offline queue later."""

import contextlib
import datetime
import hashlib
import json
import uuid
from collections.abc import Collection, Iterator, Mapping
from copy import copy
from functools import cache, cached_property
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.validators import slug_re
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from exercises.models import Exercise, Routine
from tracking import targets, wording
from tracking.circumstances import Circumstances
from tracking.fields import (
    DayField,
    FeltField,
    NoteField,
    PainField,
    PlacesField,
    RepetitionsField,
    WholeField,
    ZoneField,
)
from tracking.models import DEFAULT_ROUTINE, Period, Profile, Session, SessionExercise, local_date
from tracking.models.prepared import PreparedInsert
from tracking.strict import StrictForm
from tracking.targets import Slot, Target

EARLIEST = datetime.date(2000, 1, 1)  # before this, a year was mistyped
# Of a session: each a field and a column.
FACTS = ("date", "period", "pain_before", "pain_worst", "pain_after", "places", "note")
ASKED = {
    "done": RepetitionsField,
    "felt": FeltField,
}  # of each exercise: a field ``<column>-<slug>``, and a column of its row
DONE, FELT = "done-", "felt-"
BY_EXERCISE = tuple(f"{column}-" for column in ASKED)


class ConflictError(Exception):
    """What is stored speaks against a form. ``kind``: key (came with another body), slot (taken), stale (edit)."""

    def __init__(self, kind: str, stored: Session) -> None:
        super().__init__(kind)
        self.kind, self.stored = kind, stored

    @property
    def replaces(self) -> bool:
        """Whether a new session may be saved in the stored one's place."""
        return self.kind in ("key", "slot") and self.stored.deleted_at is None


class SessionForm(StrictForm):
    """One morning or evening, new or (with ``stored``) edited. The owner is given, never read from a field.

    To these fields come those of ASKED for each exercise of the routine, such as ``done-<slug>``: repetitions a set,
    empty when not noted.
    Where ``zone`` is empty the device's counts, else the profile's; where ``routine`` is empty, the one planned.
    """

    may_lack: Collection[str] = ("zone", "routine", "version")

    date = DayField()
    period = forms.ChoiceField(label=_("Time of day"), choices=Period.choices, widget=forms.RadioSelect)
    pain_before = PainField(_("Your pain before"))
    pain_worst = PainField(_("The worst in between, if you like"))
    pain_after = PainField(_("Your pain after"))
    places = PlacesField()
    note = NoteField()
    zone = ZoneField(device=True, required=False, widget=forms.HiddenInput)
    key = forms.UUIDField(widget=forms.HiddenInput)
    routine = forms.CharField(required=False, widget=forms.HiddenInput)
    version = WholeField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        owner: User,
        profile: Profile | None = None,
        zone: str = "",
        stored: Session | None = None,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        self.owner, self.stored = owner, stored
        self.profile = profile or Profile.objects.of(owner)
        self.device_zone = zone or self.profile.zone
        self.replayed = False  # whether record() found it stored already
        self.offered = False  # whether it is filled in with what the player has counted
        super().__init__(data, initial=self._start() | dict(initial or {}))
        self.chosen, self.exercises = self._chosen()
        for exercise in self.exercises:
            self.fields |= {name_of(column, exercise): field(exercise.name) for column, field in ASKED.items()}
        self.fields["version"].required = stored is not None
        if stored is None:  # in an edit, they would empty what is stored
            felt = [name for name in self.fields if name.startswith(FELT)]
            self.may_lack = (*self.may_lack, "pain_worst", *felt)
        if data is None and stored is None:
            self.initial.update({DONE + target.exercise.slug: target.proposed for target in self.targets})

    # What it shows

    @cached_property
    def targets(self) -> list[Target]:
        """What is proposed for the session; of a stored one, what it was given. Up to 2 queries."""
        if self._keeps_rows:
            return [targets.pinned(row, self.profile) for row in self._rows]
        return targets.propose(self.profile, self._slot(self._others), self.exercises, self.circumstances)

    @cached_property
    def circumstances(self) -> Circumstances:
        """What holds on the day of the session. 1 query."""
        date = self.initial["date"]
        with contextlib.suppress(ValidationError):
            date = self.fields["date"].clean(self.data.get("date", date))
        return Circumstances.of(self.owner, date)

    @property
    def rests(self) -> Target | None:
        """One of the targets, where all of them rest."""
        return targets.all_rest(self.targets)

    def lines(self) -> Iterator[tuple[Target, forms.BoundField, forms.BoundField]]:
        """Yield each exercise's target with the field of its repetitions, whose hint it is, and that of how it felt."""
        for target in self.targets:
            field = self[DONE + target.exercise.slug]
            logged = self._logged.get(field.name) if self.offered and self.stored else None
            field.help_text = wording.hint(target, logged)
            yield target, field, self[FELT + target.exercise.slug]

    @property
    def shown_date(self) -> datetime.date:
        return datetime.date.fromisoformat(str(self._value("date")))

    @property
    def shown_period(self) -> str:
        return str(self._value("period"))

    @property
    def names_slot(self) -> bool:
        """Whether the slot it shows is meant, and not one that stands in for a date that was refused."""
        return self.stored is not None or not {"date", "period"} & set(self.errors)

    @property
    def taken(self) -> Session | None:
        """The session that fills the slot already."""
        return next((other for other in self._others if other.period == self._value("period")), None)

    def offer(self, counted: Mapping[str, str]) -> None:
        """Fill in what the player has counted. What a field would refuse is passed over, because nobody typed it."""
        self._logged = dict(self.initial)
        for name, value in counted.items():
            if name in self.fields and name.startswith(DONE):
                with contextlib.suppress(ValidationError):
                    self.initial[name] = self.fields[name].clean(value)
                    self.offered = True
        if self.offered and self.stored and self.stored.pain_before is not None:
            self.fields["pain_before"].help_text = wording.logged_before(self.stored.pain_before)

    # What it checks

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        cleaned["zone"] = cleaned.get("zone") or self.device_zone
        if "zone" in self.errors:  # nobody can mend what they do not see
            self.fields["zone"].widget = ZoneField().widget
        date = cleaned.get("date")
        if date and not (self.stored and self.stored.date == date):
            if date > local_date(cleaned["zone"]):
                self.add_error("date", ValidationError(_("This day is still to come where you are."), code="future"))
            elif date < EARLIEST:
                self.add_error("date", ValidationError(wording.too_early(EARLIEST), code="early"))
        if not self.exercises:
            self.add_error("routine", ValidationError(_("Choose a routine from the list."), code="routine"))
        elif any(name.startswith(BY_EXERCISE) and name not in self.fields for name in self.data):
            message = _("One of the exercises does not belong to this routine. Check the list and save again.")
            self.add_error(None, ValidationError(message, code="exercise"))
        return cleaned

    def unknown(self) -> list[str]:
        return [name for name in super().unknown() if not name.startswith(BY_EXERCISE)]  # clean() says more of those

    # What it does

    def record(self) -> Session:
        """Store the session or the edit of a valid form and return it; sent again, return what is stored.

        Raises ConflictError when the key came with another body, the slot is taken or the edit is stale.
        """
        try:
            return self._store()
        except IntegrityError:  # somebody wrote past the lock: what is there now decides
            return self._store()

    def again(self, stored: Session | None, **changes: Any) -> "SessionForm":
        """Return the form as it was filled in, with ``changes``, as an edit of ``stored`` or as a new session."""
        data: Any = copy(self.data)  # a page's lists included
        for name, value in changes.items():
            data[name] = value
        return SessionForm(data, owner=self.owner, profile=self.profile, zone=self.device_zone, stored=stored)

    def _store(self) -> Session:
        with transaction.atomic():
            date = self.cleaned_data["date"]
            written = {date, self.stored.date} if self.stored else {date}
            if not Profile.objects.lock(self.owner, self.cleaned_data["zone"], self.profile, written):
                self.__dict__.pop("circumstances", None)  # what was told while this waited for the lock counts
            return self._edit(self.stored) if self.stored else self._create()

    def _create(self) -> Session:
        found = self._found()
        if settled := self._settled(found):
            return settled
        cleaned = self.cleaned_data
        session = Session(
            owner=self.owner, key=cleaned["key"], zone=cleaned["zone"], digest=self._digest, **self._columns
        )
        session.save(force_insert=True)
        self._add_rows(session, found)
        return session

    def _edit(self, stored: Session) -> Session:
        cleaned, mine = self.cleaned_data, Session.objects.owned_by(self.owner)
        of_the_day = [session for session in self._found() if session.date == cleaned["date"]]
        others = [session for session in of_the_day if session != stored and not session.deleted_at]
        for other in others:
            if other.period == cleaned["period"]:
                raise ConflictError("slot", other)
        now = {"version": F("version") + 1, "changed_at": timezone.now()}
        edited = mine.kept().filter(pk=stored.pk, version=cleaned["version"]).update(**self._columns, **now)
        current = mine.with_exercises().get(pk=stored.pk)
        if not edited:
            self.replayed = current.deleted_at is None and digest(facts(current)) == self._digest
            if not self.replayed:
                raise ConflictError("stale", current)
        elif self._keeps_rows:
            self._mend_rows(current)
        else:
            SessionExercise.objects.owned_by(self.owner).filter(session=current).delete()
            self.__dict__.pop("circumstances", None)  # the session was the day's morning, and may be its evening now
            self._add_rows(current, others)
        return current

    def _found(self) -> list[Session]:
        return Session.objects.known(self.owner, self.cleaned_data["date"], self.cleaned_data["key"])

    def _settled(self, found: list[Session]) -> Session | None:
        """Return the session if this very form is stored already; None if nothing speaks against storing it."""
        for session in found:
            if session.key == self.cleaned_data["key"]:
                if session.digest != self._digest:
                    raise ConflictError("key", session)
                self.replayed = True
                return session
        for session in found:
            if session.period == self.cleaned_data["period"]:
                raise ConflictError("slot", session)
        return None

    def _add_rows(self, session: Session, others: Collection[Session]) -> None:
        proposed = targets.propose(self.profile, self._slot(others), self.exercises, self.circumstances)
        rows = [
            {
                "id": uuid.uuid4(),
                "owner_id": self.owner.pk,
                "session_id": session.pk,
                "exercise_id": target.exercise.pk,
                "instead_of_id": target.instead_of,
                "date": session.date,
                "order": order,
                "sets": target.sets,
                "target": target.reps,
                "day_target": target.day,
                "reason": target.advice.reason if target.advice else "",
                **self._said(target.exercise),
            }
            for order, target in enumerate(proposed)
        ]
        inserted(len(rows)).run(rows)

    def _mend_rows(self, session: Session) -> None:
        rows = list(session.exercises.all())
        for row in rows:
            row.date = session.date
            for column, value in self._said(row.exercise).items():
                setattr(row, column, value)
        SessionExercise.objects.owned_by(self.owner).bulk_update(rows, ["date", *ASKED])

    def _said(self, exercise: Exercise) -> dict[str, Any]:
        """Return what was said of one exercise, by column."""
        return {column: self.cleaned_data[name_of(column, exercise)] for column in ASKED}

    # What it knows

    def _start(self) -> dict[str, Any]:
        if self.stored:
            return facts(self.stored) | {
                "version": self.stored.version,
                "key": self.stored.key,
                "zone": self.stored.zone,
            }
        today = local_date(self.device_zone)
        return {"date": today, "period": Period.MORNING, "zone": self.device_zone, "key": uuid.uuid4(), "routine": ""}

    def _chosen(self) -> tuple[Routine | None, list[Exercise]]:
        """Return the routine with its exercises; a stored session keeps the exercises that it was given."""
        slug = str(self.data.get("routine") or self.initial["routine"] or self._planned_slug())
        self._rows = list(self.stored.exercises.all()) if self.stored else []
        self._keeps_rows = self.stored is not None and self.stored.routine.slug == slug
        self._planned: dict[str, list[Exercise]] = {}
        if self.stored and self._keeps_rows:
            return self.stored.routine, [row.exercise for row in self._rows]
        ids = {period: self.profile.routine_id(period) for period in Period.values}
        named = slug if slug_re.match(slug) else ""
        found = targets.routines(named, ids.values(), self.circumstances.swaps, self.profile.revision)
        for routine, exercises in found:
            self._planned |= {period: exercises for period, pk in ids.items() if pk == routine.pk}
        return next(((routine, exercises) for routine, exercises in found if routine.slug == slug), (None, []))

    def _planned_slug(self) -> str:
        period = str(self.data.get("period") or self.initial["period"])
        morning, evening = self.profile.morning_routine, self.profile.evening_routine
        routine = (evening if period == Period.EVENING else morning) or morning or evening
        return routine.slug if routine else DEFAULT_ROUTINE

    def _value(self, name: str) -> Any:
        """Return a field's cleaned value, else what it began with."""
        cleaned = self.cleaned_data.get(name) if self.is_bound and self.errors is not None else None
        return cleaned or self.initial[name]

    def _slot(self, others: Collection[Session]) -> Slot:
        logged = {other.period for other in others}
        return Slot(self._value("date"), self._value("period"), self._planned, logged, self._value("zone"))

    @cached_property
    def _others(self) -> list[Session]:
        """The other sessions of the day."""
        found = Session.objects.known(self.owner, self._value("date"), self.initial["key"])
        return [one for one in found if one.key != self.initial["key"]]

    @property
    def _columns(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in FACTS} | {"routine": self.chosen}

    @property
    def _digest(self) -> str:
        said = {name: value for name, value in self.cleaned_data.items() if name.startswith((*BY_EXERCISE, *FACTS))}
        return digest(said | {"routine": self.chosen.slug if self.chosen else ""})


@cache
def inserted(count: int) -> PreparedInsert:
    """Return the insert of so many exercises of a session."""
    return PreparedInsert(SessionExercise, count)


def name_of(column: str, exercise: Exercise) -> str:
    """Return the field that asks for ``column`` of an exercise's row."""
    return f"{column}-{exercise.slug}"


def facts(session: Session) -> dict[str, Any]:
    """Return what a person said of a session, by the form's field names. Needs its routine and exercises fetched."""
    said = {name_of(column, row.exercise): getattr(row, column) for row in session.exercises.all() for column in ASKED}
    return {name: getattr(session, name) for name in FACTS} | {"routine": session.routine.slug} | said


def digest(said: Mapping[str, Any]) -> str:
    """Return the SHA-256 of ``facts``, whatever their order."""
    return hashlib.sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()
