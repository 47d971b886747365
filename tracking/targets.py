"""A session's targets. The records they rest on are fetched in one query, however long the history is."""

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User
from django.db.models import (
    BooleanField,
    DateField,
    DateTimeField,
    ExpressionWrapper,
    F,
    FilteredRelation,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from exercises.models import Dose, Exercise, Precaution, Revision, Routine
from exercises.timing import share
from tracking import progression
from tracking.circumstances import Circumstances
from tracking.days import Record, days
from tracking.models import Period, Profile, Session, SessionExercise
from tracking.models.prepared import OWNER, Given, Prepared, given_date
from tracking.progression import Advice, Range, Situation
from tracking.thresholds import rules
from tracking.travel import lost


@dataclass(frozen=True)
class Target:
    """What one session proposes of one exercise: ``sets`` of ``reps`` repetitions.

    Where the dose is counted a day, ``day`` is the whole day's and ``done`` what the day's other session has brought.
    ``marks`` are the precautions for which the person had better leave it out, ``taken_in`` says that they chose an
    exercise that waits to be chosen, and ``lapsed`` that this was before a flare or a gap; ``instead_of`` is the id of
    the exercise that they swapped it in for.
    """

    exercise: Exercise
    sets: int
    reps: int
    day: int | None = None
    done: int = 0
    advice: Advice | None = None
    span: Range | None = None
    marks: tuple[Precaution, ...] = ()
    taken_in: bool = False
    lapsed: bool = False
    instead_of: int | None = None

    @property
    def rests(self) -> bool:
        """Whether it is paused in a flare, or this evening for a hard morning."""
        return self.advice is not None and self.advice.rests

    @property
    def waits(self) -> bool:
        """Whether it waits to be chosen."""
        return self.exercise.opt_in and not self.taken_in

    @property
    def left_out(self) -> bool:
        """Whether it is proposed only when the person asks for it."""
        return bool(self.marks) or self.waits or self.rests

    @property
    def proposed(self) -> int:
        """Repetitions a set to fill in: 0 where it is left out."""
        return 0 if self.left_out else self.reps

    def closed(self) -> "Target":
        """Return it as it stands when no session of the day is to come: of a daily dose, nothing is to go."""
        return self if self.day is None else replace(self, reps=0)

    @property
    def rest(self) -> int:
        """Repetitions of the day that stay for a later session."""
        return max((self.day or 0) - self.done - self.reps, 0)


@dataclass(frozen=True)
class Slot:
    """A morning or an evening. ``planned`` maps that day's periods to their exercises, ``logged`` are those entered."""

    date: datetime.date
    period: str
    planned: Mapping[str, Collection[Exercise]]
    logged: Collection[str] = ()
    zone: str = ""  # where it is, if that is known

    @property
    def place(self) -> tuple[datetime.date, str]:
        """Where it stands among all slots."""
        return self.date, self.period

    def sessions_left(self, exercise: Exercise) -> int:
        """Return how many sessions of the day, this one counted, are to come for ``exercise``."""
        later = [period for period in Period.values if period > self.period and period not in self.logged]
        return 1 + sum(exercise in self.planned.get(period, ()) for period in later)


class Row(NamedTuple):
    exercise: int
    record: Record


def routines(
    slug: str, ids: Iterable[int | None], swaps: Mapping[int, int] | None = None, revision: int | None = None
) -> list[tuple[Routine, list[Exercise]]]:
    """Return the routine named ``slug`` and those with ``ids``, each with the exercises it shows, in order.

    ``swaps`` maps exercises to those done instead; one that is not shown, or in the routine already, takes no place.
    Where the content's ``revision`` is not known, 1 query; a change of the content costs one more.
    """
    wanted = {pk for pk in ids if pk}
    by_id, planned = content(Revision.current() if revision is None else revision)
    found = [one for one in planned.items() if one[0].slug == slug or one[0].pk in wanted]
    return [(routine, _swapped(exercises, swaps or {}, by_id)) for routine, exercises in found]


@lru_cache(maxsize=2)
def content(revision: int) -> tuple[dict[int, Exercise], dict[Routine, list[Exercise]]]:
    """Return all exercises that are shown, by id, and the routines with theirs, in order; kept for one revision.

    All requests share these rows, so nobody changes them; their phases are added to them on first need.
    """
    planned = Q(step__retired=False, step__routine__retired=False)
    doable: Any = Exercise.objects.doable()  # its stubs know no filtered relation
    rows = (
        doable.annotate(step=FilteredRelation("steps"), planned=ExpressionWrapper(planned, BooleanField()))
        .select_related("dose", "step__routine")
        .order_by("step__routine__order", "step__routine", "step__order", "step__pk")
    )
    by_id: dict[int, Exercise] = {}
    found: dict[Routine, list[Exercise]] = {}
    for exercise in rows:
        by_id.setdefault(exercise.pk, exercise)
        if exercise.planned:
            found.setdefault(exercise.step.routine, []).append(exercise)
    return by_id, found


def propose(
    profile: Profile, slot: Slot, exercises: Collection[Exercise], circumstances: Circumstances
) -> list[Target]:
    """Return the targets of ``exercises`` in ``slot``, from what was recorded before it. 1 query."""
    rows = recent(profile.owner, [exercise.pk for exercise in exercises], slot.date, told=bool(circumstances.chosen))
    return [
        target(profile, slot, exercise, [row for row in rows if row.exercise == exercise.pk], circumstances)
        for exercise in exercises
    ]


def target(
    profile: Profile, slot: Slot, exercise: Exercise, rows: Iterable[Row], circumstances: Circumstances
) -> Target:
    """Return one exercise's target. Morning and evening have the same one, unless the morning says that it is less."""
    dose = exercise.dose
    records = [row.record for row in rows]
    span = Range.of(dose.reps_min, dose.reps_max, dose.start, dose.goal, dose.step)
    advice, lapsed = _advice(span, slot, records, exercise, circumstances)
    replaced = {instead: one for one, instead in circumstances.swaps.items()}
    found = Target(
        exercise,
        dose.sets,
        advice.target,
        advice=advice,
        span=span,
        marks=_marks(profile, exercise),
        taken_in=exercise.pk in circumstances.opted_in and not lapsed,
        lapsed=lapsed,
        instead_of=replaced.get(exercise.pk),
    )
    if dose.per != Dose.Per.DAY:
        return found
    done = sum(record.done or 0 for record in records if record.date == slot.date)
    reps = share(advice.target, slot.sessions_left(exercise), done)
    return replace(found, reps=reps, day=advice.target, done=done)


def all_rest(proposed: Sequence[Target]) -> Target | None:
    """Return one of the targets, for what it says of the rest and of nothing else, where all of them rest."""
    if not proposed or not all(target.rests for target in proposed):
        return None
    return replace(proposed[0], marks=(), taken_in=True)


def recent(owner: User, exercises: Sequence[int], date: datetime.date, told: bool = True) -> list[Row]:
    """Return each exercise's last records up to and including ``date``, whole days. 1 query.

    When each was ``told`` matters only beside a choice of the person's own, and costs as much as all the rest of it.
    """
    if not exercises:
        return []
    given = {_place(number): pk for number, pk in enumerate(exercises)}
    rows = _records(len(exercises), progression.window(rules()), told).rows(owner=owner.pk, date=date, **given)
    return [Row(exercise, Record._make(rest)) for exercise, *rest in rows]


@cache
def _records(exercises: int, days: int, told: bool) -> Prepared:
    """Return the query for the last ``days`` days of so many exercises, and when each record was ``told``."""
    mine = SessionExercise.objects.owned_by(OWNER)
    own = mine.filter(session__owner=OWNER, session__deleted_at__isnull=True)
    kept = Session.objects.owned_by(OWNER).kept().filter(pk=OuterRef("session")).order_by().values("pk")
    # Asked row by row: of a join, PostgreSQL expects so few rows that it reads and sorts all of a long history.
    latest = mine.alias(kept=Subquery(kept)).filter(kept__isnull=False).order_by("-date").values("date")
    columns = ["exercise", "date", "target", "done", "day_target"]
    scores = ["session__pain_before", "session__pain_after", "session__pain_worst", "session__period"]
    when = F("session__changed_at") if told else Value(None, DateTimeField())
    last = own.order_by().values_list(*columns, *scores, "felt", "reason", "session__zone", when)
    date = given_date("date")

    def part(number: int) -> QuerySet[SessionExercise, tuple[Any, ...]]:
        exercise: Any = Given(_place(number), IntegerField())
        before = latest.filter(exercise=exercise, date__lt=date)
        oldest = Coalesce(Subquery(before[days - 1 : days]), Value(datetime.date.min, DateField()))
        return last.filter(exercise=exercise, date__gte=oldest, date__lte=date)

    # A union, because SQLite answers a long OR by reading all that the owner ever did.
    first, *others = map(part, range(exercises))
    return Prepared(lambda: first.union(*others, all=True))


def _place(number: int) -> str:
    return f"exercise_{number}"


def pinned(row: SessionExercise, profile: Profile) -> Target:
    """Return the target that a stored session was given."""
    marks = _marks(profile, row.exercise)
    return Target(row.exercise, row.sets, row.target, row.day_target, marks=marks, taken_in=bool(row.done))


def _advice(
    span: Range, slot: Slot, records: Iterable[Record], exercise: Exercise, circumstances: Circumstances
) -> tuple[Advice, bool]:
    """Return the advice, and whether the person's taking it in has lapsed."""
    place = slot.place
    earlier = [record for record in records if (record.date, record.period) < place]
    morning = circumstances.this_morning
    if morning and (morning.date, morning.period) >= place:
        morning = None
    zones = {record.date: record.zone for record in earlier} | ({slot.date: slot.zone} if slot.zone else {})
    # This exercise's records alone may be apart by more than a flight: a date that anything was told of was there.
    never = lost(zones) - circumstances.mornings.keys() - circumstances.nights.keys()
    now = Situation(slot.date, circumstances.flares, circumstances.chosen.get(exercise.pk), rules(), morning, never)
    mornings = {date: pain for date, pain in circumstances.mornings.items() if (date, Period.MORNING) < place}
    history = days(earlier, mornings | dict(circumstances.nights), now.rules, now.choice, never)
    today = [record for record in earlier if record.date == slot.date]
    taken = circumstances.opted_in.get(exercise.pk)
    lapsed = False
    if taken:
        date = timezone.localtime(taken, ZoneInfo(slot.zone or "UTC")).date()
        lapsed = progression.lapsed(taken, date, span, history, now)
    return progression.tonight(progression.advise(span, history, now), span, today, now), lapsed


def _swapped(exercises: Sequence[Exercise], swaps: Mapping[int, int], by_id: Mapping[int, Exercise]) -> list[Exercise]:
    there = {exercise.pk for exercise in exercises}
    swapped = []
    for exercise in exercises:
        other = by_id.get(swaps.get(exercise.pk, 0))
        if other and other.pk not in there:
            there.add(other.pk)
            swapped.append(other)
        else:
            swapped.append(exercise)
    return swapped


def _marks(profile: Profile, exercise: Exercise) -> tuple[Precaution, ...]:
    return tuple(Precaution(tag) for tag in profile.precautions if tag in exercise.precautions)
