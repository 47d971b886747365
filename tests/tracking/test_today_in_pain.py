"""Today in a flare, before the first time and after a sign: calm, few words, and nothing forbidden."""

import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from tests.factories import (
    CheckInFactory,
    FlareFactory,
    GoalFactory,
    PauseFactory,
    QuestionnaireFactory,
    ScreeningFactory,
    SessionFactory,
)
from tracking.models import Profile

pytestmark = pytest.mark.usefixtures("morning")

TODAY = reverse("tracking:today")
DAY = datetime.date(2026, 3, 3)
YESTERDAY = datetime.date(2026, 3, 2)


def test_a_flare_is_calm_and_leads_to_what_helps_a_check_in_and_its_end(at_home: Client, alice: Profile) -> None:
    flare = FlareFactory(owner=alice.owner, date=YESTERDAY)
    text = at_home.get(TODAY).text
    for said in ("Day 2", "Your exercises are paused", flare.get_absolute_url()):
        assert said in text
    for name, arguments in (("check-in", []), ("flare-end", [flare.pk]), ("session-new", [])):
        assert reverse(f"tracking:{name}", args=arguments) in text
    assert "is still open" not in text


def test_an_ended_flare_is_over(at_home: Client, alice: Profile) -> None:
    FlareFactory(owner=alice.owner, date=YESTERDAY, ended=DAY)
    assert "Your exercises are paused" not in at_home.get(TODAY).text


def test_what_a_flare_or_a_pause_held_yesterday_is_not_still_open(at_home: Client, alice: Profile) -> None:
    SessionFactory(owner=alice.owner, date=datetime.date(2026, 2, 20))
    assert "Yesterday morning is still open" in at_home.get(TODAY).text
    cases: list[tuple[Any, dict[str, datetime.date]]] = [
        (FlareFactory, {"date": YESTERDAY, "ended": DAY}),
        (FlareFactory, {"date": datetime.date(2026, 2, 28), "ended": YESTERDAY}),
        (PauseFactory, {"date": datetime.date(2026, 2, 28), "until": YESTERDAY}),
    ]
    for factory, days in cases:
        held = factory(owner=alice.owner, **days)
        assert "is still open" not in at_home.get(TODAY).text
        held.discard()
    assert "Yesterday morning is still open" in at_home.get(TODAY).text


@pytest.mark.parametrize("outcome", ["urgent", "emergency"])
def test_after_a_sign_the_exercises_wait(at_home: Client, alice: Profile, outcome: str) -> None:
    held = ScreeningFactory(owner=alice.owner, outcome=outcome, date=DAY)
    response = at_home.get(TODAY)
    assert "Your exercises wait" in response.text
    assert held.get_absolute_url() in response.text
    assert response.context["next"] == ""


@pytest.mark.parametrize("outcome", ["clear", "seen"])
def test_after_a_clear_answer_nothing_waits(at_home: Client, alice: Profile, outcome: str) -> None:
    ScreeningFactory(owner=alice.owner, outcome=outcome, date=DAY)
    assert "Your exercises wait" not in at_home.get(TODAY).text


def test_the_signs_are_offered_before_the_first_time_until_they_are_answered(at_home: Client, alice: Profile) -> None:
    assert "Before the first time" in at_home.get(TODAY).text
    ScreeningFactory(owner=alice.owner, date=DAY)
    assert "Before the first time" not in at_home.get(TODAY).text


def test_somebody_with_sessions_is_not_asked_as_if_new(at_home: Client, alice: Profile) -> None:
    SessionFactory(owner=alice.owner, date=YESTERDAY)
    assert "Before the first time" not in at_home.get(TODAY).text


def test_the_night_is_asked_for_in_the_morning_and_once(at_home: Client, alice: Profile) -> None:
    assert "How was the night?" in at_home.get(TODAY).text
    CheckInFactory(owner=alice.owner, kind="night", date=DAY)
    assert "How was the night?" not in at_home.get(TODAY).text


def test_what_falls_due_is_asked_for_in_one_line_and_not_in_a_flare(at_home: Client, alice: Profile) -> None:
    SessionFactory(owner=alice.owner, date=YESTERDAY)
    assert "When you have a minute" not in at_home.get(TODAY).text
    GoalFactory(owner=alice.owner, date=YESTERDAY)
    QuestionnaireFactory(owner=alice.owner, date=datetime.date(2026, 2, 3))
    text = at_home.get(TODAY).text
    for said in ("When you have a minute", reverse("tracking:goal-list"), reverse("tracking:questionnaire-new")):
        assert said in text
    FlareFactory(owner=alice.owner, date=DAY)
    assert "When you have a minute" not in at_home.get(TODAY).text


def test_a_pause_is_told_while_it_lasts(at_home: Client, alice: Profile) -> None:
    tomorrow = DAY + datetime.timedelta(days=1)
    PauseFactory(owner=alice.owner, date=tomorrow, until=tomorrow)
    PauseFactory(date=YESTERDAY, until=DAY)  # somebody else's
    assert "Planned pause up to" not in at_home.get(TODAY).text
    pause = PauseFactory(owner=alice.owner, date=YESTERDAY, until=DAY)
    text = at_home.get(TODAY).text
    assert "Planned pause up to Tuesday 3 March: nothing is planned, so nothing is missed." in text
    assert pause.get_absolute_url() in text
    ScreeningFactory(owner=alice.owner, outcome="urgent")
    assert "You can practise all the same" not in at_home.get(TODAY).text


def test_what_a_pause_leaves_open_is_not_called_open(at_home: Client, alice: Profile) -> None:
    SessionFactory(owner=alice.owner, date=datetime.date(2026, 3, 1))
    assert "is still open" in at_home.get(TODAY).text
    PauseFactory(owner=alice.owner, date=YESTERDAY, until=DAY)
    assert "is still open" not in at_home.get(TODAY).text


def test_today_costs_eight_queries_at_most(
    at_home: Client, alice: Profile, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    FlareFactory(owner=alice.owner, date=YESTERDAY)
    ScreeningFactory(owner=alice.owner, outcome="urgent")
    CheckInFactory.create_batch(20, owner=alice.owner, date=DAY)
    GoalFactory.create_batch(3, owner=alice.owner, date=YESTERDAY)
    QuestionnaireFactory(owner=alice.owner, date=YESTERDAY)
    with django_assert_max_num_queries(8):
        at_home.get(TODAY)


@pytest.mark.parametrize("address", ["/sessions/new/?period=am", "/routines/morning-and-evening/practice/"])
def test_the_log_and_the_player_say_so_kindly_and_forbid_nothing(at_home: Client, alice: Profile, address: str) -> None:
    assert "Check the signs, one minute" in at_home.get(address).text
    ScreeningFactory(owner=alice.owner, date=DAY)
    assert "Check the signs" not in at_home.get(address).text
    flare = FlareFactory(owner=alice.owner, date=YESTERDAY)
    text = at_home.get(address).text
    assert flare.get_absolute_url() in text
    assert "Start" in text or "Save" in text
