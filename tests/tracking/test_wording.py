"""Each code has its sentence, and each sentence its figures."""

import datetime
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exercises.models import Dose, Exercise, Precaution
from tests.factories import SessionFactory
from tracking import wording
from tracking.days import EASE_OFF, Reason, Trouble
from tracking.progression import Advice, Range
from tracking.targets import Target

TODAY = datetime.date(2026, 3, 3)


def exercise(**fields: Any) -> Exercise:
    made = Exercise(slug="bridge", opt_in=fields.pop("opt_in", False))
    made.dose = Dose(reps_min=5, reps_max=30, **fields)
    return made


def target(reason: Reason = Reason.FIRST, **fields: Any) -> Target:
    advice = Advice(
        fields.pop("at", 5),
        reason,
        30,
        previous=fields.pop("previous", 5),
        good_days=fields.pop("good", 1),
        trouble=fields.pop("trouble", None),
        date=fields.pop("date", None),
        gap=fields.pop("gap", 0),
    )
    made: dict[str, Any] = {"exercise": exercise(), "sets": 1, "reps": 3, "day": 5, "span": Range(5, 30, 2)}
    return Target(advice=advice, **(made | fields))


def troubled(reason: Reason, at: int = 10, when: Trouble | None = None) -> Target:
    cause = reason if reason not in (Reason.REST, Reason.EASED) else Reason.RISE
    trouble = when or Trouble(cause, TODAY - datetime.timedelta(days=1), "pm", 3, 5)
    return target(reason, at=at, previous=12, trouble=trouble)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (target(Reason.FIRST), "Start with 5 a day. The goal is 30, and there is no hurry."),
        (target(Reason.FIRST, day=None), "Start with 5. It can grow to 30."),
        (target(Reason.FIRST, at=30), "This is the whole dose from the first day on."),
        (target(Reason.BUILDING), "Stay at 5: 2 more good days and it becomes 7."),
        (target(Reason.BUILDING, good=2), "Stay at 5: one more good day and it becomes 7."),
        (target(Reason.BUILDING, at=29, good=2), "Stay at 29: one more good day and it becomes 30."),
        (target(Reason.STEP_UP, at=7, good=3), "Up from 5 to 7, after 3 good days running."),
        (target(Reason.MISSED, at=12), "Stay at 12 until a day reaches it."),
        (target(Reason.MISSED, at=30), "Stay at 30: this is the goal."),
        (target(Reason.GOAL, at=30), "Stay at 30: this is the goal, and you have reached it."),
        (target(Reason.LOWERED, at=20, previous=25), "20 instead of 25: the goal of this exercise was lowered."),
        (troubled(Reason.RISE, at=10), "Down from 12 to 10: pain rose from 3 to 5 yesterday evening."),
        (troubled(Reason.RISE, at=12), "Stay at 12, the least there is: pain rose from 3 to 5 yesterday evening."),
        (troubled(Reason.PAIN, at=12), "Stay at 12: pain rose from 3 to 5 yesterday evening."),
        (troubled(Reason.HIGH, at=10), "Down from 12 to 10: pain reached 5 yesterday evening, which is above 5."),
        (troubled(Reason.LEVEL, at=12), "Stay at 12: pain reached 5 yesterday evening, and one goes on up to 3."),
        (troubled(Reason.TOO_MUCH, at=10), "Down from 12 to 10: you found it too much yesterday evening."),
        (
            troubled(Reason.MORNING, at=10, when=Trouble(Reason.MORNING, TODAY, "am", 1, 4)),
            "Down from 12 to 10: pain was 4 this morning, after 1 the day before.",
        ),
        (
            troubled(Reason.REST, at=12, when=Trouble(Reason.HIGH, TODAY, "am", 6, 7)),
            "Rest this evening: pain reached 7 this morning, which is above 5.",
        ),
        (
            troubled(Reason.EASED, at=10, when=Trouble(Reason.RISE, TODAY, "am", 3, 5)),
            "Down from 12 to 10: pain rose from 3 to 5 this morning.",
        ),
        (target(Reason.EASY, at=7, good=2), "Up from 5 to 7, after 2 good days that felt easy."),
        (target(Reason.CHOSEN, at=12, date=TODAY), "12 is your own choice, made today."),
        (
            target(Reason.CHOSEN, at=12, date=datetime.date(2026, 2, 1)),
            "12 is your own choice, made on 1 February.",
        ),
        (
            target(Reason.RETURN, at=10, previous=20, date=TODAY),
            "Begin again with 10 after the flare; it was 20 before.",
        ),
        (
            target(Reason.GAP, at=10, previous=20, gap=9),
            "Begin again with 10 after 9 days without it; it was 20 before.",
        ),
        (
            target(Reason.PAUSED, at=10, date=datetime.date(2025, 12, 31)),
            "Paused for the flare that began on 31 December 2025; afterwards you begin again with 10.",
        ),
        (
            target(Reason.PAUSED, previous=None, date=TODAY),
            "Paused for the flare that began today; afterwards you begin with 5.",
        ),
    ],
)
def test_reason_is_said_with_its_figures(given: Target, sentence: str) -> None:
    assert wording.why(given, TODAY) == sentence


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_a_sentence(reason: Reason) -> None:
    told = troubled(reason) if reason in (*EASE_OFF, Reason.LEVEL, Reason.PAIN) else target(reason, date=TODAY)
    told = troubled(reason) if reason in (Reason.REST, Reason.EASED) else told
    sentence = wording.why(told, TODAY)
    assert sentence.endswith(".")
    assert "%" not in sentence


