"""What the progress page says, in the reader's language: sentences with their figures, and what a time is called."""

import datetime
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from django.utils.formats import number_format
from django.utils.text import get_text_list
from django.utils.translation import get_language, gettext_lazy, ngettext, ngettext_lazy
from django.utils.translation import gettext as _
from django_stubs_ext import StrPromise

from tracking.chart import Frame, Span, Unit
from tracking.models import Period
from tracking.rules import Rules
from tracking.series import Growth, Measure, Progress, Reached, Worse
from tracking.stats import Adherence, Change, Finding, Milestone, Part, Summary, Window
from tracking.wording import written


class Names(NamedTuple):
    """What a bucket of time is called: as a table's heading, counted, and the formats of its date in table and axis."""

    one: StrPromise
    many: StrPromise
    row: StrPromise
    axis: StrPromise


HALF_A_YEAR = 26  # weeks
SPANS = {
    Span.FORTNIGHT: gettext_lazy("14 days"),
    Span.QUARTER: gettext_lazy("90 days"),
    Span.YEAR: gettext_lazy("1 year"),
    Span.ALL: gettext_lazy("All"),
}
UNITS = {
    Unit.DAY: Names(
        gettext_lazy("Day"),
        ngettext_lazy("%(count)d day", "%(count)d days", "count"),
        gettext_lazy("D j M"),
        gettext_lazy("j M"),
    ),
    Unit.WEEK: Names(
        gettext_lazy("Week from"),
        ngettext_lazy("%(count)d week", "%(count)d weeks", "count"),
        gettext_lazy("j M Y"),
        gettext_lazy("M Y"),
    ),
    Unit.MONTH: Names(
        gettext_lazy("Month"),
        ngettext_lazy("%(count)d month", "%(count)d months", "count"),
        gettext_lazy("F Y"),
        gettext_lazy("M Y"),
    ),
    Unit.QUARTER: Names(
        gettext_lazy("Quarter from"),
        ngettext_lazy("%(count)d quarter", "%(count)d quarters", "count"),
        gettext_lazy("F Y"),
        gettext_lazy("M Y"),
    ),
    Unit.YEAR: Names(
        gettext_lazy("Year"),
        ngettext_lazy("%(count)d year", "%(count)d years", "count"),
        gettext_lazy("Y"),
        gettext_lazy("Y"),
    ),
}


def axis_format(frame: Frame) -> str:
    """Return the format of the dates below a chart: in half a year, a month would be named twice."""
    return str(UNITS[Unit.DAY if len(frame.buckets) <= HALF_A_YEAR and frame.unit is Unit.WEEK else frame.unit].axis)


def figure(value: float) -> str:
    """Return a figure to a tenth as the language writes it: 3, 3.5."""
    return figures()(value)


def figures() -> Callable[[float], str]:
    """Return ``figure`` for the language in force: who writes hundreds of figures asks for that once."""
    language = get_language()
    return lambda value: _figure(round(value, 1), language)


@lru_cache(maxsize=1024)  # Django asks its formats for each number anew, and a page holds hundreds of a few figures
def _figure(tenth: float, language: str | None) -> str:
    return number_format(int(tenth) if tenth == int(tenth) else tenth, use_l10n=True)


def long_date(date: datetime.date) -> str:
    return written(date, _("j F Y"))


def days(window: Window) -> str:
    """Return a time by its first and its last day."""
    return _time(window.start, window.end, _("j F Y"), _("%(first)s to %(last)s"))


def _time(first: datetime.date, last: datetime.date, form: str, words: str) -> str:
    told = written(first, form)
    return told if first == last else words % {"first": told, "last": written(last, form)}


def usual_pain(change: Change, rules: Rules, *, stale: bool = False) -> str:
    """Return what can be said about usual pain in one sentence or two."""
    if change.finding is Finding.NONE:
        return _("No pain score yet.")
    if change.finding is Finding.BEGUN or change.first is None or change.first.median is None:
        return _("Not enough yet: %(counted)s so far.") % {"counted": _counted(change.first)} + " " + _needed(rules)
    if change.finding is Finding.WAITING or change.last is None or change.last.median is None:
        then = _("At first your usual pain was %(then)s.") % {"then": figure(change.first.median)}
        since = _("Not enough since then to compare: %(counted)s.") % {"counted": _counted(change.last)}
        return f"{then} {since} {_needed(rules)}"
    figures = {"now": figure(change.last.median), "then": figure(change.first.median)}
    return (_were(change.finding) if stale else _are(change.finding)) % figures


