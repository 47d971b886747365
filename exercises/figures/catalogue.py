"""The figures that there are, read from poses.json: names, poses, camera and pose data. Their words: captions.py."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from exercises.figures.geometry import Vec, vec
from exercises.figures.pose import Pose, merge, read_pose, spread

HERE = Path(__file__).parent
SOURCE = HERE / "poses.json"
SIDE_VIEW = {"shift": 0.24, "rise": 0.16}
MAT = (-95.0, 84.0, -36.0, 36.0)
EXTRAS = ("from", "arrows", "feel")  # of a pose in the data: not part of the body's position


@dataclass(frozen=True)
class Feel:
    """A place where the stretch is felt: on a leg's segment (see pose.Touch), with its radius in cm."""

    segment: str
    place: Vec
    gap: float
    size: float


@dataclass(frozen=True)
class KeyPose:
    pose: Pose
    arrows: tuple[tuple[Vec, Vec, Vec], ...]  # each a quadratic curve in the room: start, control, tip
    feel: tuple[Feel, ...]


@dataclass(frozen=True)
class Figure:
    name: str
    look: str
    view: Mapping[str, float]
    mat: tuple[float, float, float, float]  # x from, x to, z from, z to
    order: tuple[str, ...]  # of painting; empty for the usual one
    loop: tuple[str, ...]  # the poses in the order of the animation, which returns to the first
    icon: str  # the pose that says most about the exercise
    inset: bool  # a magnified view of the low back
    poses: Mapping[str, KeyPose]


@cache
def names() -> tuple[str, ...]:
    """Return the names of all figures: the slugs of the exercises that they belong to."""
    return tuple(raw()["figures"])


@cache
def poses(name: str) -> tuple[str, ...]:
    """Return the names of a figure's poses, in order. Raises KeyError for an unknown figure."""
    return tuple(raw()["figures"][name]["poses"])


def side(name: str) -> str:
    """Return the side that a figure works on as it is drawn, "left" or "right"; its mirror image shows the other one.

    For a name without a figure, as an editor's own exercise may have it, "right".
    """
    return str(raw()["figures"].get(name, {}).get("side", "right"))


@cache
def raw() -> dict[str, Any]:
    data: dict[str, Any] = json.loads(SOURCE.read_text(encoding="utf-8"))
    return data


@cache
def figure(name: str) -> Figure:
    """Return a figure with its poses resolved. Raises KeyError for an unknown figure."""
    data = raw()["figures"][name]
    x0, x1, z0, z1 = data.get("mat", MAT)
    return Figure(
        name=name,
        look=data["look"],
        view=data.get("view", SIDE_VIEW),
        mat=(float(x0), float(x1), float(z0), float(z1)),
        order=tuple(data.get("order", ())),
        loop=tuple(data["loop"]),
        icon=data.get("icon", data["loop"][1]),
        inset=bool(data.get("inset")),
        poses=read_poses(data),
    )


def read_poses(data: Mapping[str, Any]) -> dict[str, KeyPose]:
    """Return a figure's poses: each is a patch on the base, or on the pose that it names in "from"."""
    base = spread(raw()["bases"][data["base"]])
    full: dict[str, dict[str, Any]] = {}
    out: dict[str, KeyPose] = {}
    for key, patch in data["poses"].items():
        plain = {field: value for field, value in patch.items() if field not in EXTRAS}
        start = full[patch["from"]] if "from" in patch else base
        full[key] = lay(start, plain)
        arrows = tuple((vec(a), vec(b), vec(c)) for a, b, c in patch.get("arrows", ()))
        feel = tuple(Feel(f["on"], vec(f["place"]), float(f["gap"]), float(f["size"])) for f in patch.get("feel", ()))
        out[key] = KeyPose(read_pose(full[key]), arrows, feel)
    return out


def lay(base: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """Return a pose with a patch over it; the patch may speak of both arms or both legs at once."""
    return merge(base, spread(patch))
