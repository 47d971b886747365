"""One exercise's target: what is advised and why, a figure of one's own, taking in, swapping; and the rules' page."""

import datetime
import re
import uuid
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from exercises.models import Exercise
from tests.exercises.factories import ExerciseFactory
from tests.factories import (
    CheckInFactory,
    DoseChoiceFactory,
    FlareFactory,
    SessionExerciseFactory,
    SessionFactory,
    UserFactory,
)
from tests.tracking.test_practice import NEW, TODAY, TUESDAY, live, log, says, typed
from tracking.models import DoseChoice, ExerciseChoice, Flare, Profile, Session
from tracking.thresholds import rules
from tracking.wording import RULE_OF

pytestmark = pytest.mark.usefixtures("morning")

RULES = reverse("tracking:rules")


def address(name: str = "detail", slug: str = "bridge") -> str:
    return reverse(f"tracking:target-{name}", args=[slug])


def chosen(target: Any = 9, **changes: Any) -> dict[str, Any]:
    return {"target": target, "key": str(uuid.uuid4()), "zone": "Europe/Zurich"} | changes


def lived(profile: Profile, days: int, pain: int = 2) -> None:
    """Days with a session, one a day, up to yesterday."""
    for number in range(1, days + 1):
        date = TUESDAY - datetime.timedelta(days=number)
        SessionFactory(owner=profile.owner, date=date, pain_before=pain, pain_after=pain)


# A figure of one's own


def test_page_shows_the_advice_its_reason_and_its_rule(at_home: Client) -> None:
    page = at_home.get(address())
    assert says(page, "5 today", "Start with 5 a day.", f"{RULES}#start", "Choose 7", "gives 5 to 30")


def test_page_follows_a_hard_morning_as_today_does(at_home: Client) -> None:
    log(at_home, pain_before="3", pain_after="5")
    reason = "Stay at 5, the least there is: pain rose from 3 to 5 this morning."
    assert says(at_home.get(TODAY), reason)
    assert says(at_home.get(address()), reason)


def test_own_figure_is_kept_shown_and_counts_from_then_on(at_home: Client) -> None:
    assert at_home.post(address("choose"), chosen(9)).status_code == 302
    choice = DoseChoice.objects.get()
    assert (choice.target, choice.advised, choice.exercise.slug, choice.date) == (9, 5, "bridge", TUESDAY)
    assert says(at_home.get(address()), "9 is your own choice, made today.", "9 instead of 5", "Back to the advice")
    assert says(at_home.get(TODAY), "9 today (5 now, 4 later)", f"{RULES}#own-choice")
    session = log(at_home, **{"done-bridge": "5"})
    row = session.exercises.get(exercise__slug="bridge")
    assert (row.day_target, row.reason) == (9, "chosen")


def test_advised_number_chosen_again_after_a_hard_morning_holds_this_evening_and_tomorrow(
    at_home: Client, alice: Profile, morning: time_machine.Traveller
) -> None:
    for number in (3, 2, 1):  # so that 7 is advised, and a step down is possible
        date = TUESDAY - datetime.timedelta(days=number)
        bridge = Exercise.objects.get(slug="bridge")
        session = SessionFactory(owner=alice.owner, date=date, pain_before=2, pain_after=2)
        SessionExerciseFactory(session=session, exercise=bridge, target=5, day_target=5, done=5)
    log(at_home, pain_before="1", pain_after="3", **{"done-bridge": "4"})
    assert says(at_home.get(address()), "Down from 7 to 5: pain rose from 1 to 3 this morning.")
    morning.shift(datetime.timedelta(hours=5))
    at_home.post(address("choose"), chosen(7))
    for when in ("made today", "made yesterday"):
        assert says(at_home.get(address()), f"7 is your own choice, {when}.")
        morning.shift(datetime.timedelta(days=1))
        at_home.force_login(alice.owner)


def test_pain_added_to_the_morning_after_a_choice_counts(at_home: Client, morning: time_machine.Traveller) -> None:
    session = log(at_home, pain_after="", **{"done-bridge": "3"})
    morning.shift(datetime.timedelta(hours=1))
    at_home.post(address("choose"), chosen(9))
    morning.shift(datetime.timedelta(hours=1))
    assert says(at_home.get(address()), "9 is your own choice, made today.")
    page = at_home.get(reverse("tracking:session-edit", args=[session.pk])).context["form"]
    sent = {name: "" if (value := page[name].value()) is None else value for name in page.fields}
    sent |= {"pain_after": "9"}
    assert at_home.post(reverse("tracking:session-edit", args=[session.pk]), sent).status_code == 302
    assert not says(at_home.get(address()), "9 is your own choice, made today.")