def test_a_stored_target_gives_no_reason() -> None:
    assert wording.why(Target(exercise(), 1, 3), TODAY) == ""


@pytest.mark.parametrize(
    ("given", "anchor"),
    [
        (target(Reason.STEP_UP), "good-days"),
        (target(Reason.GAP), "begin-again"),
        (target(marks=(Precaution.DISC,)), "precautions"),
        (target(exercise=exercise(opt_in=True)), "loading"),
        (target(exercise=exercise(opt_in=True), taken_in=True), "start"),
        (Target(exercise(), 1, 3), ""),
    ],
)
def test_each_advice_names_its_rule(given: Target, anchor: str) -> None:
    assert wording.rule(given) == anchor


@pytest.mark.parametrize(
    ("period", "ago", "said"),
    [
        ("am", 0, "this morning"),
        ("pm", 1, "yesterday evening"),
        ("am", 2, "on the morning of 1 March"),
        ("pm", 70, "on the evening of 23 December 2025"),
        ("", 1, "yesterday"),
    ],
)
def test_moment_is_said_as_within_a_sentence(period: str, ago: int, said: str) -> None:
    assert wording.moment(TODAY - datetime.timedelta(days=ago), period, TODAY) == said


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (target(), "5 today (3 now, 2 later)"),
        (target(done=3, reps=2), "5 today (3 done, 2 to go)"),
        (target(done=5, reps=0), "5 today (all done)"),
        (target(reps=5), "5 today"),
        (target(done=4, reps=0), "4 of 5 done"),
        (target(done=0, reps=0), "5 today"),
        (target(day=None, reps=1), "once"),
        (target(day=None, reps=4), "4 times"),
        (target(day=None, sets=3, reps=12), "3 sets of 12"),
        (target(day=None, exercise=exercise(per_side=True)), "3 times each side"),
        (target(day=None, exercise=exercise(per_side=True), reps=1), "once each side"),
    ],
)
def test_amount_is_said_in_a_few_words(given: Target, said: str) -> None:
    amount = wording.amount(given)
    assert amount.replace("\N{NO-BREAK SPACE}", " ") == said
    assert not re.search(r"\d (today|now|later|done|to go)", amount)  # a line breaks between two pairs, not within one


@given(st.integers(1, 30), st.integers(0, 30), st.integers(0, 30))
def test_amount_of_a_day_adds_up(day: int, done: int, reps: int) -> None:
    said = " ".join(wording.amount(target(day=day, done=done, reps=reps)).split())
    assert said.startswith(f"{day} today") or said == f"{done} of {day} done"
    assert "-" not in said


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (target(), ""),
        (target(marks=(Precaution.DISC,)), "Left out because you told us: disc problem."),
        (
            target(marks=(Precaution.DISC, Precaution.SURGERY)),
            "Left out because you told us: disc problem, recent surgery.",
        ),
        (
            target(exercise=exercise(opt_in=True)),
            "Left out until you choose it: it loads the back more than the others.",
        ),
        (target(exercise=exercise(opt_in=True), taken_in=True), ""),
        (target(Reason.PAUSED), "Paused until your flare is over."),
        (
            troubled(Reason.REST, when=Trouble(Reason.HIGH, TODAY, "am", 6, 7)),
            "Left out in the evening: pain reached 7 in the morning, which is above 5.",
        ),
    ],
)
def test_what_is_left_out_says_why(given: Target, said: str) -> None:
    assert wording.left_out(given) == said


@pytest.mark.parametrize(
    ("date", "period", "said"),
    [
        ("2026-03-03", "am", "This morning"),
        ("2026-03-03", "pm", "This evening"),
        ("2026-03-02", "pm", "Yesterday evening"),
        ("2026-02-28", "am", "Saturday 28 February, morning"),
        ("2025-12-31", "pm", "Wednesday 31 December 2025, evening"),
    ],
)
def test_slot_is_named_as_one_says_it(date: str, period: str, said: str) -> None:
    assert wording.slot(datetime.date.fromisoformat(date), period, TODAY) == said


def test_pain_is_named_where_no_heading_says_what_it_is() -> None:
    scores = [(6, 4), (4, None), (None, None)]
    sessions = [SessionFactory.build(pain_before=one, pain_after=two, routine=None) for one, two in scores]
    assert [wording.pain_named(session) for session in sessions] == ["Pain 6 → 4", "Pain 4 before", "No pain score"]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [(6, 4, "6 → 4"), (0, 0, "0 → 0"), (4, None, "4 before"), (None, 0, "0 after"), (None, None, "No pain score")],
)
def test_zero_is_a_score_and_missing_is_not(before: int | None, after: int | None, said: str) -> None:
    assert wording.pain(SessionFactory.build(pain_before=before, pain_after=after, routine=None)) == said