def _are(finding: Finding) -> str:
    return {
        Finding.RECOVERED: _("Your usual pain is 0 now; it was %(then)s at first. Studies call that recovered."),
        Finding.LOWER: _("Your usual pain is %(now)s now; it was %(then)s at first. Most people would notice that."),
        Finding.SMALL: _("Your usual pain is %(now)s now; it was %(then)s at first. That is too small to tell."),
        Finding.SAME: _("Your usual pain is %(now)s now, the same as at first."),
        Finding.HIGHER: _(
            "Your usual pain is %(now)s now; it was %(then)s at first. Most people would notice that rise."
        ),
    }[finding]


def _were(finding: Finding) -> str:
    return {
        Finding.RECOVERED: _("Your usual pain was 0 at last; it was %(then)s at first. Studies call that recovered."),
        Finding.LOWER: _(
            "Your usual pain was %(now)s at last; it was %(then)s at first. Most people would notice that."
        ),
        Finding.SMALL: _("Your usual pain was %(now)s at last; it was %(then)s at first. That is too small to tell."),
        Finding.SAME: _("Your usual pain was %(now)s at last, the same as at first."),
        Finding.HIGHER: _(
            "Your usual pain was %(now)s at last; it was %(then)s at first. Most people would notice that rise."
        ),
    }[finding]


def in_short(change: Change, stale: bool = False) -> str:
    """Return the change in one half of the day, after the half's name; ``stale`` scores are not called now."""
    if change.first is None or change.last is None or change.first.median is None or change.last.median is None:
        return _("not enough yet")
    figures = {"now": figure(change.last.median), "then": figure(change.first.median)}
    return (_in_short_at_last if stale else _in_short_now)(change.finding) % figures


def _in_short_now(finding: Finding) -> str:
    return {
        Finding.RECOVERED: _("0 now, %(then)s at first: recovered"),
        Finding.LOWER: _("%(now)s now, %(then)s at first: most people would notice"),
        Finding.SMALL: _("%(now)s now, %(then)s at first: too small to tell"),
        Finding.SAME: _("%(now)s now and at first"),
        Finding.HIGHER: _("%(now)s now, %(then)s at first: worse, most people would notice"),
    }[finding]


def _in_short_at_last(finding: Finding) -> str:
    return {
        Finding.RECOVERED: _("0 at last, %(then)s at first: recovered"),
        Finding.LOWER: _("%(now)s at last, %(then)s at first: most people would notice"),
        Finding.SMALL: _("%(now)s at last, %(then)s at first: too small to tell"),
        Finding.SAME: _("%(now)s at last and at first"),
        Finding.HIGHER: _("%(now)s at last, %(then)s at first: worse, most people would notice"),
    }[finding]


def times(progress: Progress) -> list[str]:
    """Return which days "at first" and "now" are, and that the last scores are old where they are."""
    first, last = progress.change.first, progress.change.last
    told = []
    if first and first.median is not None:
        told.append(
            ngettext(
                "At first: the first day with scores, %(when)s.",
                "At first: the first %(days)s days with scores, %(when)s.",
                first.days,
            )
            % {"days": first.days, "when": days(first.window)}
        )
        if last and last.median is not None:
            words = _("At last") if progress.stale else _("Now")
            figures = {"now": words, "days": last.days, "when": days(last.window)}
            told.append(_("%(now)s: the last %(days)s days with scores, %(when)s.") % figures)
    latest = last or first
    if progress.stale and latest:
        told.append(
            _("The last score is from %(date)s, %(days)s days ago.")
            % {"date": long_date(latest.window.end), "days": (progress.today - latest.window.end).days}
        )
    return told


def sessions_done(adherence: Adherence, rules: Rules) -> list[str]:
    """Return how many of the planned sessions were done, and what was left out."""
    told = []
    if adherence.planned:
        told.append(
            ngettext(
                "In the last %(weeks)s days you did %(done)s of %(planned)s planned session.",
                "In the last %(weeks)s days you did %(done)s of %(planned)s planned sessions.",
                adherence.planned,
            )
            % {"weeks": rules.adherence_days, "done": adherence.done, "planned": adherence.planned}
        )
        told.append(_("Counting recent days more, that is %(percent)s %%.") % {"percent": adherence.weighted})
    elif adherence.extra:
        told.append(
            ngettext(
                "In the last %(days)s days you did one session; none was planned.",
                "In the last %(days)s days you did %(count)s sessions; none was planned.",
                adherence.extra,
            )
            % {"days": rules.adherence_days, "count": adherence.extra}
        )
    else:
        told.append(_("No session was due in the last %(days)s days.") % {"days": rules.adherence_days})
    if adherence.planned and adherence.extra:
        told.append(
            ngettext("One more was outside your plan.", "%(count)s more were outside your plan.", adherence.extra)
            % {"count": adherence.extra}
        )
    if adherence.left_out:
        told.append(
            ngettext(
                "One day of a flare or a planned pause is left out.",
                "%(count)s days of flares and planned pauses are left out.",
                adherence.left_out,
            )
            % {"count": adherence.left_out}
        )
    return told


