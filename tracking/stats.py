"""What the records add up to: usual pain and its change, sessions done of planned, a calendar. Pure: figures and codes.

There are no streaks on purpose: a missed day is a missed day, and breaks nothing.
"""

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

# A difference of 2 points on the 0–10 scale is the smallest that the scale can tell apart in low-back pain (Childs,
# Spine 2005), and one that most people notice (Ostelo, Spine 2008: 2 points or 30 %; Farrar, Pain 2001). Below a score
# of 7, 30 % is less than the scale can tell apart, so the 2 points decide here.
MEANINGFUL = 2
# Editor's choice, on the evidence's advice to compare periods and never two single scores.
MIN_SCORES = 5  # scores of a period, before its median is named
PART_DAYS = 14  # days compared at each end of a span, at most
MIN_PART_DAYS = 7  # days compared at each end, at least

DAY = datetime.timedelta(days=1)


class Finding(StrEnum):
    """What can be said about usual pain, from no scores at all to a comparison of two periods."""

    NONE = "none"  # no score
    BEGUN = "begun"  # fewer scores than a median needs
    USUAL = "usual"  # a median of the span, and nothing to compare it with
    SAME = "same"  # two medians, closer than the scale can tell apart
    LOWER = "lower"  # the later median is lower by MEANINGFUL or more
    HIGHER = "higher"  # the later median is higher by MEANINGFUL or more


class Mark(StrEnum):
    """Which of a day's two slots have a session."""

    NONE = "none"
    MORNING = "am"
    EVENING = "pm"
    BOTH = "both"


@dataclass(frozen=True)
class Window:
    """Days from ``start`` to ``end``, both included."""

    start: datetime.date
    end: datetime.date

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1


@dataclass(frozen=True)
class Usual:
    """What is said about pain. Medians are on the 0–10 scale, None where there are too few ``scores``."""

    finding: Finding
    scores: int
    median: float | None = None
    first: float | None = None
    last: float | None = None

    @property
    def difference(self) -> float | None:
        """Return how far the two medians are apart, in points, never negative."""
        return None if self.first is None or self.last is None else abs(self.first - self.last)


@dataclass(frozen=True)
class Adherence:
    """Sessions done of sessions planned. ``extra`` ones had no plan for their slot, ``earlier`` ones came before it."""

    done: int
    planned: int
    extra: int = 0
    earlier: int = 0

    @property
    def unplanned(self) -> int:
        return self.extra + self.earlier

    @property
    def percent(self) -> int | None:
        """Return done of planned in whole percent, None where nothing was planned."""
        return round(100 * self.done / self.planned) if self.planned else None


@dataclass(frozen=True)
class Summary:
    """A series in a few figures, for those who hear the chart. ``given`` of ``count`` places hold a value."""

    first: float
    last: float
    lowest: float
    highest: float
    given: int
    count: int


@dataclass(frozen=True)
class CalendarDay:
    date: datetime.date
    mark: Mark


def median(counts: Mapping[int, int]) -> float | None:
    """Return the median of scores given as score → how often; None when there are none. Half points can come out."""
    total = sum(counts.values())
    if not total:
        return None
    return (_nth(counts, (total - 1) // 2) + _nth(counts, total // 2)) / 2


def mean(total: int, count: int) -> float | None:
    """Return the mean of ``count`` values that add up to ``total``; None when there are none."""
    return total / count if count else None


def ends(since: datetime.date, until: datetime.date) -> tuple[Window, Window] | None:
    """Return the first and the last days of a time, to be compared, or None when it is too short for two such parts."""
    part = min(PART_DAYS, ((until - since).days + 1) // 2)
    if part < MIN_PART_DAYS:
        return None
    return Window(since, since + (part - 1) * DAY), Window(until - (part - 1) * DAY, until)


def usual(first: Mapping[int, int], last: Mapping[int, int], rest: Mapping[int, int]) -> Usual:
    """Return what can be said about pain from the scores (score → how often) of the first, the last and other days."""
    every = [first, last, rest]
    counts = {score: sum(part.get(score, 0) for part in every) for part in every for score in part}
    total = sum(counts.values())
    if total < MIN_SCORES:
        return Usual(Finding.BEGUN if total else Finding.NONE, total)
    then, now = median(first), median(last)
    enough = min(sum(first.values()), sum(last.values())) >= MIN_SCORES
    if not enough or then is None or now is None:
        return Usual(Finding.USUAL, total, median(counts))
    finding = Finding.SAME
    if abs(then - now) >= MEANINGFUL:
        finding = Finding.LOWER if now < then else Finding.HIGHER
    return Usual(finding, total, median(counts), then, now)


def adherence(
    periods: Collection[str], full_days: int, full: Mapping[str, int], part: Mapping[str, int], earlier: int = 0
) -> Adherence:
    """Return sessions done of planned.

    ``periods`` are the slots planned each day; that plan is taken for the whole time. ``full`` are the sessions of each
    slot on the ``full_days`` days that count in full, ``part`` those on days that count as far as they are done: the
    day of the sign-up, and today, which is not over. ``earlier`` sessions are from before there was a plan.
    """
    done = {period: full.get(period, 0) + part.get(period, 0) for period in {*full, *part}}
    planned = len(periods) * full_days + sum(part.get(period, 0) for period in periods)
    kept = sum(done.get(period, 0) for period in periods)
    return Adherence(kept, planned, sum(done.values()) - kept, earlier)


def summary(values: Sequence[float | None]) -> Summary | None:
    """Return ``values`` in a few figures, or None when none is given. None is a gap, 0 a value."""
    given = [value for value in values if value is not None]
    if not given:
        return None
    return Summary(given[0], given[-1], min(given), max(given), len(given), len(values))


def calendar(window: Window, slots: Iterable[tuple[datetime.date, str]]) -> list[CalendarDay]:
    """Return each day of ``window`` with the slots that have a session; ``slots`` outside it are left out."""
    found: dict[datetime.date, set[str]] = {}
    for date, period in slots:
        found.setdefault(date, set()).add(period)
    dates = (window.start + number * DAY for number in range(window.days))
    return [CalendarDay(date, _mark(found.get(date, set()))) for date in dates]


def tally(days: Iterable[CalendarDay]) -> dict[Mark, int]:
    """Return how many days carry each mark."""
    marks = [day.mark for day in days]
    return {mark: marks.count(mark) for mark in Mark}


def _mark(periods: set[str]) -> Mark:
    if len(periods) > 1:
        return Mark.BOTH
    return Mark(periods.pop()) if periods else Mark.NONE


def _nth(counts: Mapping[int, int], place: int) -> int:
    """Return the score at ``place``, from 0, of the scores in order."""
    passed = 0
    for score in sorted(counts):
        passed += counts[score]
        if passed > place:
            return score
    raise IndexError(place)
