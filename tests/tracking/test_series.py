import datetime
import random
import uuid
from collections.abc import Iterable

import pytest
import time_machine
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from exercises.models import Dose, Exercise, Revision, Routine
from tests.exercises.factories import ExerciseFactory, RoutineFactory
from tests.factories import (
    CheckInFactory,
    DoseChoiceFactory,
    FlareFactory,
    GoalFactory,
    GoalScoreFactory,
    PauseFactory,
    ProfileFactory,
    QuestionnaireFactory,
    SessionExerciseFactory,
    SessionFactory,
)
from tests.support.statistics import analyze
from tracking import chart, series, stats, telling
from tracking.chart import Span, Unit
from tracking.models import (
    CheckIn,
    Flare,
    KeptPast,
    PastPlan,
    Period,
    Profile,
    Questionnaire,
    Session,
    SessionExercise,
)
from tracking.series import DoneRow, Progress, Reached
from tracking.stats import Finding, Milestone, Window

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 3, 18)


@pytest.fixture
def routine() -> Routine:
    made: Routine = RoutineFactory.create(slug="morning-and-evening")
    return made


@pytest.fixture
def profile(routine: Routine) -> Profile:
    return person("alice", routine)


def person(name: str, routine: Routine) -> Profile:
    made: Profile = ProfileFactory.create(
        owner__username=name, morning_routine=routine, evening_routine=routine, started=ago(13)
    )
    return made


def ago(days: int) -> datetime.date:
    return TODAY - datetime.timedelta(days=days)


def log(
    profile: Profile, date: datetime.date, period: str = "am", before: int | None = None, after: int | None = None
) -> Session:
    made: Session = SessionFactory.create(
        owner=profile.owner,
        date=date,
        period=period,
        routine=Routine.objects.get(),
        pain_before=before,
        pain_after=after,
    )
    return made


def do(session: Session, exercise: Exercise, done: int | None, target: int, day_target: int | None = None) -> None:
    SessionExerciseFactory.create(session=session, exercise=exercise, done=done, target=target, day_target=day_target)


def bridge() -> Exercise:
    made: Exercise = ExerciseFactory.create(
        slug="bridge", dose__per="day", dose__reps_min=5, dose__reps_max=30, dose__start=5, dose__goal=30, dose__step=2
    )
    return made


def figures(found: Progress) -> list[tuple[datetime.date, float | None, float | None, float | None, float | None]]:
    """Return each row's mean scores: mornings before and after, evenings before and after."""
    return [(row.date, row.morning.rest, row.morning.after, row.evening.rest, row.evening.after) for row in found.rows]


def shown(profile: Profile, span: Span = Span.FORTNIGHT) -> Progress:
    found = series.progress(profile, span, TODAY)
    assert found is not None
    return found


def test_nothing_logged_is_none(profile: Profile) -> None:
    assert series.progress(profile, Span.ALL, TODAY) is None


def test_one_morning_and_one_evening_make_one_row(profile: Profile) -> None:
    log(profile, TODAY, "am", 6, 4)
    log(profile, TODAY, "pm", 4, 0)
    assert figures(shown(profile)) == [(TODAY, 6, 4, 4, 0)]


def test_gap_is_none_and_nought_is_nought(profile: Profile) -> None:
    log(profile, ago(2), "am", 0, None)
    log(profile, TODAY, "am", 3, 3)
    assert [(row.morning.rest, row.morning.after) for row in shown(profile).rows] == [(0, None), (None, None), (3, 3)]


def test_week_shows_the_mean_of_its_days(profile: Profile) -> None:
    monday = ago(2)
    log(profile, ago(400))
    log(profile, monday, "am", 4, 2)
    log(profile, monday + datetime.timedelta(days=1), "am", 7, None)
    found = shown(profile, Span.YEAR)
    assert found.frame.unit == Unit.WEEK
    assert figures(found)[-1] == (monday, 5.5, 2, None, None)


@pytest.mark.parametrize(("years", "unit"), [(1, Unit.WEEK), (4, Unit.MONTH), (14, Unit.QUARTER), (40, Unit.YEAR)])
def test_all_time_keeps_every_session_in_its_bucket(profile: Profile, years: int, unit: Unit) -> None:
    first = TODAY.replace(year=TODAY.year - years)
    log(profile, first, "am", 8, 6)
    log(profile, first, "pm", 5, None)
    log(profile, TODAY, "pm", 2, 1)
    found = shown(profile, Span.ALL)
    assert (found.frame.unit, found.logged) == (unit, 3)
    assert figures(found)[0][1:] == (8, 6, 5, None)
    assert figures(found)[-1][1:] == (None, None, 2, 1)


