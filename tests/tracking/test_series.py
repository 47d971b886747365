import datetime
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from exercises.models import Exercise, Routine
from tests.exercises.factories import ExerciseFactory, RoutineFactory
from tests.factories import ProfileFactory, SessionExerciseFactory, SessionFactory
from tracking import series
from tracking.chart import Span, Unit
from tracking.models import Period, Profile, Session, SessionExercise
from tracking.series import Progress, ScoreRow
from tracking.stats import Finding, Mark

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


def shown(profile: Profile, span: Span = Span.FORTNIGHT) -> Progress:
    found = series.progress(profile, span, TODAY)
    assert found is not None
    return found


def test_nothing_logged_is_none(profile: Profile) -> None:
    assert series.progress(profile, Span.ALL, TODAY) is None


def test_one_morning_and_one_evening_make_one_row(profile: Profile) -> None:
    log(profile, TODAY, "am", 6, 4)
    log(profile, TODAY, "pm", 4, 0)
    assert shown(profile).rows == [ScoreRow(TODAY, 6, 4, 4, 0)]


def test_gap_is_none_and_nought_is_nought(profile: Profile) -> None:
    log(profile, ago(2), "am", 0, None)
    log(profile, TODAY, "am", 3, 3)
    assert [row.morning_before for row in shown(profile).rows] == [0, None, 3]
    assert [row.morning_after for row in shown(profile).rows] == [None, None, 3]


def test_table_holds_the_figures_that_the_chart_draws(profile: Profile) -> None:
    for day, score in enumerate([3, 0, 7, 10], start=1):
        log(profile, ago(day * 2), "pm", score, score)
    found = shown(profile)
    drawn = [mark.value for mark in found.panels[1].chart.lines[0].marks]
    assert drawn == [row.evening_before for row in found.rows if row.evening_before is not None]


def test_week_shows_the_mean_of_its_days(profile: Profile) -> None:
    monday = ago(2)
    log(profile, monday, "am", 4, 2)
    log(profile, monday + datetime.timedelta(days=1), "am", 7, None)
    found = shown(profile, Span.YEAR)
    assert found.frame.unit == Unit.WEEK
    assert found.rows == [ScoreRow(monday, 5.5, 2, None, None)]


@pytest.mark.parametrize(("years", "unit"), [(1, Unit.WEEK), (4, Unit.MONTH), (14, Unit.QUARTER), (40, Unit.YEAR)])
def test_all_time_keeps_every_session_in_its_bucket(profile: Profile, years: int, unit: Unit) -> None:
    first = TODAY.replace(year=TODAY.year - years)
    log(profile, first, "am", 8, 6)
    log(profile, TODAY, "pm", 2, 1)
    found = shown(profile, Span.ALL)
    assert found.frame.unit == unit
    assert found.sessions == 2
    assert (found.rows[0].morning_before, found.rows[-1].evening_before) == (8, 2)


def test_deleted_sessions_are_left_out_everywhere(profile: Profile) -> None:
    exercise = bridge()
    log(profile, TODAY, "am", 3, 3)
    session = log(profile, ago(1), "am", 9, 9)
    do(session, exercise, 5, 5)
    Session.objects.filter(pk=session.pk).update(deleted_at=timezone.now())
    found = shown(profile)
    assert (found.sessions, len(found.rows), found.growths) == (1, 1, [])
    assert found.calendar.tally[Mark.MORNING] == 1


def test_strangers_records_are_never_counted(profile: Profile, routine: Routine) -> None:
    stranger, exercise = person("mallory", routine), bridge()
    for day in range(10):
        do(log(stranger, ago(day), "am", 10, 10), exercise, 30, 30, 30)
    log(profile, TODAY, "pm", 1, 1)
    found = shown(profile, Span.ALL)
    assert (found.sessions, found.usual.scores, found.growths) == (1, 1, [])
    assert found.rows == [ScoreRow(TODAY, None, None, 1, 1)]
    assert found.calendar.tally[Mark.MORNING] == 0


def test_usual_pain_compares_the_first_days_with_the_last(profile: Profile) -> None:
    for day in range(28):
        log(profile, ago(day), "am", 3 if day < 14 else 5, None)
    usual = shown(profile, Span.QUARTER).usual
    assert (usual.finding, usual.first, usual.last) == (Finding.LOWER, 5, 3)


def test_all_zeros_are_usual_pain_of_nought(profile: Profile) -> None:
    for day in range(14):
        log(profile, ago(day), "am", 0, 0)
    usual = shown(profile).usual
    assert (usual.finding, usual.first, usual.last) == (Finding.SAME, 0, 0)


def test_adherence_counts_from_the_first_day_in_the_span(profile: Profile) -> None:
    for day in range(1, 11):
        log(profile, ago(day), "am")
    found = shown(profile, Span.YEAR).adherence
    assert (found.done, found.planned) == (10, 24)  # twelve days between the sign-up and today


def test_slot_without_a_routine_is_not_planned(profile: Profile) -> None:
    Profile.objects.update(evening_routine=None)
    profile.refresh_from_db()
    log(profile, TODAY, "pm")
    found = shown(profile).adherence
    assert (found.done, found.planned, found.extra) == (0, 12, 1)


@pytest.mark.parametrize("span", [Span.YEAR, Span.ALL])
def test_session_dated_before_the_sign_up_plans_nothing(profile: Profile, span: Span) -> None:
    Profile.objects.update(started=ago(5))
    profile.refresh_from_db()
    log(profile, ago(300), "pm")
    for day in range(1, 6):
        for period in Period.values:
            log(profile, ago(day), period)
    found = shown(profile, span).adherence
    assert (found.done, found.planned, found.earlier) == (10, 10, 1)


