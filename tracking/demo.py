"""A demo person's year: two flares, a holiday, slow days and zeros, with targets from the real progression."""

import datetime
import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field

from exercises.models import Exercise, Routine
from tracking import progression, targets
from tracking.circumstances import Circumstances
from tracking.days import Record
from tracking.models import Period, Profile, Session, SessionExercise
from tracking.targets import Row, Slot, Target
from tracking.thresholds import rules

DAYS = 365
HOLIDAY = range(150, 164)  # days since the start in which nothing is logged
FLARES = {95: 12, 240: 16}  # first day since the start: how many days
WORST = 8  # pain at a flare's start
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
    """One person's records so far. The same seed and days give the same life."""

    profile: Profile
    routine: Routine
    exercises: list[Exercise]
    rng: random.Random
    rows: dict[int, list[Row]] = field(default_factory=dict)

    def live(self, first: datetime.date, days: int) -> Iterator[tuple[Session, list[SessionExercise]]]:
        """Yield each session with its exercises, day by day."""
        for number in range(days):
            date = first + datetime.timedelta(days=number)
            logged: list[str] = []
            for period in Period.values:
                last = number == days - 1  # today: the morning is done and the evening waits
                if period == Period.MORNING if last else self._turns_up(number, period):
                    yield self._session(number, date, period, logged)
                    logged.append(period)

    def _session(
        self, number: int, date: datetime.date, period: str, logged: list[str]
    ) -> tuple[Session, list[SessionExercise]]:
        before, after = self._pain(number, period)
        session = Session(
            pk=self._uuid(),
            key=self._uuid(),
            owner=self.profile.owner,
            routine=self.routine,
            date=date,
            period=period,
            zone=self.profile.zone,
            pain_before=before if self.rng.random() < 0.96 else None,
            pain_after=after if self.rng.random() < 0.96 else None,
            note=self.rng.choice(NOTES) if self.rng.random() < 0.06 else "",
        )
        slot = Slot(date, period, dict.fromkeys(Period.values, self.exercises), logged)
        rows = [self._row(session, order, self._target(slot, one), before) for order, one in enumerate(self.exercises)]
        for row in rows:
            pain = (session.pain_before, session.pain_after, session.pain_worst)
            record = Record(date, row.target, row.done, row.day_target, *pain, period=period, reason=row.reason)
            self.rows.setdefault(row.exercise_id, []).append(Row(row.exercise_id, session.pk, record))
        return session, rows

    def _target(self, slot: Slot, exercise: Exercise) -> Target:
        rows = self.rows.get(exercise.pk, [])[-progression.window(rules()) :]
        return targets.target(self.profile, slot, exercise, rows, Circumstances(slot.date))

    def _row(self, session: Session, order: int, target: Target, pain: int) -> SessionExercise:
        done = target.proposed
        if pain >= WORST - 1:
            done = done // 2 if order % 2 else 0
        elif self.rng.random() < 0.05:
            done = max(done - 2, 0)
        return SessionExercise(
            pk=self._uuid(),
            owner=session.owner,
            session=session,
            exercise=target.exercise,
            date=session.date,
            order=order,
            sets=target.sets,
            target=target.reps,
            day_target=target.day,
            reason=target.advice.reason if target.advice else "",
            done=done if self.rng.random() < 0.99 else None,
        )

    def _pain(self, number: int, period: str) -> tuple[int, int]:
        """Return the pain before and after: it wanes over the months, and is higher in the mornings."""
        base = 1.2 + 4.3 * 0.5 ** (number / 120) + (0.7 if period == Period.MORNING else 0) - self._flare(number) * 0.2
        level = max(base, WORST * self._flare(number)) + self.rng.gauss(0, 0.9)
        before = min(max(round(level), 0), 10)
        relief = self.rng.choices((2, 1, 0, -1), (30, 44, 22, 4))[0]
        return before, min(max(before - relief, 0), 10)

    def _flare(self, number: int) -> float:
        """Return how much of a flare there is, from 1 on its first day down to 0."""
        for first, length in FLARES.items():
            if first <= number < first + length:
                return 1 - (number - first) / (length * 1.6)
        return 0.0

    def _turns_up(self, number: int, period: str) -> bool:
        if number in HOLIDAY:
            return False
        chance = 0.86 if period == Period.MORNING else 0.72
        return self.rng.random() < (0.35 if self._flare(number) > 0.8 else chance)

    def _uuid(self) -> uuid.UUID:
        return uuid.UUID(int=self.rng.getrandbits(128), version=4)
