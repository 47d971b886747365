"""What pages and the API read of the content: only what is shown, in a fixed number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet

from exercises import timing
from exercises.models import Exercise, ExerciseQuerySet, GuidePage, Phase, Routine, RoutineStep, SafetyNote, Source


@dataclass(frozen=True)
class Step:
    """An exercise in a routine: ``reps`` repetitions a set in one session (where its dose starts), ``seconds`` long."""

    exercise: Exercise
    reps: int
    seconds: int


@dataclass(frozen=True)
class Plan:
    """A routine with its steps in order and its length in ``seconds``, changes of position included."""

    routine: Routine
    steps: list[Step]
    seconds: int


def exercises() -> ExerciseQuerySet:
    """Return the exercises with source, dose, phases and variations, all of them shown. 3 queries."""
    others = Prefetch("variations", queryset=Exercise.objects.filter(retired=False))
    return _doses().prefetch_related(others)


def by_routine() -> list[tuple[Routine | None, list[Exercise]]]:
    """Return every exercise once, under its first routine; last, under None, those that no routine has. 3 queries."""
    found = {exercise.pk: exercise for exercise in _doses()}
    groups: dict[Routine | None, list[Exercise]] = {}
    for step in (
        RoutineStep.objects.filter(_step_shown(), routine__retired=False)
        .select_related("routine")
        .order_by("routine__order", "routine__slug", "order", "pk")
    ):
        if exercise := found.pop(step.exercise_id, None):
            groups.setdefault(step.routine, []).append(exercise)
    if found:
        groups[None] = list(found.values())
    return list(groups.items())


def plans(**which: object) -> list[Plan]:
    """Return the routines with their steps, in order; ``which`` narrows them down: ``slug="prevention"``. 3 queries."""
    steps = RoutineStep.objects.filter(_step_shown()).select_related("exercise__source", "exercise__dose")
    steps = steps.prefetch_related(Prefetch("exercise__phases", queryset=_phases()))
    routines = Routine.objects.filter(retired=False, **which).select_related("source")
    return [_plan(routine) for routine in routines.prefetch_related(Prefetch("steps", queryset=steps))]


def guide() -> list[GuidePage]:
    """Return the guide's pages with their sources, in order. 2 queries."""
    return list(GuidePage.objects.filter(retired=False).prefetch_related("sources"))


def safety(*kinds: str) -> dict[str, list[SafetyNote]]:
    """Return the notes of each of ``kinds``, with their sources. 2 queries."""
    notes = SafetyNote.objects.filter(retired=False, kind__in=kinds).prefetch_related("sources")
    return {kind: [note for note in notes if note.kind == kind] for kind in kinds}


def sources_of(notes: Iterable[SafetyNote]) -> list[Source]:
    """Return the sources that ``notes`` rest on, each once, in the order of their titles."""
    return sorted({source for note in notes for source in note.sources.all()}, key=lambda source: source.title)


def _doses() -> ExerciseQuerySet:
    """An exercise without a dose cannot be done, so it is not shown: an editor is still at work on it."""
    shown = Exercise.objects.filter(retired=False, dose__isnull=False).select_related("source", "dose")
    return shown.prefetch_related(Prefetch("phases", queryset=_phases()))


def _phases() -> QuerySet[Phase]:
    return Phase.objects.filter(retired=False)


def _step_shown() -> Q:
    return Q(retired=False, exercise__retired=False, exercise__dose__isnull=False)


def _plan(routine: Routine) -> Plan:
    steps = [_step(step.exercise, routine.times_per_day) for step in routine.steps.all()]
    return Plan(routine, steps, timing.routine_seconds([step.seconds for step in steps]))


def _step(exercise: Exercise, times_per_day: int) -> Step:
    dose = exercise.dose.timed()
    reps = timing.share(dose.reps, times_per_day) if dose.per_day else dose.reps
    return Step(exercise, reps, exercise.seconds(reps))