@pytest.mark.parametrize("span", [Span.YEAR, Span.ALL])
def test_long_time_by_month_says_the_same_as_by_day(profile: Profile, span: Span) -> None:
    for days in range(0, 2000, 5):
        log(profile, ago(days), "am", days % 11, days % 7)
        if days % 2:
            CheckInFactory.create(owner=profile.owner, date=ago(days), pain=days % 5, time=datetime.time(20))
    found = shown(profile, span)
    bucket = found.frame.buckets[5]
    last = found.frame.last_day(5)
    sessions = Session.objects.filter(date__range=(bucket, last))
    row = found.panels[0].rows[5]
    assert row.rest == pytest.approx(sum(one.pain_before or 0 for one in sessions) / len(sessions))
    assert row.after == pytest.approx(sum(one.pain_after or 0 for one in sessions) / len(sessions))
    assert row.sessions == len(sessions)
    assert found.panels[1].rows[5].sessions == 0


def test_night_is_a_score_of_the_morning_and_noon_begins_the_evening(profile: Profile) -> None:
    night, now = CheckIn.Kind.NIGHT, CheckIn.Kind.NOW
    for kind, hour, pain in [(night, 13, 2), (now, 11, 4), (now, 12, 7)]:
        CheckInFactory.create(owner=profile.owner, date=TODAY, kind=kind, time=datetime.time(hour), pain=pain)
    assert figures(shown(profile)) == [(TODAY, 3, None, 7, None)]


def test_check_in_without_a_score_says_nothing(profile: Profile) -> None:
    CheckInFactory.create(owner=profile.owner, date=TODAY, pain=None)
    assert series.progress(profile, Span.FORTNIGHT, TODAY) is None


def test_check_ins_count_towards_usual_pain(profile: Profile) -> None:
    for day in range(20):
        CheckInFactory.create(owner=profile.owner, date=ago(day), time=datetime.time(20), pain=6 if day > 5 else 3)
    found = shown(profile)
    assert found.change.finding is Finding.LOWER
    assert [panel.change.finding for panel in found.panels] == [Finding.NONE, Finding.LOWER]


def test_score_after_a_session_is_no_usual_pain(profile: Profile) -> None:
    for day in range(20):
        log(profile, ago(day), "am", None, 5)
    assert shown(profile).change.finding is Finding.NONE


def test_deleted_records_are_left_out_everywhere(profile: Profile) -> None:
    exercise, now = bridge(), timezone.now()
    log(profile, TODAY, "am", 3, 3)
    session = log(profile, ago(1), "am", 9, 9)
    do(session, exercise, 5, 5)
    Session.objects.filter(pk=session.pk).update(deleted_at=now)
    owner = profile.owner
    CheckInFactory.create(owner=owner, date=ago(2), pain=9, deleted_at=now)
    FlareFactory.create(owner=owner, date=ago(3), deleted_at=now)
    PauseFactory.create(owner=owner, date=ago(3), deleted_at=now)
    DoseChoiceFactory.create(owner=owner, date=ago(3), exercise=exercise, deleted_at=now)
    for span in Span:
        found = shown(profile, span)
        assert (found.logged, found.growths, found.flares, found.pauses) == (1, [], [], [])
        assert (found.first, found.change.first and found.change.first.scores) == (TODAY, 1)


@pytest.mark.parametrize("span", Span)
def test_strangers_records_are_never_counted(profile: Profile, routine: Routine, span: Span) -> None:
    stranger, exercise = person("mallory", routine), bridge()
    for day in range(0, 1500, 30):
        do(log(stranger, ago(day), "am", 10, 10), exercise, 30, 30, 30)
        CheckInFactory.create(owner=stranger.owner, date=ago(day), pain=10)
    FlareFactory.create(owner=stranger.owner, date=ago(3))
    PauseFactory.create(owner=stranger.owner, date=ago(3))
    DoseChoiceFactory.create(owner=stranger.owner, date=ago(3), exercise=exercise)
    do(log(profile, TODAY, "pm", 1, 1), exercise, 4, 5)
    found = shown(profile, span)
    assert (found.logged, found.first, found.flares, found.pauses) == (1, TODAY, [], [])
    assert figures(found)[-1][1:] == (None, None, 1, 1)
    (growth,) = found.growths
    assert (growth.last.done, growth.choices) == (4, [])
    assert found.change.first is not None
    assert found.change.first.scores == 1


def test_usual_pain_compares_the_first_days_with_the_last_whatever_is_shown(profile: Profile) -> None:
    for day in range(0, 400, 4):
        log(profile, ago(day), "am", 3 if day < 100 else 5, None)
    for span in Span:
        change = shown(profile, span).change
        assert (change.finding, change.first and change.first.median) == (Finding.LOWER, 5)
        assert change.last is not None
        assert (change.last.window, change.last.median) == (Window(ago(52), TODAY), 3)


def test_rolling_median_rests_on_days_before_the_time_shown(profile: Profile) -> None:
    for day in range(13, 20):
        log(profile, ago(day), "am", 4, None)
    assert shown(profile).panels[0].rows[0].usual == 4


