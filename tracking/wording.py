"""Codes and figures to sentences in the reader's language."""

import datetime
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.utils.formats import date_format, time_format
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from tracking.days import EASE_OFF, Reason, Trouble
from tracking.diary import Logged
from tracking.models import CheckIn, Flare, Pause, Period, Place, Session
from tracking.progression import Advice
from tracking.targets import Target
from tracking.thresholds import rules

# The rule behind each reason: its place on the page of the rules.
RULE_OF = {
    Reason.FIRST: "start",
    Reason.FIXED: "start",
    Reason.LOWERED: "start",
    Reason.RAISED: "start",
    Reason.STEP_UP: "good-days",
    Reason.BUILDING: "good-days",
    Reason.MISSED: "good-days",
    Reason.GOAL: "good-days",
    Reason.EASY: "good-days",
    Reason.HIGH: "bands",
    Reason.LEVEL: "bands",
    Reason.RISE: "rise",
    Reason.PAIN: "rise",
    Reason.MORNING: "morning",
    Reason.TOO_MUCH: "too-much",
    Reason.CHOSEN: "own-choice",
    Reason.RETURN: "begin-again",
    Reason.GAP: "begin-again",
    Reason.PAUSED: "flare",
    Reason.REST: "evening",
    Reason.EASED: "evening",
}

SENTENCES = {
    Reason.FIXED: gettext_lazy("Stay at %(target)s: this exercise does not grow."),
    Reason.STEP_UP: gettext_lazy("Up from %(previous)s to %(target)s, after %(good_days)s good days running."),
    Reason.EASY: gettext_lazy("Up from %(previous)s to %(target)s, after %(good_days)s good days that felt easy."),
    Reason.MISSED: gettext_lazy("Stay at %(target)s until a day reaches it."),
    Reason.GOAL: gettext_lazy("Stay at %(target)s: this is the goal, and you have reached it."),
    Reason.LOWERED: gettext_lazy("%(target)s instead of %(previous)s: the goal of this exercise was lowered."),
    Reason.RAISED: gettext_lazy("%(target)s instead of %(previous)s: this exercise now starts higher."),
    Reason.CHOSEN: gettext_lazy("%(target)s is your own choice, made %(when)s."),
    Reason.RETURN: gettext_lazy("Begin again with %(target)s after the flare; it was %(previous)s before."),
    Reason.PAUSED: gettext_lazy(
        "Paused for the flare that began %(when)s; afterwards you begin again with %(target)s."
    ),
}
CAUSES = {
    Reason.HIGH: gettext_lazy("pain reached %(pain)s %(when)s, which is above %(most)s."),
    Reason.RISE: gettext_lazy("pain rose from %(before)s to %(pain)s %(when)s."),
    Reason.MORNING: gettext_lazy("pain was %(pain)s %(when)s, after %(before)s the day before."),
    Reason.TOO_MUCH: gettext_lazy("you found it too much %(when)s."),
    Reason.LEVEL: gettext_lazy("pain reached %(pain)s %(when)s, and one goes on up to %(go_on)s."),
    Reason.PAIN: gettext_lazy("pain rose from %(before)s to %(pain)s %(when)s."),
}
THIS_DAY = {"am": gettext_lazy("this morning"), "pm": gettext_lazy("this evening"), "": gettext_lazy("today")}
THE_DAY_BEFORE = {
    "am": gettext_lazy("yesterday morning"),
    "pm": gettext_lazy("yesterday evening"),
    "": gettext_lazy("yesterday"),
}
ANOTHER_DAY = {
    "am": gettext_lazy("on the morning of %(day)s"),
    "pm": gettext_lazy("on the evening of %(day)s"),
    "": gettext_lazy("on %(day)s"),
}