def test_same_choice_sent_twice_is_one(at_home: Client) -> None:
    sent = chosen()
    assert [at_home.post(address("choose"), sent).status_code for _ in range(2)] == [302, 302]
    assert DoseChoice.objects.count() == 1
    assert at_home.post(address("choose"), sent | {"target": 11}).status_code == 409
    assert at_home.post(address("choose", "knee-to-chest"), sent | {"target": 2}).status_code == 409


@pytest.mark.parametrize("figure", [4, 31, "", "many", "5.5", "-1", "1e9"])
def test_figure_beyond_the_source_is_refused_and_kept_on_the_page(at_home: Client, figure: Any) -> None:
    response = at_home.post(address("choose"), chosen(figure))
    assert response.status_code == 422
    assert says(response, "Give a whole number from 5 to 30", f'value="{figure}"' if figure else "")
    assert not DoseChoice.objects.exists()


def test_back_to_the_advice_and_undo(at_home: Client) -> None:
    at_home.post(address("choose"), chosen(9))
    choice = DoseChoice.objects.get()
    response = at_home.post(reverse("tracking:choice-delete", args=[choice.pk]), follow=True)
    assert says(response, "The advice counts again.", "Start with 5 a day.", "Undo")
    response = at_home.post(reverse("tracking:choice-undo", args=[choice.pk]), follow=True)
    assert says(response, "It is back.", "9 is your own choice")


def test_undo_is_offered_for_ones_own_deleted_choice_only(at_home: Client, alice: Profile) -> None:
    kept, theirs = DoseChoiceFactory(owner=alice.owner), DoseChoiceFactory()
    theirs.discard()
    for asked in (kept.pk, theirs.pk, uuid.uuid4(), "x"):
        assert not says(at_home.get(address(), {"undo": str(asked)}), "Undo")


def test_dose_of_one_figure_offers_no_other(at_home: Client) -> None:
    page = at_home.get(address(slug="locust-pose"))
    assert says(page, "gives one number only")
    assert not says(page, "Choose this number")


def test_unknown_exercise_is_not_found(at_home: Client) -> None:
    assert at_home.get(address(slug="nothing")).status_code == 404
    assert at_home.post(address("choose", "nothing"), chosen()).status_code == 404


# Taking in


def test_loading_exercise_waits_for_28_days_with_a_session(at_home: Client, alice: Profile) -> None:
    lived(alice, 27)
    page = at_home.get(address(slug="superman"))
    assert says(page, "27 of 28 days with a session so far", f"{RULES}#loading")
    response = at_home.post(address("take-in", "superman"), {"taken": "yes"})
    assert response.status_code == 422
    assert says(response, "It is too early for this exercise.")
    assert not ExerciseChoice.objects.exists()


def test_loading_exercise_waits_for_calm_days_whatever_told_of_the_pain(at_home: Client, alice: Profile) -> None:
    lived(alice, 28)
    week, before = TUESDAY - datetime.timedelta(days=6), TUESDAY - datetime.timedelta(days=7)
    CheckInFactory(owner=alice.owner, date=before, pain=9)
    CheckInFactory(date=TUESDAY, pain=9)  # another person's
    FlareFactory(owner=alice.owner, date=before, ended=before, pain=9)
    assert says(at_home.get(address(slug="superman")), "You have come far enough to try it.")
    told: list[tuple[Any, dict[str, Any]]] = [
        (CheckInFactory, {"date": week, "pain": 4}),
        (CheckInFactory, {"date": TUESDAY, "kind": "night", "pain": 4}),
        (FlareFactory, {"date": week, "ended": TUESDAY, "pain": 4}),
        (FlareFactory, {"date": TUESDAY}),
        (SessionFactory, {"date": week, "period": "pm", "pain_before": 0, "pain_worst": 4, "pain_after": 0}),
    ]
    for factory, fields in told:
        entry = factory(owner=alice.owner, **fields)
        assert says(at_home.get(address(slug="superman")), "a score of the last 7 days was above 3, or a flare"), fields
        assert at_home.post(address("take-in", "superman"), {"taken": "yes"}).status_code == 422
        entry.discard()


