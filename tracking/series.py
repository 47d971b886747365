"""A person's records as series over time: summed up by the database, so that ten years draw as fast as a month."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.db.models import Case, CharField, Count, Max, Min, Q, Sum, Value, When
from django.db.models.functions import Cast, Substr

from exercises.models import Dose
from tracking import chart, stats
from tracking.chart import CalendarChart, Chart, Frame, Span, Unit
from tracking.models import Period, Profile, Session, SessionExercise
from tracking.stats import DAY, Adherence, CalendarDay, Mark, Summary, Usual, Window

Sums = dict[datetime.date, Counter[str]]  # bucket → name → sum

CALENDAR_DAYS = 371  # at most: 53 weeks


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


def _within(frame: Frame) -> Q:
    return Q(date__range=(frame.start, frame.end))


def _grain(frame: Frame) -> Substr:
    """Return what the database groups by: days, or months where buckets are that long; the text of an ISO date.

    Both databases cut a text faster than they truncate a date, SQLite by far: it calls Python for each row to do it.
    """
    return Substr(Cast("date", CharField()), 1, 10 if frame.unit in (Unit.DAY, Unit.WEEK) else 7)


def _folded(frame: Frame, found: Iterable[dict[str, Any]], by: Sequence[str]) -> dict[tuple[Any, ...], Sums]:
    """Return the sums in rows of ``found``, added up for each bucket and each value of the columns ``by``."""
    folded: dict[tuple[Any, ...], Sums] = {}
    for row in found:
        key = tuple(row.pop(name) for name in by)
        bucket = chart.floor(datetime.date.fromisoformat((row.pop("grain") + "-01")[:10]), frame.unit)
        sums = folded.setdefault(key, {}).setdefault(bucket, Counter())
        sums.update({name: number or 0 for name, number in row.items()})
    return folded


def _scores(owner: User, frame: Frame) -> tuple[list[ScoreRow], dict[str, int]]:
    """Return a row for each bucket, and how many sessions each period has in all. 1 query."""
    found = (
        _sessions(owner)
        .filter(_within(frame))
        .order_by()
        .values("period", grain=_grain(frame))
        .annotate(
            before=Sum("pain_before"),
            befores=Count("pain_before"),
            after=Sum("pain_after"),
            afters=Count("pain_after"),
            sessions=Count("pk"),
        )
    )
    folded = _folded(frame, found, ["period"])
    rows = []
    for date in frame.buckets:
        sums = [folded.get((period,), {}).get(date, Counter()) for period in Period.values]
        means = [stats.mean(one[name], one[f"{name}s"]) for one in sums for name in ("before", "after")]
        rows.append(ScoreRow(date, *means))
    done = {period: sum(one["sessions"] for one in sums.values()) for (period,), sums in folded.items()}
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
    by = ("exercise__order", "exercise__slug", "exercise__name", "exercise__dose__goal")
    found = (
        SessionExercise.objects.owned_by(owner)
        .filter(_within(frame), session__owner=owner, session__deleted_at__isnull=True)
        # Named by their ids, so that the index over owner, exercise and date answers.
        .filter(exercise__in=Dose.objects.filter(goal__isnull=False).values("exercise"))
        .order_by()
        .values(*by, grain=_grain(frame))
        .annotate(
            total=Sum("done"),
            noted=Count("done"),
            days=Count("date", distinct=True, filter=Q(done__isnull=False)),
            rows=Count("pk"),
            target_total=Sum("target"),
            day_target_total=Sum("day_target"),
            day_targets=Count("day_target"),
        )
    )
    folded = sorted(_folded(frame, found, by).items(), key=itemgetter(0))
    return [_growth(frame, slug, name, goal, sums) for (_order, slug, name, goal), sums in folded]


def _growth(frame: Frame, slug: str, name: str, goal: int, found: Sums) -> Growth:
    rows = [_done_row(date, found[date]) if date in found else DoneRow(date) for date in frame.buckets]
    done = [row.done for row in rows]
    return Growth(
        name=name,
        slug=slug,
        goal=goal,
        per_day=any(sums["day_targets"] for sums in found.values()),
        rows=[row for row in rows if row.date >= min(found)],
        last=next(row for row in reversed(rows) if row.date in found),
        chart=chart.repetitions(frame, done, [row.target for row in rows], goal),
        done=stats.summary(done),
    )


def _done_row(date: datetime.date, sums: Counter[str]) -> DoneRow:
    """Return a bucket's means: by day where the dose is counted a day, by session otherwise."""
    if sums["day_targets"]:
        target = stats.mean(sums["day_target_total"], sums["day_targets"])
        return DoneRow(date, stats.mean(sums["total"], sums["days"]), target)
    return DoneRow(date, stats.mean(sums["total"], sums["noted"]), stats.mean(sums["target_total"], sums["rows"]))
