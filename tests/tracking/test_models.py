"""What the tables promise: one owner, one session a slot, nothing written by reading."""

import datetime
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from django.db.models import UniqueConstraint

from exercises.models import Routine
from tests.factories import SessionFactory, UserFactory
from tracking.models import Owned, Profile, Session, local_date, validate_zone, zone_names

pytestmark = pytest.mark.django_db


def test_owned_by_leaves_out_everybody_else() -> None:
    mine = SessionFactory(owner__username="alice")
    SessionFactory(owner__username="mallory")
    assert list(Session.objects.owned_by(mine.owner)) == [mine]


def test_reading_a_missing_profile_writes_nothing(routine: Routine) -> None:
    profile = Profile.objects.of(UserFactory())
    assert profile.routine("am") == profile.routine("pm") == routine
    assert not Profile.objects.exists()


def test_profile_is_stored_once_on_first_need(routine: Routine) -> None:
    user = UserFactory()
    with time_machine.travel(datetime.datetime(2026, 3, 3, 23, 30, tzinfo=datetime.UTC)):
        first = Profile.objects.secure(user, "Europe/Zurich")
    again = Profile.objects.secure(user, "Asia/Tokyo")
    assert first.pk == again.pk
    assert (again.zone, again.started) == ("Europe/Zurich", datetime.date(2026, 3, 4))
    assert again.planned_periods() == ["am", "pm"]


def test_profile_without_content_plans_nothing() -> None:
    assert Profile.objects.secure(UserFactory()).planned_periods() == []


def test_two_sessions_cannot_share_a_slot() -> None:
    session = SessionFactory()
    with pytest.raises(IntegrityError, match=r"one_session_a_slot|tracking_session"):
        SessionFactory(owner=session.owner, date=session.date, period=session.period)


def test_two_people_may_share_a_slot_and_a_key() -> None:
    session = SessionFactory()
    SessionFactory(key=session.key)
    assert Session.objects.count() == 2


@pytest.mark.parametrize("fields", [{"pain_before": 11}, {"pain_after": 11}, {"period": "xx"}])
def test_database_refuses_what_cannot_be(fields: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError):
        SessionFactory(**fields)


def test_discarded_session_can_be_restored() -> None:
    session = SessionFactory()
    session.discard()
    session.discard()
    assert not Session.objects.kept().exists()
    assert session.restore()
    assert Session.objects.kept().get() == session


@pytest.mark.parametrize("change", [Session.discard, Session.restore])
def test_discarding_and_restoring_take_the_owners_lock_first(
    change: Callable[[Session], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    session = SessionFactory()
    locked: list[object] = []
    monkeypatch.setattr(type(Profile.objects), "lock", lambda _profiles, owner, _zone, **_dates: locked.append(owner))
    change(session)
    assert locked == [session.owner]


def test_restore_is_refused_when_the_slot_has_been_filled() -> None:
    session = SessionFactory()
    session.discard()
    SessionFactory(owner=session.owner)
    assert not session.restore()
    session.refresh_from_db()
    assert session.deleted_at


@pytest.mark.parametrize("zone", ["Mars/X", "", "../../etc/passwd", "localtime", "Europe/Zurich\0", "europe/zurich"])
def test_unknown_zone_is_refused(zone: str) -> None:
    with pytest.raises(ValidationError):
        validate_zone(zone)


def test_every_zone_knows_its_date() -> None:
    assert all(local_date(zone) for zone in zone_names())


@pytest.mark.parametrize(
    ("now", "zone", "date"),
    [
        ("2026-03-03T10:30:00", "Pacific/Kiritimati", "2026-03-04"),
        ("2026-03-03T10:30:00", "Pacific/Pago_Pago", "2026-03-02"),
        ("2026-04-04T15:10:00", "Australia/Lord_Howe", "2026-04-05"),  # the night in which the clock goes back 30 min
        ("2011-12-30T09:59:00", "Pacific/Apia", "2011-12-29"),
        ("2011-12-30T10:01:00", "Pacific/Apia", "2011-12-31"),  # Samoa had no 30 December
        ("2026-04-23T22:30:00", "Africa/Cairo", "2026-04-24"),  # midnight does not exist
    ],
)
def test_local_date_follows_the_zone_on_odd_days(now: str, zone: str, date: str) -> None:
    with time_machine.travel(datetime.datetime.fromisoformat(now).replace(tzinfo=datetime.UTC)):
        assert local_date(zone).isoformat() == date


@pytest.mark.parametrize("model", [one for one in apps.get_models() if issubclass(one, Owned)])
def test_table_of_a_person_is_led_by_its_owner(model: type[Owned]) -> None:
    """Whole indexes only: those of a part of the rows do not find all that goes with an account."""
    unique = [one for one in model._meta.constraints if isinstance(one, UniqueConstraint)]
    leads = [one.fields[0] for one in [*unique, *model._meta.indexes] if not one.condition]
    leads += ["owner"] if model._meta.get_field("owner").unique else []
    assert "owner" in leads


def test_many_rows_are_written_or_deleted_by_statements_that_the_database_takes() -> None:
    assert 0 < connection.ops.bulk_batch_size(["session"], range(100_000)) <= 65_535