def test_last_score_of_long_ago_is_said_to_be_old(profile: Profile) -> None:
    log(profile, ago(15), "am", 4, None)
    assert shown(profile).stale
    log(profile, ago(14), "am", 4, None)
    assert not shown(profile).stale


def test_flares_and_pauses_of_the_time_are_shown(profile: Profile) -> None:
    log(profile, ago(300), "am", 4, None)
    FlareFactory.create(owner=profile.owner, date=ago(60), ended=ago(50))
    FlareFactory.create(owner=profile.owner, date=ago(2))
    PauseFactory.create(owner=profile.owner, date=ago(20), until=ago(10))
    found = shown(profile)
    assert (found.flares, found.pauses) == ([Window(ago(2), TODAY)], [Window(ago(20), ago(10))])
    assert len(shown(profile, Span.QUARTER).flares) == 2


def test_no_more_marks_are_drawn_than_can_be_told_apart(profile: Profile) -> None:
    rows = [
        FlareFactory.build(owner=profile.owner, date=ago(10 * number + 1), ended=ago(10 * number))
        for number in range(series.MOST_MARKS + 1)
    ]
    Flare.objects.bulk_create(rows[1:])
    assert not shown(profile, Span.QUARTER).full
    found = shown(profile, Span.ALL)
    assert (len(found.flares), found.full) == (series.MOST_MARKS, True)
    Flare.objects.bulk_create(rows[:1])
    found = shown(profile, Span.ALL)
    assert (len(found.flares), found.flares[-1].end) == (series.MOST_MARKS, TODAY)
    scores = [QuestionnaireFactory.build(owner=profile.owner, date=ago(days), score=days % 25) for days in range(200)]
    Questionnaire.objects.bulk_create(scores)
    found = shown(profile, Span.ALL)
    assert len(found.disability.scores) <= len(found.frame.buckets)
    assert found.disability.scores[-1] == (TODAY, 0)


def test_flare_alone_is_a_history(profile: Profile) -> None:
    FlareFactory.create(owner=profile.owner, date=ago(2), pain=8)
    found = shown(profile)
    assert (found.flares, found.change.finding, found.logged) == ([Window(ago(2), TODAY)], Finding.NONE, 0)


def test_adherence_counts_from_the_sign_up(profile: Profile) -> None:
    for day in range(1, 11):
        log(profile, ago(day), "am")
    found = shown(profile, Span.YEAR).adherence
    assert (found.done, found.planned) == (10, 24)  # twelve days between the sign-up and today


def test_adherence_looks_at_four_weeks(profile: Profile) -> None:
    Profile.objects.update(started=ago(300))
    profile.refresh_from_db()
    log(profile, ago(40), "am")
    log(profile, ago(27), "am")
    for span in Span:
        found = shown(profile, span).adherence
        assert (found.done, found.planned) == (1, 54)  # 27 days, and today as far as it is done


def test_adherence_leaves_flares_and_pauses_out(profile: Profile) -> None:
    Profile.objects.update(started=ago(300))
    profile.refresh_from_db()
    log(profile, ago(1), "am")
    FlareFactory.create(owner=profile.owner, date=ago(40), ended=ago(18))
    PauseFactory.create(owner=profile.owner, date=ago(10), until=ago(6))
    found = shown(profile).adherence
    assert (found.done, found.planned, found.left_out) == (1, 24, 15)  # 27 - 10 - 5 days of two slots


def test_change_of_the_plan_says_nothing_of_the_days_before_it(profile: Profile) -> None:
    Profile.objects.update(started=ago(300), evening_routine=None)
    profile.refresh_from_db()
    for day, periods in ((8, "am pm"), (20, "pm"), (200, "")):
        PastPlan.objects.create(owner=profile.owner, until=ago(day), periods=periods)
    PastPlan.objects.create(owner=person("mallory", Routine.objects.get()).owner, until=ago(1), periods="")
    log(profile, ago(40))
    for span in Span:
        found = shown(profile, span).adherence
        assert (found.done, found.planned) == (0, 7 + 2 * 12 + 8)  # days with a morning, with both, with an evening


def test_slot_without_a_routine_is_not_planned(profile: Profile) -> None:
    Profile.objects.update(evening_routine=None)
    profile.refresh_from_db()
    log(profile, TODAY, "pm")
    found = shown(profile).adherence
    assert (found.done, found.planned, found.extra) == (0, 12, 1)


def test_somebody_who_signed_up_in_the_evening_has_missed_no_morning(profile: Profile) -> None:
    Profile.objects.update(started=ago(1))
    profile.refresh_from_db()
    log(profile, ago(1), "pm")
    found = shown(profile).adherence
    assert (found.done, found.planned) == (1, 1)


