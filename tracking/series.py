"""A person's records as series over time, and what they say: ten years cost as much as a month."""

import datetime
import uuid
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import mul
from typing import NamedTuple

from django.contrib.auth.models import User

from tracking import chart, history, measures, stats
from tracking.chart import Axis, Frame, Span, Unit, Value
from tracking.history import Choice, Done, Known, Marks
from tracking.models import Period, Profile
from tracking.past import Half, Sum
from tracking.recorded import Recorded, kept_past
from tracking.rules import Rules
from tracking.stats import DAY, Adherence, Before, Change, Milestone, Score, Window
from tracking.thresholds import rules
from tracking.travel import skipped

LOOK_BACK = 91  # days from which days running, and what comes before a worse day, are told
BACK = 6 * DAY  # by which a journey or a clock leads back within a week: what is kept has to do for that day, too
MOST_MARKS = 60  # of flares, of pauses and of an exercise's chosen doses: more would hide each other
YEAR = 365  # days in which flares are looked for, and days running beyond those that are left out
ROLLING_BUCKETS = {Unit.WEEK: 2}  # of a rolling median that is not counted in days
PERIODS = (Period.MORNING, Period.EVENING)


class ScoreRow(NamedTuple):
    """Mean pain of one bucket in one half of the day, at rest and after sessions, and the rolling median at rest.

    None where nothing was scored; ``sessions`` is None before the first record.
    """

    rest: Value = None
    after: Value = None
    usual: Value = None
    sessions: int | None = None


class Row(NamedTuple):
    date: datetime.date
    morning: ScoreRow
    evening: ScoreRow


class DoneRow(NamedTuple):
    """Repetitions on ``date``, done and aimed at: the day's, where the dose is counted a day, else a session's mean."""

    date: datetime.date
    done: Value = None
    target: Value = None


@dataclass(frozen=True)
class Panel:
    """Pain in one half of the day, one value a bucket."""

    period: Period
    change: Change
    rows: list[ScoreRow]

    @property
    def scored(self) -> bool:
        return any(row.rest is not None or row.after is not None for row in self.rows)


@dataclass(frozen=True)
class Growth:
    """Repetitions of one exercise whose dose grows, on one day of each bucket of ``frame``.

    It is the last day with both sessions, else with one: half a day's dose would look like a step back.
    """

    exercise: Known
    per_day: bool
    frame: Frame
    rows: list[DoneRow | None]
    choices: list[Choice]

    @property
    def last(self) -> DoneRow:
        return next(row for row in reversed(self.rows) if row)


@dataclass(frozen=True)
class Measure:
    """What somebody can do, by date: a mean of activities (PSFS), or the Roland-Morris score; up to ``most``."""

    most: int
    scores: list[tuple[datetime.date, float]]

    @classmethod
    def of(cls, most: int, scores: Mapping[datetime.date, float], frame: Frame) -> "Measure":
        """Return the last score of each bucket of the time shown, the earliest first."""
        return cls(most, [(date, scores[date]) for date in frame.last(scores).values()])


class Reached(NamedTuple):
    """A milestone: since or on ``date``; ``number`` of days running, ``more`` where they may be, or of repetitions."""

    milestone: Milestone
    date: datetime.date | None = None
    number: int = 0
    name: str = ""
    more: bool = False


class Pattern(NamedTuple):
    """What came after the days with exercises that were done on the very same ones."""

    names: list[str]
    before: Before


@dataclass(frozen=True)
class Worse:
    """What came before a worse day: all days that can be compared, and those with exercises, most days first."""

    every: Before
    patterns: list[Pattern]


