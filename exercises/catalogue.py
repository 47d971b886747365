"""What pages and the API read of the content: only what is shown, in a fixed number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch, Q, prefetch_related_objects

from exercises import timing
from exercises.models import Exercise, ExerciseQuerySet, GuidePage, Phase, Routine, RoutineStep, SafetyNote, Source
from exercises.seeded import ContentQuerySet


@dataclass(frozen=True)
class Sheet:
    """An exercise with its phases, and around it: its variations and the routines that have it, in order."""

    exercise: Exercise
    variations: list[Exercise]
    routines: list[Routine]


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

    @property
    def movement(self) -> tuple[int, int] | None:
        """How long its shortest and its longest movement take, in seconds; None without a movement."""
        phases = [phase for step in self.steps for phase in step.exercise.shown_phases()]
        found = [phase.seconds for phase in phases if phase.kind == Phase.Kind.MOVE and phase.seconds]
        return (min(found), max(found)) if found else None


def exercises() -> ExerciseQuerySet:
    """Return the exercises with source, dose, phases and variations, all of them shown. 3 queries."""
    return _with_phases().prefetch_related(Prefetch("variations", queryset=Exercise.objects.doable()))


def sheet(slug: str) -> Sheet | None:
    """Return one exercise with what belongs to it, or None when none is shown under ``slug``. 3 queries."""
    both = Exercise.objects.doable().filter(Q(slug=slug) | Q(variations__slug=slug)).distinct()
    found = list(both.select_related("source", "dose"))
    exercise = next((one for one in found if one.slug == slug), None)
    if exercise is None:
        return None
    prefetch_related_objects([exercise], "phases")
    routines = Routine.objects.shown().filter(steps__in=RoutineStep.objects.shown().filter(exercise=exercise))
    return Sheet(exercise, [one for one in found if one != exercise], list(routines))


def by_routine() -> list[tuple[Routine | None, list[Exercise]]]:
    """Return every exercise once, under its first routine; last, under None, those that no routine has. 3 queries."""
    found = {exercise.pk: exercise for exercise in _with_phases()}
    groups: dict[Routine | None, list[Exercise]] = {}
    for step in (
        _steps()
        .filter(routine__in=Routine.objects.shown())
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
    steps = _steps().select_related("exercise__source", "exercise__dose").prefetch_related("exercise__phases")
    routines = Routine.objects.shown().filter(**which).select_related("source")
    return [_plan(routine) for routine in routines.prefetch_related(Prefetch("steps", queryset=steps))]


def guide() -> list[GuidePage]:
    """Return the guide's pages with their sources, in order. 2 queries."""
    return list(GuidePage.objects.shown().prefetch_related(_sources()))


def safety(*kinds: str) -> dict[str, list[SafetyNote]]:
    """Return the notes of each of ``kinds``, with their sources. 2 queries."""
    notes = SafetyNote.objects.shown().filter(kind__in=kinds).prefetch_related(_sources())
    return {kind: [note for note in notes if note.kind == kind] for kind in kinds}


def sources_of(notes: Iterable[SafetyNote]) -> list[Source]:
    """Return the sources that ``notes`` rest on, each once, in the order of their titles."""
    return sorted({source for note in notes for source in note.sources.all()}, key=lambda source: source.title)


def _with_phases() -> ExerciseQuerySet:
    """Phases come whole: Exercise.shown_phases alone says which of them are shown."""
    return Exercise.objects.doable().select_related("source", "dose").prefetch_related("phases")


def _steps() -> ContentQuerySet[RoutineStep]:
    return RoutineStep.objects.shown().filter(exercise__in=Exercise.objects.doable())


def _sources() -> "Prefetch[str]":
    return Prefetch("sources", queryset=Source.objects.shown())


def _plan(routine: Routine) -> Plan:
    steps = [_step(step.exercise, routine.times_per_day) for step in routine.steps.all()]
    return Plan(routine, steps, timing.routine_seconds([step.seconds for step in steps]))


def _step(exercise: Exercise, times_per_day: int) -> Step:
    dose = exercise.dose.timed()
    reps = timing.share(dose.reps, times_per_day) if dose.per_day else dose.reps
    return Step(exercise, reps, exercise.seconds(reps))
