"""What the eye misses in a figure: a hand off its target, a heel in the floor, a joint bent too far.

Checked in every drawn position and in finer ones between them. Centimetres and degrees.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import asin, atan2, degrees, hypot, sqrt

from exercises.figures.body import LOOKS, ORDER, Look, parts
from exercises.figures.catalogue import Figure
from exercises.figures.drawing import camera
from exercises.figures.film import timeline
from exercises.figures.geometry import along, angle_between, scale, sub, unit
from exercises.figures.outline import Ball, Hull, Point, Tube, corners, outline
from exercises.figures.pose import Pose
from exercises.figures.rig import REACH_ERROR, SIGN, Skeleton, on_spine, solve, tween

FEATURES = ("eye", "brow", "mouth", "nose")
FINE = 6  # checked positions in each movement
SINK = 1.5  # cm that a soft body may sink into the mat
FULLEST = max(LOOKS.values(), key=lambda look: look.girth)  # who sinks deepest
# A healthy adult's range (American Academy of Orthopaedic Surgeons, rounded outward); the spine's are flexion beyond
# the standing curve. The ankle's includes the midfoot, which bends too when the top of the foot lies on the floor.
RANGES = {
    "hip flexion": (-30, 130),
    "hip abduction": (-35, 60),
    "knee flexion": (0, 150),
    "ankle dorsiflexion": (-80, 35),
    "elbow flexion": (0, 150),
    "shoulder extension": (-95, 60),
    "lumbar": (-40, 60),
    "thoracic": (-40, 40),
    "twist": (-45, 45),
    "neck": (-75, 65),
}


@dataclass(frozen=True)
class Fault:
    position: str  # the poses and the fraction between them
    what: str
    amount: float


def positions(figure: Figure) -> Iterator[tuple[str, Pose]]:
    """Yield every key pose, and finer positions between those that follow each other in the loop."""
    for name, key in figure.poses.items():
        yield name, key.pose
    for a, b in pairwise(mark.pose for mark in timeline(figure)):
        for i in range(1, FINE):
            yield f"{a} to {b} {i}/{FINE}", tween(figure.poses[a].pose, figure.poses[b].pose, i / FINE)


def faults(figure: Figure) -> list[Fault]:
    """Return all faults of a figure's positions."""
    out: list[Fault] = []
    for position, pose in positions(figure):
        skeleton = solve(pose)
        out += [Fault(position, f"{name} is hidden", 0) for name in hidden(figure, skeleton)]
        out += [Fault(position, "misses " + limb, by) for limb, by in skeleton.misses.items() if by > REACH_ERROR]
        out += [Fault(position, f"{name} sinks", low) for name, low in lowest(skeleton, FULLEST) if low < -SINK]
        for name, value in joints(skeleton, pose):
            least, most = RANGES[name.partition(" of ")[0]]
            if not least <= value <= most:
                out.append(Fault(position, name, value))
    return out


def hidden(figure: Figure, skeleton: Skeleton) -> Iterator[str]:
    """Yield the features of the face that anything is painted over, with the letter of the look."""
    view = camera(figure, 1.0)
    for key, look in LOOKS.items():
        drawn = parts(skeleton, look, figure.order or ORDER)
        for i, part in enumerate(drawn):
            if part.name not in FEATURES:
                continue
            marks = [p for form in part.forms for p in corners(outline(view, form))]
            covers = [corners(outline(view, form)) for over in drawn[i + 1 :] if not over.line for form in over.forms]
            if any(covered(mark, cover) for mark in marks for cover in covers):
                yield f"{part.name} of {key}"


def covered(point: Point, shape: Sequence[Point]) -> bool:
    """Return whether a point lies inside a polygon: a ray from it crosses an odd number of edges."""
    x, y = point
    crossed = [
        (b[0] - a[0]) * (y - a[1]) / (b[1] - a[1]) + a[0] > x
        for a, b in pairwise([*shape, shape[0]])
        if (a[1] > y) != (b[1] > y)
    ]
    return crossed.count(True) % 2 == 1


def lowest(skeleton: Skeleton, look: Look) -> Iterator[tuple[str, float]]:
    """Yield the lowest point of every solid part, cm above the floor."""
    for part in parts(skeleton, look, ("armL2", "armR", "neck", "top", "face", "hipsL", "hipsR")):
        for form in part.forms:
            if isinstance(form, Hull):
                solids = form.solids
                yield (
                    part.name,
                    min(
                        s.centre[1] - (s.radius if isinstance(s, Ball) else sqrt(sum(axis[1] ** 2 for axis in s.axes)))
                        for s in solids
                    ),
                )
            elif isinstance(form, Tube):
                yield part.name, min(section_low(form, i) for i in range(1, len(form.sections) - 1))


def section_low(form: Tube, index: int) -> float:
    section = form.sections[index]
    point, frame = on_spine(form.spine, section.up)
    middle = point[1] + frame[0][1] * (section.front - section.back) / 2
    return middle - hypot(frame[0][1] * (section.front + section.back) / 2, frame[2][1] * section.half)


def joints(skeleton: Skeleton, pose: Pose) -> Iterator[tuple[str, float]]:
    """Yield the name and the angle of every joint; a limb's name ends in its side."""
    pelvis, chest = skeleton.pelvis[1], skeleton.at(47)[1]
    for side in ("R", "L"):
        leg, arm = skeleton.legs[side], skeleton.arms[side]
        down = along(pelvis, scale(leg.thigh[1], -1))
        yield f"hip flexion of {side}", degrees(atan2(down[0], -down[1]))
        yield f"hip abduction of {side}", degrees(atan2(down[2] * SIGN[side], hypot(down[0], down[1])))
        yield f"knee flexion of {side}", angle_between(leg.thigh[1], leg.shank[1])
        yield f"ankle dorsiflexion of {side}", 90 - angle_between(leg.foot[0], leg.shank[1])
        upper = sub(arm.elbow, arm.shoulder)
        yield f"elbow flexion of {side}", angle_between(upper, sub(arm.wrist, arm.elbow))
        yield f"shoulder extension of {side}", degrees(asin(-along(chest, unit(upper))[0]))
    trunk = pose.trunk
    yield "lumbar", trunk.lumbar
    yield "thoracic", trunk.thoracic
    yield "twist", trunk.twist
    yield "neck", trunk.neck + trunk.head
