"""The content as JSON: read-only, public, the same for everybody."""

from typing import Any, Literal

from django.http import Http404, HttpRequest
from ninja import Field, Router, Schema
from ninja.decorators import decorate_view

from exercises import catalogue
from exercises.caching import content_data
from exercises.models import Dose, Exercise, Precaution

router = Router(tags=["content"])


class Span(Schema):
    min: int
    max: int


class RepsOut(Span):
    per: Literal["session", "day"] = Field(description="Whether min and max count one session or a whole day.")


class HoldOut(Span):
    kind: Literal["seconds", "breaths"]


class ProgressionOut(Schema):
    start: int
    goal: int
    step: int


class DoseOut(Schema):
    sets: int
    reps: RepsOut = Field(description="Repetitions a set; of each side where per_side is true.")
    hold: HoldOut | None
    per_side: bool
    times_per_day: int | None = Field(description="null where the source does not say.")
    progression: ProgressionOut | None


class ExerciseOut(Schema):
    slug: str
    name: str
    source: str = Field(description='The key of the source, such as "A".')
    position: str = Field(description="Markdown.")
    steps: list[str]
    dose: DoseOut
    cautions: str = Field(description="Markdown.")
    precautions: list[Precaution] = Field(description="What the exercise is better left out with.")
    variations: list[str] = Field(description="Slugs of exercises.")


class RoutineOut(Schema):
    slug: str
    name: str
    source: str = Field(description='The key of the source, such as "B".')
    exercises: list[str] = Field(description="Slugs, in the order in which to do them.")
    seconds: int = Field(description="Length at the doses where the exercises start, worked out at a stated tempo.")
    claimed_minutes: Span | None = Field(description="What the source claims, where it does.")


class ErrorOut(Schema):
    detail: str


@router.get("/exercises/", response=list[ExerciseOut], url_name="exercise-list", summary="All exercises, in order")
@decorate_view(content_data)
def exercise_list(request: HttpRequest) -> list[dict[str, Any]]:
    return [exercise_data(exercise) for exercise in catalogue.exercises()]


@router.get(
    "/exercises/{slug:slug}/",
    response={200: ExerciseOut, 404: ErrorOut},
    url_name="exercise-detail",
    summary="One exercise",
)
@decorate_view(content_data)
def exercise_detail(request: HttpRequest, slug: str) -> dict[str, Any]:
    found = catalogue.exercises().filter(slug=slug).first()
    if found is None:
        raise Http404
    return exercise_data(found)


@router.get("/routines/", response=list[RoutineOut], url_name="routine-list", summary="All routines, in order")
@decorate_view(content_data)
def routine_list(request: HttpRequest) -> list[dict[str, Any]]:
    return [routine_data(plan) for plan in catalogue.plans()]


@router.get(
    "/routines/{slug:slug}/",
    response={200: RoutineOut, 404: ErrorOut},
    url_name="routine-detail",
    summary="One routine",
)
@decorate_view(content_data)
def routine_detail(request: HttpRequest, slug: str) -> dict[str, Any]:
    found = catalogue.plans(slug=slug)
    if not found:
        raise Http404
    return routine_data(found[0])


def exercise_data(exercise: Exercise) -> dict[str, Any]:
    return {
        "slug": exercise.slug,
        "name": exercise.name,
        "source": exercise.source.slug.upper(),
        "position": exercise.position,
        "steps": [phase.cue for phase in exercise.shown_phases()],
        "dose": dose_data(exercise.dose),
        "cautions": exercise.cautions,
        "precautions": exercise.precautions,
        "variations": [variation.slug for variation in exercise.variations.all()],
    }


def dose_data(dose: Dose) -> dict[str, Any]:
    return {
        "sets": dose.sets,
        "reps": {"min": dose.reps_min, "max": dose.reps_max, "per": dose.per},
        "hold": {"kind": dose.hold_kind, "min": dose.hold_min, "max": dose.hold_max} if dose.hold_kind else None,
        "per_side": dose.per_side,
        "times_per_day": dose.times_per_day,
        "progression": (None if dose.start is None else {"start": dose.start, "goal": dose.goal, "step": dose.step}),
    }


def routine_data(plan: catalogue.Plan) -> dict[str, Any]:
    low, high = plan.routine.claimed_minutes_min, plan.routine.claimed_minutes_max
    return {
        "slug": plan.routine.slug,
        "name": plan.routine.name,
        "source": plan.routine.source.slug.upper(),
        "exercises": [step.exercise.slug for step in plan.steps],
        "seconds": plan.seconds,
        "claimed_minutes": None if low is None or high is None else {"min": low, "max": high},
    }
