"""Check-ins: told once, at a local time that stays, one night a day, and advice where it is due."""

import datetime
import re
import uuid
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tests.factories import CheckInFactory, FlareFactory, ScreeningFactory, SessionFactory, UserFactory
from tracking.models import CheckIn, Profile, Session

pytestmark = pytest.mark.usefixtures("morning")

NEW = reverse("tracking:check-in")
LIST = reverse("tracking:check-in-list")
TODAY = reverse("tracking:today")
DAY = datetime.date(2026, 3, 3)
ONE = datetime.timedelta(days=1)


def typed(**changes: Any) -> dict[str, Any]:
    sent = {"key": uuid.uuid4(), "kind": "now", "pain": "4", "places": ["left"], "note": "", "date": "", "time": ""}
    return sent | changes


def edit(check_in: CheckIn, **changes: Any) -> dict[str, Any]:
    stored = CheckIn.objects.get(pk=check_in.pk)
    same = {"date": stored.date.isoformat(), "time": f"{stored.time:%H:%M}", "version": stored.changed_at.isoformat()}
    return (
        typed(key=stored.key, kind=stored.kind, pain=stored.pain, places=stored.places, note=stored.note)
        | same
        | changes
    )


def test_a_score_is_kept_with_the_local_date_time_and_zone(at_home: Client, alice: Profile) -> None:
    at_home.cookies["zone"] = "Asia%2FKathmandu"
    response = at_home.post(NEW, typed(places=["left", "leg"], note="After gardening."))
    assert response["Location"] == TODAY
    stored = CheckIn.objects.get()
    assert (stored.owner, stored.pain, stored.places, stored.note) == (
        alice.owner,
        4,
        ["left", "leg"],
        "After gardening.",
    )
    assert (stored.date, stored.time, stored.zone) == (DAY, datetime.time(13, 15), "Asia/Kathmandu")


def test_a_later_zone_moves_nothing(at_home: Client) -> None:
    at_home.post(NEW, typed())
    stored = CheckIn.objects.get()
    before = (stored.date, stored.time, stored.zone)
    Profile.objects.update(zone="Pacific/Kiritimati")
    at_home.cookies["zone"] = "Pacific%2FKiritimati"
    changed = at_home.post(reverse("tracking:check-in-edit", args=[stored.pk]), edit(stored, pain="6"), follow=True)
    assert "Saved." in changed.text
    stored.refresh_from_db()
    assert (stored.pain, (stored.date, stored.time, stored.zone)) == (6, before)


@pytest.mark.parametrize("pain", ["", "0", "10"])
def test_zero_is_a_score_and_none_is_none(at_home: Client, pain: str) -> None:
    at_home.post(NEW, typed(pain=pain))
    assert CheckIn.objects.get().pain == (int(pain) if pain else None)


def test_sent_twice_is_stored_once_though_the_clock_went_on(at_home: Client, morning: time_machine.Traveller) -> None:
    sent = typed()
    assert at_home.post(NEW, sent).status_code == 302
    morning.shift(datetime.timedelta(minutes=5))
    assert at_home.post(NEW, sent).status_code == 302
    assert CheckIn.objects.get().time == datetime.time(8, 30)


def test_same_key_with_another_score_is_refused_and_offers_a_fresh_key(at_home: Client) -> None:
    sent = typed()
    at_home.post(NEW, sent)
    response = at_home.post(NEW, sent | {"pain": "6"})
    assert response.status_code == 409
    assert re.search(r'name="pain" value="6"[^>]* checked', response.text)
    assert str(sent["key"]) not in response.text
    assert CheckIn.objects.get().pain == 4


def test_a_second_night_of_a_date_is_offered_for_editing(at_home: Client) -> None:
    at_home.post(NEW, typed(kind="night"))
    night = CheckIn.objects.get()
    response = at_home.post(NEW, typed(kind="night", pain="7"))
    assert response.status_code == 409
    address = reverse("tracking:check-in-edit", args=[night.pk])
    assert address in response.text
    assert at_home.get(f"{NEW}?kind=night")["Location"] == address
    assert CheckIn.objects.get().pain == 4


def test_another_dates_night_needs_no_time(at_home: Client) -> None:
    at_home.post(NEW, typed(kind="night", date="2026-03-01"))
    assert CheckIn.objects.get().date == datetime.date(2026, 3, 1)


