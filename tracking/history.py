"""A person's records as the progress page reads them: few queries, each along an index, however long the history is."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.db.models import (
    Aggregate,
    Case,
    CharField,
    Count,
    DateField,
    F,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Sum,
    UUIDField,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Greatest

from exercises.models import Dose
from tracking.models import (
    CheckIn,
    DoseChoice,
    Flare,
    GoalScore,
    PastPlan,
    Pause,
    Period,
    Questionnaire,
    Session,
    SessionExercise,
)
from tracking.models.prepared import OWNER, Prepared, given_date, given_several, named, places
from tracking.past import NOTHING, Half, Past
from tracking.progression import Range
from tracking.stats import WEEK, Score, Window

NOON = datetime.time(12)
# A union's columns need a type in every part.
NO_DATE, NO_NUMBER = Cast(Value(None), DateField()), Cast(Value(None), IntegerField())
NO_TEXT, NO_UUID = Value("", CharField()), Cast(Value(None), UUIDField())
# The half of a day that a check-in tells of: a night is the morning's, and so is all before noon.
HALF = Case(
    When(Q(kind=CheckIn.Kind.NIGHT) | Q(time__lt=NOON), then=Value(Period.MORNING.value)),
    default=Value(Period.EVENING.value),
    output_field=CharField(),
)


class Choice(NamedTuple):
    """A dose that the person chose."""

    date: datetime.date
    exercise: int
    target: int


@dataclass
class Marks:
    """What stands out in a history: its first and last record, the scores at both ends, flares, pauses and own doses.

    Flares and pauses are those that end on or after the day asked for; an open flare has no end. ``past_plans`` are the
    planned periods by the day on which they were changed. ``week`` is the seventh day with a session, ``goals`` the
    first day at an exercise's goal. By date, ``function`` is the mean of the activities' scores (Patient-Specific
    Functional Scale; Stratford and others, Physiotherapy Canada 1995;47:258–263), ``disability`` that of Roland-Morris,
    and ``exercises`` are those done.
    """

    first: datetime.date | None = None
    last: datetime.date | None = None
    week: datetime.date | None = None
    goals: dict[int, datetime.date] = field(default_factory=dict)
    scores: list[Score] = field(default_factory=list)
    flares: list[tuple[datetime.date, datetime.date | None]] = field(default_factory=list)
    past_plans: dict[datetime.date, list[str]] = field(default_factory=dict)
    pauses: list[Window] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)
    function: dict[datetime.date, float] = field(default_factory=dict)
    disability: dict[datetime.date, float] = field(default_factory=dict)
    exercises: dict[datetime.date, set[int]] = field(default_factory=dict)

    @property
    def begun(self) -> datetime.date | None:
        """The first date of all that is shown over time."""
        return min(filter(None, [self.first, *self.function, *self.disability]), default=None)

    def take(self, what: str, date: Any, period: Any, number: Any, end: Any, exercise: Any) -> None:
        """Add one row of the database's answer."""
        match what:
            case "goal" if date:
                self.goals[exercise] = date
            case "score":
                self.scores.append(Score(date, period, number))
            case "week":
                self.week = date
            case "plan":
                self.past_plans[date] = period.split()
            case "flare":
                self.flares.append((date, end))
            case "pause":
                self.pauses.append(Window(date, end))
            case "choice":
                self.choices.append(Choice(date, exercise, number))
            case "function":  # a sum, and of how many
                self.function[date] = number / exercise
            case "disability":
                self.disability[date] = number
            case "exercises" if period:
                self.exercises.setdefault(date, set()).update(map(int, period.split(",")))
        if what in ("edge", "score"):
            self.first = min(self.first or date, date)
        if what in ("edge", "score"):
            self.last = max(self.last or date, date)


class Done(NamedTuple):
    """What one session brought of one exercise; ``day_target`` where the dose is counted a day."""

    exercise: int
    date: datetime.date
    done: int | None
    target: int
    day_target: int | None


class Known(NamedTuple):
    """An exercise with its dose."""

    pk: int
    slug: str
    name: str
    start: int
    goal: int

    @property
    def grows(self) -> bool:
        return self.start < self.goal