@dataclass(frozen=True)
class Progress:
    """All that a page, or a report, says of a person's progress."""

    today: datetime.date
    frame: Frame
    axis: Axis
    spans: list[Span]  # that show less than all there is, and all
    first: datetime.date
    change: Change
    stale: bool  # the last score is older than a time that is compared
    panels: list[Panel]
    sessions: dict[tuple[datetime.date, str], uuid.UUID]  # where a bucket is a day that a finger can tell apart
    flares: list[Window]
    going_on: Window | None  # that of ``flares`` which has no end yet
    pauses: list[Window]
    adherence: Adherence
    milestones: list[Reached]
    growths: list[Growth]
    function: Measure
    disability: Measure
    worse: Worse | None

    @property
    def scored(self) -> bool:
        """Return whether any score falls into the time shown."""
        return any(panel.scored for panel in self.panels)

    @property
    def drawn(self) -> bool:
        """Return whether anything is drawn over the time shown: a flare alone is told in words."""
        return bool(self.scored or self.logged or self.function.scores or self.disability.scores)

    @property
    def full(self) -> bool:
        """Return whether there may be more flares, pauses or chosen doses than are shown."""
        chosen = max((len(growth.choices) for growth in self.growths), default=0)
        return max(len(self.flares), len(self.pauses), chosen) >= MOST_MARKS

    @property
    def chosen(self) -> bool:
        """Return whether any dose shown was the person's own choice."""
        return any(growth.choices for growth in self.growths)

    @property
    def logged(self) -> int:
        """Return how many sessions fall into the time shown."""
        return sum(row.sessions or 0 for panel in self.panels for row in panel.rows)

    @cached_property
    def rows(self) -> list[Row]:
        """Return a row for each bucket from the first record on."""
        halves = zip(self.frame.buckets, *(panel.rows for panel in self.panels), strict=True)
        return [Row(*half) for half in halves if half[0] >= chart.floor(self.first, self.frame.unit)]


def progress(profile: Profile, span: Span, today: datetime.date, zone: str = "") -> Progress | None:
    """Return what the records of ``span`` up to ``today`` (in ``zone``) say, None without any. 4 queries, or 5."""
    owner, now = profile.owner, rules()
    since = min(chart.since(span, today) or datetime.date.min, today - YEAR * DAY)
    recent = today - LOOK_BACK * DAY
    past = kept_past(profile, recent, today)
    marks = history.marks(owner, since, recent - BACK, now.period_days, past)
    if (begun := marks.begun) is None:
        return None
    # Somebody who has flown east may have a session dated tomorrow by the zone of now.
    frame = chart.frame(span, max(today, min(marks.last or today, today + DAY)), begun)
    flares = [Window(date, max(date, end or today)) for date, end in marks.flares]
    left_out = [*flares, *marks.pauses]
    looked, days = stats.back(today, LOOK_BACK, left_out, YEAR)
    recorded = Recorded.of(profile, past, marks, (frame, _with_earlier(frame, now)[0], looked), today)
    halves = recorded.single()
    slots = [half for half in halves if half.sessions and half.date >= looked]
    adherence, running, never = _kept_up(profile, marks, slots, {today: zone or profile.zone}, left_out)
    compared, known = _compared(halves, recent, now), history.known(profile.revision)
    growths = _growths(owner, chart.coarser(frame), frame.start, known, recorded, marks.choices)
    return Progress(
        today=today,
        frame=frame,
        axis=Axis(frame.start, frame.end),
        spans=chart.offered(today, begun),
        first=marks.first or begun,
        change=_change(marks.scores, now),
        stale=bool(marks.scores) and (today - max(marks.scores).date).days > now.period_days,
        panels=_panels(frame, recorded, marks, now),
        sessions={half[:2]: half.session for half in recorded.lately if half.session and half.date >= frame.start},
        flares=_shown(flares, frame),
        going_on=next((window for window, (_, end) in zip(flares, marks.flares, strict=True) if end is None), None),
        pauses=_shown(marks.pauses, frame),
        adherence=adherence,
        milestones=_milestones(marks, flares, running, running >= days - never, known, today),
        growths=growths,
        function=Measure.of(10, marks.function, frame),
        disability=Measure.of(measures.STATEMENTS, marks.disability, frame),
        worse=_worse(compared, marks, known, now),
    )


