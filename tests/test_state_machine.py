"""Whatever a person does in whatever order, the database holds what a small model of it says.

Signing up, logging, editing, deleting, undoing, logging again, check-ins, flares and moving between zones, through the
pages. ``HYPOTHESIS_PROFILE=thorough`` tries many more.
"""

import datetime
import os
import uuid
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.factories import PASSWORD
from tests.support.content import load_shipped
from tracking import series
from tracking.chart import Span
from tracking.models import CheckIn, Flare, KeptPast, Profile, Session

ZONES = ("Europe/Zurich", "Africa/Cairo", "America/Havana", "Australia/Lord_Howe", "Pacific/Apia", "Pacific/Pago_Pago")
START = datetime.datetime(2026, 3, 7, 12, tzinfo=datetime.UTC)  # Havana's clocks go forward that night
SCORES = st.one_of(st.none(), st.integers(0, 10))
PERIODS = st.sampled_from(["am", "pm"])
THOROUGH = os.environ.get("HYPOTHESIS_PROFILE") == "thorough"


@dataclass(frozen=True)
class Logged:
    """A session as its owner would tell it."""

    date: datetime.date
    period: str
    zone: str
    before: int | None
    after: int | None
    deleted: bool = False

    @property
    def slot(self) -> tuple[datetime.date, str]:
        return self.date, self.period


@dataclass(frozen=True)
class Told:
    """A check-in."""

    date: datetime.date
    zone: str
    pain: int
    deleted: bool = False


@dataclass(frozen=True)
class Bad:
    """A flare."""

    date: datetime.date
    zone: str
    ended: datetime.date | None = None
    deleted: bool = False

    def overlaps(self, other: "Bad") -> bool:
        """Whether they share more than an edge."""
        last, others_last = (one.ended or datetime.date.max for one in (self, other))
        open_ended = self.ended is None
        return (open_ended or other.date < last) and others_last > self.date


def typed(score: int | None) -> str:
    return "" if score is None else str(score)


