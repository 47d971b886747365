"""A person's records as series over time: summed up by the database, so that ten years draw as fast as a month."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.db.models import Case, CharField, Count, F, Q, Subquery, Sum, Value, When
from django.db.models.functions import Cast, Coalesce, Substr

from exercises.models import Dose
from tracking import chart, stats
from tracking.chart import CalendarChart, Chart, Frame, Span, Unit
from tracking.models import Period, Profile, Session, SessionExercise
from tracking.progression import Range
from tracking.stats import DAY, Adherence, Mark, Summary, Usual, Window

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
    """Repetitions of one exercise whose dose grows. ``last`` is the latest row that holds anything.

    ``so_far``: that row is one day's, and the day is not over.
    """

    name: str
    slug: str
    goal: int
    per_day: bool
    so_far: bool
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
    growth_unit: Unit
    growths: list[Growth]

    @property
    def scored(self) -> bool:
        """Return whether any session has a pain score."""
        return any(panel.before or panel.after for panel in self.panels)


@dataclass(frozen=True)
class Scope:
    """The time that is looked at: the frame of the charts, and what in it belongs to the person's time with BackCare.

    ``first`` is the date of the first record, ``began`` the day from which on sessions are planned. ``today`` is the
    person's own; the frame ends a day later for somebody who has flown east and logged tomorrow's session already.
    """

    frame: Frame
    first: datetime.date
    began: datetime.date
    today: datetime.date

    @property
    def since(self) -> datetime.date:
        """Return the first day with anything to show."""
        return max(self.frame.start, self.first)

    @property
    def calendar(self) -> Window:
        """Return the days of the calendar: from sign-up on, or from an earlier record."""
        longest = self.frame.end - (CALENDAR_DAYS - 1) * DAY
        return Window(max(self.frame.start, longest, min(self.first, self.began)), self.frame.end)

    @property
    def full_days(self) -> int:
        """Return how many days count in full: not that of the sign-up, and not today, which is not over."""
        return max((self.today - max(self.frame.start, self.began + DAY)).days, 0)

    def shown(self, rows: Sequence[ScoreRow]) -> list[ScoreRow]:
        """Return ``rows`` from the first record on."""
        return [row for row in rows if row.date >= chart.floor(self.since, self.frame.unit)]


def progress(profile: Profile, span: Span, today: datetime.date) -> Progress | None:
    """Return what the records of ``span`` up to ``today`` say, or None when there are none at all. 5 queries."""
    owner = profile.owner
    latest = _sessions(owner).order_by("-date").values("date")[:1]
    # Either end by the index over owner and date; both as an aggregate would read every row.
    extent = _sessions(owner).order_by("date").values_list("date", Subquery(latest)).first()
    if extent is None:
        return None
    first, last = extent
    # Somebody who has flown east may have a session dated tomorrow by the zone of now.
    frame = chart.frame(span, max(today, min(last, today + DAY)), first)
    scope = Scope(frame, first, min(profile.started, today), today)
    ends = stats.ends(scope.since, frame.end)
    counted = _counted(owner, scope)
    rows = _rows(frame, counted)
    small = chart.coarser(frame)
    return Progress(
        frame=frame,
        sessions=sum(row["sessions"] for row in counted),
        usual=_usual(owner, frame, ends),
        ends=ends,
        rows=scope.shown(rows),
        panels=_panels(scope, rows),
        adherence=_adherence(profile.planned_periods(), scope, counted),
        calendar=_calendar(scope.calendar, counted),
        growth_unit=small.unit,
        growths=_growths(owner, small, today),
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


def _day(grain: str) -> datetime.date | None:
    """Return the day that an ISO date's text names, None for that of a month."""
    return datetime.date.fromisoformat(grain) if len(grain) == 10 else None


def _bucket(grain: str, unit: Unit) -> datetime.date:
    return chart.floor(_day(grain) or datetime.date.fromisoformat(f"{grain}-01"), unit)


def _counted(owner: User, scope: Scope) -> list[dict[str, Any]]:
    """Return sums over the sessions, grouped by ``_grain``, but day by day where single days count. 1 query."""
    single = Q(date__gte=scope.calendar.start) | Q(date=scope.began)
    return list(
        _sessions(owner)
        .filter(_within(scope.frame))
        .order_by()
        .values("period", grain=Case(When(single, then=Cast("date", CharField())), default=_grain(scope.frame)))
        .annotate(
            before=Sum("pain_before"),
            befores=Count("pain_before"),
            after=Sum("pain_after"),
            afters=Count("pain_after"),
            sessions=Count("pk"),
            earlier=Count("pk", filter=Q(date__lt=scope.began)),
        )
    )


def _rows(frame: Frame, counted: Iterable[dict[str, Any]]) -> list[ScoreRow]:
    """Return a row for each bucket."""
    folded: dict[tuple[str, datetime.date], Counter[str]] = defaultdict(Counter)
    for row in counted:
        sums = folded[row["period"], _bucket(row["grain"], frame.unit)]
        for name in ("before", "befores", "after", "afters"):
            sums[name] += row[name] or 0
    return [
        ScoreRow(
            date,
            *(
                stats.mean(folded[period, date][name], folded[period, date][f"{name}s"])
                for period in Period.values
                for name in ("before", "after")
            ),
        )
        for date in frame.buckets
    ]