@pytest.mark.parametrize("place", ["below_knee", "numb"])
def test_a_leg_below_the_knee_or_numbness_leads_to_somebody(at_home: Client, place: str) -> None:
    response = at_home.post(NEW, typed(pain="1", places=[place]), follow=True)
    assert "Have somebody look at this" in response.text
    assert f"{reverse('tracking:screening')}?occasion=worse" in response.text


def test_what_was_told_over_a_week_ago_leads_to_nobody_now(
    at_home: Client, alice: Profile, morning: time_machine.Traveller
) -> None:
    numb = CheckInFactory(owner=alice.owner, date=DAY - 30 * ONE, pain=8, places=["numb"])
    high = SessionFactory(owner=alice.owner, date=DAY, pain_before=5, pain_after=8)
    both: dict[Any, str] = {numb: "Have somebody look at this", high: "That is a lot, or more than before"}
    for days, said in ((7, True), (1, False)):
        morning.shift(days * ONE)
        assert [advice in at_home.get(one.get_absolute_url()).text for one, advice in both.items()] == [said, said]
    CheckIn.objects.update(places=[])
    assert "That is a lot" not in at_home.get(numb.get_absolute_url()).text
    numb.discard()
    assert numb.restore()
    Session.objects.filter(pk=high.pk).update(changed_at=timezone.now())
    for entry, advice in both.items():
        assert advice not in at_home.get(entry.get_absolute_url()).text, "a change is no new telling"
    Session.objects.filter(pk=high.pk).update(date=DAY + 8 * ONE)
    assert both[high] in at_home.get(high.get_absolute_url()).text


@pytest.mark.parametrize(
    ("pain", "before", "led"), [("7", None, True), ("6", 4, True), ("5", 4, False), ("3", 9, False)]
)
def test_a_high_or_rising_score_leads_to_the_signs(
    at_home: Client, alice: Profile, pain: str, before: int | None, led: bool
) -> None:
    if before is not None:
        CheckInFactory(owner=alice.owner, date=DAY - ONE, pain=before)
    ScreeningFactory(owner=alice.owner, date=DAY)  # so that today does not ask for the first one
    response = at_home.post(NEW, typed(pain=pain), follow=True)
    assert ("Check the signs" in response.text) is led


def test_a_high_score_in_a_flare_leads_to_that_flare(at_home: Client, alice: Profile) -> None:
    flare = FlareFactory(owner=alice.owner, date=DAY - ONE)
    ScreeningFactory(owner=alice.owner, date=DAY)
    response = at_home.post(NEW, typed(pain="8"), follow=True)
    assert f'href="{flare.get_absolute_url()}">The flare that goes on' in response.text
    assert f'href="{reverse("tracking:flare-new")}">My back' not in response.text


def test_a_rise_is_measured_from_the_last_session_too(at_home: Client, alice: Profile) -> None:
    SessionFactory(owner=alice.owner, date=DAY - ONE, pain_before=5, pain_after=2)
    assert "Check the signs" in at_home.post(NEW, typed(pain="4"), follow=True).text