def test_somebody_who_signed_up_a_zone_ahead_begins_today(profile: Profile) -> None:
    Profile.objects.update(started=ago(-1))
    profile.refresh_from_db()
    log(profile, TODAY, "am")
    found = shown(profile).adherence
    assert (found.done, found.planned) == (1, 1)


def reached(profile: Profile, span: Span = Span.FORTNIGHT) -> dict[Milestone, Reached]:
    return {one.milestone: one for one in shown(profile, span).milestones}


def test_first_week_is_the_seventh_day_with_a_session(profile: Profile) -> None:
    for day in range(100, 94, -1):
        log(profile, ago(day), "am")
    log(profile, ago(95), "pm")
    assert Milestone.FIRST_WEEK not in reached(profile)
    log(profile, ago(90), "am")
    log(profile, ago(80), "am")
    assert reached(profile)[Milestone.FIRST_WEEK].date == ago(90)


def test_month_without_a_flare_is_a_milestone_while_somebody_logs(profile: Profile) -> None:
    log(profile, ago(60), "am")
    FlareFactory.create(owner=profile.owner, date=ago(50), ended=ago(41))
    assert Milestone.NO_FLARE not in reached(profile)
    log(profile, ago(6), "am")
    assert reached(profile)[Milestone.NO_FLARE] == Reached(Milestone.NO_FLARE, ago(40), 40)
    FlareFactory.create(owner=profile.owner, date=ago(1))
    assert Milestone.NO_FLARE not in reached(profile)


def test_goal_in_a_day_is_a_milestone(profile: Profile) -> None:
    exercise = bridge()
    do(log(profile, ago(2), "am"), exercise, 29, 30, day_target=30)
    assert Milestone.GOAL not in reached(profile)
    do(log(profile, ago(1), "am"), exercise, 15, 15, day_target=30)
    do(log(profile, ago(1), "pm"), exercise, 15, 15, day_target=30)
    assert reached(profile)[Milestone.GOAL] == Reached(Milestone.GOAL, ago(1), 30, exercise.name)


def test_milestones_are_the_same_whatever_time_is_shown(profile: Profile) -> None:
    exercise = bridge()
    FlareFactory.create(owner=profile.owner, date=ago(900), ended=ago(890))
    for day in (500, 499, 301, 300, 100, 40, 8, 7, 6, 5, 4, 3, 2, 1):
        for period in Period:
            done = 15 if day in (300, 100, 40, 1) else 14
            do(log(profile, ago(day), period), exercise, done, 15, day_target=30)
    deleted = log(profile, ago(400))
    do(deleted, exercise, 30, 30, day_target=30)
    Session.objects.filter(pk=deleted.pk).update(deleted_at=timezone.now())
    expected = [
        Reached(Milestone.FIRST_WEEK, ago(8)),
        Reached(Milestone.GOAL, ago(300), 30, exercise.name),
        Reached(Milestone.NO_FLARE, ago(365), 365),
        Reached(Milestone.RUNNING, number=8),
    ]
    for span in Span:
        assert shown(profile, span).milestones == expected, span


def test_goal_of_a_dose_counted_a_session_is_reached_in_one(profile: Profile) -> None:
    exercise = ExerciseFactory.create(dose__reps_min=4, dose__reps_max=8, dose__start=4, dose__goal=8, dose__step=1)
    for day, done in ((3, (4, 7)), (2, (8, None)), (1, (8, 8))):
        for period, count in zip(Period, done, strict=True):
            do(log(profile, ago(day), period), exercise, count, 8)
    assert reached(profile)[Milestone.GOAL].date == ago(2)


@pytest.mark.parametrize(("before", "more"), [(51, True), (40, False)])
def test_long_flare_does_not_shorten_the_days_running(profile: Profile, before: int, more: bool) -> None:
    """40 days with a session since a flare of 60 days, and some before it: 91 in all is as far as we look."""
    FlareFactory.create(owner=profile.owner, date=ago(100), ended=ago(41))
    days = [*range(1, 41), *range(101, 101 + before)]
    Session.objects.bulk_create(
        SessionFactory.build(owner=profile.owner, routine=profile.morning_routine, date=ago(day)) for day in days
    )
    for span in Span:
        expected = Reached(Milestone.RUNNING, number=40 + before, more=more)
        assert reached(profile, span)[Milestone.RUNNING] == expected


def test_week_running_is_a_milestone_that_a_flare_does_not_break(profile: Profile) -> None:
    for day in (1, 2, 3, 6, 7, 8):
        log(profile, ago(day), "am")
    FlareFactory.create(owner=profile.owner, date=ago(5), ended=ago(4))
    assert Milestone.RUNNING not in reached(profile)
    log(profile, TODAY, "am")
    assert reached(profile)[Milestone.RUNNING].number == 7


