"""A session's targets: from earlier days only, shared over the day, at a cost that does not grow."""

import datetime
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from exercises.models import Exercise, Precaution, Routine
from tests.exercises.factories import ExerciseFactory
from tests.factories import CheckInFactory, DoseChoiceFactory, FlareFactory, SessionFactory
from tracking import progression, targets
from tracking.circumstances import Circumstances
from tracking.days import Reason
from tracking.models import ExerciseChoice, Profile, Session, SessionExercise
from tracking.rules import DEFAULT
from tracking.targets import Slot, Target
from tracking.wording import left_out, rule

TODAY = datetime.date(2026, 3, 3)


def exercises(routine: Routine) -> list[Exercise]:
    [(_routine, found)] = targets.routines(routine.slug, [])
    return found


def proposed(
    profile: Profile, period: str = "am", date: datetime.date = TODAY, logged: Sequence[str] = ()
) -> dict[str, Target]:
    assert profile.morning_routine
    now = Circumstances.of(profile.owner, date)
    [(_routine, found)] = targets.routines(profile.morning_routine.slug, [], now.swaps)
    planned = dict.fromkeys(profile.planned_periods(), found)
    slot = Slot(date, period, planned, logged)
    return {target.exercise.slug: target for target in targets.propose(profile, slot, found, now)}


def log(
    profile: Profile,
    days_ago: int,
    done: int,
    target: int = 5,
    period: str = "am",
    slug: str = "bridge",
    pain: tuple[int, int] = (3, 2),
) -> Session:
    """Record one exercise of one session; the bridge's day target is what the session did."""
    session: Session = SessionFactory(
        owner=profile.owner,
        date=TODAY - datetime.timedelta(days=days_ago),
        period=period,
        routine=profile.morning_routine,
        pain_before=pain[0],
        pain_after=pain[1],
    )
    SessionExercise.objects.create(
        owner=profile.owner,
        session=session,
        exercise=Exercise.objects.get(slug=slug),
        date=session.date,
        target=target,
        day_target=target if slug == "bridge" else None,
        done=done,
    )
    return session


def advised(profile: Profile, period: str = "am", **given: Any) -> tuple[int | None, str]:
    """Return the bridge's target of the day and the reason for it."""
    bridge = proposed(profile, period, **given)["bridge"]
    return bridge.day, bridge.advice.reason if bridge.advice else ""


def test_first_targets_are_the_doses_start(alice: Profile) -> None:
    found = proposed(alice)
    assert list(found) == ["bridge", "knee-to-chest", "locust-pose", "superman"]
    assert (found["bridge"].day, found["knee-to-chest"].reps, found["superman"].sets) == (5, 2, 3)
    assert {target.advice.reason for target in found.values() if target.advice} == {Reason.FIRST}


def test_a_days_repetitions_are_shared_three_and_two(alice: Profile) -> None:
    morning = proposed(alice)["bridge"]
    assert (morning.reps, morning.rest) == (3, 2)
    log(alice, 0, done=3, target=3)
    evening = proposed(alice, "pm", logged=["am"])["bridge"]
    assert (evening.day, evening.done, evening.reps, evening.rest) == (5, 3, 2, 0)


@pytest.mark.parametrize(("done", "left"), [(0, 5), (1, 4), (4, 1), (5, 0), (9, 0)])
def test_evening_proposes_what_the_morning_left(alice: Profile, done: int, left: int) -> None:
    log(alice, 0, done=done, target=3)
    assert proposed(alice, "pm", logged=["am"])["bridge"].reps == left


def test_evening_without_a_morning_proposes_the_whole_day(alice: Profile) -> None:
    assert proposed(alice, "pm")["bridge"].reps == 5


def test_morning_proposes_the_whole_day_when_no_evening_is_planned(alice: Profile) -> None:
    alice.evening_routine = None
    assert proposed(alice)["bridge"].reps == 5


def test_forgotten_morning_proposes_what_the_evening_left(alice: Profile) -> None:
    log(alice, 0, done=4, target=5, period="pm")
    assert proposed(alice, "am", logged=["pm"])["bridge"].reps == 1