def why(target: Target, today: datetime.date) -> str:
    """Return the reason for a target in one sentence with its figures; empty for a target without advice."""
    advice, span = target.advice, target.span
    if advice is None or span is None:
        return ""
    figures = advice.figures | {"next": min(advice.target + span.step, span.goal)}
    if advice.reason == Reason.FIRST:
        return _first(figures, target.day is not None)
    if advice.trouble:
        return _troubled(advice, advice.trouble, today)
    if advice.reason == Reason.MISSED and advice.target == advice.goal:
        sentence = _("Stay at %(target)s: this is the goal.")
    elif advice.reason == Reason.PAUSED and advice.previous is None:
        sentence = _("Paused for the flare that began %(when)s; afterwards you begin with %(target)s.")
    elif advice.reason == Reason.BUILDING:
        sentence = ngettext(
            "Stay at %(target)s: one more good day and it becomes %(next)s.",
            "Stay at %(target)s: %(left)s more good days and it becomes %(next)s.",
            figures["left"],
        )
    elif advice.reason == Reason.GAP:
        sentence = ngettext(
            "Begin again with %(target)s after one day without it; it was %(previous)s before.",
            "Begin again with %(target)s after %(gap)s days without it; it was %(previous)s before.",
            figures["gap"],
        )
    else:
        sentence = str(SENTENCES[advice.reason])
    return sentence % (figures | {"when": moment(advice.date, "", today) if advice.date else ""})


def rule(target: Target) -> str:
    """Return the name of the rule behind what is proposed, as the page of the rules has it."""
    if target.marks and not target.rests:
        return "precautions"
    if target.waits and not target.rests:
        return "loading"
    return RULE_OF[target.advice.reason] if target.advice else ""


def moment(date: datetime.date, period: str, today: datetime.date) -> str:
    """Return when something was, within a sentence: "yesterday evening", "on 3 March"."""
    if date == today:
        return str(THIS_DAY[period])
    if date == today - datetime.timedelta(days=1):
        return str(THE_DAY_BEFORE[period])
    return ANOTHER_DAY[period] % {"day": written(date, _("j F") if date.year == today.year else _("j F Y"))}


def amount(target: Target) -> str:
    """Return how much is proposed: "3 times each side", "5 today (3 now, 2 later)", each number beside its word."""
    if target.day is not None:
        return re.sub(r"(?<=\d) (?=\w)", "\N{NO-BREAK SPACE}", _share(target))
    if target.sets > 1:
        return _("%(sets)d sets of %(reps)d") % {"sets": target.sets, "reps": target.reps}
    if target.exercise.dose.per_side:
        return ngettext("once each side", "%(reps)d times each side", target.reps) % {"reps": target.reps}
    return ngettext("once", "%(reps)d times", target.reps) % {"reps": target.reps}


def hint(target: Target, logged: int | None = None) -> str:
    """Return what stands beside the number to fill in; ``logged`` is what it would take the place of."""
    sentences = [_("Target: %(amount)s.") % {"amount": amount(target)}]
    if target.sets > 1:
        sentences.append(_("Give the repetitions of one set."))
    if logged is not None:
        sentences.append(logged_before(logged))
    return " ".join(sentences)


def logged_before(number: int) -> str:
    return _("Logged before: %(number)d.") % {"number": number}


def left_out(target: Target) -> str:
    """Return why it is proposed only on request; empty when it is proposed."""
    if target.marks:
        labels = ", ".join(str(mark.label) for mark in target.marks)
        return _("Left out because you told us: %(precautions)s.") % {"precautions": labels}
    if target.advice and target.advice.reason == Reason.PAUSED:
        return _("Paused until your flare is over.")
    if target.advice and target.advice.rests and target.advice.trouble:
        figures = {"pain": target.advice.trouble.pain, "most": rules().stay}
        return _("Left out in the evening: pain reached %(pain)s in the morning, which is above %(most)s.") % figures
    if target.lapsed:
        return _("Left out after a flare or a break until you take it in again: there is no smaller dose of it.")
    if target.waits:
        return _("Left out until you choose it: it loads the back more than the others.")
    return ""


def slot(date: datetime.date, period: str, today: datetime.date) -> str:
    """Return a slot's name as one says it on ``today``: "This morning", "Tuesday 3 March, morning"."""
    morning = period == Period.MORNING
    if date == today:
        return _("This morning") if morning else _("This evening")
    if date == today - datetime.timedelta(days=1):
        return _("Yesterday morning") if morning else _("Yesterday evening")
    return _("%(day)s, %(period)s") % {"day": day(date, today), "period": Period(period).label}


def day(date: datetime.date, today: datetime.date | None = None) -> str:
    """Return a date in words, with its year where that is not this year's."""
    this_year = today is not None and date.year == today.year
    return capfirst(_written(date, _("l j F") if this_year else _("l j F Y"), get_language()))


def too_early(earliest: datetime.date) -> str:
    return _("Choose a day from %(day)s on.") % {"day": written(earliest, _("j F Y"))}