def test_loading_exercise_is_taken_in_and_left_out_again(at_home: Client, alice: Profile) -> None:
    lived(alice, 28)
    for _ in range(2):
        assert at_home.post(address("take-in", "superman"), {"taken": "yes"}).status_code == 302
    assert ExerciseChoice.objects.get().opted_in
    assert says(at_home.get(TODAY), "3 sets of 12")
    form = at_home.get(NEW).context["form"]
    assert form.initial["done-superman"] == 12
    at_home.post(address("take-in", "superman"), {"taken": "no"})
    assert says(at_home.get(TODAY), "Left out until you choose it")


def test_loading_exercise_waits_to_be_taken_in_again_after_a_flare(at_home: Client, alice: Profile) -> None:
    lived(alice, 28)
    taken = {"taken": "yes"}
    assert at_home.post(address("take-in", "superman"), taken).status_code == 302
    flare = FlareFactory(owner=alice.owner, date=TUESDAY, ended=TUESDAY, pain=2)
    Flare.objects.update(entered_at=timezone.now() + datetime.timedelta(minutes=1))
    why = "Left out after a flare or a break until you take it in again"
    assert says(at_home.get(TODAY), why)
    page = at_home.get(NEW)
    assert page.context["form"].initial["done-superman"] == 0
    page = at_home.get(address(slug="superman"))
    assert says(page, why, "You had taken it in before.", f"{RULES}#loading")
    Flare.objects.update(entered_at=timezone.now() - datetime.timedelta(minutes=1))
    assert at_home.post(address("take-in", "superman"), taken).status_code == 302  # the very same tap
    assert says(at_home.get(TODAY), "3 sets of 12")
    flare.discard()
    assert says(at_home.get(TODAY), "3 sets of 12")


def test_loading_exercise_waits_to_be_taken_in_again_after_a_week_without_it(
    at_home: Client, alice: Profile, morning: time_machine.Traveller
) -> None:
    lived(alice, 28)
    assert at_home.post(address("take-in", "superman"), {"taken": "yes"}).status_code == 302
    for days, said in ((7, "3 sets of 12"), (1, "Left out after a flare or a break")):
        morning.shift(datetime.timedelta(days=days))
        at_home.force_login(alice.owner)
        assert says(at_home.get(TODAY), said)


@pytest.mark.parametrize(
    ("action", "sent", "rests_on"), [("take-in", {"taken": "no"}, "session"), ("swap", {"instead": ""}, "profile")]
)
def test_what_a_choice_rests_on_is_read_under_the_lock(
    at_home: Client, alice: Profile, action: str, sent: dict[str, str], rests_on: str
) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert at_home.post(address(action, "superman"), sent).status_code == 302
    asked = [query["sql"] for query in queries]
    locked = next(place for place, sql in enumerate(asked) if sql.startswith('UPDATE "tracking_profile"'))
    read = [
        place for place, sql in enumerate(asked) if sql.startswith("SELECT") and f'FROM "tracking_{rests_on}"' in sql
    ]
    assert read
    assert min(read) > locked


def test_first_thing_that_somebody_does_is_done_in_the_devices_zone(at_home: Client, alice: Profile) -> None:
    Profile.objects.all().delete()
    at_home.cookies["zone"] = "Pacific/Auckland"
    assert at_home.post(address("take-in", "superman"), {"taken": "no"}).status_code == 302
    assert Profile.objects.get().zone == "Pacific/Auckland"


@pytest.mark.parametrize("sent", [{}, {"taken": "maybe"}, {"taken": "no", "owner": "1"}])
def test_bad_word_on_taking_in_is_refused(at_home: Client, sent: dict[str, str]) -> None:
    assert at_home.post(address("take-in", "superman"), sent).status_code == 422
    assert at_home.post(address("take-in"), {"taken": "no"}).status_code == 422


# Swapping


@pytest.fixture
def cat(alice: Profile) -> Exercise:
    """A variation of the locust pose that nothing speaks against, for somebody with a disc problem."""
    cat: Exercise = ExerciseFactory(slug="cat-stretch", dose__reps_min=3, dose__reps_max=5)
    cat.variations.add(Exercise.objects.get(slug="locust-pose"))
    Profile.objects.update(precautions=["disc"])
    return cat


