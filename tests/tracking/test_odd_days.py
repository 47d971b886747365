"""Days that are odd, with real zones: clocks that jump, dates that never were, and people who cross the date line.

The moments are in UTC. Havana's and Cairo's clocks jump over midnight, Lord Howe's by half an hour, and Samoa had no
30 December 2011.
"""

import datetime
import uuid
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from tests.factories import SessionFactory
from tests.tracking.test_travel import APIA, CAIRO, HAVANA, HAWAII, KATHMANDU, LORD_HOWE, ZURICH
from tracking.chart import Span
from tracking.models import CheckIn, Profile, Session

TODAY, NEW, PROGRESS = "/today/", "/sessions/new/", "/progress/"
# A moment, the zone, and the local day and half of a day that it falls into.
MOMENTS = [
    ("2026-03-28T22:59:00", ZURICH, "2026-03-28", "pm"),
    ("2026-03-28T23:00:00", ZURICH, "2026-03-29", "am"),  # the day has 23 hours
    ("2026-10-25T00:30:00", ZURICH, "2026-10-25", "am"),  # half past two comes twice
    ("2026-10-25T01:30:00", ZURICH, "2026-10-25", "am"),
    ("2026-10-25T22:59:00", ZURICH, "2026-10-25", "pm"),
    ("2026-04-23T21:59:00", CAIRO, "2026-04-23", "pm"),
    ("2026-04-23T22:00:00", CAIRO, "2026-04-24", "am"),  # the first moment of the day is one o'clock
    ("2026-10-29T21:30:00", CAIRO, "2026-10-29", "pm"),  # half past eleven at night has come twice
    ("2026-10-29T22:00:00", CAIRO, "2026-10-30", "am"),
    ("2026-03-08T04:59:00", HAVANA, "2026-03-07", "pm"),
    ("2026-03-08T05:00:00", HAVANA, "2026-03-08", "am"),
    ("2026-11-01T05:30:00", HAVANA, "2026-11-01", "am"),  # half past midnight has come twice
    ("2026-04-04T15:15:00", LORD_HOWE, "2026-04-05", "am"),  # a quarter to two has come twice
    ("2026-10-03T15:30:00", LORD_HOWE, "2026-10-04", "am"),
    ("2026-03-03T18:14:00", KATHMANDU, "2026-03-03", "pm"),
    ("2011-12-30T09:59:00", APIA, "2011-12-29", "pm"),
    ("2011-12-30T10:00:00", APIA, "2011-12-31", "am"),
]


class Device:
    """alice's phone, which takes its zone and its clock along."""

    def __init__(self, client: Client, profile: Profile, clock: time_machine.Traveller) -> None:
        self.client, self.profile, self.clock = client, profile, clock

    def be(self, moment: str, zone: str) -> None:
        """Be somewhere at a moment of UTC."""
        self.clock.move_to(datetime.datetime.fromisoformat(moment).replace(tzinfo=datetime.UTC))
        self.client.force_login(self.profile.owner)  # a sign-in lasts for two weeks
        self.client.cookies["zone"] = zone

    def filled_in(self, period: str = "", **changes: str) -> dict[str, str]:
        """Return the form as it comes, with two scores."""
        form = self.client.get(NEW, {"period": period}).context["form"]
        sent = {"key": str(uuid.uuid4()), "note": "", "pain_before": "3", "pain_after": "2"}
        sent |= {name: str(form.initial[name]) for name in ("date", "period", "zone")}
        return sent | {name: "" for name in form.fields if name.startswith("done-")} | changes

    def log(self, period: str, **changes: str) -> int:
        """Send the form for one half of the day; return the status."""
        return self.client.post(NEW, self.filled_in(period, **changes)).status_code

    def forgotten(self) -> list[tuple[str, str]]:
        return [(str(date), period) for date, period in self.client.get(TODAY).context["forgotten"]]

    def progress(self, span: Span = Span.FORTNIGHT) -> "Shown":
        return Shown(self.client.get(PROGRESS, {"span": span}).context["progress"])


class Shown:
    """What the progress page tells of days."""

    def __init__(self, found: object) -> None:
        self.adherence = found.adherence  # type: ignore[attr-defined]
        self.buckets = found.frame.buckets  # type: ignore[attr-defined]
        self.axis = found.axis  # type: ignore[attr-defined]
        self.running = next((one.number for one in found.milestones if one.milestone == "running"), 0)  # type: ignore[attr-defined]


@pytest.fixture
def phone(client: Client, alice: Profile) -> Iterator[Device]:
    with time_machine.travel("2026-03-03T07:30:00+00:00", tick=False) as clock:
        yield Device(client, alice, clock)


