"""The next dose and the reason for it. Pure: it returns codes, and ``wording`` makes sentences.

A target is in repetitions a set, or in repetitions a day where the dose is counted a day. Article B starts two of its
exercises at 5 a day, builds them to 30, and raises them as they get easier; both articles give ranges such as 2–3. How
fast to go is the editor's choice, with no trial behind it.
"""

import datetime
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby, takewhile

from tracking.rules import Rules

GOOD_DAYS = 3  # editor's choice: good days running, at one target, that earn a step up


class Reason(StrEnum):
    """Why the target is what it is. Kept with each session's exercise, so a code once used stays."""

    FIRST = "first"  # never done before: the start
    FIXED = "fixed"  # the dose has one figure only
    STEP_UP = "step_up"  # enough good days running at the target before
    BUILDING = "building"  # good days so far, not yet enough
    MISSED = "missed"  # the last day's target was not reached
    PAIN = "pain"  # pain was higher after than before on the last day
    GOAL = "goal"  # at the goal, and the last day was good
    LOWERED = "lowered"  # the goal has since been set below the last target
    RAISED = "raised"  # the start has since been set above the last target


@dataclass(frozen=True)
class Range:
    """Where a dose grows from and to, and by how many repetitions a step. Where start is the goal, it does not grow.

    Raises ValueError unless 1 ≤ start ≤ goal and 1 ≤ step.
    """

    start: int
    goal: int
    step: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.start <= self.goal:
            raise ValueError(f"a range goes from at least 1 up to its goal, not {self.start}–{self.goal}")
        if self.step < 1:
            raise ValueError(f"a step is at least 1, not {self.step}")

    @classmethod
    def of(
        cls, reps_min: int, reps_max: int, start: int | None = None, goal: int | None = None, step: int | None = None
    ) -> "Range":
        """Return a dose's range: its progression where it has one, else its smaller to its larger figure by one."""
        if start is None or goal is None or step is None:
            return cls(reps_min, reps_max)
        return cls(start, goal, step)


@dataclass(frozen=True)
class Spell:
    """A flare or a planned pause: its ``first`` and ``last`` day (None while it goes on), pain at its start, row id."""

    first: datetime.date
    last: datetime.date | None = None
    pain: int | None = None
    id: uuid.UUID | None = None

    def open(self, date: datetime.date) -> bool:
        """Return whether it was going on at the end of ``date``: what ended on that day is over."""
        return self.first <= date and (self.last is None or self.last > date)

    def days(self, date: datetime.date) -> int:
        """Return its length in days up to ``date``, the first and the last included."""
        return (min(self.last or date, date) - self.first).days + 1


@dataclass(frozen=True)
class Choice:
    """A target of the person's own, from ``date`` on."""

    date: datetime.date
    target: int


@dataclass(frozen=True)
class Record:
    """One exercise in one session. ``done`` is None when not noted and 0 when left out; pain is 0–10 or None.

    ``target`` and ``done`` are in repetitions a set; ``day_target`` is in repetitions a day, None for other doses.
    """

    date: datetime.date
    target: int
    done: int | None
    day_target: int | None = None
    pain_before: int | None = None
    pain_after: int | None = None


@dataclass(frozen=True)
class Day:
    """One recorded day of one exercise: its pinned target, whether that was reached, whether pain rose in a session."""

    date: datetime.date
    target: int
    reached: bool
    worse: bool = False

    @property
    def good(self) -> bool:
        return self.reached and not self.worse


@dataclass(frozen=True)
class Advice:
    """The next ``target``, its ``reason`` and the figures that a sentence about it may name.

    ``previous`` is the last day's target (None the first time); ``good_days`` counts the good days running at it.
    """

    target: int
    reason: Reason
    goal: int
    previous: int | None = None
    good_days: int = 0
    needed: int = GOOD_DAYS

    @property
    def figures(self) -> dict[str, int]:
        """Return the figures by name, as a sentence with placeholders takes them; ``left`` is good days to come."""
        return {
            "target": self.target,
            "goal": self.goal,
            "previous": self.previous if self.previous is not None else self.target,
            "good_days": self.good_days,
            "needed": self.needed,
            "left": max(self.needed - self.good_days, 0),
        }


def reach(rules: Rules) -> int:
    """Return how many days back anything can bear on an advice: a run of good days with the longest gaps in it."""
    return (rules.good_days + 1) * (rules.gap_days + 1)


def days(records: Iterable[Record]) -> list[Day]:
    """Return one Day a date from the records of one exercise, latest first.

    A dose counted a session is reached when each session of the day reached its target; one counted a day, when the
    sessions together did. Repetitions not noted do not reach a target. A missing pain score is not a rise. Where the
    sessions of a day were given different targets, the lower one is the day's.
    """
    latest_first = sorted(records, key=lambda record: record.date, reverse=True)
    return [_day(date, list(group)) for date, group in groupby(latest_first, key=lambda record: record.date)]


def advise(span: Range, days: Sequence[Day]) -> Advice:
    """Return the next target, within ``span``, and why.

    ``days`` are the last recorded days of one exercise in any order; GOOD_DAYS of them suffice, and days without a
    record neither count nor break a run. Raises ValueError when two share a date.
    """
    history = sorted(days, key=lambda day: day.date, reverse=True)
    if len({day.date for day in history}) < len(history):
        raise ValueError("one Day a date")
    if not history:
        return Advice(span.start, Reason.FIRST, span.goal)
    last = history[0]
    run = sum(1 for _ in takewhile(lambda day: day.good and day.target == last.target, history))
    target, reason = _next(span, last, run)
    return Advice(target, reason, span.goal, previous=last.target, good_days=run)


def _next(span: Range, last: Day, run: int) -> tuple[int, Reason]:
    # A range edited since comes first: what was earned at a target outside it says nothing about the targets inside.
    if last.target > span.goal:
        return span.goal, Reason.LOWERED
    if last.target < span.start:
        return span.start, Reason.RAISED
    if span.start == span.goal:
        return span.goal, Reason.FIXED
    if last.worse:
        return last.target, Reason.PAIN
    if not last.reached:
        return last.target, Reason.MISSED
    if last.target == span.goal:
        return span.goal, Reason.GOAL
    if run < GOOD_DAYS:
        return last.target, Reason.BUILDING
    return min(last.target + span.step, span.goal), Reason.STEP_UP


def _day(date: datetime.date, records: Sequence[Record]) -> Day:
    worse = any(
        record.pain_before is not None and record.pain_after is not None and record.pain_after > record.pain_before
        for record in records
    )
    daily = [record.day_target for record in records if record.day_target is not None]
    if daily:
        target = min(daily)
        return Day(date, target, sum(record.done or 0 for record in records) >= target, worse)
    reached = all(record.done is not None and record.done >= record.target for record in records)
    return Day(date, min(record.target for record in records), reached, worse)
