"""A person's records as series over time: summed up by the database, so that ten years draw as fast as a month."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.db.models import Avg, Case, CharField, Count, DateField, F, Max, Min, Q, Sum, Value, When
from django.db.models.functions import TruncMonth, TruncQuarter, TruncWeek, TruncYear

from tracking import chart, stats
from tracking.chart import CalendarChart, Chart, Frame, Span, Unit
from tracking.models import Period, Profile, Session, SessionExercise
from tracking.stats import DAY, Adherence, CalendarDay, Mark, Summary, Usual, Window

CALENDAR_DAYS = 371  # at most: 53 weeks
TRUNCATIONS: dict[Unit, Any] = {
    Unit.WEEK: TruncWeek,
    Unit.MONTH: TruncMonth,
    Unit.QUARTER: TruncQuarter,
    Unit.YEAR: TruncYear,
}


class ScoreRow(NamedTuple):
    """Mean pain of one bucket, before and after its mornings and its evenings; None where nothing was scored."""

    date: datetime.date
    morning_before: float | None = None
    morning_after: float | None = None
    evening_before: float | None = None
    evening_after: float | None = None


class DoneRow(NamedTuple):
    """Mean repetitions of one bucket, done and aimed at; a day's, where the dose is counted a day, else a set's."""

    date: datetime.date
    done: float | None = None
    target: float | None = None


@dataclass(frozen=True)
class Panel:
    """Pain in one period of the day, drawn and in a few figures."""

    period: Period
    chart: Chart
    before: Summary | None
    after: Summary | None


@dataclass(frozen=True)
class Growth:
    """Repetitions of one exercise whose dose grows. ``last`` is the latest row that holds anything."""

    name: str
    slug: str
    goal: int
    per_day: bool
    rows: list[DoneRow]  # from the first record on
    last: DoneRow
    chart: Chart
    done: Summary | None


@dataclass(frozen=True)
class Calendar:
    window: Window
    tally: dict[Mark, int]
    chart: CalendarChart


@dataclass(frozen=True)
class Progress:
    """All that a page, or a report, says of a person's progress in a span."""

    frame: Frame
    sessions: int
    usual: Usual
    ends: tuple[Window, Window] | None
    rows: list[ScoreRow]  # from the first record on
    panels: list[Panel]
    adherence: Adherence
    calendar: Calendar
    growths: list[Growth]

    @property
    def scored(self) -> bool:
        """Return whether any session has a pain score."""
        return any(panel.before or panel.after for panel in self.panels)


def progress(profile: Profile, span: Span, today: datetime.date) -> Progress | None:
    """Return what the records of ``span`` up to ``today`` say, or None when there are none at all. 5 queries."""
    owner = profile.owner
    extent = _sessions(owner).aggregate(first=Min("date"), last=Max("date"))
    if extent["first"] is None:
        return None
    # Somebody who has flown east may have a session dated tomorrow by the zone of now.
    frame = chart.frame(span, max(today, min(extent["last"], today + DAY)), extent["first"])
    since = max(frame.start, extent["first"])
    ends = stats.ends(since, frame.end)
    rows, done = _scores(owner, frame)
    slots = _slots(owner, Window(max(frame.start, frame.end - (CALENDAR_DAYS - 1) * DAY), frame.end))
    done_today = [period for date, period in slots if date == frame.end]
    planned_since = max(frame.start, min(profile.started, extent["first"]))
    return Progress(
        frame=frame,
        sessions=sum(done.values()),
        usual=_usual(owner, frame, ends),
        ends=ends,
        rows=[row for row in rows if row.date >= chart.floor(since, frame.unit)],
        panels=_panels(frame, rows),
        adherence=stats.adherence(profile.planned_periods(), planned_since, frame.end, done, done_today),
        calendar=_calendar(frame, slots),
        growths=_growths(owner, frame),
    )


def _sessions(owner: User) -> Any:
    return Session.objects.owned_by(owner).kept()


def _bucket(unit: Unit) -> Any:
    return TRUNCATIONS[unit]("date", output_field=DateField()) if unit in TRUNCATIONS else F("date")


def _within(frame: Frame) -> Q:
    return Q(date__range=(frame.start, frame.end))