def milestone(reached: Reached) -> str:
    figures = {
        "date": long_date(reached.date) if reached.date else "",
        "number": reached.number,
        "name": reached.name,
    }
    match reached.milestone:
        case Milestone.FIRST_WEEK:
            return _("First week: seven days with a session, the seventh on %(date)s.") % figures
        case Milestone.GOAL:
            return _("%(name)s: %(number)s repetitions in a day, first on %(date)s.") % figures
        case Milestone.NO_FLARE:
            return _("No flare noted since %(date)s: %(number)s days.") % figures
        case Milestone.RUNNING:
            if reached.more:
                return _("%(number)s days running with a session, or more.") % figures
            return _("%(number)s days running with a session.") % figures


def before_worse(worse: Worse) -> list[tuple[str, str]]:
    """Return how many days came before a worse one: all, then an exercise's, or those of several done together."""
    named = ((get_text_list(one.names, _("and")), one.before) for one in worse.patterns)
    rows = [(_("All days"), worse.every), *named]
    return [(name, _("%(worse)s of %(days)s") % {"worse": one.worse, "days": one.days}) for name, one in rows]


def repetitions(growth: Growth, today: datetime.date) -> str:
    """Return the latest repetitions shown, with their target."""
    row, goal = growth.last, growth.exercise.goal
    figures = {"target": figure(row.target or 0), "goal": goal, "date": long_date(row.date)}
    if row.done is None:
        return _("%(date)s: repetitions not noted, the target was %(target)s. The goal is %(goal)s.") % figures
    figures["done"] = figure(row.done)
    if not growth.per_day:
        return _("%(date)s: %(done)s a session, the target was %(target)s. The goal is %(goal)s.") % figures
    if row.date >= today:
        return _("Today so far: %(done)s of %(target)s repetitions. The goal is %(goal)s a day.") % figures
    return _("%(date)s: %(done)s of %(target)s repetitions. The goal is %(goal)s a day.") % figures


def measure(found: Measure) -> str:
    """Return the latest score shown, after the first where that is another one."""
    ends = dict.fromkeys((found.scores[0], found.scores[-1]))
    told = [_("%(score)s on %(date)s") % {"score": figure(score), "date": long_date(date)} for date, score in ends]
    return ", ".join(told) + "."


def summary(found: Summary, unit: Names) -> str:
    """Return a series in a sentence, for those who hear the chart."""
    return _(
        "%(first)s at first, %(last)s at last, lowest %(lowest)s, highest %(highest)s; noted in %(given)s of %(time)s."
    ) % {
        "first": figure(found.first),
        "last": figure(found.last),
        "lowest": figure(found.lowest),
        "highest": figure(found.highest),
        "given": found.given,
        "time": str(unit.many % {"count": found.count}),
    }


def mornings(period: str) -> str:
    return _("Mornings") if period == Period.MORNING else _("Evenings")


class Words:
    """The words of a chart's many points, fetched once in the language in force: a point takes nine of them."""

    def __init__(self) -> None:
        self.figure = figures()
        self.date, self.day, self.days = _("j F Y"), _("j M"), _("%(first)s to %(last)s")
        self.scores = _("%(scores)s before"), _("%(scores)s after")
        self.between, self.none = _("%(low)s to %(high)s"), _("No pain score")

    def time(self, first: datetime.date, last: datetime.date) -> str:
        return _time(first, last, self.date, self.days)

    def in_full(self, rest: Sequence[float], after: Sequence[float]) -> str:
        """Return scores for those who hear them: "6 before, 4 after", "3 to 6 before, 2 to 4 after"."""
        told = zip((rest, after), self.scores, strict=True)
        parts = [words % {"scores": self.reach(values, self.between)} for values, words in told if values]
        return ", ".join(parts) or self.none

    def in_short(self, first: datetime.date, rest: Sequence[float], after: Sequence[float]) -> str:
        """Return scores for a narrow place, with their first day: "3 Mar: 6 → 4"."""
        told = " → ".join(self.reach(values, "%(low)s–%(high)s") if values else "–" for values in (rest, after))
        return f"{written(first, self.day)}: {told}"

    def reach(self, values: Iterable[float], between: str) -> str:
        """Return the lowest and the highest of ``values``, or the one that they all are."""
        low, high = self.figure(min(values)), self.figure(max(values))
        return low if low == high else between % {"low": low, "high": high}


def _counted(part: Part | None) -> str:
    number = part.scores if part else 0
    on = part.days if part else 0
    counted = ngettext("%(count)s score", "%(count)s scores", number) % {"count": number}
    return ngettext("%(scores)s on %(count)s day", "%(scores)s on %(count)s days", on) % {
        "scores": counted,
        "count": on,
    }


def _needed(rules: Rules) -> str:
    return _("It takes %(count)s scores on as many days.") % {"count": rules.enough_scores}
