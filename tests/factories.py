"""People and their records for tests. Pass only what a test is about; content comes from exercises.factories."""

import datetime
import uuid
from collections.abc import Iterable
from typing import Any

import factory
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from factory.django import DjangoModelFactory

from tests.exercises.factories import ExerciseFactory, RoutineFactory
from tracking.models import (
    CheckIn,
    DoseChoice,
    Flare,
    Goal,
    GoalScore,
    Pause,
    Period,
    Profile,
    Questionnaire,
    Screening,
    Session,
    SessionExercise,
)

PASSWORD = "a long enough pass phrase"


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User

    username = factory.Sequence(lambda number: f"person-{number}")
    password = factory.LazyFunction(lambda: make_password(PASSWORD))


class ProfileFactory(DjangoModelFactory[Profile]):
    """Nothing is planned unless a routine is given."""

    class Meta:
        model = Profile

    owner = factory.SubFactory(UserFactory)
    zone = "Europe/Zurich"
    started = datetime.date(2026, 1, 1)


class SessionFactory(DjangoModelFactory[Session]):
    """``exercises=[(exercise, target, done), …]`` records what was done."""

    class Meta:
        model = Session
        skip_postgeneration_save = True

    owner = factory.SubFactory(UserFactory)
    key = factory.LazyFunction(uuid.uuid4)
    digest = ""
    date = datetime.date(2026, 3, 3)
    period = Period.MORNING
    zone = "Europe/Zurich"
    routine = factory.SubFactory(RoutineFactory)
    pain_before = 5
    pain_after = 4

    @factory.post_generation
    def exercises(self, create: bool, extracted: Iterable[tuple[Any, int, int | None]] | None, **kwargs: Any) -> None:
        for order, (exercise, target, done) in enumerate(extracted or ()):
            SessionExerciseFactory(session=self, exercise=exercise, target=target, done=done, order=order)


class SessionExerciseFactory(DjangoModelFactory[SessionExercise]):
    class Meta:
        model = SessionExercise

    session = factory.SubFactory(SessionFactory)
    owner = factory.SelfAttribute("session.owner")
    date = factory.SelfAttribute("session.date")
    exercise = factory.SubFactory(ExerciseFactory)
    target = 10
    done = factory.SelfAttribute("target")


class EntryFactory(DjangoModelFactory[Any]):
    class Meta:
        abstract = True

    owner = factory.SubFactory(UserFactory)
    key = factory.LazyFunction(uuid.uuid4)
    date = datetime.date(2026, 3, 3)
    zone = "Europe/Zurich"


class CheckInFactory(EntryFactory):
    class Meta:
        model = CheckIn

    kind = CheckIn.Kind.NOW
    time = datetime.time(12, 0)
    pain = 4


class FlareFactory(EntryFactory):
    """Open unless ``ended`` is given."""

    class Meta:
        model = Flare


class PauseFactory(EntryFactory):
    class Meta:
        model = Pause

    until = factory.SelfAttribute("date")


class ScreeningFactory(EntryFactory):
    class Meta:
        model = Screening

    occasion = Screening.Occasion.FIRST
    answers = factory.LazyFunction(dict)
    outcome = Screening.Outcome.CLEAR
    revision = 1


class DoseChoiceFactory(EntryFactory):
    class Meta:
        model = DoseChoice

    exercise = factory.SubFactory(ExerciseFactory)
    target = 10
    advised = 8


class GoalFactory(EntryFactory):
    class Meta:
        model = Goal

    activity = "Lift my daughter"


class GoalScoreFactory(EntryFactory):
    class Meta:
        model = GoalScore

    goal = factory.SubFactory(GoalFactory)
    owner = factory.SelfAttribute("goal.owner")
    score = 4


class QuestionnaireFactory(EntryFactory):
    class Meta:
        model = Questionnaire

    answers = factory.LazyFunction(list)
    score = 0
