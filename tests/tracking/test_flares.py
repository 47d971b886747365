"""Flares: one tap starts one, a second finds it; calm while it goes on, a way back when it is over. And pauses."""

import datetime
import uuid
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from tests.exercises.factories import SafetyNoteFactory
from tests.factories import CheckInFactory, FlareFactory, PauseFactory, SessionFactory, UserFactory
from tracking.models import Flare, Pause, Profile

pytestmark = pytest.mark.usefixtures("morning")

NEW = reverse("tracking:flare-new")
LIST = reverse("tracking:flare-list")
PAUSES = reverse("tracking:pause-list")
DAY = datetime.date(2026, 3, 3)


def day(number: int) -> datetime.date:
    """Return a day of March 2026; 3 is today."""
    return datetime.date(2026, 3, number)


def typed(**changes: Any) -> dict[str, Any]:
    return {"key": uuid.uuid4(), "date": "2026-03-03", "ended": "", "pain": ""} | changes


def edit(flare: Flare, **changes: Any) -> dict[str, Any]:
    stored = Flare.objects.get(pk=flare.pk)
    same = {
        "key": stored.key,
        "date": stored.date,
        "ended": stored.ended or "",
        "version": stored.changed_at.isoformat(),
    }
    return typed(**same) | changes


def at(name: str, flare: Flare | Pause) -> str:
    return reverse(f"tracking:{name}", args=[flare.pk])


def test_one_tap_starts_a_flare_and_goes_on_to_the_signs(at_home: Client, alice: Profile) -> None:
    response = at_home.post(NEW, typed(pain="8"))
    assert response["Location"] == f"{reverse('tracking:screening')}?occasion=flare"
    flare = Flare.objects.get()
    assert (flare.owner, flare.date, flare.ended, flare.pain, flare.zone) == (
        alice.owner,
        DAY,
        None,
        8,
        "Europe/Zurich",
    )


def test_a_second_tap_finds_the_open_one(at_home: Client) -> None:
    sent = typed()
    at_home.post(NEW, sent)
    flare = Flare.objects.get()
    assert at_home.post(NEW, sent)["Location"] == flare.get_absolute_url()
    assert at_home.post(NEW, typed(date="2026-03-02"))["Location"] == flare.get_absolute_url()
    assert "Your exercises are paused" in at_home.get(NEW).text
    assert Flare.objects.get() == flare


def test_same_key_with_another_body_is_refused(at_home: Client) -> None:
    sent = typed(date="2026-03-01", ended="2026-03-02")
    at_home.post(NEW, sent)
    assert at_home.post(NEW, sent | {"pain": "3"}).status_code == 409
    assert Flare.objects.get().pain is None


def test_it_may_have_begun_yesterday(at_home: Client) -> None:
    at_home.post(NEW, typed(date="2026-03-02"))
    assert Flare.objects.get().date == day(2)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(
            ("date", value)
            for value in ("", "2026-03-04", "0000-00-00", "9999-12-31", "2026-02-30", "1999-12-31", "\0")
        ),
        *(("ended", value) for value in ("2026-03-02", "2026-03-04", "9999-12-31", "x")),
        *(("pain", value) for value in ("-1", "11", "3.5", "true", "NaN", "1e309")),
        *(("key", value) for value in ("", "x")),
        *(("zone", "Mars/X"), ("user_id", "1"), ("is_staff", "on"), ("deleted_at", "")),
    ],
)
def test_bad_input_is_refused_and_nothing_is_written(at_home: Client, field: str, value: str) -> None:
    response = at_home.post(NEW, typed() | {field: value})
    assert response.status_code == 422
    assert 'class="errors"' in response.text
    assert not Flare.objects.exists()


@pytest.mark.parametrize(
    ("first", "last", "free"),
    [
        (day(1), day(3), False),
        (day(1), None, False),
        (datetime.date(2026, 2, 20), datetime.date(2026, 2, 26), False),
        (datetime.date(2026, 2, 20), datetime.date(2026, 2, 24), True),  # touches: calm, and tight again on that day
        (day(1), day(1), True),
        (day(2), day(2), True),
    ],
)
def test_overlapping_flares_are_refused(
    at_home: Client, alice: Profile, first: datetime.date, last: datetime.date | None, free: bool
) -> None:
    FlareFactory(owner=alice.owner, date=datetime.date(2026, 2, 24), ended=day(1))
    FlareFactory(owner=alice.owner, date=day(1) + datetime.timedelta(days=1), ended=day(3))
    FlareFactory(date=first, ended=last)  # somebody else's stands in nobody's way
    response = at_home.post(NEW, typed(date=first, ended=last or ""))
    assert response.status_code == (302 if free else 422)
    assert ("Another flare lies on these days" in response.text) is not free