def _change(scores: Sequence[Score], now: Rules, period: str = "") -> Change:
    """Return how usual pain changed, in one half of the day or in both."""
    first, last = ([one for one in part if period in ("", one.period)] for part in stats.ends(scores, now.period_days))
    return stats.change(first, last, now)


def _panels(frame: Frame, recorded: Recorded, marks: Marks, now: Rules) -> list[Panel]:
    """Return pain in the mornings and in the evenings: the halves are many, and read once."""
    buckets = _with_earlier(frame, now)
    filled: dict[str, list[Sum]] = {period: [Sum() for _ in buckets] for period in PERIODS}
    by_day = frame.unit is Unit.DAY
    places = {date: place for place, date in enumerate(buckets)}
    for start, halves in ({} if by_day else recorded.past.sums(frame.unit, buckets[0])).items():
        for period, one in zip(PERIODS, halves, strict=True):
            filled[period][places[start]] = one
    for half in recorded.single() if by_day else recorded.lately:
        if buckets[0] <= half.date <= frame.end:
            filled[half.period][bisect_right(buckets, half.date) - 1].take(half)
    width = now.period_days if frame.unit is Unit.DAY else ROLLING_BUCKETS.get(frame.unit, 1)
    begun = chart.floor(marks.first or frame.end, frame.unit)
    panels = []
    for period in PERIODS:
        found = filled[period]
        usual = stats.rolling([bucket.rest for bucket in found], width, now.enough_scores)
        rows = [
            _row(bucket, middle, begun=date >= begun)
            for date, bucket, middle in list(zip(buckets, found, usual, strict=True))[-len(frame.buckets) :]
        ]
        panels.append(Panel(period, _change(marks.scores, now, period), rows))
    return panels


def _row(bucket: Sum, usual: Value, *, begun: bool) -> ScoreRow:
    rest = stats.mean(sum(map(mul, bucket.rest, bucket.rest.values())), sum(bucket.rest.values()))
    return ScoreRow(rest, stats.mean(bucket.after, bucket.afters), usual, bucket.sessions if begun else None)


def _with_earlier(frame: Frame, now: Rules) -> list[datetime.date]:
    """Return the buckets of the frame after those before it on which its first rolling medians rest."""
    size = {Unit.DAY: 1, Unit.WEEK: 7}.get(frame.unit, 0)
    count = now.period_days if frame.unit is Unit.DAY else ROLLING_BUCKETS.get(frame.unit, 1)
    return [*(frame.start - number * size * DAY for number in range(count - 1, 0, -1)), *frame.buckets]


def _shown(windows: Iterable[Window], frame: Frame) -> list[Window]:
    """Return the latest MOST_MARKS of ``windows`` that reach into the time shown, the earliest first."""
    return [window for window in sorted(windows, key=lambda one: one.start) if window.end >= frame.start][-MOST_MARKS:]


def _kept_up(
    profile: Profile,
    marks: Marks,
    sessions: Iterable[Half],
    here: dict[datetime.date, str],
    left_out: Sequence[Window],
) -> tuple[Adherence, int, int]:
    """Return sessions done of planned, and the days running, up to today, which ``here`` gives with its zone.

    A date that the person never had is not missed; the third figure says how many there were.
    """
    [today] = here
    entered = sorted((half.date, half.period, half.zone) for half in sessions)
    never = skipped({date: zone for date, _, zone in entered} | here)
    begun = min(profile.started, today)
    window = Window(max(begun, today - (rules().adherence_days - 1) * DAY), today)
    slots = {(date, period) for date, period, _ in entered}
    partial = {begun, today, *never}
    done = stats.adherence(profile.planned_periods(), slots, window, partial, left_out, marks.past_plans)
    free = [*left_out, *(Window(date, date) for date in never)]
    return done, stats.run({date for date, _ in slots}, today, free), len(never)