def test_three_good_days_raise_the_target(alice: Profile) -> None:
    for days_ago in (1, 2, 3):
        log(alice, days_ago, done=5)
        log(alice, days_ago, done=2, target=2, slug="knee-to-chest", period="pm")
    found = proposed(alice)
    assert (found["bridge"].day, found["bridge"].reps, found["knee-to-chest"].reps) == (7, 4, 3)


def test_todays_records_do_not_move_todays_target(alice: Profile) -> None:
    for days_ago in (0, 1, 2):
        log(alice, days_ago, done=5)
    assert proposed(alice, "pm", logged=["am"])["bridge"].day == 5


def test_later_records_do_not_move_an_earlier_target(alice: Profile) -> None:
    for days_ago in (1, 2, 3):
        log(alice, days_ago, done=5)
    assert proposed(alice, date=TODAY - datetime.timedelta(days=3))["bridge"].day == 5


def test_deleted_and_other_peoples_records_do_not_count(alice: Profile) -> None:
    for days_ago in (1, 2, 3):
        log(alice, days_ago, done=5).discard()
    mallory = SessionFactory(owner__username="mallory", date=TODAY - datetime.timedelta(days=4))
    SessionExercise.objects.create(
        owner=mallory.owner, session=mallory, exercise=Exercise.objects.get(slug="bridge"), date=mallory.date, target=25
    )
    advice = proposed(alice)["bridge"].advice
    assert advice
    assert advice.reason == Reason.FIRST


def test_precautions_and_opt_in_are_left_out_with_their_marks(alice: Profile) -> None:
    assert [slug for slug, target in proposed(alice).items() if target.left_out] == ["superman"]
    alice.precautions = ["disc", "pregnancy"]
    found = proposed(alice)
    assert [slug for slug, target in found.items() if target.left_out] == ["locust-pose", "superman"]
    assert [str(mark.label) for mark in found["locust-pose"].marks] == ["disc problem"]
    assert found["locust-pose"].proposed == 0


def test_retired_exercises_are_not_proposed(alice: Profile) -> None:
    Exercise.objects.filter(slug="knee-to-chest").update(retired=True)
    assert "knee-to-chest" not in proposed(alice)


@pytest.mark.parametrize("days", [5, 9, 1000])
def test_cost_does_not_grow_with_the_history(alice: Profile, days: int) -> None:
    """Two sessions a day: 10, 18 and 2,000 sessions."""
    assert alice.morning_routine
    chosen = exercises(alice.morning_routine)
    sessions = [
        SessionFactory.build(owner=alice.owner, routine=alice.morning_routine, date=date, period=period)
        for date in (TODAY - datetime.timedelta(days=number) for number in range(1, days + 1))
        for period in ("am", "pm")
    ]
    Session.objects.bulk_create(sessions)
    rows = [
        SessionExercise(owner=alice.owner, session=session, exercise=exercise, date=session.date, target=2, done=2)
        for session in sessions
        for exercise in chosen
    ]
    SessionExercise.objects.bulk_create(rows, batch_size=500)
    with CaptureQueriesContext(connection) as queries:
        found = targets.recent(alice.owner, [exercise.pk for exercise in chosen], TODAY)
    assert len(queries) == 1
    assert len(found) == len(chosen) * min(2 * days, progression.window(DEFAULT))


def test_an_exercise_not_done_for_long_costs_no_more(alice: Profile) -> None:
    log(alice, 900, done=2, target=2, slug="knee-to-chest")
    for days_ago in range(1, 40):
        log(alice, days_ago, done=5)
    assert alice.morning_routine
    rows = targets.recent(alice.owner, [one.pk for one in exercises(alice.morning_routine)], TODAY)
    assert len(rows) == progression.window(DEFAULT) + 1


# What the person told us beside the sessions


def test_rise_in_a_session_is_a_step_down_from_the_next_day_on(alice: Profile) -> None:
    log(alice, 1, done=12, target=12, pain=(1, 3))
    assert advised(alice) == (10, Reason.RISE)


def test_worst_pain_during_counts_and_so_does_what_the_person_felt(alice: Profile) -> None:
    session = log(alice, 1, done=12, target=12)
    Session.objects.filter(pk=session.pk).update(pain_worst=6)
    assert advised(alice) == (10, Reason.HIGH)
    Session.objects.filter(pk=session.pk).update(pain_worst=3)
    SessionExercise.objects.update(felt="too_much")
    assert advised(alice) == (10, Reason.TOO_MUCH)


