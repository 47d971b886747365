"""What makes a dose impossible, or bolder than its source. Pure: takes figures, returns codes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

FIELDS = (
    "sets", "reps_min", "reps_max", "per", "hold_kind", "hold_min", "hold_max", "per_side", "times_per_day",
    "start", "goal", "step",
)  # fmt: skip
# The most that a figure can be: far above any source, so that a slip of the finger makes no endless page.
LIMITS = {"sets": 20, "reps_max": 200, "hold_max": 300, "times_per_day": 24, "step": 200}


@dataclass(frozen=True)
class Fault:
    """``field`` is the dose's field to mend; ``code`` says what is wrong with it."""

    field: str
    code: str


def faults(dose: Mapping[str, Any], source: Mapping[str, Any] | None = None, reason: str = "") -> list[Fault]:
    """Return what is wrong with ``dose``, empty when nothing is.

    ``dose`` maps FIELDS to repetitions, seconds or breaths, or None; ``source`` holds the same fields as the source
    gives them (None when the exercise has no source figures). A progression beyond the source passes only with a stated
    ``reason``.
    """
    return [*_limits(dose), *_reps(dose), *_hold(dose), *_progression(dose), *_beyond(dose, source, reason)]


def _limits(dose: Mapping[str, Any]) -> list[Fault]:
    return [Fault(field, "too_much") for field, most in LIMITS.items() if (dose[field] or 0) > most]


def _reps(dose: Mapping[str, Any]) -> list[Fault]:
    found = [Fault(field, "missing") for field in ("sets", "reps_min", "reps_max") if dose[field] is None]
    found += [Fault(field, "zero") for field in ("sets", "reps_min", "times_per_day") if dose[field] == 0]
    if not found and dose["reps_max"] < dose["reps_min"]:
        found.append(Fault("reps_max", "max_below_min"))
    return found


def _hold(dose: Mapping[str, Any]) -> list[Fault]:
    given = [bool(dose["hold_kind"]), dose["hold_min"] is not None, dose["hold_max"] is not None]
    if any(given) and not all(given):
        return [Fault("hold_kind", "hold_incomplete")]
    if all(given) and dose["hold_min"] < 1:
        return [Fault("hold_min", "zero")]
    if all(given) and dose["hold_max"] < dose["hold_min"]:
        return [Fault("hold_max", "max_below_min")]
    return []


def _progression(dose: Mapping[str, Any]) -> list[Fault]:
    start, goal, step = dose["start"], dose["goal"], dose["step"]
    given = [start is not None, goal is not None, step is not None]
    if not any(given):
        return []
    if not all(given):
        return [Fault("start", "progression_incomplete")]
    if start < 1 or step < 1:
        return [Fault("start" if start < 1 else "step", "zero")]
    if goal < start:
        return [Fault("goal", "goal_below_start")]
    outside = {"start": start < (dose["reps_min"] or 0), "goal": goal > (dose["reps_max"] or goal)}
    return [Fault(field, "outside_reps") for field, wrong in outside.items() if wrong]


def _beyond(dose: Mapping[str, Any], source: Mapping[str, Any] | None, reason: str) -> list[Fault]:
    """A range dose grows from its smaller to its larger figure: the larger is bound to the source as a goal is."""
    if reason.strip():
        return []
    found = []
    if dose["goal"] is not None:
        low, high = (source or {}).get("start"), (source or {}).get("goal")
        if low is None or high is None:
            found.append(Fault("goal", "beyond_source"))
        else:
            found += [Fault("start", "beyond_source")] * ((dose["start"] or low) < low)
            found += [Fault("goal", "beyond_source")] * (dose["goal"] > high)
    if source and source.get("reps_max") is not None and (dose["reps_max"] or 0) > source["reps_max"]:
        found.append(Fault("reps_max", "beyond_source"))
    return found