def short_day(date: datetime.date) -> str:
    """Return a date for a table: "Tue 3 Mar 2026"."""
    return written(date, _("D j M Y"))


def written(date: datetime.date, form: str) -> str:
    """Return a date in one of Django's formats, in the reader's language."""
    return _written(date, form, get_language())


def pain(session: Session | Logged) -> str:
    """Return the scores of a session: "6 → 4"; a missing one is said to be missing, and is no 0."""
    before, after = session.pain_before, session.pain_after
    if before is not None and after is not None:
        return _("%(before)d → %(after)d") % {"before": before, "after": after}
    if before is not None:
        return _("%(before)d before") % {"before": before}
    if after is not None:
        return _("%(after)d after") % {"after": after}
    return _("No pain score")


def places(tags: Iterable[str]) -> str:
    """Return places by name: "low back, left side"."""
    return ", ".join(str(Place(tag).label) for tag in tags)


def pain_named(session: Session | Logged) -> str:
    """Return the scores where no heading says what they are: "Pain 6 → 4"."""
    scores = pain(session)
    return scores if session.pain_before is session.pain_after is None else _("Pain %(scores)s") % {"scores": scores}


@lru_cache(maxsize=10_000)  # about a megabyte; a page names the same days again and again, and so does the next page
def _written(date: datetime.date, form: str, language: str) -> str:
    return date_format(date, form)


def _first(figures: dict[str, int], daily: bool) -> str:
    if figures["goal"] == figures["target"]:
        return _("This is the whole dose from the first day on.")
    if daily:
        return _("Start with %(target)s a day. The goal is %(goal)s, and there is no hurry.") % figures
    return _("Start with %(target)s. It can grow to %(goal)s.") % figures


def _troubled(advice: Advice, trouble: Trouble, today: datetime.date) -> str:
    """Return "Stay at 12: pain rose from 3 to 5 yesterday evening." and the like."""
    figures: dict[str, Any] = advice.figures | {"before": trouble.before, "pain": trouble.pain}
    figures |= {"when": moment(trouble.date, trouble.period, today), "go_on": rules().go_on, "most": rules().stay}
    if advice.reason == Reason.REST:
        start = _("Rest this evening:")
    elif advice.target < figures["previous"]:
        start = _("Down from %(previous)s to %(target)s:")
    elif trouble.reason in EASE_OFF:
        start = _("Stay at %(target)s, the least there is:")
    else:
        start = _("Stay at %(target)s:")
    return f"{start} {CAUSES[trouble.reason]}" % figures


def _share(target: Target) -> str:
    figures = {"day": target.day, "done": target.done, "reps": target.reps, "rest": target.rest}
    if not target.reps and target.done >= (target.day or 0):
        return _("%(day)d today (all done)") % figures
    if not target.reps and target.done:
        return _("%(done)d of %(day)d done") % figures
    if not target.reps:
        return _("%(day)d today") % figures
    if target.done:
        return _("%(day)d today (%(done)d done, %(reps)d to go)") % figures
    if target.rest:
        return _("%(day)d today (%(reps)d now, %(rest)d later)") % figures
    return _("%(day)d today") % figures


def told_when(check_in: CheckIn) -> str:
    """Return when in its day something was told: "14:05", "after the night"."""
    if check_in.kind == CheckIn.Kind.NIGHT:
        return _("after the night")
    return time_format(check_in.time)


def span(entry: Flare | Pause) -> str:
    """Return from when to when it lasts: "Tue 3 Mar 2026 – Fri 6 Mar 2026", "since Tue 3 Mar 2026"."""
    last = entry.until if isinstance(entry, Pause) else entry.ended
    if last is None:
        return _("since %(first)s") % {"first": short_day(entry.date)}
    if last == entry.date:
        return short_day(last)
    return _("%(first)s – %(last)s") % {"first": short_day(entry.date), "last": short_day(last)}


def lasted(flare: Flare, days: int) -> str:
    """Return a flare's length, and its worst pain where there is a score: "Day 3", "4 days. The worst pain was 8."."""
    if flare.ended is None:
        return _("Day %(days)d") % {"days": days}
    length = ngettext("It lasted %(days)d day.", "It lasted %(days)d days.", days) % {"days": days}
    worst = "" if flare.worst is None else " " + _("The worst pain was %(worst)d of 10.") % {"worst": flare.worst}
    return length + worst
