"""The red-flag screen: none of these in one tap, or one by one; a yes says who to call; the answer is kept."""

import datetime
import re
import uuid
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from exercises.models import Revision, SafetyNote
from tests.exercises.factories import SafetyNoteFactory
from tests.factories import FlareFactory, ScreeningFactory, UserFactory
from tracking import redflags, screening
from tracking.models import Profile, Screening

pytestmark = pytest.mark.usefixtures("morning", "signs")

SCREEN = reverse("tracking:screening")
TODAY = reverse("tracking:today")


@pytest.fixture
def signs(db: None) -> None:
    SafetyNoteFactory(slug="fever", kind="urgent", text="A fever.", order=1)
    SafetyNoteFactory(slug="numb", kind="emergency", text="Numbness.", order=1)
    SafetyNoteFactory(slug="weak", kind="emergency", text="Weak legs.", order=2)
    SafetyNoteFactory(slug="walk", kind="helps", text="Walk a little.")


def answer(sign: str = "", **changes: Any) -> dict[str, Any]:
    of = redflags.fingerprint(screening.signs())
    return {"key": uuid.uuid4(), "occasion": "worse", "of": of, "each": "False", "sign": sign} | changes


def test_all_signs_are_on_the_first_screen_the_gravest_first(at_home: Client) -> None:
    text = at_home.get(f"{SCREEN}?occasion=flare").text
    assert text.index("Numbness.") < text.index("Weak legs.") < text.index("A fever.") < text.index("None of these")
    assert "Walk a little." not in text


def test_none_of_these_is_one_tap_and_kept_with_date_and_revision(at_home: Client, alice: Profile) -> None:
    response = at_home.post(SCREEN, answer(occasion="first"))
    assert response["Location"] == TODAY
    kept = Screening.objects.get()
    assert (kept.owner, kept.occasion, kept.outcome) == (alice.owner, "first", "clear")
    assert kept.answers == {"numb": False, "weak": False, "fever": False}
    assert (kept.revision, kept.date.isoformat()) == (Revision.current(), "2026-03-03")


def test_sent_twice_is_kept_once_and_another_answer_under_the_key_is_asked_again(at_home: Client) -> None:
    sent = answer()
    first = at_home.post(SCREEN, sent)
    assert at_home.post(SCREEN, sent)["Location"] == first["Location"]
    again = at_home.post(SCREEN, sent | {"sign": "numb"})
    assert again.status_code == 409
    assert "None of these" in again.text
    assert str(sent["key"]) not in again.text
    assert Screening.objects.get().outcome == "clear"


@pytest.mark.parametrize(("sign", "outcome", "number"), [("weak", "emergency", "144"), ("fever", "urgent", "144")])
def test_a_yes_stops_and_says_who_to_call_where_one_is(at_home: Client, sign: str, outcome: str, number: str) -> None:
    page = at_home.post(SCREEN, answer(sign), follow=True)
    assert Screening.objects.get().outcome == outcome
    assert Screening.objects.get().answers == {sign: True}
    assert (f'href="tel:{number}">Call' in re.sub(r"\s+", " ", page.text)) is (outcome == "emergency")
    assert "Your exercises wait" in page.text


def test_urgent_advice_has_a_line_of_its_own_where_the_country_has_one(at_home: Client) -> None:
    at_home.cookies["zone"] = "Europe%2FLondon"
    assert 'href="tel:111"' in at_home.post(SCREEN, answer("fever"), follow=True).text


def test_questions_come_one_a_screen_and_no_address_holds_an_answer(at_home: Client) -> None:
    page = at_home.get(f"{SCREEN}?occasion=worse")
    seen = []
    while link := re.search(r'href="([^"]*\?[^"]*sign=(\w+)[^"]*)"', page.text):
        seen.append(link[2])
        page = at_home.get(link[1].replace("&amp;", "&"))
        assert f"Question {len(seen)} of 3" in page.text
    assert seen == ["numb", "weak", "fever"]
    assert not Screening.objects.exists()
    at_home.post(SCREEN, answer("weak", each="True"))
    assert Screening.objects.get().answers == {"numb": False, "weak": True}