def test_what_comes_before_a_worse_day_is_counted_by_exercise(profile: Profile) -> None:
    often, seldom = bridge(), ExerciseFactory.create()
    for day in range(40, -1, -1):  # every fourth day is worse by 2
        session = log(profile, ago(day), "am", 5 if day % 4 == 0 else 3, None)
        do(session, often, 5 if day % 2 else 0, 5)
        if day % 10 == 1:
            do(session, seldom, 5, 5)
    worse = shown(profile).worse
    assert worse is not None
    assert (worse.every.days, worse.every.worse) == (40, 10)
    assert [(one.names, one.before.days, one.before.worse) for one in worse.patterns] == [([often.name], 20, 10)]


def test_exercises_of_the_very_same_days_are_told_of_in_one_line(profile: Profile) -> None:
    first, second, third = (ExerciseFactory.create(name=name) for name in ("Bridge", "Cat stretch", "Twist"))
    for day in range(30, -1, -1):  # every fifth day is worse by 2
        session = log(profile, ago(day), "am", 5 if day % 5 == 0 else 3, None)
        for one in (first, second, *([third] if day != 7 else [])):
            do(session, one, 5, 5)
    worse = shown(profile).worse
    assert worse is not None
    assert telling.before_worse(worse) == [
        ("All days", "6 of 30"),
        ("Bridge and Cat stretch", "6 of 30"),
        ("Twist", "6 of 29"),
    ]


def test_nothing_is_told_of_worse_days_below_twenty_days(profile: Profile) -> None:
    exercise = bridge()
    for day in range(19, -1, -1):
        do(log(profile, ago(day), "am", 5 if day % 4 == 0 else 3, None), exercise, 5, 5)
    assert shown(profile).worse is None


def test_history_without_a_worse_day_tells_of_none(profile: Profile) -> None:
    exercise = bridge()
    for day in range(40, -1, -1):
        do(log(profile, ago(day), "am", 3, None), exercise, 5, 5)
    assert shown(profile).worse is None


def test_repetitions_of_a_day_are_added_up(profile: Profile) -> None:
    exercise = bridge()
    for period, done in [("am", 3), ("pm", 1)]:
        do(log(profile, TODAY, period), exercise, done, 3, day_target=5)
    growth = shown(profile).growths[0]
    assert (growth.last, growth.exercise.goal, growth.per_day) == (DoneRow(TODAY, 4, 5), 30, True)


def test_week_shows_repetitions_of_its_last_day_with_a_session(profile: Profile) -> None:
    exercise, monday = bridge(), ago(2)
    for number, done in [(0, 4), (1, 7)]:
        do(log(profile, monday + datetime.timedelta(days=number)), exercise, done, 5, day_target=5)
    assert shown(profile, Span.QUARTER).growths[0].last == DoneRow(ago(1), 7, 5)


