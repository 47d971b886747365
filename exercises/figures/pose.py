"""Poses: typed values read from JSON, and the pose between two poses.

Lengths in centimetres, angles in degrees. A limb's position is given in one of these ways (its goal):

- Angles: the joint angles of hip or shoulder (flexion, abduction, outward rotation) and of knee or elbow;
- Reach: a point in the room that the ankle or the wrist reaches, and a pole toward which knee or elbow points;
- Kneel: a knee at a point on the floor and the direction of the shank;
- Touch: a place on another limb that the ankle or the wrist reaches, and follows when that limb moves;
- Between: directions of the bones half-way between two poses whose goals are of different kinds.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, TypeVar

from exercises.figures.geometry import Vec, lerp, slerp, vec

Json = Mapping[str, Any]
SIDES = ("R", "L")
ANKLE_HEIGHT = 6.8  # cm of the ankle above the sole


@dataclass(frozen=True)
class Angles:
    root: Vec  # flexion, abduction, outward rotation of hip or shoulder
    bend: float  # of knee or elbow


@dataclass(frozen=True)
class Reach:
    point: Vec
    pole: Vec


@dataclass(frozen=True)
class Kneel:
    knee: Vec
    shank: Vec


@dataclass(frozen=True)
class Touch:
    segment: str  # "thighR", "shinL", …
    place: Vec  # fraction along the segment; then the direction on its skin: forward, sideways
    gap: float  # cm from the skin to the ankle or wrist
    pole: Vec
    offset: Vec = (0.0, 0.0, 0.0)  # cm in the room, added last


@dataclass(frozen=True)
class Between:
    first: tuple[Vec, ...]
    second: tuple[Vec, ...]
    share: float


Goal = Angles | Reach | Kneel | Touch | Between


@dataclass(frozen=True)
class Leg:
    goal: Goal
    ankle: float = 0.0  # dorsiflexion; negative points the toes
    flat: bool = False  # the sole lies on the floor
    toe: Vec | None = None  # direction of the toes, when neither of the two above will do


@dataclass(frozen=True)
class Arm:
    goal: Goal
    fingers: Vec | None = None  # direction of the hand; without it, that of the forearm
    palm: Vec | None = None  # direction in which the palm looks
    hold: Vec | None = None  # direction of the hand along the axes of the limb that it touches
    curl: float = 12.0  # bend of each row of finger joints
    shoulder: Vec = (0.0, 0.0, 0.0)  # glide of the shoulder blade: forward, up, right


@dataclass(frozen=True)
class Trunk:
    at: Vec  # where the anchor is
    anchor: float = 0.0  # cm up the spine, from the hip axis
    pitch: float = 0.0  # 0 upright, 90 on the back, -90 face down
    roll: float = 0.0
    yaw: float = 0.0
    lumbar: float = 0.0  # flexion beyond the standing curve; negative arches
    thoracic: float = 0.0
    twist: float = 0.0
    lean: float = 0.0
    neck: float = 0.0
    neck_turn: float = 0.0
    head: float = 0.0
    head_turn: float = 0.0


@dataclass(frozen=True)
class Pose:
    trunk: Trunk
    legs: Mapping[str, Leg]
    arms: Mapping[str, Arm]


# ---------------------------------------------------------------- reading


def merge(base: Json, patch: Json) -> dict[str, Any]:
    """Return base with a patch laid over it: objects are merged, unless the patch gives a new goal for a limb."""
    out = dict(base)
    for key, value in patch.items():
        old = out.get(key)
        if isinstance(value, Mapping) and isinstance(old, Mapping) and not goal_keys(value) - goal_keys(old):
            out[key] = merge(old, value)
        else:
            out[key] = value
    return out


GOALS = ("angles", "reach", "sole", "kneel", "touch")


def goal_keys(limb: Json) -> set[str]:
    return {key for key in GOALS if key in limb}


def spread(pose: Json) -> dict[str, Any]:
    """Return a pose in which "legs" and "arms" have become one limb for each side, the left one mirrored."""
    out = {key: value for key, value in pose.items() if key not in ("legs", "arms")}
    for both, one in (("legs", "leg"), ("arms", "arm")):
        if both in pose:
            out[one + "R"] = merge(pose[both], out.get(one + "R", {}))
            out[one + "L"] = merge(mirror(pose[both]), out.get(one + "L", {}))
    return out


MIRRORED = ("reach", "sole", "kneel", "shank", "pole", "fingers", "palm", "toe", "shoulder", "offset", "hold", "place")


def mirror(limb: Json) -> dict[str, Any]:
    """Return the other side's limb: the last coordinate of every point and direction changes its sign."""
    return {
        key: [*value[:-1], -value[-1]] if key in MIRRORED else mirror(value) if isinstance(value, Mapping) else value
        for key, value in limb.items()
    }


