"""Phases, dose and tempo to seconds: a routine's length and the player's timeline. Pure.

The tempo is the editor's choice, stated on each routine's page: the articles give holds and repetitions, not how long
it takes to move, to change sides or to change position.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

BREATH = 5  # seconds; a slow, deep breath in and out
SIDE_CHANGE = 5  # seconds
SET_REST = 30  # seconds between two sets
EXERCISE_CHANGE = 10  # seconds to get into the next exercise's position
GET_READY = 5  # seconds before an exercise starts; between two exercises they are part of the change


@dataclass(frozen=True)
class Phase:
    """``seconds`` and ``breaths`` are both None in a hold that lasts as long as the dose says.

    ``both``: done with both sides together, after the single sides.
    """

    kind: str
    cue: str = ""
    pose: str = ""
    seconds: int | None = None
    breaths: int | None = None
    both: bool = False


@dataclass(frozen=True)
class Dose:
    """``reps`` in repetitions a set, or a day where ``per_day``; ``hold`` in seconds or breaths, by ``hold_kind``."""

    sets: int
    reps: int
    per_side: bool = False
    per_day: bool = False
    hold_kind: str = ""
    hold: int | None = None


@dataclass(frozen=True)
class Segment:
    """One stretch of the timeline. ``side`` is left, right, both or empty; ``set`` and ``rep`` count from 1."""

    kind: str
    seconds: int
    cue: str = ""
    pose: str = ""
    breaths: int | None = None
    side: str = ""
    set: int = 1
    rep: int = 1


def timeline(phases: Sequence[Phase], dose: Dose, reps: int | None = None) -> list[Segment]:
    """Return every segment of one exercise for ``reps`` repetitions a set (default: the dose's own), in order.

    Empty when nothing is left to do: no repetitions, or no phases. Raises ValueError when a phase lasts neither seconds
    nor breaths and the dose has no hold.
    """
    count = dose.reps if reps is None else reps
    segments: list[Segment] = []
    if count < 1 or not phases:
        return segments
    for number in range(1, dose.sets + 1):
        if number > 1:
            segments.append(Segment("rest", SET_REST, set=number))
        segments += _set(phases, dose, count, number)
    return segments


def seconds(segments: Iterable[Segment]) -> int:
    """Return the length of a timeline in seconds."""
    return sum(segment.seconds for segment in segments)


def routine_seconds(exercises: Sequence[int]) -> int:
    """Return a routine's length in seconds from its exercises' lengths, with the changes of position between them."""
    return sum(exercises) + EXERCISE_CHANGE * max(len(exercises) - 1, 0)


def lead_in(first: bool) -> list[Segment]:
    """Return what comes before an exercise: time to get ready, and before that time to change position.

    The ``first`` exercise of a session needs no change. What the others need is counted by ``routine_seconds``.
    """
    ready = Segment("ready", GET_READY)
    return [ready] if first else [Segment("change", EXERCISE_CHANGE - GET_READY), ready]


def share(target: int, sessions_left: int, done: int = 0) -> int:
    """Return the repetitions to propose for this session of a daily ``target``: what is left, over the sessions left.

    ``sessions_left`` counts this session and is at least 1; ``done`` is what earlier sessions of the day have brought.
    An odd repetition goes to the earlier session: 5 over two sessions is 3 and 2.
    """
    if sessions_left < 1:
        raise ValueError("sessions_left counts this session")
    return -(-max(target - done, 0) // sessions_left)


def _set(phases: Sequence[Phase], dose: Dose, reps: int, number: int) -> Iterator[Segment]:
    single, both = [p for p in phases if not p.both], [p for p in phases if p.both]
    sides = ("left", "right") if dose.per_side else ("",)
    rounds = [(side, single) for side in sides if single] + ([("both", both)] if both else [])
    for index, (side, parts) in enumerate(rounds):
        if index:
            yield Segment("rest", SIDE_CHANGE, side=side, set=number)
        for rep in range(1, reps + 1):
            for phase in parts:
                length, breaths = _length(phase, dose)
                yield Segment(phase.kind, length, phase.cue, phase.pose, breaths, side, number, rep)


def _length(phase: Phase, dose: Dose) -> tuple[int, int | None]:
    if phase.seconds is not None:
        return phase.seconds, None
    breaths = phase.breaths
    if breaths is None and dose.hold is not None:
        if dose.hold_kind == "seconds":
            return dose.hold, None
        breaths = dose.hold
    if breaths is None:
        raise ValueError(f"no length for the phase {phase.cue!r}")
    return breaths * BREATH, breaths
