"""The skeleton: a pose becomes joints and frames in the room.

An adult of 170 cm. Centimetres and degrees throughout; see geometry.py for the axes. The spine is a curve of short
steps, bent in the lumbar and the thoracic part; arms and legs are chains of two bones, given by angles or reached by
inverse kinematics (see pose.py for the goals).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import sqrt
from typing import Final

from exercises.figures import pose as posing
from exercises.figures.geometry import (
    REST,
    Frame,
    Vec,
    across,
    add,
    along,
    cross,
    dot,
    inside,
    length,
    lerp,
    rotate,
    rotate_frame,
    scale,
    slerp,
    sub,
    unit,
)
from exercises.figures.pose import Angles, Arm, Between, Goal, Kneel, Leg, Pose, Touch, Trunk

HIP_HALF, THIGH, SHANK = 8.6, 41.5, 41.0
SHOULDER_HALF, SHOULDER_UP, UPPER_ARM, FOREARM = 16.8, 47.0, 29.5, 25.0
NECK_BASE, NECK = 51.0, 11.0
LUMBAR, THORAX, SPINE_TOP = (6, 26), (26, 52), 55
STANDING: Final = {"lumbar": -12.0, "thoracic": 20.0}  # the curves of a person who stands at ease
TURNING = (8, 44)  # the part of the spine that twists and leans
SKIN: Final = {"thigh": 7.2, "shin": 5.0}  # cm from the bone to the skin
REACH_ERROR = 0.6  # cm by which a hand or foot may miss its target
SIGN: Final = {"R": 1, "L": -1}


@dataclass(frozen=True)
class Vertebra:
    up: float  # cm along the spine from the hip axis
    point: Vec
    frame: Frame


@dataclass(frozen=True)
class LegBones:
    hip: Vec
    knee: Vec
    ankle: Vec
    thigh: Frame  # forward, up the bone, right
    shank: Frame
    foot: Frame  # toward the toes, away from the sole, across

    def directions(self) -> tuple[Vec, ...]:
        """Down the thigh, down the shank, forward of the shank, toward the toes, away from the sole."""
        return (scale(self.thigh[1], -1), scale(self.shank[1], -1), self.shank[0], self.foot[0], self.foot[1])


@dataclass(frozen=True)
class ArmBones:
    shoulder: Vec
    elbow: Vec
    wrist: Vec
    hand: Frame  # toward the finger tips, out of the palm, across
    curl: float

    def directions(self) -> tuple[Vec, ...]:
        """Down the upper arm, down the forearm, toward the finger tips, out of the palm."""
        return (unit(sub(self.elbow, self.shoulder)), unit(sub(self.wrist, self.elbow)), self.hand[0], self.hand[1])


@dataclass
class Skeleton:
    spine: list[Vertebra]
    neck: Vec
    neck_frame: Frame
    head: Vec
    head_frame: Frame
    legs: dict[str, LegBones] = field(default_factory=dict)
    arms: dict[str, ArmBones] = field(default_factory=dict)
    misses: dict[str, float] = field(default_factory=dict)  # cm by which a limb misses its target

    def at(self, up: float) -> tuple[Vec, Frame]:
        """Return the point and the frame so many centimetres up the spine."""
        return on_spine(self.spine, up)

    @property
    def pelvis(self) -> tuple[Vec, Frame]:
        return self.at(0)

    def bones(self) -> Mapping[str, tuple[Vec, ...]]:
        legs = {"leg" + side: leg.directions() for side, leg in self.legs.items()}
        return legs | {"arm" + side: arm.directions() for side, arm in self.arms.items()}


def curve(trunk: Trunk) -> list[Vertebra]:
    """Return the spine in steps of 1 cm, in the pelvis's own axes, its origin midway between the hips."""
    bend = {
        LUMBAR: (STANDING["lumbar"] + trunk.lumbar) / (LUMBAR[1] - LUMBAR[0]),
        THORAX: (STANDING["thoracic"] + trunk.thoracic) / (THORAX[1] - THORAX[0]),
    }
    turn = TURNING[1] - TURNING[0]
    out = [Vertebra(float(up), (0.0, float(up), 0.0), REST) for up in range(-12, 0)]
    point, frame = (0.0, 0.0, 0.0), REST
    for up in range(SPINE_TOP + 1):
        out.append(Vertebra(float(up), point, frame))
        for (low, high), degrees in bend.items():
            if low <= up < high:
                frame = rotate_frame(frame, frame[2], -degrees)
        if TURNING[0] <= up < TURNING[1]:
            frame = rotate_frame(frame, frame[1], trunk.twist / turn)
            frame = rotate_frame(frame, frame[0], trunk.lean / turn)
        point = add(point, frame[1])
    return out