def marks(owner: User, since: datetime.date, recent: datetime.date, days: int, past: Past | None = None) -> Marks:
    """Return what stands out: the scores of the first and last ``days`` days, the rest from ``since`` on. 1 query.

    The exercises are those from ``recent`` on. Of goals and exercises, what ``past`` holds is not looked for again.
    """
    found = Marks()
    past = past or Past.none(datetime.date.min)
    first, after = past.gap
    recent = max(recent, past.until if after <= recent else first)
    given = {"owner": owner.pk, "since": since, "recent": recent, "after": past.goals_until}
    for what, date, period, number, end, exercise in _marks(days).rows(**given):
        found.take(what, date, period, number, end, exercise)
    found.goals |= past.goals
    found.exercises |= past.exercises
    return found


@cache
def _marks(days: int) -> Prepared:
    since, sessions, check_ins, flares = given_date("since"), _kept(Session), _kept(CheckIn), _kept(Flare)
    past_plans = PastPlan.objects.owned_by(OWNER).filter(until__gte=since).order_by()
    rated, filled_in = _kept(GoalScore).filter(goal__owner=OWNER, goal__deleted_at__isnull=True), _kept(Questionnaire)
    parts: list[Any] = [
        _part("edge", sessions.filter(date__in=[_nth(sessions, "date"), _nth(sessions, "-date")])),
        _part("edge", flares.filter(date=_nth(flares, "date"))),
        _part("week", sessions.filter(date=_nth(sessions, "date", WEEK - 1))),
        *(_part("score", end, F("period"), F("pain_before")) for end in _ends(sessions, "pain_before", days)),
        *(_part("score", end, HALF, F("pain")) for end in _ends(check_ins, "pain", days)),
        _part("goal", _goals(), exercise=F("exercise")),
        _part("flare", flares.filter(Q(ended__gte=since) | Q(ended__isnull=True)), end=F("ended")),
        _part("plan", past_plans.annotate(date=F("until")), F("periods")),
        _part("pause", _kept(Pause).filter(until__gte=since), end=F("until")),
        _part("choice", _kept(DoseChoice).filter(date__gte=since), NO_TEXT, F("target"), exercise=F("exercise")),
        *(_part("disability", some, number=F("score")) for some in _with_first(filled_in, since)),
        *(
            _part(
                "function", some.annotate(total=Sum("score"), times=Count("pk")), number=F("total"), exercise=F("times")
            )
            for some in _with_first(rated, since)
        ),
        _part("exercises", _with_exercises(), F("exercises_done")),
    ]
    return Prepared(lambda: parts[0].union(*parts[1:], all=True))


def halves(
    owner: User, since: datetime.date, gap: tuple[datetime.date, datetime.date] = NOTHING, *, single: bool = False
) -> list[Half]:
    """Return the sessions and check-ins from ``since`` on, and those of a ``gap`` before it, without its end.

    ``single`` names each session. 1 query.
    """
    return [Half(*row) for row in _halves(single).rows(owner=owner.pk, since=since, begin=gap[0], end=gap[1])]


@cache
def _halves(single: bool) -> Prepared:
    times = [{"date__gte": given_date("since")}, {"date__gte": given_date("begin"), "date__lt": given_date("end")}]
    pk, no_pk = ([F("pk")], [NO_UUID]) if single else ([], [])
    sessions = _kept(Session).values_list("date", "period", "pain_before", "pain_after", Value(1), "zone", *pk)
    check_ins = _kept(CheckIn).filter(pain__isnull=False)
    told = check_ins.values_list("date", HALF, "pain", NO_NUMBER, Value(0), NO_TEXT, *no_pk)
    parts = [rows.filter(**time) for rows in (sessions, told) for time in times]
    return Prepared(lambda: parts[0].union(*parts[1:], all=True))


def done(owner: User, dates: Sequence[datetime.date]) -> list[Done]:
    """Return what was done on a few ``dates``. 1 query."""
    rows = _done(places(dates)).rows(owner=owner.pk, **named("date", dates)) if dates else []
    return [Done(*row) for row in rows]


@cache
def _done(dates: int) -> Prepared:
    # By way of the sessions, which are few: of exercises and dates SQLite would look for each pair, or read them all.
    rows = SessionExercise.objects.owned_by(OWNER).filter(session__owner=OWNER, session__deleted_at__isnull=True)
    rows = rows.filter(session__date__in=given_several("date", dates, DateField())).order_by()
    return Prepared(lambda: rows.values_list("exercise", "session__date", "done", "target", "day_target"))


