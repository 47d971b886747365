"""The next dose and the reason for it. Pure: it returns codes, and ``wording`` makes sentences.

A target is in repetitions a set, or in repetitions a day where the dose is counted a day. Article B starts two of its
exercises at 5 a day, builds them to 30, and raises them as they get easier; both articles give ranges such as 2–3. How
fast to go is the editor's choice, with no trial behind it. The figures are in ``rules``; how a day is judged, and the
source of that, is in ``days``. From the last days follows the next target:

- a day to ease off: one step down, never below the start (HIGH, RISE, MORNING, TOO_MUCH);
- a day to stay, or whose target was not reached (MISSED): the same again;
- ``good_days`` good days running: one step up (STEP_UP), never above the goal; ``easy_days`` of them where each felt
  easy (EASY; article B raises "as it gets easier", the figure is ours). No word of the person's makes a larger step.

What comes before that (our rules):

- while a flare goes on, the exercise is paused (PAUSED);
- after a flare (RETURN), or after ``gap_days`` days without the exercise (GAP), one begins again at ``return_percent``
  of the last target. A gap is counted from the last day on which some of it was done. A planned pause is a gap too: it
  excuses the person, and the body has rested all the same;
- a target that the person chose counts from then on (CHOSEN), whatever was told before, and the rules go on from there;
  one chosen in a flare is where one begins again, and one chosen in a gap holds until ``gap_days`` have passed again;
- a loading exercise that was taken in waits to be taken in again after a flare or a gap, where its dose has one figure:
  there is no half of it to begin again with;
- in the evening after a morning that was HIGH one rests (REST), whatever the exercises of either are: above the bands
  the back is to settle, and the score is the back's. RISE and TOO_MUCH speak of a load, so only the exercises of that
  morning are a step less (EASED). What rested is as a day without a record.
"""

import datetime
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile

from tracking.days import EASE_OFF, RESTING, Choice, Day, Reason, Record, Trouble, standing
from tracking.rules import DEFAULT, Rules
from tracking.travel import between

BEGUN_AGAIN = (Reason.RETURN, Reason.GAP)


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

    def within(self, target: int) -> int:
        """Return ``target``, or the end of the range that is nearer to it."""
        return min(max(target, self.start), self.goal)


@dataclass(frozen=True)
class Spell:
    """A flare or a planned pause: its ``first`` and ``last`` day (None while it goes on), pain at its start, row id.

    ``entered`` is when it was told.
    """

    first: datetime.date
    last: datetime.date | None = None
    pain: int | None = None
    id: uuid.UUID | None = None
    entered: datetime.datetime | None = field(default=None, compare=False)

    def open(self, date: datetime.date) -> bool:
        """Return whether it was going on at the end of ``date``: what ended on that day is over."""
        return self.first <= date and (self.last is None or self.last > date)

    def days(self, date: datetime.date) -> int:
        """Return its length in days up to ``date``, the first and the last included."""
        return (min(self.last or date, date) - self.first).days + 1


@dataclass(frozen=True)
class Advice:
    """The next ``target``, its ``reason`` and the figures that a sentence about it may name.

    ``previous`` is the target before (None the first time); ``good_days`` counts the good days running at it. ``date``
    is a flare's first day (PAUSED) or last (RETURN), the last day of the exercise (GAP), or that of a choice; ``gap``
    counts the days without the exercise.
    """

    target: int
    reason: Reason
    goal: int
    previous: int | None = None
    good_days: int = 0
    needed: int = DEFAULT.good_days
    trouble: Trouble | None = None
    date: datetime.date | None = None
    gap: int = 0

    @property
    def rests(self) -> bool:
        """Whether it is proposed only on request."""
        return self.reason in RESTING

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
            "gap": self.gap,
        }


