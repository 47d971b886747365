"""The panels of the progress page: charts over one shared axis of time, and the tables with the same figures.

Strings and not templates: so many shapes and cells take a template ten times as long.
"""

import datetime
from collections.abc import Callable, Iterable

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from tracking import chart, stats, svg, telling
from tracking.chart import WIDTH, Point, Unit, Value
from tracking.models import Period
from tracking.series import Growth, Measure, Panel, Progress
from tracking.stats import notable
from tracking.svg import Link, Scale
from tracking.thresholds import rules
from tracking.wording import written

PAIN = Scale(10, 190)
LOW = 118  # the height of a panel of bars


def pain(progress: Progress, panel: Panel) -> SafeString:
    """Return the drawing of one half of the day's pain, its points leading to their sessions."""
    frame, axis, unit = progress.frame, progress.axis, telling.UNITS[progress.frame.unit]
    middles = axis.middles(frame)
    spacing = middles[-1] - middles[-2] if len(middles) > 1 else WIDTH
    drawn = [_band(panel), _background(progress, PAIN), _axes(progress, PAIN, (0, 5, 10))]
    for name in ("usual", "after", "rest"):
        points = svg.points(middles, [getattr(row, name) for row in panel.rows], PAIN)
        drawn.append(svg.line(name, points, 0 if name == "usual" else spacing))
    begun = len(frame.buckets) - len(progress.rows)
    told = []
    for words, name in ((_("Before:"), "rest"), (_("After:"), "after")):
        found = stats.summary([getattr(row, name) for row in panel.rows[begun:]])
        if found:
            told.append(f"{words} {telling.summary(found, unit)}")
    title = (
        _("Pain before and after morning sessions")
        if panel.period == Period.MORNING
        else _("Pain before and after evening sessions")
    )
    links = svg.links(axis, frame, PAIN, _links(progress, panel))
    return _drawing(f"pain-{panel.period}", title, " ".join(told), PAIN.height, "".join(drawn), links)


def sessions(progress: Progress) -> SafeString:
    """Return the drawing of sessions done: mornings below, evenings above."""
    halves = [[row.sessions or 0 for row in panel.rows] for panel in progress.panels]
    scale = Scale(chart.round_up(max(map(sum, zip(*halves, strict=True)))), LOW)
    morning, evening = ([float(count) if count else None for count in half] for half in halves)
    # A day has one place for each; of several days the evenings stand on the mornings.
    base = [1.0] * len(morning) if progress.frame.unit is Unit.DAY else morning
    drawn = [
        _background(progress, scale),
        _axes(progress, scale, (0, scale.top)),
        svg.bars(progress.axis, progress.frame, morning, scale, "am"),
        svg.bars(progress.axis, progress.frame, evening, scale, "pm", base),
    ]
    told = _("Mornings: %(am)s. Evenings: %(pm)s.") % {
        "am": sum(halves[0]),
        "pm": sum(halves[1]),
    }
    return _drawing("sessions", _("Sessions done"), told, LOW, "".join(drawn))


def repetitions(progress: Progress, growth: Growth) -> SafeString:
    """Return the drawing of an exercise's repetitions against target and goal."""
    done, target = ([getattr(row, name) if row else None for row in growth.rows] for name in ("done", "target"))
    top = chart.round_up(max([value for value in [*done, *target, growth.exercise.goal] if value is not None]))
    scale = Scale(top, LOW)
    axis, frame = progress.axis, growth.frame
    chosen = [Point(sum(axis.edges(one.date, one.date)) / 2, scale.y(one.target)) for one in growth.choices]
    drawn = [
        _background(progress, scale),
        _axes(progress, scale, (0, scale.top)),
        svg.goal(growth.exercise.goal, scale),
        svg.bars(axis, frame, done, scale, "done"),
        svg.steps(axis, frame, target, scale),
        svg.choices(chosen),
    ]
    found = stats.summary([row.done if row else None for row in growth.rows])
    told = telling.summary(found, telling.UNITS[frame.unit]) if found else _("No repetitions noted in this time.")
    title = _("%(name)s: repetitions done, and their target") % {"name": growth.exercise.name}
    return _drawing(f"reps-{growth.exercise.slug}", title, told, LOW, "".join(drawn))


def measure(progress: Progress, name: str, title: str) -> SafeString:
    """Return the drawing of what somebody can do: ``name`` is function or disability."""
    found: Measure = getattr(progress, name)
    scale = Scale(found.most, LOW)
    places = [Point(sum(progress.axis.edges(date, date)) / 2, scale.y(score)) for date, score in found.scores]
    drawn = [
        _background(progress, scale),
        _axes(progress, scale, (0, scale.top)),
        svg.line("rest", places, svg.MARK_SPACING),
    ]
    return _drawing(name, title, telling.measure(found), LOW, "".join(drawn))


