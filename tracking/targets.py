"""A session's targets. The records they rest on are fetched in two queries, however long the history is."""

import datetime
import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from django.contrib.auth.models import User
from django.db.models import OuterRef, Q, Subquery

from exercises.models import Dose, Exercise, Precaution, Routine, RoutineStep
from exercises.timing import share
from tracking import progression
from tracking.models import Period, Profile, SessionExercise
from tracking.progression import Advice, Range, Record

WINDOW = 2 * (
    progression.GOOD_DAYS + 1
)  # rows of an exercise: mornings and evenings of one day more than a step up needs


@dataclass(frozen=True)
class Target:
    """What one session proposes of one exercise: ``sets`` of ``reps`` repetitions.

    Where the dose is counted a day, ``day`` is the whole day's and ``done`` what the day's other session has brought.
    ``marks`` are the precautions for which the person had better leave it out.
    """

    exercise: Exercise
    sets: int
    reps: int
    day: int | None = None
    done: int = 0
    advice: Advice | None = None
    span: Range | None = None
    marks: tuple[Precaution, ...] = ()

    @property
    def left_out(self) -> bool:
        """Whether it is proposed only when the person asks for it."""
        return bool(self.marks) or self.exercise.opt_in

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

    def sessions_left(self, exercise: Exercise) -> int:
        """Return how many sessions of the day, this one counted, are to come for ``exercise``."""
        later = [period for period in Period.values if period > self.period and period not in self.logged]
        return 1 + sum(exercise in self.planned.get(period, ()) for period in later)


class Row(NamedTuple):
    exercise: int
    session: uuid.UUID
    record: Record


def routines(slug: str, ids: Iterable[int | None]) -> list[tuple[Routine, list[Exercise]]]:
    """Return the routine named ``slug`` and those with ``ids``, each with the exercises it shows, in order. 1 query."""
    steps = (
        RoutineStep.objects.shown()
        .filter(Q(routine__slug=slug) | Q(routine__in=[pk for pk in ids if pk]))
        .filter(routine__in=Routine.objects.shown(), exercise__in=Exercise.objects.doable())
        .select_related("routine", "exercise__dose")
        .order_by("routine__order", "routine", "order", "pk")
    )
    found: dict[Routine, list[Exercise]] = {}
    for step in steps:
        found.setdefault(step.routine, []).append(step.exercise)
    return list(found.items())


def propose(profile: Profile, slot: Slot, exercises: Collection[Exercise]) -> list[Target]:
    """Return the targets of ``exercises`` in ``slot``, from the records of earlier dates. 2 queries."""
    rows = recent(profile.owner, [exercise.pk for exercise in exercises], slot.date)
    return [
        target(profile, slot, exercise, [row for row in rows if row.exercise == exercise.pk]) for exercise in exercises
    ]


def target(profile: Profile, slot: Slot, exercise: Exercise, rows: Iterable[Row]) -> Target:
    """Return one exercise's target. Only earlier dates count, so that morning and evening have the same one."""
    dose = exercise.dose
    records = [row.record for row in rows]
    span = Range.of(dose.reps_min, dose.reps_max, dose.start, dose.goal, dose.step)
    advice = progression.advise(span, progression.days(record for record in records if record.date < slot.date))
    marks = _marks(profile, exercise)
    if dose.per != Dose.Per.DAY:
        return Target(exercise, dose.sets, advice.target, advice=advice, span=span, marks=marks)
    done = sum(record.done or 0 for record in records if record.date == slot.date)
    reps = share(advice.target, slot.sessions_left(exercise), done)
    return Target(exercise, dose.sets, reps, advice.target, done, advice, span, marks)


def recent(owner: User, exercises: Collection[int], date: datetime.date) -> list[Row]:
    """Return each exercise's last records up to and including ``date``, whole days. 2 queries."""
    own = SessionExercise.objects.owned_by(owner).filter(session__owner=owner, session__deleted_at__isnull=True)
    before = own.filter(exercise=OuterRef("pk"), date__lt=date).order_by("-date").values("date")
    oldest = Subquery(before[WINDOW - 1 : WINDOW])
    bounds = Exercise.objects.filter(pk__in=exercises).order_by().annotate(since=oldest).values_list("pk", "since")
    columns = ["exercise", "session", "date", "target", "done", "day_target"]
    last = own.order_by().values_list(*columns, "session__pain_before", "session__pain_after")
    # A union, because SQLite answers a long OR by reading all that the owner ever did.
    parts = [last.filter(exercise=pk, date__range=(since or datetime.date.min, date)) for pk, since in bounds]
    rows = parts[0].union(*parts[1:], all=True) if parts else []
    return [Row(exercise, session, Record(*rest)) for exercise, session, *rest in rows]


def pinned(row: SessionExercise, profile: Profile) -> Target:
    """Return the target that a stored session was given."""
    marks = _marks(profile, row.exercise)
    return Target(row.exercise, row.sets, row.target, row.day_target, marks=marks)


def _marks(profile: Profile, exercise: Exercise) -> tuple[Precaution, ...]:
    return tuple(Precaution(tag) for tag in profile.precautions if tag in exercise.precautions)