def read_goal(limb: Json) -> Goal:
    pole = vec(limb.get("pole", (0, 1, 0)))
    if "angles" in limb:
        return Angles(vec(limb["angles"]), float(limb.get("bend", 0)))
    if "reach" in limb:
        return Reach(vec(limb["reach"]), pole)
    if "sole" in limb:
        x, z = limb["sole"]
        return Reach((float(x), ANKLE_HEIGHT, float(z)), pole)
    if "kneel" in limb:
        return Kneel(vec(limb["kneel"]), vec(limb["shank"]))
    touch = limb["touch"]
    offset = vec(touch.get("offset", (0, 0, 0)))
    return Touch(touch["on"], vec(touch["place"]), float(touch.get("gap", 1.5)), pole, offset)


def read_leg(limb: Json) -> Leg:
    toe = vec(limb["toe"]) if "toe" in limb else None
    return Leg(read_goal(limb), float(limb.get("ankle", 0)), bool(limb.get("flat", "sole" in limb)), toe)


def read_arm(limb: Json) -> Arm:
    def direction(key: str) -> Vec | None:
        return vec(limb[key]) if key in limb else None

    shoulder = vec(limb.get("shoulder", (0, 0, 0)))
    return Arm(
        read_goal(limb),
        direction("fingers"),
        direction("palm"),
        direction("hold"),
        float(limb.get("curl", 12)),
        shoulder,
    )


def read_pose(data: Json) -> Pose:
    """Return the pose of a JSON object. Raises KeyError when a limb or the trunk's place is missing."""
    data = spread(data)
    names = {field.name for field in fields(Trunk)} - {"at"}
    trunk = Trunk(at=vec(data["at"]), **{key: float(data[key]) for key in names if key in data})
    return Pose(
        trunk,
        {side: read_leg(data["leg" + side]) for side in SIDES},
        {side: read_arm(data["arm" + side]) for side in SIDES},
    )


# ---------------------------------------------------------------- between two poses

Bones = tuple[Vec, ...]
T = TypeVar("T")


def mix(a: Any, b: Any, t: float) -> Any:
    """Return the value at fraction t between two numbers or vectors; of anything else, the nearer one."""
    if isinstance(a, tuple) and isinstance(b, tuple) and len(a) == len(b) == 3:
        return lerp(a, b, t)
    if isinstance(a, float) and isinstance(b, float):
        return a + (b - a) * t
    return a if t < 0.5 else b


def mix_fields(a: T, b: T, t: float) -> T:
    """Return a dataclass instance whose fields lie between those of two instances of the same class."""
    return type(a)(**{f.name: mix(getattr(a, f.name), getattr(b, f.name), t) for f in fields(a)})  # type: ignore[arg-type]


def mix_goal(a: Goal, b: Goal, t: float, bones: tuple[Bones, Bones]) -> Goal:
    same_limb = not (isinstance(a, Touch) and isinstance(b, Touch)) or a.segment == b.segment
    if type(a) is type(b) and same_limb:
        return mix_fields(a, b, t)
    return Between(*bones, t)


def between(a: Pose, b: Pose, t: float, bones: tuple[Mapping[str, Bones], Mapping[str, Bones]]) -> Pose:
    """Return the pose at fraction t of the way from a to b.

    bones: for either pose, each limb's directions by the limb's name ("legR", …), as the rig solved them.
    """
    if t <= 0 or t >= 1:
        return a if t <= 0 else b
    legs, arms = {}, {}
    for side in SIDES:
        leg, arm = "leg" + side, "arm" + side
        legs[side] = between_legs(a.legs[side], b.legs[side], t, (bones[0][leg], bones[1][leg]))
        arms[side] = between_arms(a.arms[side], b.arms[side], t, (bones[0][arm], bones[1][arm]))
    return Pose(mix_fields(a.trunk, b.trunk, t), legs, arms)


def between_legs(a: Leg, b: Leg, t: float, bones: tuple[Bones, Bones]) -> Leg:
    goal = mix_goal(a.goal, b.goal, t, bones)
    flat = a.flat and b.flat and not isinstance(goal, Between)
    return Leg(goal, mix(a.ankle, b.ankle, t), flat, mix(a.toe, b.toe, t))


def between_arms(a: Arm, b: Arm, t: float, bones: tuple[Bones, Bones]) -> Arm:
    """Return the arm between two; where the goals differ in kind, the hand turns with the bones."""
    goal = mix_goal(a.goal, b.goal, t, bones)
    curl, shoulder = mix(a.curl, b.curl, t), mix(a.shoulder, b.shoulder, t)
    if isinstance(goal, Between):
        fingers, palm = (slerp(bones[0][i], bones[1][i], t) for i in (2, 3))
        return Arm(goal, fingers, palm, None, curl, shoulder)
    fingers, palm, hold = mix(a.fingers, b.fingers, t), mix(a.palm, b.palm, t), mix(a.hold, b.hold, t)
    return Arm(goal, fingers, palm, hold, curl, shoulder)
