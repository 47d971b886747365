"""The recorded days of one exercise, and what the back and the person answered. Pure.

The back's answer is read by the pain-monitoring model (Silbernagel 2007, Achilles tendon; bands vary between
publications, and none was validated for the low back): pain up to 5 of 10 is acceptable in exercise when it settles by
the next morning. The figures are in ``rules``. "Pain" is the highest of a session's scores during and after; "waking"
is a day's first score: the night's, else that before the morning session. What a day says, the weightiest first:

- pain above ``stay``: ease off (HIGH);
- pain higher than before the session by ``rise`` or more: ease off (RISE);
- the waking of the next day worse by ``rise`` or more than that of the day: ease off (MORNING). Where the day has no
  waking, the score before its first session stands in;
- the person found it too much: ease off (TOO_MUCH; our rule: their word weighs as much as a score);
- pain above ``go_on``: stay (LEVEL);
- pain higher than before by less than ``rise``: stay (PAIN; our rule, on the careful side);
- else the day is good where its target was reached.

A session's scores count for each of its exercises. A rise and the next morning speak of a load, so one that was left
out is not eased off for them: after a rise it stays (our rule). A missing score says nothing. Nor does what was told on
the day of the person's own choice before it was made: they chose with it in mind.
"""

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import groupby
from typing import NamedTuple

from tracking.rules import DEFAULT, Rules

DAY = datetime.timedelta(days=1)


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
    EASY = "easy"  # good days that felt easy: a step up sooner
    LEVEL = "level"  # pain in the middle band: stay
    HIGH = "high"  # pain above it: a step down
    RISE = "rise"  # pain rose clearly in a session: a step down
    MORNING = "morning"  # a clearly worse next morning: a step down
    TOO_MUCH = "too_much"  # the person's own word: a step down
    CHOSEN = "chosen"  # the person's own target
    RETURN = "return"  # after a flare: begin again lower
    GAP = "gap"  # after days without it: begin again lower
    PAUSED = "paused"  # a flare goes on
    REST = "rest"  # this evening, after a morning with pain above the bands
    EASED = "eased"  # this evening, after a morning that was too much


EASE_OFF = (Reason.HIGH, Reason.RISE, Reason.MORNING, Reason.TOO_MUCH)
WEIGHT = {reason: -place for place, reason in enumerate((*EASE_OFF, Reason.LEVEL, Reason.PAIN))}
RESTING = (Reason.PAUSED, Reason.REST)  # proposed only on request
EASY, TOO_MUCH = "easy", "too_much"  # the person's own words, as their records have them
MORNING = "am"  # the period that says how the back woke up


class Record(NamedTuple):  # there are a hundred for a day's targets, and a frozen dataclass takes four times as long
    """One exercise in one session. ``done`` is None when not noted and 0 when left out; pain is 0–10 or None.

    ``target`` and ``done`` are in repetitions a set; ``day_target`` is in repetitions a day, None for other doses.
    ``period`` sorts the sessions of a day, ``felt`` is the person's own word, ``reason`` what the target was given for,
    ``told`` when that was, the last time.
    """

    date: datetime.date
    target: int
    done: int | None
    day_target: int | None = None
    pain_before: int | None = None
    pain_after: int | None = None
    pain_worst: int | None = None
    period: str = ""
    felt: str = ""
    reason: str = ""
    zone: str = ""
    told: datetime.datetime | None = None

    @property
    def figure(self) -> int:
        """The target in the unit of its dose."""
        return self.target if self.day_target is None else self.day_target

    @property
    def pain(self) -> int | None:
        """The highest score during and after."""
        return max((score for score in (self.pain_worst, self.pain_after) if score is not None), default=None)

    def trouble(self, rules: Rules) -> "Trouble | None":
        """Return the weightiest thing that speaks against going on, if any."""
        before, pain = self.pain_before, self.pain
        rise = pain - before if pain is not None and before is not None else 0
        if pain is not None and pain > rules.stay:
            reason = Reason.HIGH
        elif rise >= rules.rise and self.done != 0:
            reason = Reason.RISE
        elif self.felt == TOO_MUCH:
            reason = Reason.TOO_MUCH
        elif pain is not None and pain > rules.go_on:
            reason = Reason.LEVEL
        elif rise > 0:
            reason = Reason.PAIN
        else:
            return None
        return Trouble(reason, self.date, self.period, before, pain)


