"""What the records add up to: usual pain and its change, sessions done of planned, days running. Pure: figures, codes.

A score enters when it is pain at rest: the one before a session, and any check-in; a night's check-in is a morning's.
The score after a session tells of the exercises and not of the back's usual state, and a flare's tells of its worst
moment: neither enters.
"""

import datetime
from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate
from typing import NamedTuple

from tracking.rules import Rules

# Editor's choice: 30 % of a small baseline is less than the scale itself, which knows whole points only, can show.
SMALLEST = 1
WEEK, MONTH = 7, 30  # days: what the milestones call so
HIGHEST = 10  # score

DAY = datetime.timedelta(days=1)

PastPlans = Mapping[datetime.date, Collection[str]]  # the periods planned before each date


class Score(NamedTuple):
    """Pain at rest, 0 to 10, in one half of a day: am or pm."""

    date: datetime.date
    period: str
    pain: int


class Finding(StrEnum):
    """What can be said about usual pain, from no score at all to a comparison of two times."""

    NONE = "none"  # no score
    BEGUN = "begun"  # the first days have too few scores for a median
    WAITING = "waiting"  # the first days have a median, the last ones not yet
    RECOVERED = "recovered"  # 0 now, and more at first
    LOWER = "lower"  # lower by as much as most people notice
    SMALL = "small"  # too close to tell
    SAME = "same"  # the very same
    HIGHER = "higher"  # higher by as much as most people notice


class Milestone(StrEnum):
    FIRST_WEEK = "first_week"  # the seventh day with a session
    GOAL = "goal"  # an exercise at the end of its dose
    NO_FLARE = "no_flare"  # a month or more since the last flare
    RUNNING = "running"  # a week or more of days running


@dataclass(frozen=True)
class Window:
    """Days from ``start`` to ``end``, both included."""

    start: datetime.date
    end: datetime.date

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    def holds(self, date: datetime.date) -> bool:
        return self.start <= date <= self.end


@dataclass(frozen=True)
class Part:
    """The scores of one time: its days, from the first to the last with a score, and the median, None for too few."""

    window: Window
    scores: int
    days: int
    median: float | None


@dataclass(frozen=True)
class Change:
    """Usual pain in the first days with scores, and in the last ones that are not among them."""

    finding: Finding
    first: Part | None = None
    last: Part | None = None


@dataclass(frozen=True)
class Adherence:
    """Sessions done of sessions planned in ``days`` days. ``weighted`` is their share in percent, recent days first."""

    done: int
    planned: int
    extra: int
    left_out: int  # days of flares and planned pauses
    weighted: int | None


@dataclass(frozen=True)
class Before:
    """Of ``days`` days with something, ``worse`` came before a worse day."""

    days: int
    worse: int


@dataclass(frozen=True)
class Summary:
    """A series in a few figures, for those who hear the chart. ``given`` of ``count`` places hold a value."""

    first: float
    last: float
    lowest: float
    highest: float
    given: int
    count: int


def median(values: Iterable[float]) -> float | None:
    """Return the median; None when there are no values. Half points can come out."""
    ordered = sorted(values)
    middle = len(ordered) // 2
    if not ordered:
        return None
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def mean(total: int, count: int) -> float | None:
    """Return the mean of ``count`` values that add up to ``total``; None when there are none."""
    return total / count if count else None


def ends(scores: Iterable[Score], days: int) -> tuple[list[Score], list[Score]]:
    """Return the scores of the first ``days`` days with scores, and of the last ``days`` that are not among them.

    Given the scores of the first and of the last such days, what lies between them changes nothing. A score may be
    given once only.
    """
    ordered = sorted(scores)
    dates = sorted({score.date for score in ordered})
    first, last = set(dates[:days]), set(dates[days:][-days:])
    return [one for one in ordered if one.date in first], [one for one in ordered if one.date in last]


def change(first: Sequence[Score], last: Sequence[Score], rules: Rules) -> Change:
    """Return what can be said of usual pain, comparing the medians of two times and never two single scores.

    Most people with low-back pain notice 2 points or 30 % of the first figure (Ostelo, Spine 2008; Childs, Spine 2005;
    Farrar, Pain 2001); 0 is recovered (Kamper 2010). A rise is told by the same measure, though those studies looked at
    getting better: an editor's choice. So is how many scores, on as many days, make a median.
    """
    then, now = part(first, rules), part(last, rules)
    if then is None or then.median is None:
        return Change(Finding.BEGUN if then else Finding.NONE, then, now)
    if now is None or now.median is None:
        return Change(Finding.WAITING, then, now)
    return Change(meaning(then.median, now.median, rules), then, now)


def meaning(then: float, now: float, rules: Rules) -> Finding:
    """Return what the difference between two medians means. See ``change`` for the sources."""
    if then == now:
        return Finding.SAME
    if not now:
        return Finding.RECOVERED
    if abs(then - now) < notable(then, rules):
        return Finding.SMALL
    return Finding.LOWER if now < then else Finding.HIGHER


def notable(baseline: float, rules: Rules) -> float:
    """Return how many points from ``baseline`` most people would notice: 2 points or 30 %, whichever is less.

    From a baseline of 0 there is no percentage, so the points decide.
    """
    share = baseline * rules.notice_percent / 100
    return min(rules.notice_points, max(share, SMALLEST)) if baseline else rules.notice_points


