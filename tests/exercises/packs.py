"""A small valid pack for tests, to be bent as a test needs it."""

from copy import deepcopy
from typing import Any

from exercises import pack
from exercises.pack import Row

NUMBERS: dict[str, Any] = {
    "version": 1,
    "sources": {
        "a": {"kind": "article", "published": "undated", "reference": ""},
        "b": {"kind": "article"},
    },
    "exercises": {
        "bridge": {
            "order": 1,
            "source": "a",
            "figure": "bridge",
            "precautions": ["surgery", "pregnancy"],
            "opt_in": False,
            "variations": ["cat"],
            "dose": {
                "sets": 1,
                "reps": [5, 30],
                "per": "day",
                "hold": {"kind": "breaths", "min": 3, "max": 3},
                "per_side": False,
                "times_per_day": None,
                "progression": {"start": 5, "goal": 30, "step": 2},
            },
            "phases": [
                {"key": "lift", "kind": "move", "seconds": 3, "pose": "lift"},
                {"key": "hold", "kind": "hold", "pose": "lift"},
                {"key": "lower", "kind": "move", "seconds": 4},
            ],
        },
        "cat": {
            "order": 2,
            "source": "b",
            "dose": {"sets": 1, "reps": [3, 5], "times_per_day": 2},
            "phases": [
                {"key": "round", "kind": "move", "seconds": 4},
                {"key": "pause", "kind": "hold", "seconds": 2},
            ],
        },
    },
    "routines": {
        "evening": {
            "order": 1,
            "source": "a",
            "times_per_day": 2,
            "claimed_minutes": [5, 6],
            "exercises": ["bridge", "cat"],
        },
    },
    "guide": {"causes": {"order": 1, "sources": ["b", "a"]}},
    "safety": {
        "numbness": {"kind": "emergency", "order": 1, "sources": ["a"]},
        "walk": {"kind": "helps", "order": 1},
    },
}
WORDS: dict[str, Any] = {
    "sources": {"a": {"title": "Article A", "publisher": "A clinic"}, "b": {"title": "Article B"}},
    "exercises": {
        "bridge": {
            "name": "Bridge",
            "summary": "Steadies the pelvis.",
            "position": "Lie on your back.",
            "cautions": "Stop where it hurts.",
            "phases": {"lift": "Lift your hips.", "hold": "Breathe.", "lower": "Lower them."},
        },
        "cat": {
            "name": "Cat",
            "summary": "Keeps the back supple.",
            "position": "Kneel on hands and knees.",
            "phases": {"round": "Round your back.", "pause": "Wait."},
        },
    },
    "routines": {"evening": {"name": "Evening", "summary": "A calm end."}},
    "guide": {"causes": {"title": "Causes", "summary": "What brings it on.", "body": "Lifting.\n\nTwisting."}},
    "safety": {"numbness": "You are numb between the legs.", "walk": "Walk a little."},
}
FIGURES = {"bridge": ("start", "lift")}


DROP = object()  # as a value: leave the key out


def bent(path: str, value: object, data: dict[str, Any] = NUMBERS) -> dict[str, Any]:
    """Return the data with the value at a dotted path replaced or, with DROP, left out; a list's place is a number."""
    found = deepcopy(data)
    *way, last = [int(name) if name.isdecimal() else name for name in path.split(".")]
    place: Any = found
    for name in way:
        place = place[name]
    if value is DROP:
        del place[last]
    else:
        place[last] = value
    return found


def rows(numbers: dict[str, Any] = NUMBERS, words: dict[str, Any] = WORDS) -> list[Row]:
    """Return a valid pack's rows."""
    found, problems = pack.validate(numbers, words, FIGURES)
    assert problems == []
    return found
