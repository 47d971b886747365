"""The timelines that the player's clock is tested on (tests/js/timer.test.mjs) are the ones that ``timing`` makes."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from exercises.timing import GET_READY, Dose, Phase, lead_in, routine_seconds, seconds, timeline

CASES = json.loads((Path(__file__).parent.parent / "cases" / "timelines.json").read_text(encoding="utf-8"))
BY_NAME = {case["name"]: case for case in CASES["timelines"]}


@pytest.mark.parametrize("case", CASES["timelines"], ids=BY_NAME)
def test_timeline_is_the_one_that_the_player_plays(case: dict[str, Any]) -> None:
    found = timeline([Phase(**phase) for phase in case["phases"]], Dose(**case["dose"]), case["reps"])
    assert [asdict(segment) for segment in found] == case["segments"]
    assert seconds(found) == case["seconds"]


def test_an_exercise_is_led_in_by_time_to_change_position_and_to_get_ready() -> None:
    assert [asdict(segment) for segment in lead_in(first=True)] == CASES["lead_in"]["first"]
    assert [asdict(segment) for segment in lead_in(first=False)] == CASES["lead_in"]["next"]


@pytest.mark.parametrize("session", CASES["sessions"], ids=lambda session: session["name"])
def test_session_lasts_as_long_as_its_routine_and_the_first_get_ready(session: dict[str, Any]) -> None:
    lengths = [BY_NAME[name]["seconds"] for name in session["exercises"]]
    assert routine_seconds([length for length in lengths if length]) + GET_READY == session["seconds"]