def test_the_open_flare_is_calm_and_says_what_helps(at_home: Client, alice: Profile) -> None:
    SafetyNoteFactory(kind="helps", text="Lie on your side.")
    flare = FlareFactory(owner=alice.owner, date=day(1))
    text = at_home.get(flare.get_absolute_url()).text
    for said in ("Day 3", "Your exercises are paused", "Lie on your side.", "It has calmed", "Check the signs"):
        assert said in text


def test_ending_it_offers_the_way_back_and_twice_is_once(at_home: Client, alice: Profile) -> None:
    flare = FlareFactory(owner=alice.owner, date=day(1), pain=7)
    page = at_home.post(at("flare-end", flare), {"ended": "2026-03-02"}, follow=True)
    assert "It lasted 2 days. The worst pain was 7 of 10." in page.text
    assert f"{reverse('tracking:rules')}#begin-again" in page.text
    at_home.post(at("flare-end", flare), {"ended": "2026-03-03"})
    flare.refresh_from_db()
    assert flare.ended == day(2)


def test_long_after_a_flare_nobody_is_told_to_begin_again(at_home: Client, alice: Profile) -> None:
    for ended, told in ((day(3) - datetime.timedelta(days=7), True), (day(3) - datetime.timedelta(days=8), False)):
        flare = FlareFactory(owner=alice.owner, date=ended, ended=ended)
        assert ("come back at about 50 % of what they were" in at_home.get(flare.get_absolute_url()).text) is told


def test_a_past_flare_offers_no_way_back_while_another_goes_on(at_home: Client, alice: Profile) -> None:
    flare = FlareFactory(owner=alice.owner, date=day(1), ended=day(2))
    FlareFactory()  # somebody else's
    assert "never below where each starts" in at_home.get(flare.get_absolute_url()).text
    FlareFactory(owner=alice.owner, date=day(3))
    assert "never below where each starts" not in at_home.get(flare.get_absolute_url()).text


@pytest.mark.parametrize("ended", ["", "2026-02-28", "2026-03-04", "9999-12-31", "x"])
def test_an_end_that_cannot_be_is_refused(at_home: Client, alice: Profile, ended: str) -> None:
    flare = FlareFactory(owner=alice.owner, date=day(1))
    assert at_home.post(at("flare-end", flare), {"ended": ended}).status_code == 422
    assert at_home.post(at("flare-end", flare), {"ended": "2026-03-03", "owner": "1"}).status_code == 422
    flare.refresh_from_db()
    assert flare.ended is None


def test_a_zone_in_which_it_is_still_yesterday_can_end_what_began_today(at_home: Client, alice: Profile) -> None:
    flare = FlareFactory(owner=alice.owner, date=DAY, zone="Pacific/Kiritimati")
    at_home.cookies["zone"] = "Pacific%2FMidway"
    assert f'value="{DAY}"' in at_home.get(at("flare-end", flare)).text
    assert at_home.post(at("flare-end", flare), {"ended": DAY.isoformat()}).status_code == 302


def test_days_can_be_changed_but_not_onto_another_flares(
    at_home: Client, alice: Profile, morning: time_machine.Traveller
) -> None:
    FlareFactory(owner=alice.owner, date=datetime.date(2026, 2, 1), ended=datetime.date(2026, 2, 5))
    flare = FlareFactory(owner=alice.owner, date=day(1))
    assert at_home.post(at("flare-edit", flare), edit(flare, date="2026-02-03")).status_code == 422
    stale = edit(flare, date="2026-02-27")
    morning.shift(datetime.timedelta(minutes=1))
    changed = at_home.post(at("flare-edit", flare), edit(flare, date="2026-02-28", ended="2026-03-02"), follow=True)
    assert "Saved." in changed.text
    assert at_home.post(at("flare-edit", flare), stale).status_code == 409
    flare.refresh_from_db()
    assert (flare.date, flare.ended) == (datetime.date(2026, 2, 28), day(2))