def test_marked_exercise_is_swapped_shown_logged_and_swapped_back(at_home: Client, cat: Exercise) -> None:
    assert says(at_home.get(address(slug="locust-pose")), "Do Cat stretch instead")
    for _ in range(2):
        assert at_home.post(address("swap", "locust-pose"), {"instead": "cat-stretch"}).status_code == 302
    today = at_home.get(TODAY)
    assert says(today, "Cat stretch", "Swapped in.")
    assert not says(today, "Locust pose")
    sent = {"done-cat-stretch": "3", "felt-cat-stretch": "right"}
    session = log_without(at_home, "done-locust-pose", **sent)
    row = session.exercises.get(exercise=cat)
    assert row.instead_of
    assert (row.instead_of.slug, row.done, row.felt) == ("locust-pose", 3, "right")
    assert says(at_home.get(session.get_absolute_url()), "swapped in", "about right")
    assert says(at_home.get(address(slug="cat-stretch")), "It takes the place of Locust pose.")
    at_home.post(address("swap", "locust-pose"), {"instead": ""})
    assert says(at_home.get(TODAY), "Locust pose")


def log_without(client: Client, name: str, **changes: Any) -> Session:
    sent = typed(**changes)
    del sent[name], sent[name.replace("done", "felt")]
    response = client.post(NEW, sent)
    assert response.status_code == 302, response.content.decode()
    return Session.objects.get(key=sent["key"])


def test_player_leads_through_what_was_swapped_in(at_home: Client, alice: Profile, cat: Exercise) -> None:
    ExerciseChoice.objects.create(owner=alice.owner, exercise=Exercise.objects.get(slug="locust-pose"), instead=cat)
    page = at_home.get(reverse("tracking:routine-practice", args=["morning-and-evening"]))
    assert [part.exercise.slug for part in page.context["parts"]][2] == "cat-stretch"


@pytest.mark.parametrize("instead", ["bridge", "nothing", "superman"])
def test_only_an_unmarked_variation_can_take_its_place(at_home: Client, cat: Exercise, instead: str) -> None:
    Exercise.objects.get(slug="superman").variations.add(Exercise.objects.get(slug="locust-pose"))
    assert at_home.post(address("swap", "locust-pose"), {"instead": instead}).status_code == 422
    assert not ExerciseChoice.objects.exists()


def test_exercise_that_nothing_marks_offers_no_swap(at_home: Client, cat: Exercise) -> None:
    Profile.objects.update(precautions=[])
    assert not says(at_home.get(address(slug="locust-pose")), "Do Cat stretch instead")


# Cost, and whose it is


@pytest.mark.parametrize("days", [0, 400])
def test_page_costs_at_most_13_queries(
    at_home: Client, alice: Profile, days: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    live(alice, days)
    for number in range(min(days, 30)):
        DoseChoiceFactory(
            owner=alice.owner,
            exercise=Exercise.objects.get(slug="superman"),
            date=TUESDAY - datetime.timedelta(days=number),
        )
    with django_assert_max_num_queries(13):
        at_home.get(address(slug="superman"))


def test_choices_of_others_change_nothing(at_home: Client) -> None:
    mallory = UserFactory()
    bridge = Exercise.objects.get(slug="bridge")
    DoseChoiceFactory(owner=mallory, exercise=bridge, date=TUESDAY, target=25)
    ExerciseChoice.objects.create(owner=mallory, exercise=Exercise.objects.get(slug="superman"), opted_in=True)
    assert not says(at_home.get(address()), "your own choice")
    assert says(at_home.get(TODAY), "Left out until you choose it")


# The rules


def test_every_reason_has_its_place_on_the_rules_page(client: Client, db: None) -> None:
    places = re.findall(r'<h2 id="([^"]+)"', client.get(RULES).content.decode())
    assert {*RULE_OF.values(), "loading", "precautions"} == set(places)


def test_rules_page_says_the_figures_in_force(client: Client, settings: Any, db: None) -> None:
    assert says(client.get(RULES), "7 days or more without an exercise", "no trial behind it", "Silbernagel 2007")
    settings.RULES = {"gap_days": 12}
    rules.cache_clear()
    try:
        assert says(client.get(RULES), "12 days or more without an exercise")
    finally:
        rules.cache_clear()


def test_rules_page_is_kept_for_strangers_without_a_query(
    client: Client, db: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        response = client.get(RULES)
    assert "public" in response["Cache-Control"]
    assert not response.cookies


def test_rules_page_of_a_person_is_kept_by_nobody(at_home: Client) -> None:
    assert "no-store" in at_home.get(RULES)["Cache-Control"]
