"""Content for tests. Pass only what a test is about; the rest is a plain exercise of ten repetitions."""

from collections.abc import Iterable, Mapping
from typing import Any

import factory
from factory.django import DjangoModelFactory

from exercises.models import Dose, Exercise, GuidePage, Phase, Routine, RoutineStep, SafetyNote, Source


class SourceFactory(DjangoModelFactory[Source]):
    class Meta:
        model = Source
        django_get_or_create = ("slug",)

    slug = "a"
    kind = Source.Kind.ARTICLE
    title = factory.LazyAttribute(lambda source: f"Article {source.slug.upper()}")
    publisher = "A clinic"
    published = "undated"


class DoseFactory(DjangoModelFactory[Dose]):
    class Meta:
        model = Dose

    exercise = factory.SubFactory("tests.exercises.factories.ExerciseFactory", dose=None)
    sets = 1
    reps_min = 10
    reps_max = factory.SelfAttribute("reps_min")


class PhaseFactory(DjangoModelFactory[Phase]):
    class Meta:
        model = Phase

    exercise = factory.SubFactory("tests.exercises.factories.ExerciseFactory", phases=())
    slug = factory.Sequence(lambda number: f"phase-{number}")
    order = factory.Sequence(lambda number: number)
    kind = Phase.Kind.MOVE
    cue = factory.Sequence(lambda number: f"Do movement {number}.")
    # Only a hold may take its length from the dose.
    seconds = factory.LazyAttribute(lambda phase: None if phase.kind == Phase.Kind.HOLD or phase.breaths else 3)
    breaths = None


class ExerciseFactory(DjangoModelFactory[Exercise]):
    """``dose__sets=3`` sets a field of the dose; ``dose=None``: no dose; ``phases=[{"kind": "hold"}, …]`` in order."""

    class Meta:
        model = Exercise
        skip_postgeneration_save = True

    slug = factory.Sequence(lambda number: f"exercise-{number}")
    order = factory.Sequence(lambda number: number + 1)
    name = factory.LazyAttribute(lambda exercise: exercise.slug.replace("-", " ").capitalize())
    summary = "Keeps the low back supple."
    position = "Lie on your back, knees bent, feet flat."
    source = factory.SubFactory(SourceFactory)
    dose = factory.RelatedFactory(DoseFactory, factory_related_name="exercise")

    @factory.post_generation
    def phases(self, create: bool, extracted: Iterable[Mapping[str, Any]] | None, **kwargs: Any) -> None:
        given = enumerate([{}, {}] if extracted is None else extracted)
        Phase.objects.bulk_create(PhaseFactory.build(exercise=self, **{"order": n, **fields}) for n, fields in given)


class RoutineFactory(DjangoModelFactory[Routine]):
    """``exercises=[…]`` puts these exercises into the routine, in order."""

    class Meta:
        model = Routine
        skip_postgeneration_save = True

    slug = factory.Sequence(lambda number: f"routine-{number}")
    order = factory.Sequence(lambda number: number + 1)
    name = factory.LazyAttribute(lambda routine: routine.slug.replace("-", " ").capitalize())
    summary = "A few stretches for a calm back."
    source = factory.SubFactory(SourceFactory)
    times_per_day = 1

    @factory.post_generation
    def exercises(self, create: bool, extracted: Iterable[Exercise] | None, **kwargs: Any) -> None:
        steps = enumerate(extracted or ())
        RoutineStep.objects.bulk_create(RoutineStep(routine=self, exercise=one, order=n) for n, one in steps)


class GuidePageFactory(DjangoModelFactory[GuidePage]):
    class Meta:
        model = GuidePage
        skip_postgeneration_save = True

    slug = factory.Sequence(lambda number: f"page-{number}")
    order = factory.Sequence(lambda number: number + 1)
    title = factory.LazyAttribute(lambda page: page.slug.replace("-", " ").capitalize())
    summary = "What to know."
    body = "A spasm is **common** and rarely serious."

    @factory.post_generation
    def sources(self, create: bool, extracted: Iterable[Source] | None, **kwargs: Any) -> None:
        self.sources.set(extracted if extracted is not None else [SourceFactory()])


class SafetyNoteFactory(DjangoModelFactory[SafetyNote]):
    class Meta:
        model = SafetyNote
        skip_postgeneration_save = True

    slug = factory.Sequence(lambda number: f"note-{number}")
    order = factory.Sequence(lambda number: number + 1)
    kind = SafetyNote.Kind.EMERGENCY
    text = factory.LazyAttribute(lambda note: f"Note {note.slug}.")

    @factory.post_generation
    def sources(self, create: bool, extracted: Iterable[Source] | None, **kwargs: Any) -> None:
        self.sources.set(extracted if extracted is not None else [SourceFactory(slug="nice-ng59", kind="guideline")])
