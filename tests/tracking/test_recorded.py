"""Whatever is written, a page tells of the past as its records do: what they add up to is never older than they are."""

import datetime
import itertools
import uuid
from collections.abc import Callable, Iterator

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from exercises.models import Revision
from tests.exercises.factories import ExerciseFactory
from tests.factories import CheckInFactory, FlareFactory, ProfileFactory, SessionExerciseFactory, SessionFactory
from tests.tracking import test_checkins, test_practice
from tracking import series
from tracking.chart import Span
from tracking.models import CheckIn, KeptPast, Profile, Session
from tracking.past import NOTHING
from tracking.stats import Milestone

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


def kept() -> KeptPast:
    """Return what is kept and serves now."""
    return KeptPast.objects.get(edition=Profile.objects.get().past_edition)


def stored() -> bool:
    """Return whether another look stores anything."""
    with CaptureQueriesContext(connection) as queries:
        told()
    return any("INSERT INTO" in one["sql"] for one in queries)


def logs_today(client: Client) -> None:
    test_practice.log(client)


def undoes_today(client: Client) -> None:
    session = test_practice.log(client)
    client.post(test_practice.address("delete", session))
    client.post(test_practice.address("undo", session))


def moves_within_a_week(client: Client) -> None:
    test_practice.edited(client, test_practice.log(client), date=ago(6))


def tells_of_an_old_flare(client: Client) -> None:
    FlareFactory.create(owner=User.objects.get(), date=ago(60), ended=ago(50)).discard()


def changes_the_settings(client: Client) -> None:
    Profile.objects.secure(User.objects.get()).save()


@pytest.mark.parametrize(
    "act",
    [
        logs_today,
        undoes_today,
        moves_within_a_week,
        tells_of_an_old_flare,
        changes_the_settings,
    ],
)
def test_past_outlives_what_does_not_touch_it(at_home: Client, act: Callable[[Client], None]) -> None:
    told()
    act(at_home)
    assert kept().changed_first > kept().changed_last
    assert not stored()
    assert told() == told(afresh=True)


def test_goals_alone_are_looked_for_again_after_an_edit_of_the_content(at_home: Client) -> None:
    told()
    before = kept()
    Revision.objects.update_or_create(pk=1, defaults={"number": Revision.current() + 1})
    with CaptureQueriesContext(connection) as queries:
        first = told()
    assert not any(f"'{before.summed}'" in one["sql"] for one in queries if "INSERT" not in one["sql"])
    assert kept().revision == Revision.current() != before.revision
    assert not stored()
    assert first == told(afresh=True)


def test_write_of_long_ago_changes_its_own_days_only(at_home: Client) -> None:
    told()
    first, second, third = Session.objects.order_by("date")[:3]
    second.discard()
    assert (kept().changed_first, kept().changed_last) == (second.date, second.date)
    second.discard()
    test_practice.edited(at_home, first, date=ago(100), period="pm")
    third.discard()
    assert (kept().changed_first, kept().changed_last) == (first.date, ago(100))
    assert told() == told(afresh=True)
    assert (kept().changed_first, kept().changed_last) == NOTHING


@pytest.mark.parametrize("days", [(0, 300), (300, 100)])
def test_session_that_another_device_moved_is_deleted_there(at_home: Client, days: tuple[int, int]) -> None:
    session = SessionFactory.create(owner=User.objects.get(), date=ago(days[0]), period="pm", pain_before=9)
    seen = Session.objects.get(pk=session.pk)
    test_practice.edited(at_home, session, date=ago(days[1]), period="pm")
    before = told()
    seen.discard()
    assert told() == told(afresh=True) != before
    assert seen.restore()
    assert told() == before


def kept_late(past: KeptPast) -> None:
    """Store what a look found that began before a write and ended after it."""
    KeptPast.objects.all().delete()
    KeptPast.objects.bulk_create([past])


def test_look_that_began_before_an_old_write_keeps_nothing_that_serves(alice: Profile) -> None:
    told()
    past = kept()
    first, second = Session.objects.order_by("date")[:20:15]
    first.discard()
    kept_late(past)
    second.discard()
    assert told() == told(afresh=True)
    assert not stored()


def test_row_of_older_code_counts_as_changed_from_end_to_end(alice: Profile) -> None:
    told()
    past = kept()
    past.weeks = past.months = past.quarters = past.years = "[]"  # whatever it held
    fields = [field for field in KeptPast._meta.concrete_fields if not field.name.startswith("changed")]
    names, places = ", ".join(field.column for field in fields), ", ".join(["%s"] * len(fields))
    KeptPast.objects.all().delete()
    with connection.cursor() as cursor:
        row = [field.get_db_prep_save(getattr(past, field.attname), connection) for field in fields]
        cursor.execute(f"INSERT INTO tracking_keptpast ({names}) VALUES ({places})", row)
    assert told() == told(afresh=True)
    assert not stored()


def test_goal_is_reached_on_the_first_day_that_is_left(alice: Profile) -> None:
    exercise = ExerciseFactory.create(dose__reps_max=30, dose__start=5, dose__goal=30, dose__step=5)
    found = []
    for days in (300, 200, 40):
        found.append(SessionFactory.create(owner=alice.owner, date=ago(days), period="pm"))
        SessionExerciseFactory.create(session=found[-1], exercise=exercise, done=30, target=30)

    def since() -> datetime.date | None:
        progress = told()[0]
        assert progress == told(afresh=True)[0]
        assert progress
        return next((one.date for one in progress.milestones if one.milestone is Milestone.GOAL), None)

    told()
    for session, expected in zip(found, (ago(200), ago(40), None), strict=True):
        session.discard()
        assert since() == expected
    for session in reversed(found):
        session.restore()
        assert since() == session.date


def test_exercises_of_a_changed_day_are_told_anew(alice: Profile) -> None:
    exercise = ExerciseFactory.create()
    for days in range(20, 60):
        session = SessionFactory.create(owner=alice.owner, date=ago(days), period="pm", pain_before=days % 3 * 3)
        SessionExerciseFactory.create(session=session, exercise=exercise, done=5, target=5)
    for session in Session.objects.filter(period="pm", date__in=[ago(30), ago(44)]):
        before = told()[0]
        session.discard()
        after = told()
        assert after == told(afresh=True)
        assert before
        assert after[0]
        assert after[0].worse != before.worse


def test_old_profile_saved_again_brings_no_old_past_back(alice: Profile) -> None:
    told()
    past, old = kept(), Profile.objects.get()
    Session.objects.earliest("date").discard()
    kept_late(past)
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
