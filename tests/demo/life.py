"""A year with a sore back, told by the product's own rules: start, two flares, a holiday, progress to 30, a plateau.

Pain follows a plan in days since the start; what is done follows the targets that the product would have shown.
"""

import datetime
import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from exercises.models import Exercise, Routine
from tests.factories import (
    CheckInFactory,
    DoseChoiceFactory,
    FlareFactory,
    GoalFactory,
    GoalScoreFactory,
    PauseFactory,
    QuestionnaireFactory,
    ScreeningFactory,
    SessionExerciseFactory,
    SessionFactory,
)
from tracking import progression, targets
from tracking.circumstances import Circumstances
from tracking.days import Choice, Record
from tracking.models import CheckIn, Period, Place, Profile, Screening, Session, SessionExercise
from tracking.progression import Spell
from tracking.targets import Row, Slot, Target
from tracking.thresholds import rules

DAYS = 365
FLARES = {95: 8, 236: 6}  # first day since the start: how many days
HOLIDAY = range(150, 164)  # days since the start for which a pause was planned
OWN_DOSE = 130  # the day on which the bridge's dose was chosen lower than advised
WORST = 8  # pain at a flare's start
ACTIVITIES = ("Lift my daughter out of her cot", "Sit through a film", "Tie my shoes")
NOTES = (
    "Slept badly.",
    "Long drive yesterday.",
    "Stiff at first, better after the cat stretch.",
    "Carried the shopping upstairs without a thought.",
    "In a hurry, left the last one out.",
    "Sat through two meetings, stood through the third.",
)