def test_a_deleted_flare_comes_back_unless_its_days_are_taken(at_home: Client, alice: Profile) -> None:
    flare = FlareFactory(owner=alice.owner, date=day(1), ended=day(3))
    assert "bring it back" in at_home.post(at("flare-delete", flare), follow=True).text
    other = FlareFactory(owner=alice.owner, date=day(2), ended=day(3))
    assert "stays deleted" in at_home.post(at("flare-undo", flare), follow=True).text
    other.discard()
    at_home.post(at("flare-undo", flare))
    assert list(Flare.objects.kept()) == [flare]


def test_the_list_tells_length_and_the_worst_of_all_scores_within(at_home: Client, alice: Profile) -> None:
    FlareFactory(owner=alice.owner, date=day(1), pain=3)
    FlareFactory(owner=alice.owner, date=datetime.date(2026, 2, 1), ended=datetime.date(2026, 2, 4), pain=3)
    FlareFactory(owner=alice.owner, date=datetime.date(2026, 1, 1), ended=datetime.date(2026, 1, 1))
    CheckInFactory(owner=alice.owner, date=day(3), pain=9)
    CheckInFactory(owner=alice.owner, date=datetime.date(2026, 2, 5), pain=10)  # the day after
    CheckInFactory(date=datetime.date(2026, 2, 2), pain=10)  # somebody else's
    CheckInFactory(owner=alice.owner, date=datetime.date(2026, 2, 2), pain=10).discard()
    SessionFactory(owner=alice.owner, date=datetime.date(2026, 2, 4), pain_before=2, pain_worst=6, pain_after=None)
    rows = at_home.get(LIST).context["rows"]
    assert [(days, flare.worst) for flare, days in rows] == [(3, 9), (4, 6), (1, None)]


def test_the_list_is_paged_and_costs_the_same_however_long(
    at_home: Client, alice: Profile, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(25):
        start = datetime.date(2025, 1, 1) + datetime.timedelta(days=9 * number)
        FlareFactory(owner=alice.owner, date=start, ended=start)
        CheckInFactory(owner=alice.owner, date=start)
    with django_assert_max_num_queries(6):
        page = at_home.get(LIST)
    assert "Page 1 of 2" in page.text


def test_another_persons_flare_and_pause_are_not_found(at_home: Client) -> None:
    owner = UserFactory(username="mallory")
    flare, pause = FlareFactory(owner=owner), PauseFactory(owner=owner)
    for name in ("flare-end", "flare-edit", "flare-delete", "flare-undo"):
        assert at_home.post(at(name, flare), edit(flare)).status_code == 404
    for name in ("pause-delete", "pause-undo"):
        assert at_home.post(at(name, pause)).status_code == 404
    assert at_home.get(at("pause-detail", pause)).status_code == 404


def pause(**changes: Any) -> dict[str, Any]:
    return {"key": uuid.uuid4(), "date": "2026-04-01", "until": "2026-04-14"} | changes


def test_a_pause_is_planned_listed_deleted_and_brought_back(at_home: Client) -> None:
    sent = pause()
    for _ in range(2):
        assert at_home.post(PAUSES, sent).status_code == 302
    stored = Pause.objects.get()
    assert (stored.date, stored.until) == (datetime.date(2026, 4, 1), datetime.date(2026, 4, 14))
    assert at_home.post(PAUSES, sent | {"until": "2026-04-15"}).status_code == 409
    assert stored.get_absolute_url() in at_home.get(PAUSES).text
    assert "bring it back" in at_home.post(at("pause-delete", stored), follow=True).text
    assert stored.get_absolute_url() not in at_home.get(PAUSES).text
    at_home.post(at("pause-undo", stored))
    assert Pause.objects.kept().get() == stored


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("date", value) for value in ("", "2026-04-15", "0000-00-00", "9999-12-31", "1999-12-31", "2026-02-30")),
        *(("until", value) for value in ("", "2026-03-31", "2027-06-01", "9999-12-31")),
        *(("key", "x"), ("zone", "Mars/X"), ("owner", "1")),
    ],
)
def test_a_bad_pause_is_refused(at_home: Client, field: str, value: str) -> None:
    response = at_home.post(PAUSES, pause() | {field: value})
    assert response.status_code == 422
    assert 'class="errors"' in response.text
    assert not Pause.objects.exists()


def test_pauses_cost_few_queries(
    at_home: Client, alice: Profile, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    PauseFactory.create_batch(25, owner=alice.owner)
    with django_assert_max_num_queries(5):
        at_home.get(PAUSES)