@pytest.mark.parametrize(
    ("told", "period", "logged", "time", "led"),
    [
        ((1, 7), "pm", (0, 8), "", True),  # yesterday: at seven, and in the evening
        ((1, 20), "am", (1, 9), "", False),
        ((1, 9), "am", (1, 21), "", True),  # a morning is over at noon, however late it is logged
        ((1, 13), "am", (1, 21), "", False),
        ((0, 6), "am", (0, 7), "", True),  # today
        ((0, 7), "am", (0, 6), "", False),
        ((0, 6), "am", (0, 8), "07:00", False),  # told late: the session came after it
    ],
)
def test_a_rise_is_measured_from_the_latest_score_by_time(
    at_home: Client,
    alice: Profile,
    told: tuple[int, int],
    period: str,
    logged: tuple[int, int],
    time: str,
    led: bool,
) -> None:
    """A check-in said 4 and a session 2, each so many days ago at an hour; 5 now is a rise from the session only."""
    CheckInFactory(owner=alice.owner, date=DAY - told[0] * ONE, time=datetime.time(told[1]))
    session = SessionFactory(owner=alice.owner, date=DAY - told[0] * ONE, period=period, pain_after=2)
    entered = datetime.datetime.combine(DAY - logged[0] * ONE, datetime.time(logged[1]), ZoneInfo(session.zone))
    Session.objects.update(entered_at=entered)
    ScreeningFactory(owner=alice.owner, date=DAY)
    sent = typed(pain="5", date=DAY.isoformat() if time else "", time=time)
    assert ("Check the signs" in at_home.post(NEW, sent, follow=True).text) is led


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("pain", value) for value in ("-1", "11", "3.5", '"3"', "true", "NaN", "1e309", str(2**63))),
        *(("note", value) for value in ("x" * 1_000_000, "a\0b", "\u202e" * 40, "e" + "\u0301" * 40)),
        *(("places", value) for value in (["moon"], ["\0"], ["<script>"])),
        *(("date", value) for value in ("0000-00-00", "9999-12-31", "2026-02-30", "1999-12-31", "2026-03-04")),
        *(("time", value) for value in ("25:00", "later", "23:59")),
        *(("zone", value) for value in ("Mars/X", "../../etc/passwd", "\0")),
        *(("key", value) for value in ("", "x", "\0")),
        *(("kind", value) for value in ("", "noon", "\0")),
        *(("user_id", "1"), ("is_staff", "true"), ("owner", "1")),
    ],
)
def test_bad_input_is_refused_and_nothing_is_written(at_home: Client, field: str, value: object) -> None:
    response = at_home.post(NEW, typed(note="Kept.") | {field: value})
    assert response.status_code == 422
    assert 'class="errors"' in response.text
    assert field == "note" or "Kept." in response.text
    assert not CheckIn.objects.exists()


def test_a_lone_surrogate_is_refused(at_home: Client) -> None:
    body = "&".join(f"{name}={value}" for name, value in typed(places="left").items()) + "&note=%ED%A0%80"
    response = at_home.post(NEW, body, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 422
    assert not CheckIn.objects.exists()


def test_nothing_to_tell_is_not_kept(at_home: Client) -> None:
    assert at_home.post(NEW, typed(pain="", places=[])).status_code == 422


def test_a_bad_score_is_told_above_the_form_and_beside_the_scale(at_home: Client) -> None:
    page = " ".join(at_home.post(NEW, typed(pain="11")).text.split())
    said = "Choose a whole number from 0 to 10, or no score."
    assert f"How much does your back hurt now?</a> {said}" in page
    assert f'<div class="field__errors" id="id_pain_error"> <p class="field__error">{said}</p>' in page  # no grid


def test_an_earlier_day_asks_for_its_time(at_home: Client) -> None:
    assert at_home.post(NEW, typed(date="2026-03-02")).status_code == 422
    assert at_home.post(NEW, typed(date="2026-03-02", time="21:05")).status_code == 302
    assert CheckIn.objects.get().time == datetime.time(21, 5)


def test_a_time_that_the_clocks_skipped_is_refused(
    at_home: Client, alice: Profile, morning: time_machine.Traveller
) -> None:
    morning.move_to(datetime.datetime(2026, 3, 29, 10, tzinfo=datetime.UTC))
    at_home.force_login(alice.owner)
    assert "skipped" in at_home.post(NEW, typed(date="2026-03-29", time="02:30")).text
    assert at_home.post(NEW, typed(date="2026-03-29", time="03:30")).status_code == 302


def test_a_stale_edit_overwrites_nothing_until_it_is_saved_again(
    at_home: Client, alice: Profile, morning: time_machine.Traveller
) -> None:
    stored = CheckInFactory(owner=alice.owner, date=DAY, time=datetime.time(7))
    address, stale = reverse("tracking:check-in-edit", args=[stored.pk]), edit(stored, pain="2")
    morning.shift(datetime.timedelta(minutes=1))
    at_home.post(address, edit(stored, pain="8"))
    response = at_home.post(address, stale)
    assert response.status_code == 409
    assert CheckIn.objects.get().pain == 8
    fresh = CheckIn.objects.get().changed_at.isoformat()
    assert fresh in response.text
    assert at_home.post(address, stale | {"version": fresh}).status_code == 302
    assert CheckIn.objects.get().pain == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"time": "09:00"}, "time"), ({"date": "2026-03-03", "time": ""}, "time"), ({"date": "2026-03-04"}, "date")],
)
def test_an_edit_cannot_move_it_to_a_time_still_to_come(
    at_home: Client, alice: Profile, changes: dict[str, str], field: str
) -> None:
    """It is half past eight; the second case takes over the stored time of yesterday evening."""
    stored = CheckInFactory(owner=alice.owner, date=DAY - ONE, time=datetime.time(20))
    sent = edit(stored, date="2026-03-03", pain="9") | changes
    response = at_home.post(reverse("tracking:check-in-edit", args=[stored.pk]), sent)
    assert response.status_code == 422
    assert "still to come where you are" in str(response.context["form"].errors[field])
    assert re.search(r'name="pain" value="9"[^>]* checked', response.text)
    assert (CheckIn.objects.get().pain, CheckIn.objects.get().date) == (4, DAY - ONE)