def measure_table(found: Measure) -> SafeString:
    """Return the rows of the table of a measure, latest first."""
    form, cell = _("D j M Y"), _cells()
    return mark_safe(  # noqa: S308  # numbers, and dates in our own formats
        "".join(
            f'<tr><th scope="row">{written(date, form)}</th><td>{cell(score)}</td></tr>'
            for date, score in reversed(found.scores)
        )
    )


def score_table(progress: Progress) -> SafeString:
    """Return the rows of the table of pain and sessions, latest first; each day leads to its sessions."""
    cell = _cells()
    form, address = str(telling.UNITS[progress.frame.unit].row), reverse("tracking:session-list")
    frame, rows = progress.frame, []
    for number, row in zip(reversed(range(len(frame.buckets))), reversed(progress.rows), strict=False):
        cells = "".join(
            f"<td>{cell(value)}</td>"
            for half in (row.morning, row.evening)
            for value in (half.rest, half.after, half.usual)
        )
        count = (row.morning.sessions or 0) + (row.evening.sessions or 0)
        name = written(row.date, form)
        if count:
            between = _between(row.date, frame.last_day(number)).replace("&", "&amp;")
            name = f'<a href="{address}{between}">{name}</a>'
        rows.append(f'<tr><th scope="row">{name}</th>{cells}<td>{count}</td></tr>')
    return mark_safe("".join(rows))  # noqa: S308  # numbers, and dates in our own formats


def repetition_table(growth: Growth) -> SafeString:
    """Return the rows of the table of an exercise's repetitions, latest first."""
    form, cell = _("D j M Y"), _cells()
    return mark_safe(  # noqa: S308  # numbers, and dates in our own formats
        "".join(
            f'<tr><th scope="row">{written(row.date, form)}</th>'
            f"<td>{cell(row.done)}</td><td>{cell(row.target)}</td></tr>"
            for row in reversed(growth.rows)
            if row
        )
    )


def _links(progress: Progress, panel: Panel) -> Iterable[Link]:
    """Yield a touch area for each day, or each few buckets, with anything in it."""
    frame, history = progress.frame, reverse("tracking:session-list")
    words, half = telling.Words(), telling.mornings(panel.period)
    for group in chart.groups(frame, progress.axis):
        rows = panel.rows[group.start : group.stop]
        if not any(row.sessions or row.rest is not None for row in rows):
            continue
        first, last = frame.buckets[group.start], frame.last_day(group.stop - 1)
        rest = [row.rest for row in rows if row.rest is not None]
        after = [row.after for row in rows if row.after is not None]
        session = progress.sessions.get((first, panel.period)) if first == last else None
        leads = reverse("tracking:session-detail", args=[session]) if session else history + _between(first, last)
        name = f"{words.time(first, last)}, {half}: {words.in_full(rest, after)}"
        yield Link(group, leads, name, words.in_short(first, rest, after))


def _between(first: datetime.date, last: datetime.date) -> str:
    return f"?from={first.isoformat()}&to={last.isoformat()}"


def _background(progress: Progress, scale: Scale) -> str:
    return svg.shades(progress.axis, scale, progress.pauses, "pause") + svg.shades(
        progress.axis, scale, progress.flares, "flare"
    )


def _band(panel: Panel) -> str:
    first = panel.change.first
    if first is None or first.median is None:
        return ""
    reach = notable(first.median, rules())
    return svg.band(first.median - reach, first.median, first.median + reach, PAIN)


def _axes(progress: Progress, scale: Scale, values: Iterable[int]) -> str:
    form = telling.axis_format(progress.frame)
    ticks = chart.date_ticks(progress.frame, progress.axis)
    return svg.axes(scale, values, [(tick.x, tick.anchor, written(tick.date, form)) for tick in ticks])


def _drawing(name: str, title: str, told: str, height: int, drawn: str, links: str = "") -> SafeString:
    """Return a chart with its text alternative. One with links is a group, so that they can be reached."""
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" role="{}" aria-labelledby="{}-title {}-desc">'
        '<title id="{}-title">{}</title><desc id="{}-desc">{}</desc><g aria-hidden="true">{}</g>{}</svg>',
        *(WIDTH, height, "group" if links else "img", name, name, name, title, name, told),
        *(mark_safe(part) for part in (drawn, links)),  # noqa: S308  # escaped where it was drawn
    )


def _cells() -> Callable[[Value], str]:
    """Return what writes a table's cells."""
    write = telling.figures()
    return lambda value: "–" if value is None else write(value)