@lru_cache(maxsize=2)
def known(revision: int) -> list[Known]:
    """Return each exercise in the order of the routines, kept for one ``revision`` of the content. 1 query at first."""
    steps = [F(f"exercise__steps__{name}").asc(nulls_last=True) for name in ("routine__order", "order")]
    found: dict[int, Known] = {}
    for dose in Dose.objects.select_related("exercise").order_by(*steps, "exercise__order"):
        span = Range.of(dose.reps_min, dose.reps_max, dose.start, dose.goal, dose.step)
        # Once for each routine that an exercise is in: the first names its place.
        one = Known(dose.exercise_id, dose.exercise.slug, dose.exercise.name, span.start, span.goal)
        found.setdefault(one.pk, one)
    return list(found.values())


def _kept(model: Any) -> Any:
    return model.objects.owned_by(OWNER).kept().order_by()


def _exercises() -> Any:
    # Asked row by row: for a join, PostgreSQL reads all of the person's sessions first.
    kept = _kept(Session).filter(pk=OuterRef("session")).values("pk")
    return SessionExercise.objects.owned_by(OWNER).alias(kept=Subquery(kept)).filter(kept__isnull=False)


def _nth(rows: Any, order: str, place: int = 0) -> Subquery:
    """Return the date at ``place``, from 0, of the dates in ``order``."""
    return Subquery(rows.order_by(order).values("date").distinct()[place : place + 1])


def _ends(rows: Any, pain: str, days: int) -> tuple[Any, Any]:
    """Return the scored rows of the first ``days`` dates, and those of the last ``days`` that are not among them."""
    scored = rows.filter(**{f"{pain}__isnull": False})
    early = Coalesce(_nth(scored, "date", days - 1), Value(datetime.date.max))
    after = Coalesce(_nth(scored, "date", days), Value(datetime.date.max))
    late = Coalesce(_nth(scored, "-date", days - 1), Value(datetime.date.min))
    # One bound: of two, SQLite takes the first one for its index and reads all that comes after it.
    return scored.filter(date__lte=early), scored.filter(date__gte=Greatest(after, late))


def _with_first(rows: Any, since: Any) -> tuple[Any, Any]:
    """Return the rows from ``since`` on, and those of the very first date, each by its date."""
    return rows.filter(date__gte=since).values("date"), rows.filter(date=_nth(rows, "date")).values("date")


def _goals() -> Any:
    """Return the doses with a goal, and the first ``date`` from ``after`` on on which it was reached, if there is one.

    What is counted a day adds up over its two sessions, so that one of them brought half of it at least.
    """
    rows = _exercises().filter(date__gte=given_date("after")).order_by()
    same_day = rows.filter(exercise=OuterRef("exercise"), date=OuterRef("date")).exclude(pk=OuterRef("pk"))
    both = F("done") + Coalesce(Subquery(same_day.values("done")[:1]), 0)
    enough = Q(done__gte=OuterRef("goal")) | Q(day_target__isnull=False, both__gte=OuterRef("goal"))
    half = rows.filter(exercise=OuterRef("exercise"), done__gte=OuterRef("goal") / 2)
    reached = half.annotate(both=both).filter(enough).order_by("date")
    return Dose.objects.filter(goal__isnull=False).order_by().annotate(date=Subquery(reached.values("date")[:1]))


def _with_exercises() -> Any:
    """Return the sessions since ``recent``, each with its ``exercises`` done."""
    # One by one: of a join, PostgreSQL plans a statement for everybody as if each had few exercises in all.
    done = SessionExercise.objects.owned_by(OWNER).filter(session=OuterRef("pk"), done__gt=0).order_by()
    together = done.values("session").annotate(all=Together(Cast("exercise", CharField()))).values("all")
    return _kept(Session).filter(date__gte=given_date("recent")).annotate(exercises_done=Subquery(together))


def _part(
    what: str,
    rows: Any,
    period: Any = NO_TEXT,
    number: Any = NO_NUMBER,
    *,
    end: Any = NO_DATE,
    exercise: Any = NO_NUMBER,
) -> Any:
    return rows.values_list(Value(what), F("date"), period, number, end, exercise)


class Together(Aggregate):
    """All values of a group in one text, with commas between."""

    function = "GROUP_CONCAT"
    template = "%(function)s(%(expressions)s, ',')"

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, function="STRING_AGG", **extra)