def test_an_edit_of_the_note_leaves_the_time_of_a_night_in_the_repeated_hour_alone(
    at_home: Client, alice: Profile, morning: time_machine.Traveller
) -> None:
    """It was told at ten to three by summer time; half an hour later it is twenty past two by winter time."""
    stored = CheckInFactory(owner=alice.owner, date=datetime.date(2026, 10, 25), time=datetime.time(2, 50))
    morning.move_to(datetime.datetime(2026, 10, 25, 1, 20, tzinfo=datetime.UTC))
    at_home.force_login(alice.owner)
    assert (
        at_home.post(reverse("tracking:check-in-edit", args=[stored.pk]), edit(stored, note="Woke.")).status_code == 302
    )


def test_an_edit_sent_twice_is_one(at_home: Client, alice: Profile) -> None:
    stored = CheckInFactory(owner=alice.owner, date=DAY, time=datetime.time(7))
    address, sent = reverse("tracking:check-in-edit", args=[stored.pk]), edit(stored, pain="2")
    assert [at_home.post(address, sent).status_code for _ in range(2)] == [302, 302]


def test_a_deleted_one_is_off_the_list_and_comes_back(at_home: Client, alice: Profile) -> None:
    stored = CheckInFactory(owner=alice.owner, note="Mine.")
    for _ in range(2):
        page = at_home.post(reverse("tracking:check-in-delete", args=[stored.pk]), follow=True)
        assert "bring it back" in page.text
    assert str(stored.pk) not in at_home.get(LIST).text
    assert at_home.post(reverse("tracking:check-in-edit", args=[stored.pk]), edit(stored, pain="1")).status_code == 302
    assert CheckIn.objects.get().pain == 4
    at_home.post(reverse("tracking:check-in-undo", args=[stored.pk]))
    assert str(stored.pk) in at_home.get(LIST).text


def test_a_night_cannot_come_back_into_a_place_that_was_filled(at_home: Client, alice: Profile) -> None:
    first = CheckInFactory(owner=alice.owner, kind="night")
    first.discard()
    CheckInFactory(owner=alice.owner, kind="night")
    page = at_home.post(reverse("tracking:check-in-undo", args=[first.pk]), follow=True)
    assert "stays deleted" in page.text


def test_a_note_is_shown_as_text(at_home: Client, alice: Profile) -> None:
    stored = CheckInFactory(owner=alice.owner, note="<script>alert(1)</script>{{7*7}}")
    text = at_home.get(stored.get_absolute_url()).text
    assert "&lt;script&gt;alert(1)" in text
    assert "{{7*7}}" in text


def test_another_persons_check_in_is_not_found(at_home: Client) -> None:
    theirs = CheckInFactory(owner=UserFactory(username="mallory"), note="Theirs.")
    for name in ("detail", "edit", "delete", "undo"):
        assert at_home.post(reverse(f"tracking:check-in-{name}", args=[theirs.pk]), edit(theirs)).status_code in (
            404,
            405,
        )
    assert "Theirs." not in at_home.get(LIST).text


def test_the_list_is_paged_and_costs_the_same_however_long(
    at_home: Client, alice: Profile, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    CheckInFactory.create_batch(45, owner=alice.owner)
    with django_assert_max_num_queries(5):
        page = at_home.get(LIST)
    assert "Page 1 of 3" in page.text
    assert at_home.get(f"{LIST}?page=-1&limit=1e9").status_code == 200


def test_telling_costs_few_queries(at_home: Client, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_max_num_queries(5):
        at_home.get(NEW)
    with django_assert_max_num_queries(13):
        at_home.post(NEW, typed())
