"""Today, all sessions and the progress page are kept for as long as nothing changes, for one person alone.

tests/support/door.py watches that every request of the suite that writes a record ends the edition that was kept.
"""

import datetime
from collections.abc import Iterator

import pytest
import time_machine
from django.conf import settings as real
from django.core.cache import caches
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from pytest_django import Settings

from exercises.models import LOOK_KEY, Exercise, Revision
from tests.factories import ProfileFactory, SessionFactory
from tests.support.door import Door
from tests.tracking.test_practice import address, edited, live, log
from tracking.models import Profile

pytestmark = pytest.mark.usefixtures("morning", "kept")
PROGRESS, TODAY, SESSIONS = "/progress/", "/today/", "/sessions/"
PAGES = (PROGRESS, TODAY, SESSIONS)
KEPT = real.CACHES["kept"]


@pytest.fixture
def kept(settings: Settings) -> Iterator[None]:
    settings.CACHES = settings.CACHES | {"kept": KEPT}
    caches["kept"].clear()
    yield
    caches["kept"].clear()


def read(client: Client, url: str, **query: str) -> bool:
    """Look at a page; return whether the records were read for it."""
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url, query).status_code == 200
    return any('"tracking_session"' in one["sql"] for one in queries)


def fresh(client: Client, language: str = "en") -> bool:
    """Look at each page; return whether the records were read for all of them."""
    with translation.override(language):
        [found] = {read(client, url) for url in PAGES}
    return found


def shown(client: Client, url: str = TODAY) -> str:
    return client.get(url).text.split("<main")[1].split("</main>")[0]


def test_page_is_rendered_once(at_home: Client) -> None:
    assert [fresh(at_home), fresh(at_home)] == [True, False]


def test_each_span_is_kept_apart(at_home: Client) -> None:
    found = [read(at_home, PROGRESS, span=span) for span in ("14d", "all", "14d", "all")]
    assert found == [True, True, False, False]


def test_of_all_sessions_the_page_looked_at_last_is_kept(at_home: Client, alice: Profile) -> None:
    live(alice, 15)
    asked = ("", "page=2", "page=2", "from=2026-02-20", "from=2026-02-21", "")
    assert [read(at_home, f"{SESSIONS}?{query}") for query in asked] == [True, True, False, True, True, True]
    assert "Page 2 of 2" in shown(at_home, f"{SESSIONS}?page=2")


def test_kept_page_costs_three_queries(at_home: Client) -> None:
    fresh(at_home)
    for url in PAGES:
        with CaptureQueriesContext(connection) as queries:
            at_home.get(url)
        assert len(queries) == 3


def test_kept_page_says_the_same(at_home: Client, alice: Profile) -> None:
    SessionFactory.create(owner=alice.owner)
    for url, words in ((PROGRESS, "Sessions done"), (TODAY, "The last 14 days"), (SESSIONS, "Latest first")):
        first, second = shown(at_home, url), shown(at_home, url)
        assert first == second
        assert words in second


def test_message_is_shown_once_and_no_token_is_kept(at_home: Client) -> None:
    fresh(at_home)
    log(at_home)
    assert ["is saved" in shown(at_home) for _ in range(2)] == [True, False]
    assert "csrf" not in shown(at_home)


def test_session_logged_mended_deleted_or_back_shows_at_once(at_home: Client) -> None:
    fresh(at_home)
    session = log(at_home)
    assert fresh(at_home)
    assert edited(at_home, session, pain_after="1").status_code == 302
    assert [fresh(at_home), fresh(at_home)] == [True, False]
    for name in ("delete", "undo"):
        assert at_home.post(address(name, session)).status_code == 302
        assert [fresh(at_home), fresh(at_home)] == [True, False]


def test_changed_plan_shows_at_once(at_home: Client) -> None:
    fresh(at_home)
    sent = {"zone": "Europe/Zurich", "look": "", "morning_routine": "", "evening_routine": ""}
    assert at_home.post("/settings/", sent).status_code == 302
    assert fresh(at_home)