def _growths(
    owner: User,
    frame: Frame,
    first: datetime.date,
    known: Iterable[Known],
    recorded: Recorded,
    choices: Sequence[Choice],
) -> list[Growth]:
    """Return the repetitions of each recorded exercise whose dose grows, on a few days from ``first`` on. 1 query."""
    lasts = [frame.last(date for date in dates if date >= first) for dates in recorded.full_days(frame)]
    asked = sorted({date for last in lasts for date in last.values()})
    found: dict[int, dict[datetime.date, list[Done]]] = defaultdict(lambda: defaultdict(list))
    for row in history.done(owner, asked):
        found[row.exercise][row.date].append(row)
    return [
        Growth(
            exercise=one,
            per_day=any(row.day_target is not None for rows in found[one.pk].values() for row in rows),
            frame=frame,
            rows=[
                _fullest(found[one.pk], {last[number] for last in lasts if number in last})
                for number in range(len(frame.buckets))
            ],
            choices=sorted(own for own in choices if own.exercise == one.pk and own.date >= frame.start)[-MOST_MARKS:],
        )
        for one in known
        if one.grows and one.pk in found
    ]


def _fullest(rows: Mapping[datetime.date, Sequence[Done]], dates: Iterable[datetime.date]) -> DoneRow | None:
    """Return the repetitions of the date with most sessions of ``dates``, the latest of such; None without any."""
    date = max((date for date in dates if date in rows), key=lambda date: (len(rows[date]), date), default=None)
    return None if date is None else _done_row(date, rows[date])


def _done_row(date: datetime.date, rows: Sequence[Done]) -> DoneRow:
    """Return a day's repetitions: added up where the dose is counted a day, else the mean of its sessions."""
    noted = [row.done for row in rows if row.done is not None]
    if any(row.day_target is not None for row in rows):
        target = max(row.target if row.day_target is None else row.day_target for row in rows)
        return DoneRow(date, sum(noted) if noted else None, target)
    return DoneRow(date, stats.mean(sum(noted), len(noted)), max(row.target for row in rows))


def _milestones(
    marks: Marks, flares: Sequence[Window], running: int, more: bool, known: Iterable[Known], today: datetime.date
) -> list[Reached]:
    """Return what has been reached, the same whatever time is shown; a flare is looked for in the last year only.

    ``running`` are days running, or ``more``.
    """
    found = [Reached(Milestone.FIRST_WEEK, marks.week)] if marks.week else []
    found += [
        Reached(Milestone.GOAL, marks.goals[one.pk], one.goal, one.name) for one in known if one.pk in marks.goals
    ]
    first, last = marks.first or today, marks.last or today
    quiet = stats.quiet_since(flares, max(first, today - YEAR * DAY), today)
    if quiet and (today - last).days < stats.WEEK:  # somebody who logs nothing may have had one
        found.append(Reached(Milestone.NO_FLARE, quiet, (today - quiet).days))
    if running >= stats.WEEK:
        found.append(Reached(Milestone.RUNNING, number=running, more=more))
    return found


def _compared(halves: Iterable[Half], since: datetime.date, now: Rules) -> dict[datetime.date, bool]:
    """Return each day from ``since`` on that can be compared with the next one, and whether that one was worse."""
    given = (half for half in halves if half.date >= since)
    scores = (Score(half.date, half.period, half.pain) for half in given if half.pain is not None)
    return stats.followed(stats.day_means(scores), now.rise)


def _worse(compared: dict[datetime.date, bool], marks: Marks, known: Iterable[Known], now: Rules) -> Worse | None:
    """Return what came before a worse day, for exercises done on enough days; None without any such day."""
    every = Before(len(compared), sum(compared.values()))
    together: dict[frozenset[datetime.date], list[str]] = {}
    for one in known:
        dates = frozenset(date for date in compared if one.pk in marks.exercises.get(date, ()))
        if len(dates) >= now.worse_days:
            together.setdefault(dates, []).append(one.name)
    if not together or not every.worse:
        return None
    patterns = [
        Pattern(sorted(names), Before(len(dates), sum(compared[date] for date in dates)))
        for dates, names in together.items()
    ]
    return Worse(every, sorted(patterns, key=lambda one: (-one.before.days, one.names)))
