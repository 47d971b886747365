"""The red-flag screen of one person: the content's signs, the form that keeps an answer, and what it rests on."""

import datetime
import uuid
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from exercises.models import Revision, SafetyNote
from tracking import redflags
from tracking.circumstances import NOON
from tracking.entry_form import EntryForm
from tracking.models import CheckIn, Period, Profile, Screening, Session, local_date
from tracking.player import HIGH_PAIN
from tracking.redflags import Sign
from tracking.thresholds import rules

DAYS_BACK = 7  # what was told longer ago says nothing of a rise, and is no reason to see somebody now: our rule


def signs() -> list[Sign]:
    """Return what is asked, the gravest first. 1 query."""
    notes = SafetyNote.objects.shown().filter(kind__in=SafetyNote.SIGNS).order_by("order", "slug")
    return redflags.ordered([Sign(note.slug, note.kind, note.text) for note in notes])


class ScreeningForm(EntryForm[Screening]):
    """One answer to the screen: ``sign`` is the one that is there, empty for none of them.

    ``of`` is the fingerprint of the signs that were shown: an answer to others than today's is asked for again.
    """

    model = Screening

    occasion = forms.ChoiceField(choices=Screening.Occasion.choices, widget=forms.HiddenInput)
    of = forms.CharField(max_length=16, widget=forms.HiddenInput)
    each = forms.BooleanField(required=False, widget=forms.HiddenInput)
    sign = forms.CharField(max_length=50, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, signs: Sequence[Sign], **kwargs: Any) -> None:
        self.signs = signs
        self.entry: Screening | None = None
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.signs or cleaned.get("of") != redflags.fingerprint(self.signs):
            message = _("The questions have changed meanwhile. Please look at them once more.")
            self.add_error(None, ValidationError(message, code="changed"))
        elif cleaned.get("sign") and cleaned["sign"] not in [sign.slug for sign in self.signs]:
            self.add_error(None, ValidationError(_("Choose one of the signs."), code="sign"))
        return cleaned

    def record(self) -> Screening:
        self.entry = super().record()
        return self.entry

    def create(self) -> Screening:
        cleaned = self.cleaned_data
        answered = redflags.answers(self.signs, cleaned["sign"], each=cleaned["each"])
        screening = Screening(
            **self.stamp,
            occasion=cleaned["occasion"],
            answers=answered,
            outcome=redflags.outcome(self.signs, answered),
            revision=Revision.current(),
        )
        screening.save(force_insert=True)
        return screening


def looked_at(held: Screening, zone: str) -> Screening | None:
    """Keep the person's word that a professional has looked at a sign; twice is once.

    Return None where ``held`` is not the last screening, or holds nothing back.
    """
    with transaction.atomic():
        Profile.objects.lock(held.owner, zone, written=())
        mine = Screening.objects.owned_by(held.owner)
        key = uuid.uuid5(held.pk, Screening.Outcome.SEEN)
        if found := mine.filter(key=key).first():
            return found
        if not held.holds or mine.kept().first() != held:
            return None
        same = {"occasion": held.occasion, "answers": held.answers, "revision": held.revision}
        stamp = {"owner": held.owner, "key": key, "date": local_date(zone), "zone": zone}
        seen = Screening(**same, **stamp, outcome=Screening.Outcome.SEEN)
        seen.save(force_insert=True)
        return seen


def see_somebody(entry: Session | CheckIn) -> bool:
    """Return whether where it hurts is a reason to see somebody now."""
    return entry.needs_somebody and _lately(entry)


def got_worse(check_in: CheckIn) -> bool:
    """Return whether a check-in is a reason to go through the signs. 2 queries at most."""
    if not _lately(check_in):
        return False
    high = redflags.worse(check_in.pain, None, high=HIGH_PAIN, rise=rules().rise)
    before = None if high or check_in.pain is None else _score_before(check_in)
    return redflags.worse(check_in.pain, before, high=HIGH_PAIN, rise=rules().rise)


def ended_worse(session: Session) -> bool:
    """Return whether the pain after a session is a reason to go through the signs."""
    rose = redflags.worse(session.pain_after, session.pain_before, high=HIGH_PAIN, rise=rules().rise)
    return rose and _lately(session)


def _lately(entry: Session | CheckIn) -> bool:
    """Return whether it was told in the last days, of whatever day it tells; or changed in them, and is of one."""
    since = timezone.now() - datetime.timedelta(days=DAYS_BACK)
    return entry.entered_at >= since or (entry.changed_at >= since and entry.date >= since.date())


def _score_before(check_in: CheckIn) -> int | None:
    """Return the latest score of the days before a check-in, and of its own day before its time."""
    days = {"date__gte": check_in.date - datetime.timedelta(days=DAYS_BACK), "date__lte": check_in.date}
    earlier = Q(date__lt=check_in.date) | Q(time__lt=check_in.time)
    told = CheckIn.objects.owned_by(check_in.owner_id).kept().filter(earlier, **days, pain__isnull=False)
    sessions = Session.objects.owned_by(check_in.owner_id).kept().exclude(pain_before=None, pain_after=None)
    moments = [(_moment(one.date, one.time), one.pain) for one in told.order_by("-date", "-time")[:1]]
    for session in sessions.filter(**days)[:3]:  # of its own day, two may have come after it
        pain = session.pain_before if session.pain_after is None else session.pain_after
        moments.append((_done(session), pain))
    before = [found for found in moments if found[0] <= _moment(check_in.date, check_in.time)]
    return max(before, key=lambda found: found[0])[1] if before else None


def _done(session: Session) -> datetime.datetime:
    """Return by when a session was done, in its own local time: when it was entered, or the end of its half before."""
    entered = timezone.localtime(session.entered_at, ZoneInfo(session.zone)).replace(tzinfo=None)
    half = NOON if session.period == Period.MORNING else datetime.time.max
    return min(entered.replace(second=0, microsecond=0), _moment(session.date, half))


def _moment(date: datetime.date, time: datetime.time) -> datetime.datetime:
    return datetime.datetime.combine(date, time)