def test_month_shows_no_repetitions_from_before_the_time_shown(profile: Profile) -> None:
    exercise = bridge()
    for days in (370, 300, 1):
        do(log(profile, ago(days)), exercise, days // 10, 30)
    for _ in range(2):  # added up, and as it is kept
        found = shown(profile, Span.YEAR)
        assert ago(370) < found.frame.start < ago(360)
        assert [row.date for row in found.growths[0].rows if row] == [ago(300), ago(1)]


def test_half_a_day_does_not_stand_for_a_week(profile: Profile) -> None:
    exercise = bridge()
    log(profile, ago(60))
    for date, period in ((ago(1), "am"), (ago(1), "pm"), (TODAY, "am")):
        do(log(profile, date, period), exercise, 5, 5, 10)
    assert shown(profile, Span.QUARTER).growths[0].last == DoneRow(ago(1), 10, 10)
    assert shown(profile).growths[0].last == DoneRow(TODAY, 5, 10)


def test_half_a_day_does_not_stand_for_a_quarter(profile: Profile) -> None:
    exercise = bridge()
    log(profile, ago(3000))
    for days, period in ((292, "am"), (292, "pm"), (291, "am")):  # 30 and 31 May 2025
        do(log(profile, ago(days), period), exercise, 5, 5, 10)
    assert shown(profile, Span.ALL).growths[0].last == DoneRow(ago(292), 10, 10)


@pytest.mark.parametrize("span", [Span.QUARTER, Span.YEAR, Span.ALL])
def test_scores_from_before_the_first_session_are_shown(profile: Profile, span: Span) -> None:
    QuestionnaireFactory(owner=profile.owner, date=ago(60), score=15)
    log(profile, ago(20))
    assert [date for date, _score in shown(profile, span).disability.scores] == [ago(60)]
    assert shown(profile, span).spans == [Span.FORTNIGHT, Span.ALL]


def test_repetitions_a_session_are_a_mean_and_not_a_sum(profile: Profile) -> None:
    exercise = ExerciseFactory.create(dose__reps_min=4, dose__reps_max=8, dose__start=4, dose__goal=8, dose__step=1)
    for period, done in [("am", 4), ("pm", 5)]:
        do(log(profile, TODAY, period), exercise, done, 5)
    growth = shown(profile).growths[0]
    assert (growth.last.done, growth.last.target, growth.per_day) == (4.5, 5, False)


def test_repetitions_not_noted_are_a_gap_with_a_target(profile: Profile) -> None:
    do(log(profile, TODAY), bridge(), None, 3, day_target=5)
    assert shown(profile).growths[0].last == DoneRow(TODAY, None, 5)


def test_chosen_dose_stands_with_its_exercise(profile: Profile) -> None:
    exercise = bridge()
    do(log(profile, TODAY), exercise, 5, 5, day_target=5)
    DoseChoiceFactory.create(owner=profile.owner, exercise=exercise, date=ago(3), target=12)
    DoseChoiceFactory.create(owner=profile.owner, exercise=exercise, date=ago(40), target=9)
    assert [choice.target for choice in shown(profile).growths[0].choices] == [12]


def test_dose_that_grows_within_its_range_has_a_chart_too(profile: Profile) -> None:
    exercise = ExerciseFactory.create(dose__reps_min=2, dose__reps_max=3)
    do(log(profile, TODAY), exercise, 2, 3)
    (growth,) = shown(profile).growths
    assert (growth.exercise.slug, growth.exercise.goal, growth.last.done) == (exercise.slug, 3, 2)


@pytest.mark.parametrize("dose", [{"dose__reps_min": 10}, {"dose__start": 9, "dose__goal": 9, "dose__step": 1}])
def test_exercise_that_does_not_grow_has_no_chart(profile: Profile, dose: dict[str, int]) -> None:
    do(log(profile, TODAY), ExerciseFactory.create(**dose), 10, 10)
    assert shown(profile).growths == []


def test_charts_follow_the_order_of_the_routines(profile: Profile) -> None:
    session = log(profile, TODAY)
    first, second, third = ExerciseFactory.create_batch(3, dose__reps_max=20)
    for exercise in (first, second, third):
        do(session, exercise, 10, 10)
    RoutineFactory.create(order=0, exercises=[second])
    RoutineFactory.create(order=1, exercises=[third, first])
    slugs = [growth.exercise.slug for growth in shown(profile).growths]
    assert slugs == [second.slug, third.slug, first.slug]


def test_exercise_without_a_record_in_the_span_has_no_chart(profile: Profile) -> None:
    do(log(profile, ago(40)), bridge(), 5, 5, day_target=5)
    assert shown(profile, Span.FORTNIGHT).growths == []
    assert len(shown(profile, Span.QUARTER).growths) == 1


def test_session_dated_tomorrow_by_a_traveller_is_shown(profile: Profile) -> None:
    log(profile, ago(-1), "am", 2, 2)
    assert figures(shown(profile)) == [(ago(-1), 2, 2, None, None)]


@pytest.fixture(params=[20, 7300])
def sessions(request: pytest.FixtureRequest, profile: Profile, routine: Routine) -> int:
    """A history of one evening and one morning a day, with the two exercises that grow."""
    count: int = request.param
    exercises = [
        bridge(),
        ExerciseFactory.create(dose__reps_min=5, dose__reps_max=30, dose__start=5, dose__goal=30, dose__step=2),
    ]
    made = [
        Session(
            owner=profile.owner,
            key=uuid.uuid4(),
            date=ago(number // 2),
            period=Period.values[number % 2],
            routine=routine,
            pain_before=number % 11,
            pain_after=number % 7,
        )
        for number in range(count)
    ]
    Session.objects.bulk_create(made, batch_size=500)
    rows = [
        SessionExercise(owner=profile.owner, session=session, exercise=exercise, date=session.date, target=5, done=5)
        for session in made
        for exercise in exercises
    ]
    SessionExercise.objects.bulk_create(rows, batch_size=500)
    analyze()  # else PostgreSQL checks each foreign key as if the tables were small
    return count


def test_four_queries_however_long_the_history_once_the_past_is_added_up(profile: Profile, sessions: int) -> None:
    profile = Profile.objects.of(profile.owner)
    with CaptureQueriesContext(connection) as first:
        shown(profile, Span.ALL)  # reads the content, too, which is kept
    assert any("INSERT INTO" in one["sql"] and "tracking_keptpast" in one["sql"] for one in first)
    for span, shown_at_most in {Span.FORTNIGHT: 28, Span.QUARTER: 188, Span.YEAR: 734, Span.ALL: sessions}.items():
        with CaptureQueriesContext(connection) as queries:
            found = shown(profile, span)
        assert len(queries) == 4
        assert found.logged == min(sessions, shown_at_most)
        until = chart.floor(TODAY, Unit.WEEK) - 2 * stats.WEEK * stats.DAY
        assert any(f"'{until}'" in one["sql"] for one in queries)
        assert not any(f"'{ago(sessions // 2)}'" in one["sql"] for one in queries)


def lived(profile: Profile, exercise: Exercise, days: Iterable[int]) -> None:
    """Some sessions with an exercise, and check-ins, without a pattern."""
    chance = random.Random(1)
    for day in days:
        for period in Period.values:
            if chance.random() < 0.7:
                scores = [chance.choice([None, *range(11)]) for _ in range(2)]
                do(log(profile, ago(day), period, *scores), exercise, chance.randint(0, 15), 15, 30)
        if chance.random() < 0.4:
            CheckInFactory(owner=profile.owner, date=ago(day), pain=chance.randint(0, 10), time=datetime.time(20))


def test_page_says_the_same_whether_the_past_is_kept_or_not(profile: Profile) -> None:
    lived(profile, bridge(), range(-3, 420))
    for day in (40, 30, 31, 2, 3, 0):  # the past moves on; a journey west leads back to a Sunday
        if not day:
            PauseFactory(owner=profile.owner, date=ago(80), until=ago(60))
        for span in (Span.FORTNIGHT, Span.ALL, Span.YEAR, Span.QUARTER):
            found = series.progress(profile, span, ago(day))
            kept = list(KeptPast.objects.all())
            KeptPast.objects.all().delete()
            assert series.progress(profile, span, ago(day)) == found
            KeptPast.objects.all().delete()
            KeptPast.objects.bulk_create(kept)


def test_page_that_fits_no_disk_is_right_all_the_same(
    profile: Profile, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    log(profile, ago(300), before=9)

    def full(*_given: object, **_named: object) -> None:
        raise OperationalError("database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(KeptPast.objects, "bulk_create", full)
        found = shown(profile, Span.ALL)
    assert "could not be kept" in caplog.text
    assert not KeptPast.objects.exists()
    assert found == shown(profile, Span.ALL)


def test_goal_that_an_editor_changes_is_told_by_its_new_figure(profile: Profile) -> None:
    exercise = bridge()
    do(log(profile, ago(300)), exercise, 12, 12)
    assert Milestone.GOAL not in reached(profile)
    for goal, date in ((10, ago(300)), (30, None), (12, ago(300))):
        Dose.objects.update(goal=goal)
        Revision.objects.update_or_create(pk=1, defaults={"number": Revision.current() + 1})
        found = reached(Profile.objects.of(profile.owner)).get(Milestone.GOAL)
        assert (found and found.date) == date


@pytest.mark.parametrize(("days", "anew"), [([], False), ([30, 0], True), ([7], True), ([6], False), ([-1], False)])
def test_only_a_write_of_long_ago_makes_a_new_past(profile: Profile, days: list[int], anew: bool) -> None:
    night = datetime.datetime.combine(TODAY, datetime.time(23, 59), datetime.UTC)
    with time_machine.travel(night, tick=False), transaction.atomic():
        Profile.objects.lock(profile.owner, written=[ago(day) for day in days])
    stored = Profile.objects.get(pk=profile.pk)
    assert stored.edition != profile.edition
    assert (stored.past_edition != profile.past_edition) == anew


def test_activities_and_questionnaires_are_read_by_date_without_the_deleted_ones(profile: Profile) -> None:
    log(profile, ago(20), before=4)
    one, other = GoalFactory.create_batch(2, owner=profile.owner, date=ago(60))
    GoalScoreFactory(goal=one, date=ago(12), score=3)
    GoalScoreFactory(goal=other, date=ago(12), score=6)
    GoalScoreFactory(goal=one, date=ago(1), score=8)
    GoalScoreFactory(goal=GoalFactory(owner=profile.owner, deleted_at=timezone.now()), date=ago(1), score=0)
    GoalScoreFactory(date=ago(1), score=0)  # another person's
    QuestionnaireFactory(owner=profile.owner, date=ago(5), score=9)
    QuestionnaireFactory(owner=profile.owner, date=ago(40), score=12)
    found = series.progress(profile, Span.FORTNIGHT, TODAY)
    assert found is not None
    assert (found.function.most, found.function.scores) == (10, [(ago(12), 4.5), (ago(1), 8)])
    assert (found.disability.most, found.disability.scores) == (24, [(ago(5), 9)])


# What long ago adds up to, where clocks and calendars are odd


def same_afresh(profile: Profile, day: datetime.date) -> None:
    """What each span says on ``day`` is what it says without what is kept."""
    profile = Profile.objects.of(profile.owner)
    for span in Span:
        with transaction.atomic():
            found = series.progress(profile, span, day)
            KeptPast.objects.all().delete()
            assert series.progress(profile, span, day) == found
            transaction.set_rollback(True)


def written_on(day: datetime.date, profile: Profile, date: datetime.date) -> None:
    with time_machine.travel(datetime.datetime.combine(day, datetime.time(12), datetime.UTC)), transaction.atomic():
        Profile.objects.lock(profile.owner, written=[date])


def test_clock_that_goes_back_during_a_flare_finds_the_same(profile: Profile) -> None:
    FlareFactory(owner=profile.owner, date=ago(45))
    for days in range(0, 200, 3):
        log(profile, ago(days), "am", 5, 5)
    shown(Profile.objects.of(profile.owner), Span.ALL)
    same_afresh(profile, ago(40))


def test_session_of_today_is_not_lost_to_a_clock_that_was_ahead(profile: Profile) -> None:
    FlareFactory(owner=profile.owner, date=ago(3))
    log(profile, ago(200), "am", 5, 5)
    series.progress(Profile.objects.of(profile.owner), Span.ALL, ago(-30))
    written_on(TODAY, profile, TODAY)
    log(profile, TODAY, "am", 3, 3)
    for days in (0, 10, 60):
        same_afresh(profile, ago(-days))


def test_session_logged_while_the_clock_is_behind_is_not_lost(profile: Profile) -> None:
    for days in range(0, 200, 30):
        log(profile, ago(days), "am", 5, 5)
    shown(Profile.objects.of(profile.owner), Span.ALL)
    written_on(ago(59), profile, ago(59))
    log(profile, ago(59), "am", 3, 3)
    same_afresh(profile, TODAY)


def test_journey_west_over_a_monday_keeps_each_session_of_the_flare(profile: Profile) -> None:
    monday = 2
    FlareFactory(owner=profile.owner, date=ago(monday + 5))
    for days in range(3, 120):
        log(profile, ago(monday + days), "am", 5, 5)
    shown(Profile.objects.of(profile.owner))
    series.progress(Profile.objects.of(profile.owner), Span.FORTNIGHT, ago(monday))
    same_afresh(profile, ago(monday + 2))


@pytest.mark.parametrize("paused", [False, True])
def test_exercises_before_worse_days_are_whole_after_a_journey_west(profile: Profile, paused: bool) -> None:
    exercise = bridge()
    for days in range(200):
        do(log(profile, ago(days), "am", days % 2 * 6, 5), exercise, 5, 30)
    series.progress(Profile.objects.of(profile.owner), Span.FORTNIGHT, TODAY)
    if paused:
        PauseFactory(owner=profile.owner, date=ago(1), until=ago(-1))
        series.progress(Profile.objects.of(profile.owner), Span.FORTNIGHT, TODAY)
    for west in (1, 2, 3):
        same_afresh(profile, ago(west))


def test_exercises_before_worse_days_are_whole_after_a_clock_that_was_ahead_within_the_week(profile: Profile) -> None:
    exercise = bridge()
    for days in range(100):
        do(log(profile, ago(days), "am", days % 3 * 3, 5), exercise, 5, 30)
    sunday = chart.floor(TODAY, Unit.WEEK) + 6 * stats.DAY
    series.progress(Profile.objects.of(profile.owner), Span.FORTNIGHT, sunday)
    for back in range(7):
        same_afresh(profile, sunday - back * stats.DAY)


def test_years_say_the_same_whether_they_are_kept_or_not(profile: Profile) -> None:
    lived(profile, bridge(), range(0, 11_000, 37))
    FlareFactory(owner=profile.owner, date=ago(3000), ended=ago(2990))
    FlareFactory(owner=profile.owner, date=ago(20))
    for days in (9, 2, 1, 0):
        series.progress(Profile.objects.of(profile.owner), Span.ALL, ago(days))
        same_afresh(profile, ago(days))


def test_last_full_day_stands_for_a_month_of_years_ago(profile: Profile) -> None:
    exercise = bridge()
    do(log(profile, datetime.date(2024, 1, 15), "am"), exercise, 8, 16, 30)
    do(log(profile, datetime.date(2024, 1, 15), "pm"), exercise, 9, 16, 30)
    do(log(profile, datetime.date(2024, 1, 31), "am"), exercise, 1, 16, 30)
    for _ in range(2):
        [growth] = shown(Profile.objects.of(profile.owner), Span.ALL).growths
        assert [row for row in growth.rows if row] == [DoneRow(datetime.date(2024, 1, 15), 17, 30)]


def test_look_at_progress_waits_for_no_writer_for_long(profile: Profile) -> None:
    log(profile, ago(300), before=9)
    with CaptureQueriesContext(connection) as queries:
        shown(profile, Span.ALL)
    asked = [one["sql"].replace('"', "").split()[:4] for one in queries]
    stored = asked.index(["INSERT", "INTO", "tracking_keptpast", "(id,"])
    around = [" ".join(asked[place][:3]) for place in (stored - 2, stored + 2)]  # beyond a savepoint
    assert (around == ["PRAGMA busy_timeout ="] * 2) == (connection.vendor == "sqlite")
