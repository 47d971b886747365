"""Whatever is written, a page tells of the past as its records do: what they add up to is never older than they are."""

import datetime
import itertools
import uuid
from collections.abc import Callable, Iterator

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.factories import CheckInFactory, ProfileFactory, SessionFactory
from tests.tracking import test_checkins, test_practice
from tracking import series
from tracking.chart import Span
from tracking.models import CheckIn, KeptPast, Profile, Session

pytestmark = pytest.mark.usefixtures("morning")
TODAY = datetime.date(2026, 3, 3)
AGES = (0, 40, 8, 400)  # days: of the last ones, of those before, and of what is kept one by one or added up


def ago(days: int) -> datetime.date:
    return TODAY - datetime.timedelta(days=days)


@pytest.fixture(autouse=True)
def alice_logs(at_home: Client, alice: Profile) -> None:
    for days in range(3, 500, 9):
        SessionFactory(owner=alice.owner, date=ago(days), pain_before=days % 11, pain_after=days % 7)
        CheckInFactory(owner=alice.owner, date=ago(days - 1), pain=days % 5, time=datetime.time(20))


def told(*, afresh: bool = False) -> list[series.Progress | None]:
    """Return what all spans say, by what is kept of the past or without it."""
    profile = Profile.objects.of(Profile.objects.get().owner)
    found = []
    for span in (Span.ALL, Span.FORTNIGHT, Span.QUARTER, Span.YEAR):
        with transaction.atomic():
            if afresh:
                KeptPast.objects.all().delete()
            found.append(series.progress(profile, span, TODAY))
            transaction.set_rollback(afresh)
    return found


def sessions(client: Client) -> Iterator[None]:
    """Log a session of each age, move it to each other one, delete it and bring it back."""
    for days in AGES:
        session = test_practice.log(client, date=ago(days), period="pm", pain_before="7")
        yield
        for other in AGES:
            session.refresh_from_db()
            assert test_practice.edited(client, session, date=ago(other), period="pm", pain_before=other % 10).url
            yield
        for name in ("delete", "undo", "delete"):
            assert client.post(test_practice.address(name, session)).status_code == 302
            yield


def check_ins(client: Client) -> Iterator[None]:
    for days in AGES:
        sent = test_checkins.typed(date=ago(days), time="07:00", pain="9")
        assert client.post(test_checkins.NEW, sent).status_code == 302
        yield
        found = CheckIn.objects.get(key=sent["key"])
        for other in AGES:
            moved = test_checkins.edit(found, date=ago(other), pain=other % 10)
            assert client.post(reverse("tracking:check-in-edit", args=[found.pk]), moved).status_code == 302
            yield
        for name in ("delete", "undo", "delete"):
            assert client.post(reverse(f"tracking:check-in-{name}", args=[found.pk])).status_code == 302
            yield


@pytest.mark.parametrize("written", [sessions, check_ins])
def test_every_write_shows_at_once(at_home: Client, written: Callable[[Client], Iterator[None]]) -> None:
    before = told()
    for number, _ in enumerate(written(at_home)):
        after = told()
        assert after == told(afresh=True), number
        assert after != before, number
        before = after


def test_what_is_kept_outlives_a_log_of_today(at_home: Client) -> None:
    told()
    kept = KeptPast.objects.get()
    test_practice.log(at_home)
    told()
    assert KeptPast.objects.get().edition == kept.edition == Profile.objects.get().past_edition


def test_old_profile_saved_again_brings_no_old_past_back(alice: Profile) -> None:
    told()
    old = Profile.objects.get()
    with transaction.atomic():
        Profile.objects.lock(alice.owner)
        Session.objects.filter(date__lt=ago(300)).update(deleted_at=datetime.datetime.now(datetime.UTC))
    old.save()
    assert told() == told(afresh=True)


def test_nobody_reads_the_past_of_another(alice: Profile) -> None:
    mallory = ProfileFactory.create()
    SessionFactory(owner=mallory.owner, date=ago(450))
    series.progress(Profile.objects.of(alice.owner), Span.ALL, TODAY)
    Profile.objects.filter(pk=mallory.pk).update(past_edition=Profile.objects.get(pk=alice.pk).past_edition)
    found = series.progress(Profile.objects.of(mallory.owner), Span.ALL, TODAY)
    assert found
    assert found.logged == 1


def test_past_goes_with_its_owner(alice: Profile) -> None:
    told()
    alice.owner.delete()
    assert not KeptPast.objects.exists()


def test_somebody_without_a_profile_keeps_nothing(alice: Profile) -> None:
    Profile.objects.all().delete()
    profile = Profile.objects.of(alice.owner)
    assert series.progress(profile, Span.ALL, TODAY)
    assert not KeptPast.objects.exists()


def test_past_of_two_devices_is_the_later_one(alice: Profile) -> None:
    profile = Profile.objects.of(alice.owner)
    for span, _ in itertools.product((Span.FORTNIGHT, Span.ALL), range(2)):
        KeptPast.objects.update(edition=uuid.uuid4())  # as the other one found it
        series.progress(profile, span, TODAY)
    assert KeptPast.objects.get().edition == profile.past_edition