@dataclass(frozen=True)
class Situation:
    """What an advice for ``date`` rests on beside the days: flares, and the target that the person chose last.

    ``morning`` is what was told of pain in the date's morning session, whatever its exercises were. Dates that the
    person ``never`` had, because a journey took them, are no days of a gap.
    """

    date: datetime.date
    flares: Sequence[Spell] = ()
    choice: Choice | None = None
    rules: Rules = DEFAULT
    morning: Record | None = None
    never: Collection[datetime.date] = ()

    def flare(self) -> Spell | None:
        going_on = (flare for flare in self.flares if flare.open(self.date))
        return min(going_on, key=lambda flare: flare.first, default=None)

    def flare_since(self, day: Day) -> Spell | None:
        """Return the last flare that was over by the date and is not followed by ``day``."""
        over = [flare for flare in self.flares if flare.last and day.date <= flare.last <= self.date]
        since = [flare for flare in over if not (self.given_after(flare, day) or self.chosen_in(flare, day))]
        return max(since, key=lambda flare: flare.last or flare.first, default=None)

    def given_after(self, flare: Spell, day: Day) -> bool:
        """Return whether the target of a flare's last ``day`` came after it: for its end, or by a choice taken back."""
        taken_back = day.reason == Reason.CHOSEN and not self.chosen_on(day)
        return flare.last == day.date and (day.reason == Reason.RETURN or taken_back)

    def chosen_in(self, flare: Spell, day: Day) -> bool:
        """Return whether ``day`` is that of a choice made since the flare was told, and so with it in mind."""
        if self.choice is None or not self.chosen_on(day):
            return False
        if flare.entered and self.choice.entered:
            return flare.entered < self.choice.entered
        return flare.first < day.date

    def chosen_on(self, day: Day) -> bool:
        """Return whether the choice that holds is the target of ``day``."""
        return self.choice is not None and day.reason == Reason.CHOSEN and day.date == self.choice.date

    def apart(self, earlier: Day, later: Day) -> bool:
        """Return whether a gap or a flare lies between two days, so that good days do not run on."""
        told = any(flare.first <= later.date and (flare.last or later.date) > earlier.date for flare in self.flares)
        return told or between(earlier.date, later.date, self.never) > self.rules.gap_days


def reach(rules: Rules) -> int:
    """Return how many days back anything can bear on an advice: a run of good days with the longest gaps in it."""
    return (rules.good_days + 1) * (rules.gap_days + 1)


def window(rules: Rules) -> int:
    """Return how many of an exercise's last records suffice: mornings and evenings of a gap or a run, and more."""
    return 2 * (max(rules.good_days, rules.gap_days) + 2)


def advise(span: Range, days: Sequence[Day], now: Situation) -> Advice:
    """Return the next target, within ``span``, and why.

    ``days`` are the last recorded days of one exercise in any order; only those before the situation's date count.
    Days without a record neither count nor break a run, while they are fewer than a gap. Raises ValueError when two
    share a date.
    """
    history = sorted((day for day in days if day.date < now.date), key=lambda day: day.date, reverse=True)
    if len({day.date for day in history}) < len(history):
        raise ValueError("one Day a date")
    return replace(_advise(span, history, now), goal=span.goal, needed=now.rules.good_days)


def tonight(advice: Advice, span: Range, morning: Sequence[Record], now: Situation) -> Advice:
    """Return the advice for the evening of a day whose morning is recorded: REST, EASED or as it was.

    ``morning`` are the exercise's own records of it, of which there may be none.
    """
    told = [*morning, now.morning] if now.morning else morning
    stand = standing(told, now.choice)
    troubles = [(trouble, record) for record in stand if (trouble := record.trouble(now.rules))]
    trouble, record = max(troubles, key=lambda found: found[0].weight, default=(None, None))
    if trouble is None or record is None or trouble.reason not in EASE_OFF or advice.reason == Reason.PAUSED:
        return advice
    if trouble.reason == Reason.HIGH:
        return replace(advice, reason=Reason.REST, trouble=trouble)
    if record is now.morning:  # what was done of other exercises says nothing of this one's load
        return advice
    target = min(advice.target, span.within(record.figure - span.step))
    return replace(advice, target=target, reason=Reason.EASED, previous=record.figure, trouble=trouble)


def lapsed(taken: datetime.datetime, date: datetime.date, span: Range, days: Sequence[Day], now: Situation) -> bool:
    """Return whether an exercise that was ``taken`` in, on ``date``, waits again: after a flare told since, or a gap.

    ``days`` are as in ``advise``.
    """
    if span.start < span.goal:
        return False
    over = (flare for flare in now.flares if flare.last and date <= flare.last <= now.date)
    if any(flare.entered and flare.entered > taken for flare in over):
        return True
    last = max([date, *(day.date for day in days if day.moved and day.date < now.date)])
    return between(last, now.date, now.never) > now.rules.gap_days


def _advise(span: Range, history: list[Day], now: Situation) -> Advice:
    known = [day for day in history if day.reason != Reason.PAUSED and not day.rested]
    chosen = now.choice is not None and _in_force(now.choice, known)
    if now.choice and chosen:  # nothing of it is done yet
        target = span.within(now.choice.target)
        known.insert(0, Day(now.choice.date, target, reached=True, moved=False, reason=Reason.CHOSEN))
    base = next(iter(known or history), None)
    if base is None:
        flare = now.flare()
        return Advice(
            span.start, Reason.PAUSED if flare else Reason.FIRST, span.goal, date=flare.first if flare else None
        )
    known = known or history  # nothing but days of a flare or of rest
    again = _after_flare(span, base, now) or _after_gap(span, known, now)
    if flare := now.flare():
        kept = base.target if now.chosen_in(flare, base) else _lower(span, base, now.rules)
        target = again.target if again else kept
        begun = any(day.moved for day in known)
        return Advice(target, Reason.PAUSED, span.goal, base.target if begun else None, date=flare.first)
    if again:
        return again
    if chosen:
        return Advice(base.target, Reason.CHOSEN, span.goal, base.target, date=base.date)
    return _next(span, known, now)


