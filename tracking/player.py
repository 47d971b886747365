"""A guided practice: which exercises, how much of each, their timelines, and what the player says. Writes nothing."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exercises.models import Dose, Exercise, Revision, Routine
from exercises.timing import EXERCISE_CHANGE, GET_READY, Segment, lead_in, seconds, share
from tracking import wording
from tracking.models import DEFAULT_ROUTINE
from tracking.targets import Target, all_rest, content

SHORT, DESK = "short", "desk"
# For a bad or a busy day; the editor's choice, no trial behind it. The smallest movements come first, because they suit
# a sore back, and three of them, at the dose where each starts, take about three minutes. Whoever had better leave one
# out gets the next.
SHORT_LENGTH = 3  # exercises
SHORT_FORM = {
    DEFAULT_ROUTINE: ("lower-back-flexibility", "lower-back-rotation", "cat-stretch", "bridge", "knee-to-chest")
}
# None of the articles' exercises can be done on a chair. This one needs room to kneel, and no lying down.
FITS_A_WORKPLACE = ("hip-flexor-stretch",)
# From this score up the player offers rest and something smaller before it starts; the editor's choice, no trial behind
# it. On scales of this kind 7 to 10 is usually called severe pain.
HIGH_PAIN = 7
CHARACTERS_A_SECOND = 15  # of calm speech; a cue that takes longer than its phase is said in the first repetition only


@dataclass(frozen=True)
class Part:
    """One exercise of a practice. ``segments`` is empty where nothing is left to do today.

    ``asked`` says that the person chose this very exercise, as one that is left out until chosen waits for.
    """

    target: Target
    segments: Sequence[Segment]
    asked: bool = False

    @property
    def exercise(self) -> Exercise:
        return self.target.exercise

    @property
    def seconds(self) -> int:
        return seconds(self.segments)

    @property
    def chosen(self) -> bool:
        """Whether it takes part unless the person decides otherwise."""
        return bool(self.segments) and not self.left_out

    @property
    def left_out(self) -> bool:
        """Whether something speaks against it, as far as the person told us."""
        return bool(self.target.marks) or self.target.rests if self.asked else self.target.left_out

    def data(self) -> dict[str, Any]:
        """Return what the player's script needs, as JSON takes it."""
        change, ready = lead_in(first=False)
        intro = introduction(self.target)
        return {
            "slug": self.exercise.slug,
            "name": self.exercise.name,
            "amount": capfirst(wording.amount(self.target)),
            "position": plain(self.exercise.position),
            "intro": intro,
            "drawn": self.exercise.drawn_side,
            "sets": self.target.sets,
            "reps": self.target.reps,
            "lead": [
                asdict(change) | {"say": _("Next: %(exercise)s") % {"exercise": intro}},
                asdict(ready) | {"say": _("Get ready.")},
            ],
            "segments": [
                asdict(segment) | {"say": line} for segment, line in zip(self.segments, spoken(self), strict=True)
            ],
        }


def parts(targets: Collection[Target], *, asked: bool = False) -> list[Part]:
    """Return the targets with their timelines. 1 query."""
    prefetch_related_objects([target.exercise for target in targets], "phases")
    return [Part(target, target.exercise.timeline(target.reps), asked) for target in targets]


def first_targets(exercises: Iterable[Exercise], times_per_day: int = 1) -> list[Target]:
    """Return where the doses start, for somebody whom we do not know; a daily dose is shared over its sessions."""
    return [_first_target(exercise, times_per_day) for exercise in exercises]


def modes(targets: Sequence[Target], routine: str) -> list[str]:
    """Return the shorter modes that the routine ``targets`` belong to has; "" is the whole of it.

    A rest has no shorter form.
    """
    if all_rest(targets):
        return []
    short = [SHORT] if routine in SHORT_FORM else []
    at_work = [target for target in targets if target.exercise.slug in FITS_A_WORKPLACE]
    return short + ([DESK] if 0 < len(at_work) < len(targets) else [])


def selected(targets: Sequence[Target], mode: str, routine: str, times_per_day: int) -> list[Target]:
    """Return the targets that take part in ``mode``; in a mode that the routine does not have, all of them."""
    if mode not in modes(targets, routine):
        return list(targets)
    if mode == SHORT:
        return short_form(targets, SHORT_FORM[routine], times_per_day) or list(targets)
    return [target for target in targets if target.exercise.slug in FITS_A_WORKPLACE]


def short_form(targets: Sequence[Target], order: Sequence[str], times_per_day: int) -> list[Target]:
    """Return the first three of ``order`` that are not left out, none above where its dose starts, in routine order."""
    may = {target.exercise.slug for target in targets if target.proposed}
    taken = [slug for slug in order if slug in may][:SHORT_LENGTH]
    started = {
        target.exercise.slug: target.reps for target in first_targets([t.exercise for t in targets], times_per_day)
    }
    return [
        replace(target, reps=min(target.reps, started[target.exercise.slug]))
        for target in targets
        if target.exercise.slug in taken
    ]