def _adherence(periods: Sequence[str], scope: Scope, counted: Iterable[dict[str, Any]]) -> Adherence:
    full: Counter[str] = Counter()
    part: Counter[str] = Counter()
    earlier = 0
    for row in counted:
        day = _day(row["grain"])
        days = part if day and (day == scope.began or day >= scope.today) else full
        days[row["period"]] += row["sessions"] - row["earlier"]
        earlier += row["earlier"]
    return stats.adherence(periods, scope.full_days, full, part, earlier)


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


def _panels(scope: Scope, rows: Sequence[ScoreRow]) -> list[Panel]:
    names = {Period.MORNING: ("morning_before", "morning_after"), Period.EVENING: ("evening_before", "evening_after")}
    return [
        Panel(
            period,
            chart.scores(
                scope.frame,
                {
                    "before": [getattr(row, before) for row in rows],
                    "after": [getattr(row, after) for row in rows],
                },
            ),
            stats.summary([getattr(row, before) for row in scope.shown(rows)]),
            stats.summary([getattr(row, after) for row in scope.shown(rows)]),
        )
        for period, (before, after) in names.items()
    ]


def _calendar(window: Window, counted: Iterable[dict[str, Any]]) -> Calendar:
    slots = [(day, row["period"]) for row in counted if (day := _day(row["grain"]))]
    days = stats.calendar(window, slots)
    return Calendar(window, stats.tally(days), chart.calendar(days))


class Grown(NamedTuple):
    """An exercise whose dose grows, and the repetitions it grows to."""

    slug: str
    name: str
    goal: int


def _growing() -> dict[int, Grown]:
    """Return each exercise whose dose grows, by its id, in the order of the routines. 1 query."""
    steps = [F(f"exercise__steps__{name}").asc(nulls_last=True) for name in ("routine__order", "order")]
    doses = Dose.objects.select_related("exercise").order_by(*steps, "exercise__order")
    grown: dict[int, Grown] = {}
    for dose in doses:  # once for each routine that an exercise is in: the first names its place
        span = Range.of(dose.reps_min, dose.reps_max, dose.start, dose.goal, dose.step)
        if span.start < span.goal:
            grown.setdefault(dose.exercise_id, Grown(dose.exercise.slug, dose.exercise.name, span.goal))
    return grown


def _growths(owner: User, frame: Frame, today: datetime.date) -> list[Growth]:
    """Return the repetitions of each recorded exercise whose dose grows. 2 queries."""
    growing = _growing()
    deleted = Session.objects.owned_by(owner).filter(deleted_at__isnull=False)
    found = (
        SessionExercise.objects.owned_by(owner)
        # Named by their ids, so that the index over owner, exercise and date answers; and no session is fetched to see
        # whether it was deleted: that would be half of the work.
        .filter(_within(frame), exercise__in=list(growing))
        .exclude(session__in=deleted.values("pk"))
        .order_by()
        .values("exercise", grain=_grain(frame))
        .annotate(
            done_total=Sum("done"),
            noted=Count("done"),
            days=Count("date", distinct=True, filter=Q(done__isnull=False)),
            target_total=Sum(Coalesce("day_target", "target")),
            targets=Count("pk"),
            day_targets=Count("day_target"),
        )
    )
    folded: dict[int, Sums] = defaultdict(lambda: defaultdict(Counter))
    for row in found:
        sums = folded[row.pop("exercise")][_bucket(row.pop("grain"), frame.unit)]
        for name, number in row.items():
            sums[name] += number or 0
    return [_growth(frame, today, one, folded[pk]) for pk, one in growing.items() if pk in folded]


def _growth(frame: Frame, today: datetime.date, grown: Grown, found: Sums) -> Growth:
    every = [_done_row(date, found[date]) if date in found else DoneRow(date) for date in frame.buckets]
    rows = [row for row in every if row.date >= min(found)]
    last = next(row for row in reversed(rows) if row.date in found)
    return Growth(
        name=grown.name,
        slug=grown.slug,
        goal=grown.goal,
        per_day=any(sums["day_targets"] for sums in found.values()),
        so_far=frame.unit is Unit.DAY and last.date >= today,
        rows=rows,
        last=last,
        chart=chart.repetitions(frame, [row.done for row in every], [row.target for row in every], grown.goal),
        done=stats.summary([row.done for row in rows]),
    )


def _done_row(date: datetime.date, sums: Counter[str]) -> DoneRow:
    """Return a bucket's means: by day where the dose is counted a day, by session otherwise."""
    done = stats.mean(sums["done_total"], sums["days" if sums["day_targets"] else "noted"])
    return DoneRow(date, done, stats.mean(sums["target_total"], sums["targets"]))