def _scores(owner: User, frame: Frame) -> tuple[list[ScoreRow], dict[str, int]]:
    """Return a row for each bucket, and how many sessions each period has in all. 1 query."""
    found = (
        _sessions(owner)
        .filter(_within(frame))
        .order_by()
        .values("period", bucket=_bucket(frame.unit))
        .annotate(before=Avg("pain_before"), after=Avg("pain_after"), sessions=Count("pk"))
    )
    pairs: dict[tuple[datetime.date, str], tuple[float | None, float | None]] = {}
    done: dict[str, int] = defaultdict(int)
    for row in found:
        pairs[row["bucket"], row["period"]] = (row["before"], row["after"])
        done[row["period"]] += row["sessions"]
    none = (None, None)
    rows = [
        ScoreRow(date, *pairs.get((date, Period.MORNING), none), *pairs.get((date, Period.EVENING), none))
        for date in frame.buckets
    ]
    return rows, done


def _usual(owner: User, frame: Frame, ends: tuple[Window, Window] | None) -> Usual:
    """Return what can be said about pain before sessions, from how often each score was given. 1 query."""
    parts = dict(zip(("first", "last"), ends or (), strict=False))
    whens = [When(date__range=(part.start, part.end), then=Value(name)) for name, part in parts.items()]
    part = Case(*whens, default=Value("rest"), output_field=CharField())
    found = (
        _sessions(owner)
        .filter(_within(frame), pain_before__isnull=False)
        .order_by()
        .values("pain_before", part=part)
        .annotate(times=Count("pk"))
    )
    counts: dict[str, dict[int, int]] = defaultdict(dict)
    for row in found:
        counts[row["part"]][row["pain_before"]] = row["times"]
    return stats.usual(counts["first"], counts["last"], counts["rest"])


def _slots(owner: User, window: Window) -> list[tuple[datetime.date, str]]:
    """Return the date and period of each session in ``window``. 1 query."""
    return list(_sessions(owner).filter(date__range=(window.start, window.end)).values_list("date", "period"))


def _panels(frame: Frame, rows: Sequence[ScoreRow]) -> list[Panel]:
    pairs = {
        Period.MORNING: ([row.morning_before for row in rows], [row.morning_after for row in rows]),
        Period.EVENING: ([row.evening_before for row in rows], [row.evening_after for row in rows]),
    }
    return [
        Panel(
            period,
            chart.scores(frame, {"before": before, "after": after}),
            stats.summary(before),
            stats.summary(after),
        )
        for period, (before, after) in pairs.items()
    ]


def _calendar(frame: Frame, slots: Iterable[tuple[datetime.date, str]]) -> Calendar:
    window = Window(max(frame.start, frame.end - (CALENDAR_DAYS - 1) * DAY), frame.end)
    days: list[CalendarDay] = stats.calendar(window, slots)
    return Calendar(window, stats.tally(days), chart.calendar(days))


def _growths(owner: User, frame: Frame) -> list[Growth]:
    """Return the repetitions of each recorded exercise whose dose grows to a goal, in the exercises' order. 1 query."""
    noted = Q(done__isnull=False)
    found = (
        SessionExercise.objects.owned_by(owner)
        .filter(_within(frame), session__owner=owner, session__deleted_at__isnull=True)
        .filter(exercise__dose__goal__isnull=False)
        .order_by("exercise__order", "exercise__slug")
        .values("exercise__slug", "exercise__name", goal=F("exercise__dose__goal"), bucket=_bucket(frame.unit))
        .annotate(
            total=Sum("done"),
            times=Count("done"),
            days=Count("date", distinct=True, filter=noted),
            target=Avg("target"),
            day_target=Avg("day_target"),
        )
    )
    exercises: dict[tuple[str, str, int], dict[datetime.date, dict[str, Any]]] = {}
    for row in found:
        key = (row["exercise__slug"], row["exercise__name"], row["goal"])
        exercises.setdefault(key, {})[row["bucket"]] = row
    return [_growth(frame, *key, rows) for key, rows in exercises.items()]


def _growth(frame: Frame, slug: str, name: str, goal: int, found: dict[datetime.date, dict[str, Any]]) -> Growth:
    rows = [_done_row(date, found[date]) if date in found else DoneRow(date) for date in frame.buckets]
    done = [row.done for row in rows]
    return Growth(
        name=name,
        slug=slug,
        goal=goal,
        per_day=any(row["day_target"] is not None for row in found.values()),
        rows=[row for row in rows if row.date >= min(found)],
        last=next(row for row in reversed(rows) if row.date in found),
        chart=chart.repetitions(frame, done, [row.target for row in rows], goal),
        done=stats.summary(done),
    )


def _done_row(date: datetime.date, row: dict[str, Any]) -> DoneRow:
    """Return a bucket's means: by day where the dose is counted a day, by session otherwise."""
    daily = row["day_target"] is not None
    count = row["days"] if daily else row["times"]
    return DoneRow(date, row["total"] / count if count else None, row["day_target"] if daily else row["target"])