def test_all_that_is_told_beside_the_sessions_shows_at_once(at_home: Client, alice: Profile) -> None:
    assert "How was the night?" in shown(at_home)
    key, zone = "00000000-0000-4000-8000-00000000000", "Europe/Zurich"
    night = {"kind": "night", "pain": "4", "note": "", "date": "", "time": ""}
    assert at_home.post("/check-in/", night | {"key": f"{key}1"}).status_code == 302
    assert "How was the night?" not in shown(at_home)
    chosen = {"target": "9", "key": f"{key}2", "zone": zone}
    assert at_home.post(reverse("tracking:target-choose", args=["bridge"]), chosen).status_code == 302
    assert "9 is your own choice" in shown(at_home)
    flare = {"key": f"{key}3", "date": "2026-03-03", "ended": "", "pain": ""}
    assert at_home.post(reverse("tracking:flare-new"), flare).status_code == 302
    assert "Your exercises are paused" in shown(at_home)


def test_what_the_hour_decides_is_not_kept_beyond_it(at_home: Client, morning: time_machine.Traveller) -> None:
    assert "How was the night?" in shown(at_home)
    morning.shift(datetime.timedelta(hours=6))
    assert "How was the night?" not in shown(at_home)
    assert "Targets for this evening" in shown(at_home)


def test_each_device_draws_the_look_that_it_knows(at_home: Client) -> None:
    Exercise.objects.update(figure="hip-flexor-stretch")
    for look in ("c", "b"):
        session = at_home.session
        session[LOOK_KEY] = look
        session.save()
        assert f"fx-{look} " in shown(at_home)


def test_next_day_is_rendered_afresh(at_home: Client, morning: time_machine.Traveller) -> None:
    fresh(at_home)
    morning.shift(datetime.timedelta(days=1))
    at_home.force_login(Profile.objects.get().owner)
    assert fresh(at_home)


def test_other_zone_is_rendered_afresh(at_home: Client) -> None:
    """What day it is, and which days there were, depend on it."""
    fresh(at_home)
    at_home.cookies["zone"] = "Pacific/Kiritimati"
    for url in (PROGRESS, TODAY):
        assert [read(at_home, url), read(at_home, url)] == [True, False]


def test_changed_content_shows_at_once(at_home: Client) -> None:
    fresh(at_home)
    Revision.objects.update(number=Revision.current() + 1)
    assert fresh(at_home)


def test_each_language_is_rendered(at_home: Client) -> None:
    fresh(at_home)
    assert fresh(at_home, language="de")


def test_nobody_gets_the_page_of_another(at_home: Client, alice: Profile) -> None:
    SessionFactory.create(owner=alice.owner, date=datetime.date(2026, 3, 3), pain_before=9)
    mallory = ProfileFactory.create()
    fresh(at_home)
    Profile.objects.update(edition=Profile.objects.get(pk=alice.pk).edition)
    other = Client()
    other.force_login(mallory.owner)
    assert fresh(other)
    assert "Nothing is logged yet." in shown(other, PROGRESS)
    assert ["See what you logged" in shown(client) for client in (at_home, other)] == [True, False]


def test_profile_saved_late_brings_no_old_page_back(at_home: Client, alice: Profile) -> None:
    SessionFactory.create(owner=alice.owner)
    old = Profile.objects.get()
    fresh(at_home)
    with transaction.atomic():
        Profile.objects.lock(alice.owner)
    old.save()
    assert fresh(at_home)


def test_edition_of_a_write_that_failed_is_not_kept(at_home: Client, alice: Profile) -> None:
    fresh(at_home)
    with transaction.atomic():
        Profile.objects.lock(alice.owner)
        transaction.set_rollback(True)
    assert not fresh(at_home)


def test_write_past_the_door_is_noticed() -> None:
    def executed(*_given: object) -> None:
        """Stands for the database."""

    door = Door()
    with pytest.raises(AssertionError, match="tracking_session is written before"):
        door(executed, 'UPDATE "tracking_session" SET "note" = %s', (), False, {})
    door(executed, 'SELECT "tracking_session"."id"', (), False, {})
    door(executed, 'UPDATE "tracking_profile" SET "edition" = %s', (), False, {})
    door(executed, 'UPDATE "tracking_session" SET "note" = %s', (), False, {})