def test_night_that_was_worse_is_a_step_down_this_morning(alice: Profile) -> None:
    log(alice, 1, done=12, target=12, pain=(2, 1))
    CheckInFactory(owner=alice.owner, date=TODAY, kind="night", pain=4)
    assert advised(alice) == (10, Reason.MORNING)


def test_exercise_of_the_evening_hears_the_next_morning_from_another_exercises_session(alice: Profile) -> None:
    log(alice, 2, done=12, target=12, period="pm", pain=(2, 2))
    log(alice, 1, done=2, target=2, period="am", slug="knee-to-chest", pain=(4, 4))
    day = TODAY - datetime.timedelta(days=1)
    assert advised(alice, "pm", date=day, logged=["am"]) == (10, Reason.MORNING)
    assert advised(alice, "am", date=day) == (12, Reason.BUILDING)


def test_check_in_after_the_morning_session_is_no_answer_to_yesterday(alice: Profile) -> None:
    log(alice, 1, done=12, target=12, pain=(2, 1))
    log(alice, 0, done=6, target=12, pain=(2, 2))
    CheckInFactory(owner=alice.owner, date=TODAY, time=datetime.time(11), pain=6)
    assert advised(alice, "pm", logged=["am"]) == (12, Reason.BUILDING)


def test_painful_morning_rests_or_eases_the_evening(alice: Profile) -> None:
    log(alice, 1, done=12, target=12, pain=(3, 3))
    morning = log(alice, 0, done=6, target=12, pain=(2, 4))
    assert advised(alice, "pm", logged=["am"]) == (10, Reason.EASED)
    Session.objects.filter(pk=morning.pk).update(pain_after=7)
    assert advised(alice, "pm", logged=["am"]) == (12, Reason.REST)
    assert proposed(alice, "pm", logged=["am"])["bridge"].proposed == 0


def test_hard_morning_rests_an_evening_of_other_exercises_whichever_was_told_first(alice: Profile) -> None:
    morning = log(alice, 0, done=2, target=2, slug="knee-to-chest", pain=(2, 4))
    for days_ago in (3, 2, 1):
        log(alice, days_ago, done=5, period="pm", pain=(2, 2))
    assert advised(alice, "pm", logged=["am"]) == (7, Reason.STEP_UP)
    for worst, last in ((6, 4), (None, 6), (6, None)):
        Session.objects.filter(pk=morning.pk).update(pain_worst=worst, pain_after=last)
        assert {(target.rests, target.proposed) for target in proposed(alice, "pm", logged=["am"]).values()} == {
            (True, 0)
        }
    assert advised(alice, "am") == advised(alice, "am", date=TODAY + datetime.timedelta(days=1)) == (7, Reason.STEP_UP)
    morning.discard()
    assert advised(alice, "pm") == (7, Reason.STEP_UP)


def test_evening_that_rested_is_no_missed_day(alice: Profile) -> None:
    log(alice, 1, done=2, target=2, slug="knee-to-chest", pain=(2, 7))
    log(alice, 2, done=5, period="pm", pain=(2, 2))
    log(alice, 1, done=0, period="pm", pain=(3, 3))
    assert advised(alice) == (5, Reason.MISSED)
    SessionExercise.objects.filter(done=0).update(reason="rest")
    assert advised(alice) == (5, Reason.BUILDING)


def test_open_flare_pauses_every_exercise(alice: Profile) -> None:
    log(alice, 1, done=20, target=20)
    FlareFactory(owner=alice.owner, date=TODAY)
    found = proposed(alice)
    assert all(target.left_out and target.proposed == 0 for target in found.values())
    assert advised(alice) == (10, Reason.PAUSED)


def test_ended_flare_and_a_gap_begin_again_at_half(alice: Profile) -> None:
    flare = FlareFactory(owner=alice.owner, date=TODAY - datetime.timedelta(days=5), ended=TODAY)
    log(alice, 5, done=20, target=20)
    assert advised(alice) == (10, Reason.RETURN)
    flare.discard()
    assert advised(alice) == (20, Reason.BUILDING)
    assert advised(alice, date=TODAY + datetime.timedelta(days=3)) == (10, Reason.GAP)