def test_changed_questions_are_asked_again(at_home: Client) -> None:
    sent = answer()
    SafetyNote.objects.filter(slug="numb").update(text="Numbness, or tingling.")
    response = at_home.post(SCREEN, sent)
    assert response.status_code == 409
    assert "Numbness, or tingling." in response.text
    assert "The questions have changed" in response.text
    assert "The questions have changed" in at_home.get(f"{SCREEN}?of={sent['of']}&sign=weak").text
    assert not Screening.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("sign", value) for value in ("walk", "moon", "x" * 60, "<script>", "\0")),
        *(("occasion", value) for value in ("", "party", "\0")),
        *(("key", value) for value in ("", "x")),
        *(("zone", "Mars/X"), ("outcome", "clear"), ("answers", "{}"), ("user_id", "1")),
    ],
)
def test_bad_input_is_refused_and_nothing_is_written(at_home: Client, field: str, value: str) -> None:
    response = at_home.post(SCREEN, answer() | {field: value})
    assert response.status_code == 422
    assert "None of these" in response.text
    assert not Screening.objects.exists()


def test_an_answer_without_the_button_is_refused(at_home: Client) -> None:
    sent = answer()
    del sent["sign"]
    assert at_home.post(SCREEN, sent).status_code == 422
    assert not Screening.objects.exists()


@pytest.mark.parametrize("query", ["?occasion=party", "?sign=moon&of=x", "?sign=\0", "?of=&sign="])
def test_a_strange_address_shows_the_first_screen(at_home: Client, query: str) -> None:
    assert "None of these" in at_home.get(SCREEN + query).text


def test_clear_in_a_flare_leads_to_what_helps(at_home: Client, alice: Profile) -> None:
    flare = FlareFactory(owner=alice.owner)
    assert at_home.post(SCREEN, answer(occasion="flare"))["Location"] == flare.get_absolute_url()


def test_a_professionals_look_brings_the_exercises_back_and_twice_is_once(
    at_home: Client, alice: Profile, morning: time_machine.Traveller
) -> None:
    at_home.post(SCREEN, answer("fever"))
    held = Screening.objects.get()
    morning.shift(datetime.timedelta(days=2))
    for _ in range(2):
        at_home.post(reverse("tracking:screening-seen", args=[held.pk]))
    last = Screening.objects.owned_by(alice.owner).first()
    assert last is not None
    assert (last.outcome, last.holds, Screening.objects.count()) == ("seen", False, 2)


def test_a_look_at_an_earlier_sign_does_not_lift_a_later_one(
    at_home: Client, alice: Profile, morning: time_machine.Traveller
) -> None:
    earlier = ScreeningFactory(owner=alice.owner, outcome="urgent")
    morning.shift(datetime.timedelta(minutes=1))
    ScreeningFactory(owner=alice.owner, outcome="emergency")
    at_home.post(reverse("tracking:screening-seen", args=[earlier.pk]))
    assert set(Screening.objects.values_list("outcome", flat=True)) == {"urgent", "emergency"}


def test_another_persons_answer_is_not_found(at_home: Client) -> None:
    theirs = ScreeningFactory(owner=UserFactory(username="mallory"), outcome="emergency")
    assert at_home.get(theirs.get_absolute_url()).status_code == 404
    assert at_home.post(reverse("tracking:screening-seen", args=[theirs.pk])).status_code == 404
    assert Screening.objects.count() == 1


def test_the_screen_costs_few_queries(at_home: Client, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_max_num_queries(6):
        at_home.get(SCREEN)
    with django_assert_max_num_queries(12):
        at_home.post(SCREEN, answer())