def single(slug: str) -> tuple[Exercise | None, Routine | None, list[Exercise]]:
    """Return the exercise named ``slug`` and the first routine that has it, with its exercises. 1 query."""
    by_id, planned = content(Revision.current())
    exercise = next((one for one in by_id.values() if one.slug == slug), None)
    found = ((routine, exercises) for routine, exercises in planned.items() if exercise in exercises)
    return exercise, *next(found, (None, []))


def length(chosen: Collection[Part]) -> int:
    """Return the seconds that a practice takes, from the first get-ready to the end."""
    if not chosen:
        return 0
    return sum(part.seconds for part in chosen) + EXERCISE_CHANGE * (len(chosen) - 1) + GET_READY


def counts(most: int) -> list[str]:
    """Return "0 exercises" and so on, up to ``most``: the script takes the plural from here, in every language."""
    return [ngettext("%(count)d exercise", "%(count)d exercises", n) % {"count": n} for n in range(most + 1)]


def introduction(target: Target) -> str:
    """Return what is said of an exercise before it starts: its name, how much, and its starting position."""
    exercise = target.exercise
    return f"{exercise.name}. {capfirst(wording.amount(target))}. {plain(exercise.position)}"


def plain(markdown: str) -> str:
    """Return an editor's Markdown as one reads it out: links as their text, without marks of emphasis."""
    return re.sub(r"[*_`]|\[([^\]]*)\]\([^)]*\)", r"\1", markdown).strip()


def spoken(part: Part) -> Iterator[str]:
    """Yield what is said at the beginning of each segment; empty where tones alone lead on.

    The first repetition on each side has every cue in full. After that the repetition is named, and of a cue is said
    what its phase is long enough for: all of it, its first sentence, or nothing.
    """
    before: Segment | None = None
    for segment in part.segments:
        yield _line(segment, before, part.target.sets)
        before = segment


def words() -> dict[str, Any]:
    """Return the player's own words in the reader's language; figures in braces are filled in by the script."""
    return {
        "left": _("Left side"),
        "right": _("Right side"),
        "both": _("Both together"),
        "next": _("Next: {name}"),
        "last": _("The last exercise"),
        "rest": _("Rest. Then set {n} of {total}."),
        "changeSides": _("Change sides"),
        "nowBoth": _("Now both together"),
        "breatheIn": _("Breathe in"),
        "breatheOut": _("Breathe out"),
        "ready": _("Get ready"),
        "second": _("second"),
        "seconds": _("seconds"),
        "moreBreaths": _("{n} more"),
        "lastBreath": _("Last breath."),
        "moreSeconds": _("{n} more seconds"),
        "repetition": _("{n} of {total}"),
        "set": _("Set {n} of {total}"),
        "exercise": _("Exercise {n} of {total}"),
        "timeLeft": _("{time} left"),
        "about": _("about {n} min"),
        "pause": _("Pause"),
        "goOn": _("Go on"),
        "skip": _("Skip exercise"),
        "skipWait": _("Skip wait"),
        "oneLess": _("One less: {n} now."),
        "leftOut": _("Left out: {names}."),
        "painNow": _("Your back hurts {n} of 10 now"),
        "finished": _("That was all. Come back to the screen when you are ready."),
        "stopped": _("Stopped."),
        "hurts": _("Stopped. Rest in a position that is comfortable."),
        "done": _("{n} of {total}"),
        "doneSets": _("{n} of {total} a set"),
        "doneSides": {"left": _("left {n}"), "right": _("right {n}"), "both": _("both together {n}")},
    }


def _first_target(exercise: Exercise, times_per_day: int) -> Target:
    dose = exercise.dose
    start = dose.timed().reps
    if dose.per == Dose.Per.DAY:
        return Target(exercise, dose.sets, share(start, times_per_day), start)
    return Target(exercise, dose.sets, start)


def _line(segment: Segment, before: Segment | None, sets: int) -> str:
    if segment.kind == "rest":
        return _side_change(segment) if segment.side else _set_rest(segment, sets)
    if segment.rep == 1:
        announced = before is not None and before.side == segment.side
        side = "" if announced else _side(segment)
        return f"{side} {segment.cue}".strip()
    new = before is None or before.rep != segment.rep
    number = _("Repetition %(rep)d.") % {"rep": segment.rep} if new else ""
    room = segment.seconds * CHARACTERS_A_SECOND
    sentence = segment.cue.partition(". ")[0].removesuffix(".") + "."
    candidates = [f"{number} {segment.cue}", number] if new else [segment.cue, sentence]
    return next((line for line in candidates if line and len(line) <= room), "")


def _side(segment: Segment) -> str:
    return {"left": _("Left side."), "right": _("Right side."), "both": _("Both together.")}.get(segment.side, "")


def _side_change(segment: Segment) -> str:
    if segment.side == "both":
        return _("Now both together.")
    return _("Change sides. Now the right side.") if segment.side == "right" else _("Change sides. Now the left side.")


def _set_rest(segment: Segment, sets: int) -> str:
    figures = {"seconds": segment.seconds, "set": segment.set, "sets": sets}
    return _("Rest for %(seconds)d seconds. Then set %(set)d of %(sets)d.") % figures