def on_spine(spine: list[Vertebra], up: float) -> tuple[Vec, Frame]:
    low = spine[0].up
    index = min(max(int(up - low), 0), len(spine) - 2)
    a, b = spine[index], spine[index + 1]
    return lerp(a.point, b.point, up - a.up), b.frame


def place(trunk: Trunk) -> list[Vertebra]:
    """Return the spine in the room: its anchor at the trunk's place, with the trunk's pitch, roll and yaw."""
    spine = curve(trunk)
    origin, old = on_spine(spine, trunk.anchor)
    new = rotate_frame(REST, (0, 0, 1), trunk.pitch)
    new = rotate_frame(new, new[1], trunk.roll)
    new = rotate_frame(new, (0, 1, 0), trunk.yaw)

    def turn(v: Vec) -> Vec:
        return inside(new, along(old, v))

    return [
        Vertebra(
            v.up, add(trunk.at, turn(sub(v.point, origin))), (turn(v.frame[0]), turn(v.frame[1]), turn(v.frame[2]))
        )
        for v in spine
    ]


def two_bone(start: Vec, target: Vec, first: float, second: float, pole: Vec) -> tuple[Vec, Vec, float]:
    """Return the middle joint and the end of a chain of two bones, and by how many cm the end misses its target.

    The middle joint lies toward the pole. A target out of reach is approached.
    """
    to = sub(target, start)
    wanted = length(to)
    reach = min(max(wanted, abs(first - second) * 1.02 + 0.5), (first + second) * 0.9995)
    way = unit(to)
    end = add(start, scale(way, reach))
    cosine = (first * first + reach * reach - second * second) / (2 * first * reach)
    off = first * sqrt(max(0.0, 1 - cosine * cosine))
    side = across(pole, way)
    if length(side) < 1e-6:
        side = across((way[1], way[2], way[0]), way)
    return add(start, scale(way, first * cosine), scale(unit(side), off)), end, abs(reach - wanted)


def landmark(skeleton: Skeleton, touch: Touch) -> Vec:
    """Return the point on a leg's skin that a hand or a foot touches."""
    kind, leg = touch.segment[:-1], skeleton.legs[touch.segment[-1]]
    upper = kind == "thigh"
    a, b, frame = (leg.hip, leg.knee, leg.thigh) if upper else (leg.knee, leg.ankle, leg.shank)
    share, forward, sideways = touch.place
    away = unit(inside(frame, (forward, 0, sideways)))
    return add(lerp(a, b, share), scale(away, SKIN[kind] + touch.gap), touch.offset)


def jointed(frame: Frame, root: Vec, sign: int) -> Frame:
    """Return a limb's frame after flexion, abduction and outward rotation in its root joint."""
    flexion, abduction, rotation = root
    frame = rotate_frame(frame, frame[2], flexion)
    frame = rotate_frame(frame, frame[0], abduction * sign)
    return rotate_frame(frame, frame[1], -rotation * sign)


def leg_chain(skeleton: Skeleton, leg: Leg, side: str, hip: Vec) -> tuple[Vec, Vec, Vec]:
    """Return a leg's directions down the thigh and down the shank, and a direction forward of the knee."""
    goal = leg.goal
    if isinstance(goal, Between):
        down, shank, forward = (slerp(goal.first[i], goal.second[i], goal.share) for i in range(3))
        return down, shank, forward
    if isinstance(goal, Angles):
        frame = jointed(skeleton.pelvis[1], goal.root, SIGN[side])
        lower = rotate_frame(frame, frame[2], -goal.bend)
        return scale(frame[1], -1), scale(lower[1], -1), frame[0]
    if isinstance(goal, Kneel):
        down, shank = unit(sub(goal.knee, hip)), unit(goal.shank)
        skeleton.misses["thigh" + side] = abs(length(sub(goal.knee, hip)) - THIGH)
        return down, shank, across(scale(shank, -1), down)
    target = landmark(skeleton, goal) if isinstance(goal, Touch) else goal.point
    knee, ankle, miss = two_bone(hip, target, THIGH, SHANK, goal.pole)
    skeleton.misses["leg" + side] = miss
    return unit(sub(knee, hip)), unit(sub(ankle, knee)), across(goal.pole, unit(sub(ankle, hip)))


def solve_leg(skeleton: Skeleton, leg: Leg, side: str) -> LegBones:
    point, pelvis = skeleton.pelvis
    hip = add(point, scale(pelvis[2], SIGN[side] * HIP_HALF))
    down, shank, forward = leg_chain(skeleton, leg, side, hip)
    knee = add(hip, scale(down, THIGH))
    ankle = add(knee, scale(shank, SHANK))
    up, shin_up = scale(down, -1), scale(shank, -1)
    hinge = cross(down, shank)  # the knee's axis; when the leg is straight, taken from the forward direction
    outward = scale(unit(hinge), -1) if length(hinge) > 0.12 else unit(cross(forward, up))
    if dot(outward, cross(forward, up)) < 0:
        outward = scale(outward, -1)
    front = cross(shin_up, outward)
    toes, top = foot_directions(leg, shank, front, outward)
    return LegBones(
        hip,
        knee,
        ankle,
        (cross(up, outward), up, outward),
        (front, shin_up, outward),
        (toes, top, unit(cross(toes, top))),
    )