def days(first: str, last: str) -> list[datetime.date]:
    start, end = datetime.date.fromisoformat(first), datetime.date.fromisoformat(last)
    return [start + datetime.timedelta(days=number) for number in range((end - start).days + 1)]


def logged(alice: Profile, dates: list[datetime.date], zone: str, *periods: str) -> None:
    """Store a session for each half of some days."""
    for date in dates:
        for period in periods or ("am", "pm"):
            SessionFactory(owner=alice.owner, date=date, period=period, zone=zone, routine=alice.morning_routine)


def test_every_odd_moment_has_its_day_its_half_and_one_session(phone: Device) -> None:
    """The day and the half that are offered are those of the local clock, and what is logged stays there."""
    for moment, zone, date, period in MOMENTS:
        phone.be(moment, zone)
        sent = phone.filled_in()
        assert (sent["date"], sent["period"], sent["zone"]) == (date, period, zone), moment
        assert phone.client.post(NEW, sent).status_code == 302, moment
        assert phone.client.get(TODAY).context["today"] == datetime.date.fromisoformat(date), moment
        again = sent | {"key": str(uuid.uuid4())}
        assert phone.client.post(NEW, again).status_code == 409, moment  # in the hour that comes twice as well
        stored = Session.objects.get()
        assert (str(stored.date), stored.period, stored.zone) == (date, period, zone), moment
        Session.objects.all().delete()


def test_later_move_to_another_zone_moves_no_session(phone: Device) -> None:
    phone.be("2026-04-23T22:00:00", CAIRO)
    assert phone.log("am") == 302
    for zone in (HAVANA, "Pacific/Kiritimati"):
        phone.be("2026-04-24T22:00:00", zone)
        Profile.objects.update(zone=zone)
        assert phone.client.get(TODAY).status_code == 200
        stored = Session.objects.get()
        assert (str(stored.date), stored.period, stored.zone) == ("2026-04-24", "am", CAIRO)


@pytest.mark.parametrize(
    ("moment", "zone"),
    [("2026-03-30T12:00:00", ZURICH), ("2026-04-08T12:00:00", LORD_HOWE), ("2012-01-05T12:00:00", APIA)],
)
def test_every_date_of_the_axis_is_as_wide_as_any(phone: Device, moment: str, zone: str) -> None:
    phone.be(moment, zone)
    assert phone.log("am") == 302
    shown = phone.progress()
    edges = [shown.axis.edges(date, date) for date in shown.buckets]
    assert len(edges) == 14
    assert len({round(right - left, 6) for left, right in edges}) == 1


def test_form_opened_before_midnight_keeps_its_day(phone: Device) -> None:
    phone.be("2026-03-08T04:59:00", HAVANA)
    sent = phone.filled_in()
    phone.be("2026-03-08T05:10:00", HAVANA)
    assert phone.client.post(NEW, sent).status_code == 302
    assert str(Session.objects.get().date) == "2026-03-07"


def test_time_that_the_clocks_skipped_is_refused_and_one_that_came_twice_is_not(phone: Device) -> None:
    for moment, zone, date, time, status in (
        ("2026-04-24T12:00:00", CAIRO, "2026-04-24", "00:30", 422),
        ("2026-03-08T18:00:00", HAVANA, "2026-03-08", "00:30", 422),
        ("2026-10-03T20:00:00", LORD_HOWE, "2026-10-04", "02:15", 422),
        ("2012-01-02T20:00:00", APIA, "2011-12-30", "12:00", 422),
        ("2026-10-25T12:00:00", ZURICH, "2026-10-25", "02:30", 302),
        ("2026-11-01T18:00:00", HAVANA, "2026-11-01", "00:30", 302),
        ("2026-04-04T20:00:00", LORD_HOWE, "2026-04-05", "01:45", 302),
    ):
        phone.be(moment, zone)
        sent = {"key": str(uuid.uuid4()), "kind": "now", "pain": "3", "note": "", "zone": zone}
        assert phone.client.post("/check-in/", sent | {"date": date, "time": time}).status_code == status, (zone, date)
    assert CheckIn.objects.count() == 3


