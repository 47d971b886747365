"""The progress page is kept for as long as nothing changes, for one person alone. tests/support/door.py watches that
every request of the whole suite that writes a record ends the edition that was kept.
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
from django.utils import translation
from pytest_django import Settings

from exercises.models import Revision
from tests.factories import ProfileFactory, SessionFactory
from tests.support.door import Door
from tests.tracking.test_practice import address, edited, log
from tracking.models import Profile

pytestmark = pytest.mark.usefixtures("morning", "kept")
URL, KEPT = "/progress/", real.CACHES["progress"]


@pytest.fixture
def kept(settings: Settings) -> Iterator[None]:
    settings.CACHES = settings.CACHES | {"progress": KEPT}
    caches["progress"].clear()
    yield
    caches["progress"].clear()


def fresh(client: Client, span: str = "14d", language: str = "en") -> bool:
    """Look at the page; return whether the records were read for it."""
    with CaptureQueriesContext(connection) as queries, translation.override(language):
        assert client.get(URL, {"span": span}).status_code == 200
    return any('"tracking_session"' in query["sql"] for query in queries)


def test_page_is_rendered_once(at_home: Client) -> None:
    assert [fresh(at_home), fresh(at_home)] == [True, False]


def test_each_span_is_kept_apart(at_home: Client) -> None:
    assert [fresh(at_home, span) for span in ("14d", "all", "14d", "all")] == [True, True, False, False]


def test_kept_page_costs_four_queries(at_home: Client) -> None:
    at_home.get(URL)
    with CaptureQueriesContext(connection) as queries:
        at_home.get(URL)
    assert len(queries) == 4


def test_kept_page_says_the_same(at_home: Client, alice: Profile) -> None:
    SessionFactory.create(owner=alice.owner)
    first, second = (at_home.get(URL).content.decode().split("<main")[1].split("</main>")[0] for _ in range(2))
    assert first == second
    assert "Sessions done" in second


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


def test_next_day_is_rendered_afresh(at_home: Client, morning: time_machine.Traveller) -> None:
    fresh(at_home)
    morning.shift(datetime.timedelta(days=1))
    at_home.force_login(Profile.objects.get().owner)
    assert fresh(at_home)


def test_other_zone_is_rendered_afresh(at_home: Client) -> None:
    """What day it is, and which days there were, depend on it."""
    fresh(at_home)
    at_home.cookies["zone"] = "Pacific/Kiritimati"
    assert fresh(at_home)
    assert not fresh(at_home)


def test_changed_content_shows_at_once(at_home: Client) -> None:
    fresh(at_home)
    Revision.objects.update(number=Revision.current() + 1)
    assert fresh(at_home)


def test_each_language_is_rendered(at_home: Client) -> None:
    fresh(at_home)
    assert fresh(at_home, language="de")


def test_nobody_gets_the_page_of_another(at_home: Client, alice: Profile) -> None:
    SessionFactory.create(owner=alice.owner, pain_before=9)
    mallory = ProfileFactory.create()
    fresh(at_home)
    Profile.objects.update(edition=Profile.objects.get(pk=alice.pk).edition)
    other = Client()
    other.force_login(mallory.owner)
    assert fresh(other)
    assert "Nothing is logged yet." in other.get(URL).content.decode()


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