@dataclass(frozen=True)
class Choice:
    """A target of the person's own, from ``date`` on; ``entered`` is when it was made."""

    date: datetime.date
    target: int
    entered: datetime.datetime | None = field(default=None, compare=False)

    def follows(self, record: Record) -> bool:
        """Return whether it was made on the day of ``record`` after that was told, and so with it in mind."""
        told = record.told
        return record.date == self.date and told is not None and self.entered is not None and told < self.entered


@dataclass(frozen=True)
class Trouble:
    """What spoke against going on, and when: the pain ``before`` and ``pain`` since, either None where not given."""

    reason: Reason
    date: datetime.date
    period: str = ""
    before: int | None = None
    pain: int | None = None

    @property
    def weight(self) -> tuple[int, int, str]:
        return WEIGHT[self.reason], self.pain or 0, self.period


@dataclass(frozen=True)
class Day:
    """One recorded day of one exercise: its pinned target, whether that was reached, and what spoke against going on.

    ``moved``: whether any of it was done; ``easy``: whether that felt easy; ``reason``: what the target was given for;
    ``overruled``: whether the person chose a target on that day after all of it.
    """

    date: datetime.date
    target: int
    reached: bool
    trouble: Trouble | None = None
    easy: bool = False
    moved: bool = True
    reason: str = ""
    overruled: bool = False

    @property
    def good(self) -> bool:
        return self.reached and self.trouble is None

    @property
    def too_much(self) -> bool:
        return self.trouble is not None and self.trouble.reason in EASE_OFF

    @property
    def rested(self) -> bool:
        """Whether it was only to rest that evening, and none of it was done: neither missed nor reached."""
        return self.reason == Reason.REST and not self.moved


def days(
    records: Iterable[Record],
    nights: Mapping[datetime.date, int] | None = None,
    rules: Rules = DEFAULT,
    choice: Choice | None = None,
    never: Collection[datetime.date] = (),
) -> list[Day]:
    """Return one Day a date from the records of one exercise, latest first.

    ``nights`` are scores given for the waking, ``choice`` is the person's last one of the exercise, ``never`` are dates
    that a journey took. A dose counted a
    session is reached when each session of the day reached its target; one counted a day, when the sessions together
    did. Repetitions not noted do not reach a target.
    """
    by_date = groupby(sorted(records, key=lambda record: (record.date, record.period)), key=lambda record: record.date)
    grouped = {date: list(group) for date, group in by_date}
    woke = {date: score for date, group in grouped.items() if (score := _woke(group)) is not None} | dict(nights or {})
    return [_day(date, grouped[date], woke, rules, choice, never) for date in reversed(grouped)]


def standing(records: Iterable[Record], choice: Choice | None) -> list[Record]:
    """Return the records that no ``choice`` follows."""
    return [record for record in records if choice is None or not choice.follows(record)]


def _woke(records: Iterable[Record]) -> int | None:
    return next((record.pain_before for record in records if record.period == MORNING), None)


def _day(
    date: datetime.date,
    records: Sequence[Record],
    woke: Mapping[datetime.date, int],
    rules: Rules,
    choice: Choice | None,
    never: Collection[datetime.date],
) -> Day:
    stand = standing(records, choice)
    asked = [record for record in stand or records if record.reason not in RESTING] or records
    given = [record for record in asked if record.reason != Reason.EASED] or asked
    given = [record for record in given if record.reason == Reason.CHOSEN] or given
    target = min(record.figure for record in given)
    if any(record.day_target is not None for record in records):
        reached = sum(record.done or 0 for record in records) >= target
    else:
        reached = all(record.done is not None and record.done >= record.target for record in asked)
    felt = {record.felt for record in records if record.felt}
    moved = any(record.done != 0 for record in records)
    troubles = [trouble for record in stand if (trouble := record.trouble(rules))]
    tomorrow = date + (2 * DAY if date + DAY in never else DAY)
    if moved and (answer := _answer(date, tomorrow, records, woke, rules)):
        troubles.append(answer)
    return Day(
        date,
        target,
        reached,
        trouble=max(troubles, key=lambda trouble: trouble.weight, default=None),
        easy=felt == {EASY},
        moved=moved,
        reason=given[-1].reason,
        overruled=not stand,
    )


def _answer(
    date: datetime.date,
    tomorrow: datetime.date,
    records: Iterable[Record],
    woke: Mapping[datetime.date, int],
    rules: Rules,
) -> Trouble | None:
    """Return the back's answer on the next morning, that of ``tomorrow``, where it is that it was too much."""
    first = next((record.pain_before for record in records if record.pain_before is not None), None)
    before, after = woke.get(date, first), woke.get(tomorrow)
    if before is None or after is None or after - before < rules.rise:
        return None
    return Trouble(Reason.MORNING, tomorrow, MORNING, before, after)