class Person(RuleBasedStateMachine):
    """One person, from the sign-up on. The model's keys are the database's."""

    def __init__(self) -> None:
        super().__init__()
        self.undo_all = transaction.atomic()
        self.undo_all.__enter__()
        self.clock = time_machine.travel(START, tick=False)
        self.now = self.clock.start()
        self.client = Client()
        self.zone = ZONES[0]
        self.sessions: dict[uuid.UUID, Logged] = {}
        self.told: dict[uuid.UUID, Told] = {}
        self.flares: dict[uuid.UUID, Bad] = {}
        self.posted: dict[uuid.UUID, dict[str, str]] = {}  # what made each session, to send it again

    def teardown(self) -> None:
        self.clock.stop()
        transaction.set_rollback(True)
        self.undo_all.__exit__(None, None, None)

    @initialize()
    def sign_up(self) -> None:
        account = {"username": "alice", "password1": PASSWORD, "password2": PASSWORD, "zone": self.zone}
        assert self.client.post("/accounts/signup/", account).status_code == 302

    @property
    def today(self) -> datetime.date:
        return datetime.datetime.now(ZoneInfo(self.zone)).date()

    def post(self, name: str, sent: dict[str, Any], *arguments: object) -> int:
        return self.client.post(reverse(f"tracking:{name}", args=arguments), sent).status_code

    def taken(self, slot: tuple[datetime.date, str], but: uuid.UUID | None = None) -> bool:
        return any(one.slot == slot and not one.deleted and key != but for key, one in self.sessions.items())

    def going_on(self) -> bool:
        return any(one.ended is None and not one.deleted for one in self.flares.values())

    # Where and when

    @rule(zone=st.sampled_from(ZONES))
    def move(self, zone: str) -> None:
        self.zone = zone
        self.client.cookies["zone"] = zone

    @rule(hours=st.integers(1, 40) | st.sampled_from([200, 900]))
    def wait(self, hours: int) -> None:
        self.now.shift(datetime.timedelta(hours=hours))
        self.client.force_login(User.objects.get())  # for longer than somebody stays signed in

    # Sessions

    @rule(back=st.integers(-1, 3) | st.sampled_from([10, 40]), period=PERIODS, before=SCORES, after=SCORES)
    def log(self, back: int, period: str, before: int | None, after: int | None) -> None:
        date, key = self.today - datetime.timedelta(days=back), uuid.uuid4()
        scores = {"pain_before": typed(before), "pain_after": typed(after)}
        sent = {"key": str(key), "date": str(date), "period": period, "note": "", "zone": self.zone} | scores
        form = self.client.get(f"{reverse('tracking:session-new')}?period={period}").context["form"]
        sent |= {name: "" for name in form.fields if name.startswith("done-")} | {"routine": form.chosen.slug}
        expected = 422 if back < 0 else 409 if self.taken((date, period)) else 302
        assert self.post("session-new", sent) == expected
        if expected == 302:
            self.sessions[key] = Logged(date, period, self.zone, before, after)
            self.posted[key] = sent

    @precondition(lambda self: self.posted)
    @rule(data=st.data())
    def send_a_session_again(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(sorted(self.posted)))
        assert self.post("session-new", self.posted[key]) == 302

    @precondition(lambda self: self.sessions)
    @rule(data=st.data(), period=PERIODS, before=SCORES)
    def edit_a_session(self, data: st.DataObject, period: str, before: int | None) -> None:
        key = data.draw(st.sampled_from(sorted(self.sessions)))
        stored, was = Session.objects.get(key=key), self.sessions[key]
        if was.deleted:
            return
        form = self.client.get(reverse("tracking:session-edit", args=[stored.pk])).context["form"]
        sent = {name: "" if (value := form[name].value()) is None else value for name in form.fields}
        sent |= {"period": period, "pain_before": typed(before)}
        wanted = replace(was, period=period, before=before)
        expected = 409 if self.taken(wanted.slot, but=key) else 302
        assert self.post("session-edit", sent, stored.pk) == expected
        if expected == 302:
            self.sessions[key] = wanted
            self.posted.pop(key, None)  # an old form of it is another body from now on

    @precondition(lambda self: self.sessions)
    @rule(data=st.data())
    def delete_a_session(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(sorted(self.sessions)))
        assert self.post("session-delete", {}, Session.objects.get(key=key).pk) == 302
        self.sessions[key] = replace(self.sessions[key], deleted=True)

    @precondition(lambda self: self.sessions)
    @rule(data=st.data())
    def undo_a_session(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(sorted(self.sessions)))
        was = self.sessions[key]
        assert self.post("session-undo", {}, Session.objects.get(key=key).pk) == 302
        if not self.taken(was.slot, but=key):
            self.sessions[key] = replace(was, deleted=False)

    # Check-ins

    @rule(pain=st.integers(0, 10))
    def check_in(self, pain: int) -> None:
        key = uuid.uuid4()
        sent = {
            "key": str(key),
            "kind": "now",
            "pain": str(pain),
            "note": "",
            "date": "",
            "time": "",
            "zone": self.zone,
        }
        assert self.post("check-in", sent) == 302
        self.told[key] = Told(self.today, self.zone, pain)

    @precondition(lambda self: self.told)
    @rule(data=st.data(), back=st.booleans())
    def delete_or_undo_a_check_in(self, data: st.DataObject, back: bool) -> None:
        key = data.draw(st.sampled_from(sorted(self.told)))
        assert self.post("check-in-undo" if back else "check-in-delete", {}, CheckIn.objects.get(key=key).pk) == 302
        self.told[key] = replace(self.told[key], deleted=not back)

    # Flares

    @rule()
    def start_a_flare(self) -> None:
        key, starts = uuid.uuid4(), Bad(self.today, self.zone)
        kept = [one for one in self.flares.values() if not one.deleted]
        sent = {"key": str(key), "date": str(self.today), "ended": "", "pain": "", "zone": self.zone}
        clash = not self.going_on() and any(starts.overlaps(one) for one in kept)
        assert self.post("flare-new", sent) == (422 if clash else 302)
        if not (clash or self.going_on()):
            self.flares[key] = starts

    @precondition(lambda self: self.going_on())
    @rule()
    def end_the_flare(self) -> None:
        key, was = next((k, one) for k, one in self.flares.items() if one.ended is None and not one.deleted)
        fits = was.date <= self.today
        sent = {"ended": str(self.today)}
        assert self.post("flare-end", sent, Flare.objects.get(key=key).pk) == (302 if fits else 422)
        if fits:
            self.flares[key] = replace(was, ended=self.today)

    @precondition(lambda self: self.flares)
    @rule(data=st.data(), back=st.booleans())
    def delete_or_undo_a_flare(self, data: st.DataObject, back: bool) -> None:
        key = data.draw(st.sampled_from(sorted(self.flares)))
        was = self.flares[key]
        assert self.post("flare-undo" if back else "flare-delete", {}, Flare.objects.get(key=key).pk) == 302
        others = [one for k, one in self.flares.items() if k != key and not one.deleted]
        if not back:
            self.flares[key] = replace(was, deleted=True)
        elif not any(was.overlaps(one) for one in others):
            self.flares[key] = replace(was, deleted=False)

    # What holds

    @invariant()
    def the_database_holds_what_the_model_says(self) -> None:
        sessions = {
            one.key: Logged(one.date, one.period, one.zone, one.pain_before, one.pain_after, bool(one.deleted_at))
            for one in Session.objects.all()
        }
        told = {o.key: Told(o.date, o.zone, o.pain or 0, bool(o.deleted_at)) for o in CheckIn.objects.all()}
        flares = {o.key: Bad(o.date, o.zone, o.ended, bool(o.deleted_at)) for o in Flare.objects.all()}
        assert (sessions, told, flares) == (self.sessions, self.told, self.flares)

    @rule(name=st.sampled_from(["today", "progress", "session-list", "flare-list", "check-in-list"]))
    def look(self, name: str) -> None:
        assert self.client.get(reverse(f"tracking:{name}")).status_code == 200

    @rule(span=st.sampled_from(Span))
    def what_is_kept_of_the_past_says_what_its_records_do(self, span: Span) -> None:
        profile = Profile.objects.of(User.objects.get())
        found = series.progress(profile, span, self.today, self.zone)
        with transaction.atomic():
            KeptPast.objects.all().delete()
            assert series.progress(profile, span, self.today, self.zone) == found
            transaction.set_rollback(True)


@pytest.mark.django_db
def test_database_equals_the_model_whatever_is_done() -> None:
    load_shipped()
    run_state_machine_as_test(
        Person,
        settings=settings(
            max_examples=300 if THOROUGH else 12,
            stateful_step_count=60 if THOROUGH else 25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
