"""How doses, lengths and editors' text read on a page. The one place that words a dose."""

import re
from dataclasses import dataclass

import nh3
from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore

from exercises.figures import catalogue
from exercises.models import Dose, Exercise, Phase, Precaution

register = template.Library()

DOT = "\N{NO-BREAK SPACE}· "  # so that no line begins with the dot

TAGS = {"p", "h2", "h3", "h4", "ul", "ol", "li", "strong", "em", "a", "blockquote", "code", "pre", "br", "hr"}
TAGS |= {"table", "thead", "tbody", "tr", "th", "td"}


@dataclass(frozen=True)
class Meaning:
    """A precaution as a page explains it."""

    label: str
    text: str


@register.filter
def dose_line(exercise: Exercise) -> str:
    """Return the exercise's dose in one line: "Hold 5 s · 2–3 times each side, then both · morning and evening".

    Reads ``exercise.dose`` and ``exercise.phases``: fetch both beforehand.
    """
    dose = exercise.dose
    then_both = any(phase.applies == Phase.Applies.BOTH for phase in exercise.shown_phases())
    parts = filter(None, [_hold(dose), _sides(_count(dose), dose, then_both), _frequency(dose)])
    return capfirst(DOT.join(map(_unbroken, parts)))


@register.filter
def telling_pose(exercise: Exercise) -> str:
    """Return the position that shows the exercise best: the one it holds, else the one it moves to."""
    phases = sorted(exercise.shown_phases(), key=lambda phase: phase.kind != Phase.Kind.HOLD)
    return next((phase.pose for phase in phases if phase.pose), "")


@register.filter
def positions(exercise: Exercise) -> tuple[str, ...]:
    """Return the positions of the exercise's figure in their order; none where nothing is drawn."""
    return catalogue.poses(exercise.figure) if exercise.figure in catalogue.names() else ()


@register.filter
def duration(seconds: int) -> str:
    """Return a short length to the second: "40 s", "2 min", "2 min 10 s"."""
    minutes, rest = divmod(int(seconds), 60)
    if not minutes:
        return _("%(seconds)d s") % {"seconds": rest}
    if not rest:
        return _("%(minutes)d min") % {"minutes": minutes}
    return _("%(minutes)d min %(seconds)d s") % {"minutes": minutes, "seconds": rest}


@register.filter
def about(seconds: int) -> str:
    """Return a length to the nearest minute, at least one: "about 8 min"."""
    return _("about %(minutes)d min") % {"minutes": max((int(seconds) + 30) // 60, 1)}


@register.filter
def span(low: int, high: int) -> str:
    """Return "2–3", which no line breaks after its dash, or "2" when both are the same."""
    return _joined(str(low) if low == high else _("%(low)d–%(high)d") % {"low": low, "high": high})


@register.filter
def markdown(text: str) -> SafeString:
    """Return editors' Markdown as HTML without script, image or a heading above the second level."""
    return mark_safe(  # noqa: S308 - nh3 has just cleaned it
        nh3.clean(_MARKDOWN.render(text), tags=TAGS, attributes={"a": {"href"}}, url_schemes={"https", "http", "tel"})
    )


@register.filter
def precautions(exercise: Exercise) -> list[Meaning]:
    """Return what the exercise is better left out with, each with what it means."""
    return [Meaning(str(Precaution(tag).label), precaution_meaning(tag)) for tag in exercise.precautions]


def precaution_meaning(tag: str) -> str:
    """Return what a Precaution covers, in plain words."""
    return {
        Precaution.DISC: _("a bulging, slipped or ruptured disc in your back"),
        Precaution.OSTEOPOROSIS: _("thin bones that break more easily"),
        Precaution.PREGNANCY: _("at any stage, unless your midwife or doctor agrees"),
        Precaution.SURGERY: _("an operation that is still healing, until the team that operated agrees"),
        Precaution.STENOSIS: _("a narrowed spinal canal"),
    }[Precaution(tag)]


def _unbroken(part: str) -> str:
    """Keep each figure on one line with its unit: "5 a day", "3 sets", "15 times"."""
    return re.sub(r"(?<=\d) |(?<=\d \w) ", "\N{NO-BREAK SPACE}", part)


def _joined(words: str) -> str:
    """Keep each range on one line: "2–3"."""
    return re.sub(r"(?<=\d)–(?=\d)", "–\N{WORD JOINER}", words)


def _hold(dose: Dose) -> str:
    if dose.hold_min is None or dose.hold_max is None:
        return ""
    figures = {"hold": span(dose.hold_min, dose.hold_max)}
    if dose.hold_kind == Dose.HoldKind.SECONDS:
        return _("hold %(hold)s s") % figures
    return ngettext("hold for %(hold)s deep breath", "hold for %(hold)s deep breaths", dose.hold_max) % figures


def _count(dose: Dose) -> str:
    reps = span(dose.reps_min, dose.reps_max)
    if dose.start is not None and dose.per == Dose.Per.DAY:
        return _("start with %(start)d a day, build up to %(goal)d") % {"start": dose.start, "goal": dose.goal}
    if dose.start is not None:
        return _("start with %(start)d, build up to %(goal)d") % {"start": dose.start, "goal": dose.goal}
    if dose.per == Dose.Per.DAY:
        return _("%(reps)s a day") % {"reps": reps}
    if dose.sets > 1:
        return _("%(sets)d sets of %(reps)s") % {"sets": dose.sets, "reps": reps}
    if dose.reps_max == 1:
        return _("once")
    return _("%(reps)s times") % {"reps": reps}


def _sides(count: str, dose: Dose, then_both: bool) -> str:
    if dose.per_side and then_both:
        return _("%(count)s each side, then both") % {"count": count}
    if dose.per_side:
        return _("%(count)s each side") % {"count": count}
    return count


def _frequency(dose: Dose) -> str:
    times = dose.times_per_day
    if times is None or (times == 1 and dose.per == Dose.Per.DAY):
        return ""
    if times == 2:
        shared = dose.per == Dose.Per.DAY
        return _("shared between morning and evening") if shared else _("morning and evening")
    return ngettext("once a day", "%(times)d times a day", times) % {"times": times}


def _lower_headings(state: StateCore) -> None:
    """The page's title is its only first-level heading."""
    for token in state.tokens:
        if token.tag == "h1":
            token.tag = "h2"


def _keep_ranges(state: StateCore) -> None:
    for token in state.tokens:
        for part in token.children or ():
            part.content = _joined(part.content)


_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
_MARKDOWN.core.ruler.push("lower_headings", _lower_headings)
_MARKDOWN.core.ruler.push("keep_ranges", _keep_ranges)