@dataclass
class Life:
    """One person's year, day by day. The same seed, first day and length give the same life."""

    profile: Profile
    routine: Routine
    exercises: list[Exercise]
    first: datetime.date
    rng: random.Random
    rows: dict[int, list[Row]] = field(default_factory=dict)
    nights: dict[datetime.date, int] = field(default_factory=dict)
    flares: list[Spell] = field(default_factory=list)
    chosen: dict[int, Choice] = field(default_factory=dict)
    goals: list[Any] = field(default_factory=list)

    def live(self, days: int) -> Iterator[Any]:
        """Yield each row of the year, unsaved, in an order in which it can be stored."""
        for number in range(days):
            date = self.first + datetime.timedelta(days=number)
            yield from self._told(number, date, days)
            logged: list[str] = []
            for period in Period.values:
                last = number == days - 1  # today: the morning is done and the evening waits
                if period == Period.MORNING if last else self._turns_up(number, period):
                    yield from self._session(number, date, period, logged)
                    logged.append(period)

    def _told(self, number: int, date: datetime.date, days: int) -> Iterator[Any]:
        """Yield what is said beside the sessions of a day."""
        if number == 0:
            yield self._entry(ScreeningFactory, date, occasion=Screening.Occasion.FIRST)
            self.goals = [self._entry(GoalFactory, date, activity=words) for words in ACTIVITIES]
            yield from self.goals
        if number in FLARES:
            yield from self._flare_begins(number, date, days)
        if number == HOLIDAY.start:
            yield self._entry(PauseFactory, date, until=date + datetime.timedelta(days=len(HOLIDAY) - 1))
        if number == OWN_DOSE:
            yield from self._chooses(date)
        if number % rules().goal_days == 0:
            ability = min(3 + round(6 * number / 300) - 3 * bool(self._flare(number)), 10)
            for place, goal in enumerate(self.goals):
                yield self._entry(GoalScoreFactory, date, goal=goal, score=max(ability - place, 0))
        if number % rules().questionnaire_days == 0:
            ticked = list(range(1, max(14 - number // 28, 2) + 4 * bool(self._flare(number)) + 1))
            yield self._entry(QuestionnaireFactory, date, answers=ticked, score=len(ticked))
        if self._flare(number) or self.rng.random() < 0.12:
            yield self._night(number, date)

    def _flare_begins(self, number: int, date: datetime.date, days: int) -> Iterator[Any]:
        last = date + datetime.timedelta(days=FLARES[number])
        ended = last if number + FLARES[number] < days else None
        self.flares.append(Spell(date, ended, WORST))
        yield self._entry(ScreeningFactory, date, occasion=Screening.Occasion.FLARE)
        yield self._entry(FlareFactory, date, ended=ended, pain=WORST)

    def _chooses(self, date: datetime.date) -> Iterator[Any]:
        bridge = next((exercise for exercise in self.exercises if exercise.slug == "bridge"), None)
        if bridge and self.rows.get(bridge.pk):
            advised = self._target(Slot(date, Period.MORNING, {}), bridge)
            figure = advised.day or advised.reps
            self.chosen[bridge.pk] = Choice(date, max(figure - 2, bridge.dose.start or bridge.dose.reps_min))
            target = self.chosen[bridge.pk].target
            yield self._entry(DoseChoiceFactory, date, exercise=bridge, target=target, advised=figure)

    def _night(self, number: int, date: datetime.date) -> CheckIn:
        before, _after = self._pain(number, Period.MORNING)
        self.nights[date] = before
        places = [Place.LOW_BACK, *([Place.LEFT] if self._flare(number) else [])]
        kind, time = CheckIn.Kind.NIGHT, datetime.time(6, 45)
        night: CheckIn = self._entry(CheckInFactory, date, kind=kind, time=time, pain=before, places=places)
        return night

    def _session(
        self, number: int, date: datetime.date, period: str, logged: list[str]
    ) -> Iterator[Session | SessionExercise]:
        before, after = self._pain(number, period)
        session: Session = self._entry(
            SessionFactory,
            date,
            routine=self.routine,
            period=period,
            pain_before=before if self.rng.random() < 0.96 else None,
            pain_after=after if self.rng.random() < 0.96 else None,
            note=self.rng.choice(NOTES) if self.rng.random() < 0.06 else "",
        )
        yield session
        slot = Slot(date, period, dict.fromkeys(Period.values, self.exercises), logged)
        for order, exercise in enumerate(self.exercises):
            row = self._done(session, order, self._target(slot, exercise))
            pain = (session.pain_before, session.pain_after, session.pain_worst)
            record = Record(date, row.target, row.done, row.day_target, *pain, period, row.felt, row.reason)
            self.rows.setdefault(exercise.pk, []).append(Row(exercise.pk, record))
            yield row

    def _target(self, slot: Slot, exercise: Exercise) -> Target:
        """Return what the product would have proposed on that day: it knew no flare's end before it came."""
        begun = [flare for flare in self.flares if flare.first <= slot.date]
        known = tuple(flare if flare.last and flare.last <= slot.date else replace(flare, last=None) for flare in begun)
        circumstances = Circumstances(slot.date, flares=known, nights=self.nights, chosen=self.chosen)
        rows = self.rows.get(exercise.pk, [])[-progression.window(rules()) :]
        return targets.target(self.profile, slot, exercise, rows, circumstances)

    def _done(self, session: Session, order: int, target: Target) -> SessionExercise:
        done = target.proposed
        if done and self.rng.random() < 0.02:
            done = max(done - 2, 0)
        row: SessionExercise = SessionExerciseFactory.build(
            pk=self._uuid(),
            owner=session.owner,
            session=session,
            exercise=target.exercise,
            order=order,
            sets=target.sets,
            target=target.reps,
            day_target=target.day,
            reason=target.advice.reason if target.advice else "",
            done=done if self.rng.random() < 0.99 else None,
            felt="easy" if done and self.rng.random() < 0.04 else "",
        )
        return row

    def _pain(self, number: int, period: str) -> tuple[int, int]:
        """Return the pain before and after: it wanes to a plateau over the months, and is higher in the mornings."""
        base = 0.9 + 4.6 * 0.5 ** (number / 50) + (0.6 if period == Period.MORNING else 0)
        level = max(base, WORST * self._flare(number)) + self.rng.gauss(0, 0.4)
        before = min(max(round(level), 0), 10)
        relief = self.rng.choices((2, 1, 0, -1), (24, 48, 27, 1))[0]
        return before, min(max(before - relief, 0), 10)

    def _flare(self, number: int) -> float:
        """Return how much of a flare there is, from 1 on its first day down to 0."""
        for first, length in FLARES.items():
            if first <= number <= first + length:
                return 1 - (number - first) / (length * 1.6)
        return 0.0

    def _turns_up(self, number: int, period: str) -> bool:
        if number in HOLIDAY or self._flare(number):
            return False
        return self.rng.random() < (0.88 if period == Period.MORNING else 0.76)

    def _entry(self, make: Any, date: datetime.date, **fields: Any) -> Any:
        same = {"pk": self._uuid(), "key": self._uuid(), "owner": self.profile.owner, "zone": self.profile.zone}
        return make.build(date=date, **same, **fields)

    def _uuid(self) -> uuid.UUID:
        return uuid.UUID(int=self.rng.getrandbits(128), version=4)