@pytest.mark.parametrize(
    ("zone", "first", "last", "now"),
    [
        (ZURICH, "2026-03-20", "2026-03-30", "2026-03-30T20:00:00"),
        (ZURICH, "2026-10-17", "2026-10-27", "2026-10-27T20:00:00"),
        (CAIRO, "2026-04-16", "2026-04-26", "2026-04-26T18:00:00"),
        (HAVANA, "2026-03-01", "2026-03-11", "2026-03-11T22:00:00"),
        (LORD_HOWE, "2026-03-30", "2026-04-09", "2026-04-09T10:00:00"),
    ],
)
def test_clock_that_jumps_breaks_no_streak_and_makes_none_longer(
    phone: Device, alice: Profile, zone: str, first: str, last: str, now: str
) -> None:
    logged(alice, days(first, last), zone)
    phone.be(now, zone)
    shown = phone.progress()
    assert (shown.running, phone.forgotten()) == (11, [])
    assert (shown.adherence.done, shown.adherence.extra) == (22, 0)
    Session.objects.filter(date=days(first, last)[-2], period="am").delete()
    assert phone.forgotten() == [(str(days(first, last)[-2]), "am")]


def test_day_that_samoa_never_had_is_missed_by_nobody(phone: Device, alice: Profile) -> None:
    Profile.objects.update(zone=APIA, started="2011-12-20")
    logged(alice, days("2011-12-20", "2011-12-29"), APIA)
    phone.be("2011-12-30T20:00:00", APIA)
    assert phone.forgotten() == []
    assert phone.log("am") == 302
    shown = phone.progress()
    assert (shown.running, shown.adherence.done, shown.adherence.planned) == (11, 21, 21)
    Session.objects.filter(date="2011-12-29", period="pm").delete()
    assert phone.forgotten() == [("2011-12-29", "pm")]
    assert phone.progress().adherence.planned == 21


def test_date_lost_over_the_date_line_breaks_no_streak(phone: Device, alice: Profile) -> None:
    """Friday in Hawaii, then Sunday in Samoa: there was no Saturday to practise on."""
    Profile.objects.update(zone=HAWAII, started="2026-02-20")
    logged(alice, days("2026-02-27", "2026-03-06"), HAWAII)
    phone.be("2026-03-07T20:00:00", APIA)
    assert phone.client.get(TODAY).context["today"] == datetime.date(2026, 3, 8)
    assert phone.forgotten() == []
    assert phone.progress().running == 8
    before = phone.progress().adherence.planned
    assert phone.log("am") == 302
    assert phone.progress().running == 9
    assert phone.progress().adherence.planned == before + 1  # this morning, and nothing of Saturday


def test_date_that_comes_twice_is_one_day_and_is_asked_for_once(phone: Device, alice: Profile) -> None:
    """Saturday in Samoa, then Saturday again in Hawaii: what is done is done, and nothing reminds of it."""
    Profile.objects.update(zone=APIA, started="2026-02-20")
    logged(alice, days("2026-02-28", "2026-03-07"), APIA)
    phone.be("2026-03-07T08:00:00", HAWAII)
    assert phone.client.get(TODAY).context["today"] == datetime.date(2026, 3, 6)
    assert phone.client.get(TODAY).context["next"] == ""
    phone.be("2026-03-07T20:00:00", HAWAII)
    assert phone.client.get(TODAY).context["today"] == datetime.date(2026, 3, 7)
    assert (phone.client.get(TODAY).context["next"], phone.forgotten()) == ("", [])
    assert phone.log("am") == 409
    assert phone.progress().running == 8
    phone.be("2026-03-08T20:00:00", HAWAII)
    assert phone.log("am") == 302
    assert phone.progress().running == 9


def test_day_missed_on_a_shorter_journey_is_missed(phone: Device, alice: Profile) -> None:
    """From Zurich to Japan eight hours are lost, and most of the day between is left."""
    logged(alice, days("2026-02-27", "2026-03-06"), ZURICH)
    phone.be("2026-03-08T02:00:00", "Asia/Tokyo")
    assert phone.log("am") == 302
    assert phone.progress().running == 0
    assert phone.forgotten() == [("2026-03-07", "am"), ("2026-03-07", "pm")]


def test_session_two_dates_ahead_of_here_is_shown_where_it_can_be(phone: Device, alice: Profile) -> None:
    """Half past midnight on Kiritimati is still the day before yesterday in Pago Pago."""
    phone.be("2026-03-03T10:30:00", "Pacific/Kiritimati")
    assert phone.log("am") == 302
    phone.be("2026-03-03T10:40:00", "Pacific/Pago_Pago")
    assert str(Session.objects.get().date) == "2026-03-04"
    assert phone.client.get(TODAY).context["today"] == datetime.date(2026, 3, 2)
    for page in (PROGRESS, f"{PROGRESS}?span=all", "/sessions/", Session.objects.get().get_absolute_url()):
        assert phone.client.get(page).status_code == 200
    assert phone.log("am") == 302