def test_sessions_from_years_before_the_sign_up_plan_nothing(profile: Profile) -> None:
    Profile.objects.update(started=ago(800))
    profile.refresh_from_db()
    for day in (4000, 801, 800, 799):  # months and quarters hold days of either side
        log(profile, ago(day), "am")
    found = shown(profile, Span.ALL).adherence
    assert (found.done, found.planned, found.earlier) == (2, 2 * 799 + 1, 2)


def test_somebody_who_signed_up_in_the_evening_has_missed_no_morning(profile: Profile) -> None:
    Profile.objects.update(started=ago(1))
    profile.refresh_from_db()
    log(profile, ago(1), "pm")
    found = shown(profile).adherence
    assert (found.done, found.planned) == (1, 1)


def test_session_dated_tomorrow_leaves_this_evening_open(profile: Profile) -> None:
    Profile.objects.update(started=TODAY)
    profile.refresh_from_db()
    log(profile, TODAY, "am")
    log(profile, ago(-1), "am")
    found = shown(profile).adherence
    assert (found.done, found.planned) == (2, 2)


def test_somebody_who_signed_up_a_zone_ahead_begins_today(profile: Profile) -> None:
    Profile.objects.update(started=ago(-1))
    profile.refresh_from_db()
    log(profile, TODAY, "am")
    found = shown(profile).adherence
    assert (found.done, found.planned, found.earlier) == (1, 1, 0)


@pytest.mark.parametrize("span", Span)
def test_calendar_begins_with_the_person(profile: Profile, span: Span) -> None:
    Profile.objects.update(started=ago(2))
    profile.refresh_from_db()
    log(profile, ago(1), "am", 3, 3)
    calendar = shown(profile, span).calendar
    assert calendar.window.start == ago(2)
    assert calendar.tally == {Mark.NONE: 2, Mark.MORNING: 1, Mark.EVENING: 0, Mark.BOTH: 0}


def test_calendar_of_a_long_history_ends_with_its_last_year(profile: Profile) -> None:
    for day in (3000, 400, 1):
        log(profile, ago(day), "am")
    calendar = shown(profile, Span.ALL).calendar
    assert calendar.window.days == series.CALENDAR_DAYS
    assert calendar.tally[Mark.MORNING] == 1


def test_summaries_count_from_the_first_record(profile: Profile) -> None:
    exercise = bridge()
    for day in (2, 0):
        do(log(profile, ago(day), "am", 3, 3), exercise, 5, 5, day_target=5)
    found = shown(profile, Span.YEAR)
    before, done = found.panels[0].before, found.growths[0].done
    assert before is not None
    assert done is not None
    assert (before.given, before.count, done.given, done.count) == (1, 1, 1, 1)


def test_repetitions_of_a_day_are_added_up(profile: Profile) -> None:
    exercise = bridge()
    for period, done in [("am", 3), ("pm", 1)]:
        do(log(profile, TODAY, period), exercise, done, 3, day_target=5)
    growth = shown(profile).growths[0]
    assert (growth.last.done, growth.last.target, growth.goal, growth.per_day) == (4, 5, 30, True)


def test_week_shows_repetitions_of_a_mean_day(profile: Profile) -> None:
    exercise = bridge()
    for days, done in [(1, 4), (2, 7)]:
        do(log(profile, ago(days)), exercise, done, 5, day_target=5)
    assert shown(profile, Span.YEAR).growths[0].last.done == 5.5


def test_repetitions_a_session_are_a_mean_and_not_a_sum(profile: Profile) -> None:
    exercise = ExerciseFactory.create(dose__reps_min=4, dose__reps_max=8, dose__start=4, dose__goal=8, dose__step=1)
    for period in Period.values:
        do(log(profile, TODAY, period), exercise, 4, 5)
    growth = shown(profile).growths[0]
    assert (growth.last.done, growth.last.target, growth.per_day) == (4, 5, False)


def test_repetitions_not_noted_are_a_gap_with_a_target(profile: Profile) -> None:
    do(log(profile, TODAY), bridge(), None, 3, day_target=5)
    growth = shown(profile).growths[0]
    assert (growth.last.done, growth.last.target, growth.chart.bars) == (None, 5, ())


def test_dose_that_grows_within_its_range_has_a_chart_too(profile: Profile) -> None:
    exercise = ExerciseFactory.create(dose__reps_min=2, dose__reps_max=3)
    do(log(profile, TODAY), exercise, 2, 3)
    (growth,) = shown(profile).growths
    assert (growth.slug, growth.goal, growth.last.done, growth.last.target) == (exercise.slug, 3, 2, 3)


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
    assert [growth.slug for growth in shown(profile).growths] == [second.slug, third.slug, first.slug]


def test_exercise_without_a_record_in_the_span_has_no_chart(profile: Profile) -> None:
    do(log(profile, ago(40)), bridge(), 5, 5, day_target=5)
    assert shown(profile, Span.FORTNIGHT).growths == []
    assert len(shown(profile, Span.QUARTER).growths) == 1


def test_session_dated_tomorrow_by_a_traveller_is_shown(profile: Profile) -> None:
    log(profile, ago(-1), "am", 2, 2)
    assert shown(profile).rows == [ScoreRow(ago(-1), 2, 2, None, None)]


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
    return count


def test_five_queries_however_long_the_history(profile: Profile, sessions: int) -> None:
    for span, shown_at_most in {Span.FORTNIGHT: 28, Span.QUARTER: 180, Span.YEAR: 734, Span.ALL: sessions}.items():
        with CaptureQueriesContext(connection) as queries:
            found = shown(profile, span)
        assert len(queries) == 5
        assert found.sessions == min(sessions, shown_at_most)