def _in_force(choice: Choice, known: Sequence[Day]) -> bool:
    """Return whether a choice came after all that was recorded."""
    return not known or choice.date > known[0].date or known[0].overruled


def _lower(span: Range, base: Day, rules: Rules) -> int:
    """Return where one begins again; what was given in a flare is that already."""
    part = (base.target * rules.return_percent + 50) // 100
    return span.within(base.target if base.reason == Reason.PAUSED else part)


def _after_flare(span: Range, base: Day, now: Situation) -> Advice | None:
    flare = now.flare_since(base)
    if span.start == span.goal or not (flare or base.reason == Reason.PAUSED):
        return None
    return Advice(
        _lower(span, base, now.rules), Reason.RETURN, span.goal, base.target, date=flare.last if flare else None
    )


def _after_gap(span: Range, known: Sequence[Day], now: Situation) -> Advice | None:
    """Return the advice after days without the exercise; one left out for days that began again is not halved twice."""
    done = next((day for day in known if day.moved), None)
    decided = next((day for day in known if day.moved or day.reason == Reason.CHOSEN), None)
    since = done or (known[-1] if known else None)
    if since is None or span.start == span.goal or (decided and not done):  # chosen before the first time
        return None
    if between((decided or since).date, now.date, now.never) <= now.rules.gap_days:
        return None
    last = known[0]
    if done is None and last.target == span.start:
        return Advice(span.start, Reason.FIRST, span.goal)
    begun = last.rested or (last.reason in BEGUN_AGAIN and not last.moved)
    target = span.within(last.target) if begun else _lower(span, last, now.rules)
    gap = between(since.date, now.date, now.never) - 1
    return Advice(target, Reason.GAP, span.goal, last.target, date=since.date, gap=gap)


def _next(span: Range, known: Sequence[Day], now: Situation) -> Advice:
    last = known[0]
    run = _run(known, now)
    easy = sum(1 for _ in takewhile(lambda day: day.easy, run))
    trouble = _trouble(known)
    target, reason = last.target, Reason.BUILDING
    # A range edited since comes first: what was earned at a target outside it says nothing about the targets inside.
    if last.target > span.goal:
        target, reason = span.goal, Reason.LOWERED
    elif last.target < span.start:
        target, reason = span.start, Reason.RAISED
    elif trouble:
        reason = trouble.reason
        target = span.within(last.target - span.step) if reason in EASE_OFF else last.target
    elif span.start == span.goal:
        reason = Reason.FIXED
    elif last.rested:  # nothing else is known of it
        target, reason = span.start, Reason.FIRST
    elif not last.reached:
        reason = Reason.MISSED
    elif last.target == span.goal:
        reason = Reason.GOAL
    elif len(run) >= now.rules.good_days:
        target, reason = span.within(last.target + span.step), Reason.STEP_UP
    elif easy >= min(now.rules.easy_days, now.rules.good_days):
        target, reason = span.within(last.target + span.step), Reason.EASY
    because = trouble if trouble and trouble.reason == reason else None
    return Advice(target, reason, span.goal, last.target, len(run), trouble=because)


def _run(known: Sequence[Day], now: Situation) -> list[Day]:
    """Return the good days running at the last target, latest first, no further back than a gap, flare or choice."""
    run: list[Day] = []
    for day in known:
        chosen_since = day.overruled or (now.choice is not None and day.date < now.choice.date)
        if not day.good or day.target != known[0].target or chosen_since or (run and now.apart(day, run[-1])):
            break
        run.append(day)
    return run


def _trouble(known: Sequence[Day]) -> Trouble | None:
    """Return what speaks against going on: on the last day, or that morning where its target was not lowered for it."""
    last, before = known[0], known[1] if len(known) > 1 else None
    if before is None or last.too_much or last.reason in (Reason.MORNING, Reason.CHOSEN):
        return last.trouble
    answer = before.trouble
    woke_worse = answer is not None and answer.reason == Reason.MORNING and answer.date == last.date
    if woke_worse and last.target >= before.target:
        return answer
    return last.trouble
