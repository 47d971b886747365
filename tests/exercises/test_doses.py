"""What makes a dose impossible, or bolder than its source."""

from typing import Any

import pytest

from exercises.doses import FIELDS, LIMITS, Fault, faults
from exercises.wording import dose_fault


def dose(**figures: Any) -> dict[str, Any]:
    """Return a plain dose of ten repetitions with some of its figures replaced."""
    plain = dict.fromkeys(FIELDS) | {"sets": 1, "reps_min": 10, "reps_max": 10, "per": "session", "hold_kind": ""}
    return plain | {"per_side": False} | figures


GROWING = {"reps_min": 5, "reps_max": 30, "start": 5, "goal": 30, "step": 2}


@pytest.mark.parametrize(
    "figures",
    [
        {},
        {"reps_min": 2, "reps_max": 3, "times_per_day": 2},
        {"hold_kind": "breaths", "hold_min": 5, "hold_max": 10},
        {"hold_kind": "seconds", "hold_min": 30, "hold_max": 30, "per_side": True},
        GROWING,
    ],
)
def test_a_sources_own_dose_has_no_fault(figures: dict[str, Any]) -> None:
    assert faults(dose(**figures), dose(**figures)) == []


@pytest.mark.parametrize(
    ("figures", "field", "code"),
    [
        ({"sets": 0}, "sets", "zero"),
        ({"reps_min": 0}, "reps_min", "zero"),
        ({"times_per_day": 0}, "times_per_day", "zero"),
        ({"reps_max": None}, "reps_max", "missing"),
        ({"reps_max": 9}, "reps_max", "max_below_min"),
        ({"hold_kind": "seconds"}, "hold_kind", "hold_incomplete"),
        ({"hold_min": 5, "hold_max": 5}, "hold_kind", "hold_incomplete"),
        ({"hold_kind": "seconds", "hold_min": 0, "hold_max": 5}, "hold_min", "zero"),
        ({"hold_kind": "seconds", "hold_min": 6, "hold_max": 5}, "hold_max", "max_below_min"),
        ({"start": 5}, "start", "progression_incomplete"),
        (GROWING | {"goal": 4}, "goal", "goal_below_start"),
        (GROWING | {"step": 0}, "step", "zero"),
        (GROWING | {"start": 0}, "start", "zero"),
        (GROWING | {"reps_max": 20}, "goal", "outside_reps"),
        (GROWING | {"reps_min": 6}, "start", "outside_reps"),
        *(({field: most + 1}, field, "too_much") for field, most in LIMITS.items()),
    ],
)
def test_dose_that_cannot_be_is_named_by_field(figures: dict[str, Any], field: str, code: str) -> None:
    found = faults(dose(**figures), reason="stated")
    assert Fault(field, code) in found
    assert all(dose_fault(fault.code) for fault in found)


def test_goal_beyond_the_source_needs_a_reason() -> None:
    source, bold = dose(**GROWING), dose(**GROWING | {"reps_max": 40, "goal": 40})
    assert faults(bold, source) == [Fault("goal", "beyond_source"), Fault("reps_max", "beyond_source")]
    assert faults(bold, source, reason="  ") != []
    assert faults(bold, source, reason="Agreed with the clinic.") == []


def test_start_below_the_source_needs_a_reason() -> None:
    shy = dose(**GROWING | {"reps_min": 3, "start": 3})
    assert faults(shy, dose(**GROWING)) == [Fault("start", "beyond_source")]


def test_progression_needs_a_reason_where_the_source_has_none() -> None:
    assert faults(dose(**GROWING), dose(reps_min=5, reps_max=30)) == [Fault("goal", "beyond_source")]
    assert faults(dose(**GROWING), None) == [Fault("goal", "beyond_source")]


def test_milder_dose_than_the_sources_is_free() -> None:
    assert faults(dose(**GROWING | {"goal": 20, "step": 1}), dose(**GROWING)) == []