def part(scores: Sequence[Score], rules: Rules) -> Part | None:
    """Return the scores of one time in figures, with a median when there are enough, on enough days."""
    dates = {score.date for score in scores}
    if not dates:
        return None
    enough = min(len(scores), len(dates)) >= rules.enough_scores
    middle = median(score.pain for score in scores) if enough else None
    return Part(Window(min(dates), max(dates)), len(scores), len(dates), middle)


def rolling(buckets: Sequence[Mapping[int, int]], width: int, enough: int) -> list[float | None]:
    """Return, for each bucket of scores (score → how often), the median of it and those before it, ``width`` in all.

    None in a gap (a quarter of ``width`` without a score), or where fewer than ``enough`` came together.
    """
    found: list[float | None] = []
    near = [0] * (HIGHEST + 1)
    for number, bucket in enumerate(buckets, 1):
        for score, times in bucket.items():
            near[score] += times
        for score, times in buckets[number - width - 1].items() if number > width else ():
            near[score] -= times
        gap = not any(buckets[max(number - max(width // 4, 1), 0) : number])
        reached = list(accumulate(near))  # by each score, how many are as low: where the middle ones stand
        total = reached[-1]
        middle = bisect_right(reached, (total - 1) // 2) + bisect_right(reached, total // 2)
        found.append(None if gap or total < enough else middle / 2)
    return found


def adherence(
    periods: Collection[str],
    slots: Set[tuple[datetime.date, str]],
    window: Window,
    partial: Collection[datetime.date] = (),
    left_out: Sequence[Window] = (),
    past: PastPlans | None = None,
) -> Adherence:
    """Return sessions done of planned, the recent ones weighing more: an editor's choice, with no trial behind it.

    ``periods`` are planned on each day of ``window``, and those of ``past`` before its dates; ``slots`` are the
    sessions. ``partial`` days count as far as they are done: that of the sign-up, and today, which is not over. Days
    of flares and planned pauses are ``left_out``: nothing is planned on them, and a session on one is extra. The oldest
    day weighs 1, the next one 2, and so on.
    """
    done = planned = share = whole = outside = 0
    for number in range(window.days):
        date = window.start + number * DAY
        free = any(one.holds(date) for one in left_out)
        outside += free
        for period in () if free else planned_on(date, periods, past or {}):
            kept = (date, period) in slots
            if kept or date not in partial:
                planned, whole = planned + 1, whole + number + 1
            if kept:
                done, share = done + 1, share + number + 1
    every = sum(window.holds(date) for date, _ in slots)
    return Adherence(done, planned, every - done, outside, round(100 * share / whole) if whole else None)


def planned_on(date: datetime.date, periods: Collection[str], past: PastPlans) -> Collection[str]:
    """Return the periods planned on ``date``: those of the next day in ``past`` after it, which held until then."""
    return past[min(until)] if (until := [day for day in past if day > date]) else periods


def run(dates: Set[datetime.date], today: datetime.date, left_out: Sequence[Window] = ()) -> int:
    """Return how many days running have a session, up to today or yesterday.

    Days of flares and planned pauses neither break nor lengthen it, with or without a session; nor does today before
    its session is done.
    """
    if not dates:
        return 0
    count, date, first = 0, today, min(dates)
    while date >= first:
        if not any(window.holds(date) for window in left_out):
            if date in dates:
                count += 1
            elif date < today:
                break
        date -= DAY
    return count


def back(today: datetime.date, days: int, left_out: Sequence[Window], most: int) -> tuple[datetime.date, int]:
    """Return the day from which ``days`` days before ``today`` are not left out, and their number.

    That is smaller where even ``most`` days in all do not hold so many.
    """
    date, count = today, 0
    while count < days and (today - date).days < most:
        date -= DAY
        count += not any(window.holds(date) for window in left_out)
    return date, count


def day_means(scores: Iterable[Score]) -> dict[datetime.date, float]:
    """Return the mean score of each day that has one."""
    found: dict[datetime.date, list[int]] = {}
    for score in scores:
        found.setdefault(score.date, []).append(score.pain)
    return {date: sum(pains) / len(pains) for date, pains in found.items()}


def followed(means: Mapping[datetime.date, float], rise: int) -> dict[datetime.date, bool]:
    """Return each day that can be compared with the next one, and whether that one was worse by ``rise`` or more.

    It describes and proves nothing: what came before need not be the cause.
    """
    return {date: means[date + DAY] - value >= rise for date, value in means.items() if date + DAY in means}


def quiet_since(flares: Sequence[Window], first: datetime.date, today: datetime.date) -> datetime.date | None:
    """Return the day since which no flare is noted, when that is a month ago or more; ``first`` is the first record."""
    since = max([first, *(flare.end + DAY for flare in flares)])
    return since if (today - since).days >= MONTH else None


def summary(values: Sequence[float | None]) -> Summary | None:
    """Return ``values`` in a few figures, or None when none is given. None is a gap, 0 a value."""
    given = [value for value in values if value is not None]
    if not given:
        return None
    return Summary(given[0], given[-1], min(given), max(given), len(given), len(values))