def foot_directions(leg: Leg, shank: Vec, front: Vec, outward: Vec) -> tuple[Vec, Vec]:
    """Return the directions toward the toes and away from the sole."""
    if isinstance(leg.goal, Between):
        toes, top = (slerp(leg.goal.first[i], leg.goal.second[i], leg.goal.share) for i in (3, 4))
        return toes, unit(across(top, toes))
    if leg.flat:
        level = (front[0], 0.0, front[2]) if length((front[0], 0.0, front[2])) > 0.3 else (-shank[0], 0.0, -shank[2])
        return unit(leg.toe or level), (0.0, 1.0, 0.0)
    toes = unit(leg.toe) if leg.toe else rotate(front, outward, leg.ankle)
    return toes, unit(cross(outward, toes))


def arm_chain(skeleton: Skeleton, goal: Goal, side: str, shoulder: Vec) -> tuple[Vec, Vec]:
    """Return the elbow and the wrist."""
    if isinstance(goal, Between):
        upper, fore = (slerp(goal.first[i], goal.second[i], goal.share) for i in (0, 1))
        elbow = add(shoulder, scale(upper, UPPER_ARM))
        return elbow, add(elbow, scale(fore, FOREARM))
    if isinstance(goal, Angles):
        frame = jointed(skeleton.at(SHOULDER_UP)[1], goal.root, SIGN[side])
        down = scale(frame[1], -1)
        elbow = add(shoulder, scale(down, UPPER_ARM))
        return elbow, add(elbow, scale(rotate(down, frame[2], goal.bend), FOREARM))
    if isinstance(goal, Kneel):
        raise ValueError("an arm cannot kneel")
    target = landmark(skeleton, goal) if isinstance(goal, Touch) else goal.point
    elbow, wrist, miss = two_bone(shoulder, target, UPPER_ARM, FOREARM, goal.pole)
    skeleton.misses["arm" + side] = miss
    return elbow, wrist


def solve_arm(skeleton: Skeleton, arm: Arm, side: str) -> ArmBones:
    point, chest = skeleton.at(SHOULDER_UP)
    socket = add((-0.5, 0.0, SIGN[side] * SHOULDER_HALF), arm.shoulder)
    shoulder = add(point, inside(chest, socket))
    elbow, wrist = arm_chain(skeleton, arm.goal, side, shoulder)
    fingers, palm = arm.fingers, arm.palm
    if isinstance(arm.goal, Touch):
        leg = skeleton.legs[arm.goal.segment[-1]]
        frame = leg.thigh if arm.goal.segment.startswith("thigh") else leg.shank
        _, forward, sideways = arm.goal.place
        fingers = inside(frame, arm.hold) if arm.hold else fingers
        palm = palm or scale(inside(frame, (forward, 0, sideways)), -1)
    tips = unit(fingers or sub(wrist, elbow))
    palm = unit(across(palm or (0.0, -1.0, 0.3), tips))
    return ArmBones(shoulder, elbow, wrist, (tips, palm, cross(tips, palm)), arm.curl)


def solve(pose: Pose) -> Skeleton:
    """Return the skeleton of a pose. Legs come first, as a hand may hold one; a leg that touches one comes second."""
    trunk = pose.trunk
    spine = place(trunk)
    base, top = on_spine(spine, NECK_BASE)
    base = add(base, scale(top[0], -1.2))
    neck = rotate_frame(top, top[2], -(trunk.neck + 8))
    neck = rotate_frame(neck, neck[1], trunk.neck_turn)
    face = rotate_frame(neck, neck[2], -(trunk.head - 18))
    face = rotate_frame(face, face[1], trunk.head_turn)
    out = Skeleton(spine, base, neck, add(base, scale(neck[1], NECK)), face)
    for side in sorted(posing.SIDES, key=lambda side: isinstance(pose.legs[side].goal, Touch)):
        out.legs[side] = solve_leg(out, pose.legs[side], side)
    for side in posing.SIDES:
        out.arms[side] = solve_arm(out, pose.arms[side], side)
    return out


def tween(a: Pose, b: Pose, t: float) -> Pose:
    """Return the pose at fraction t between two: each limb moves by its goal or, where goals differ, by its bones."""
    return posing.between(a, b, t, (solve(a).bones(), solve(b).bones()))