def test_journey_over_the_date_line_brings_no_gap_a_day_early(alice: Profile) -> None:
    assert alice.morning_routine
    session = log(alice, 8, done=20, target=20)
    Session.objects.filter(pk=session.pk).update(zone="Pacific/Honolulu")
    found, now = exercises(alice.morning_routine)[:1], Circumstances.of(alice.owner, TODAY)
    for zone, reason in (("Pacific/Apia", Reason.BUILDING), ("Pacific/Honolulu", Reason.GAP), ("", Reason.GAP)):
        [bridge] = targets.propose(alice, Slot(TODAY, "am", {}, zone=zone), found, now)
        assert bridge.advice
        assert bridge.advice.reason == reason


def test_date_that_anything_was_told_of_was_not_lost_on_a_journey(alice: Profile) -> None:
    assert alice.morning_routine
    for days in (5, 4, 3, 2):
        log(alice, days, done=9, target=9, period="pm", pain=(2, 2))
    log(alice, 1, done=3, target=3, slug="knee-to-chest", pain=(6, 6))  # on the morning of the flight
    Session.objects.update(zone="America/Los_Angeles")
    found = [one for one in exercises(alice.morning_routine) if one.slug == "bridge"]
    now = Circumstances.of(alice.owner, TODAY)
    for zone in ("America/Los_Angeles", "Asia/Tokyo"):
        [bridge] = targets.propose(alice, Slot(TODAY, "pm", {}, zone=zone), found, now)
        assert bridge.advice
        assert bridge.advice.reason == Reason.MORNING


def test_rest_of_all_says_nothing_of_precautions(alice: Profile) -> None:
    FlareFactory(owner=alice.owner, date=TODAY)
    marked = [replace(target, marks=(Precaution.DISC,)) for target in proposed(alice).values()]
    rest = targets.all_rest(marked)
    assert rest
    assert left_out(rest) == "Paused until your flare is over."
    assert rule(marked[0]) == rule(rest) != "precautions"


def test_chosen_dose_counts_until_it_is_taken_back(alice: Profile) -> None:
    log(alice, 1, done=8, target=8)
    choice = DoseChoiceFactory(
        owner=alice.owner, exercise=Exercise.objects.get(slug="bridge"), date=TODAY, target=14, advised=8
    )
    assert advised(alice) == (14, Reason.CHOSEN)
    choice.discard()
    assert advised(alice) == (8, Reason.BUILDING)


def test_exercise_taken_in_is_proposed(alice: Profile) -> None:
    superman = Exercise.objects.get(slug="superman")
    ExerciseChoice.objects.create(owner=alice.owner, exercise=superman, opted_in=True)
    found = proposed(alice)["superman"]
    assert (found.left_out, found.proposed) == (False, 12)


def test_swapped_exercise_takes_the_place_of_the_other(alice: Profile) -> None:
    locust, cat = Exercise.objects.get(slug="locust-pose"), ExerciseFactory(slug="cat-stretch")
    choice = ExerciseChoice.objects.create(owner=alice.owner, exercise=locust, instead=cat)
    alice.precautions = ["disc"]
    found = proposed(alice)
    assert list(found) == ["bridge", "knee-to-chest", "cat-stretch", "superman"]
    assert (found["cat-stretch"].instead_of, found["cat-stretch"].left_out) == (locust.pk, False)
    cat.retired = True
    cat.save()
    assert list(proposed(alice)) == ["bridge", "knee-to-chest", "locust-pose", "superman"]
    choice.instead = Exercise.objects.get(slug="bridge")
    choice.save()
    assert list(proposed(alice)) == ["bridge", "knee-to-chest", "locust-pose", "superman"]


def test_two_swapped_for_one_bring_it_once(alice: Profile) -> None:
    cat = ExerciseFactory(slug="cat-stretch")
    for slug in ("locust-pose", "superman"):
        ExerciseChoice.objects.create(owner=alice.owner, exercise=Exercise.objects.get(slug=slug), instead=cat)
    assert list(proposed(alice)) == ["bridge", "knee-to-chest", "cat-stretch", "superman"]
