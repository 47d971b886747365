"""The body over the skeleton: from joints to the painted parts of a person, back to front.

A part is one path: the union of a few forms that share a paint and an outline (the outline is painted first and the
fill covers its inner half, so joints show no seams). Lengths in centimetres. A paint is a CSS class: s skin, t top,
b trousers, h hair, each with 2 appended on the far side; lines: k of the face, c creases.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import cos, radians, sin

from exercises.figures.geometry import Frame, Vec, across, add, cross, inside, lerp, scale, sub, unit
from exercises.figures.outline import Arc, Ball, Ellipsoid, Form, Hull, Line, Loop, Section, Tube
from exercises.figures.rig import HIP_HALF, SIGN, Skeleton


@dataclass(frozen=True)
class Look:
    """A person: thickness of limbs, belly and hips beside the average, and the shape of the hair."""

    girth: float
    belly: float
    hips: float
    hair: str


LOOKS = {"a": Look(1.0, 0.0, 0.0, "short"), "b": Look(0.97, -0.4, 0.3, "bun"), "c": Look(1.06, 2.4, 0.8, "bob")}


@dataclass(frozen=True)
class Part:
    name: str
    paint: str
    forms: Sequence[Form]
    line: float = 0.0  # cm of an open line's width; 0 for a filled shape
    edge: bool = True  # whether it has an outline


# sections of the trunk: cm up the spine, depth behind, depth before, half width
PELVIS = (
    Section(-9.5, 5.5, 3.0, 7.5),
    Section(-4, 9.2, 7.0, 12.5),
    Section(0, 11.3, 8.8, 16.0),
    Section(6, 10.5, 9.4, 16.2),
    Section(12, 9.2, 9.6, 14.8),
    Section(16, 9.0, 9.8, 14.3),
)
CHEST = (
    Section(12.5, 8.4, 9.0, 13.6),
    Section(16, 9.2, 10.2, 14.6),
    Section(22, 9.0, 10.2, 14.5),
    Section(29, 10.0, 10.9, 15.4),
    Section(36, 11.0, 11.4, 16.2),
    Section(43, 10.8, 10.0, 16.8),
    Section(48.5, 8.8, 6.8, 14.5),
    Section(52, 6.6, 4.9, 8.5),
)


def trunk(skeleton: Skeleton, sections: Sequence[Section], look: Look, bottom: float, top: float) -> Tube:
    """Return the trunk's tube for a build: a belly is widest at the navel, hips at the hip joints."""

    def fuller(s: Section) -> Section:
        belly = look.belly * max(0.0, 1 - abs(s.up - 14) / 22)
        hips = look.hips * max(0.0, 1 - abs(s.up) / 12)
        return Section(s.up, s.back + hips, s.front + belly, s.half + belly * 0.5 + hips)

    return Tube(skeleton.spine, [fuller(s) for s in sections], bottom, top)


def bone(a: Vec, b: Vec, frame: Frame, girth: float, *balls: tuple[float, float, float], count: int = 10) -> Hull:
    """Return a hull of balls along a bone, each given as fraction along it, radius and shift forward."""
    solids = [Ball(add(lerp(a, b, t), scale(frame[0], shift)), r * girth) for t, r, shift in balls]
    return Hull(solids, count, (a, b))


def cuff(a: Vec, b: Vec, frame: Frame, share: float, radius: float) -> Ellipsoid:
    """Return a flat disc across a bone: where a sleeve or a trouser leg ends."""
    across = (scale(frame[0], radius), scale(frame[1], 0.7), scale(frame[2], radius))
    return Ellipsoid(lerp(a, b, share), across)


# what a leg takes along of the seat, so that it grows out of the pelvis without a fold: behind and above the hip axis,
# to the leg's side, radius in cm. Both buttocks and the sacrum, where leg and pelvis are one shape.
BUTTOCK = (-2.4, -2.2, HIP_HALF, 8.6)
SEATS = {"far": (), "near": (BUTTOCK,), "hips": (BUTTOCK, (-2.4, -2.2, -5.2, 8.6), (-6.0, 4.0, 0.0, 4.8))}


def leg(skeleton: Skeleton, side: str, look: Look, span: str) -> tuple[list[Form], list[Form]]:
    """Return the forms of the trouser leg and of the bare foot. span: a key of SEATS."""
    bones = skeleton.legs[side]
    point, pelvis = skeleton.pelvis
    g = look.girth
    thigh = bone(bones.hip, bones.knee, bones.thigh, g, (0.0, 8.6, 0.0), (0.35, 8.1, 0.4), (1.0, 5.8, 0.0))
    seat = [
        Ball(add(point, inside(pelvis, (back - look.hips, up, SIGN[side] * out))), radius * g)
        for back, up, out, radius in SEATS[span]
    ]
    shank = bone(bones.knee, bones.ankle, bones.shank, g, (0.0, 5.8, 0.0), (0.3, 5.7, -1.3))
    hem = cuff(bones.knee, bones.ankle, bones.shank, 0.9, 4.9 * g)
    cloth: list[Form] = [
        Hull([*thigh.solids, *seat], 10, thigh.axis),
        Hull([*shank.solids, hem], 12, shank.axis),
    ]
    return cloth, foot(bones.ankle, bones.shank, bones.foot, g)


def foot(ankle: Vec, shank: Frame, frame: Frame, girth: float) -> list[Form]:
    def at(toes: float, top: float, aside: float = 0.0) -> Vec:
        return add(ankle, inside(frame, (toes, top, aside)))

    heel = Hull(
        [
            Ball(add(ankle, scale(shank[1], 6.0)), 3.7 * girth),
            Ball(at(-1.0, 0.2), 3.7),
            Ball(at(-3.8, -3.5), 3.2),
            Ball(at(6.0, -2.2), 2.9),
        ],
        12,
        (at(0, 0), at(10, 0)),
        small=True,
    )
    ball = Hull(
        [
            Ball(at(4.5, -1.6), 3.0),
            Ball(at(11.5, -4.7, 2.4), 2.0),
            Ball(at(11.0, -4.9, -2.4), 1.8),
            Ball(at(17.0, -5.5, -1.4), 1.3),
            Ball(at(16.2, -5.6, 1.6), 1.2),
        ],
        12,
        (at(0, 0), at(10, 0)),
        small=True,
    )
    return [heel, ball]


FINGERS = ((2.9, 7.2), (1.0, 8.0), (-0.9, 7.4), (-2.7, 5.8))  # place across the palm, length; the index first


def hand(skeleton: Skeleton, side: str, *, detail: bool) -> tuple[list[Form], list[Form]]:
    """Return the hand's forms and the lines between its fingers."""
    arm = skeleton.arms[side]
    thumb = SIGN[side]

    def at(ahead: float, out: float = 0.0, aside: float = 0.0) -> Vec:
        return add(arm.wrist, inside(arm.hand, (ahead, out, aside * thumb)))

    axis = (at(0), at(8))
    palm = Hull([Ball(at(0), 2.6), Ball(at(7.8, 0, 2.5), 1.6), Ball(at(7.6, 0, -2.4), 1.6)], 8, axis, small=True)
    base = Hull(
        [Ball(at(2.2, 0.6, 1.8), 1.9), Ball(at(6.2, 1.4, 4.6), 1.25), Ball(at(9.2, 1.9, 5.4), 0.95)], 8, small=True
    )
    turn = radians(arm.curl)
    forms: list[Form] = [palm, base]
    tips: list[tuple[Vec, Vec]] = []
    for place, reach in FINGERS:
        a = (reach * 0.55 * cos(turn), reach * 0.55 * sin(turn))
        b = (a[0] + reach * 0.45 * cos(2.2 * turn), a[1] + reach * 0.45 * sin(2.2 * turn))
        knuckle, middle, tip = at(7.5, 0, place), at(7.5 + a[0], a[1], place * 1.06), at(7.5 + b[0], b[1], place * 1.04)
        forms.append(Hull([Ball(knuckle, 1.15), Ball(middle, 1.05), Ball(tip, 0.9)], 6, axis, small=True))
        tips.append((at(8.5, -0.2, place), lerp(middle, tip, 0.6)))
    if not detail:
        return [
            palm,
            base,
            Hull([ball for f in forms[2:] if isinstance(f, Hull) for ball in f.solids], 10, axis, small=True),
        ], []
    lines: list[Form] = [Line([lerp(a[0], b[0], 0.5), lerp(a[1], b[1], 0.5)], arm.hand[1]) for a, b in pairwise(tips)]
    return forms, lines


def arm(skeleton: Skeleton, side: str, look: Look) -> tuple[list[Form], list[Form]]:
    """Return the forms of the bare arm without its hand, and of the sleeve."""
    bones = skeleton.arms[side]
    g = look.girth
    frame = bones.hand
    upper = bone(bones.shoulder, bones.elbow, frame, g, (0.52, 4.4, 0), (0.7, 4.2, 0), (1.0, 3.6, 0), count=8)
    fore = bone(bones.elbow, bones.wrist, frame, g, (0.0, 3.6, 0), (0.28, 3.9, 0), (1.0, 2.5, 0), count=8)
    return [upper, fore], [sleeve(skeleton, side, look, 0.0)]


def sleeve(skeleton: Skeleton, side: str, look: Look, start: float) -> Hull:
    """Return the sleeve from a fraction of the upper arm to above the elbow."""
    bones = skeleton.arms[side]
    along = unit(sub(bones.shoulder, bones.elbow))
    front = unit(across(bones.hand[1], along))
    frame = (front, along, cross(front, along))
    hem = cuff(bones.shoulder, bones.elbow, frame, 0.6, 5.5 * look.girth)
    balls = [Ball(lerp(bones.shoulder, bones.elbow, t), r * look.girth) for t, r in ((start, 6.1), (0.3, 5.8))]
    return Hull([*balls, hem], 8, (bones.shoulder, bones.elbow))


# ---------------------------------------------------------------- the head

PROFILE = (
    (-7.0, 0.4), (-9.2, 4.0), (-9.5, 8.4), (-7.6, 13.6), (-1.8, 16.4), (4.6, 15.0), (8.6, 11.6), (9.5, 8.8), (8.9, 7.2),
    (10.4, 5.4), (11.9, 3.9), (10.4, 2.8), (10.5, 1.5), (9.7, 0.8), (10.1, -0.1), (9.2, -1.1), (9.4, -2.7), (7.5, -4.4),
    (3.2, -3.4), (-0.8, -0.8), (-4.5, -0.4),
)  # fmt: skip
HAIR = {
    "short": (
        (7.6, 13.2), (5.2, 11.6), (3.4, 9.6), (2.2, 6.4), (0.9, 4.8), (0.2, 7.0), (-2.0, 6.6), (-2.6, 3.4), (-4.4, 0.4),
        (-7.4, -0.6), (-10.0, 3.4), (-10.5, 8.6), (-8.4, 14.4), (-1.8, 17.6), (4.8, 16.3),
    ),
    "bun": (
        (7.4, 13.6), (4.6, 11.4), (2.4, 8.4), (0.6, 5.6), (-0.6, 7.0), (-2.2, 6.2), (-3.4, 2.6), (-5.2, 0.2),
        (-7.8, 0.6), (-10.0, 4.2), (-10.1, 8.6), (-8.0, 14.2), (-1.8, 17.1), (4.6, 15.8),
    ),
    "bob": (
        (8.9, 11.8), (6.4, 11.2), (4.6, 8.6), (4.4, 4.8), (4.6, 1.2), (2.8, -1.6), (-0.8, -2.0), (-4.6, -2.8),
        (-8.6, -3.4), (-10.8, -0.6), (-11.3, 5.0), (-10.8, 10.4), (-8.4, 15.4), (-2.0, 18.3), (5.4, 16.8),
    ),
}  # fmt: skip
STRANDS = (((0.6, 17.6), (3.4, 14.2), (4.9, 10.0)), ((-4.0, 14.6), (-6.4, 7.6), (-5.6, 0.4)))


@dataclass(frozen=True)
class HeadAxes:
    """The head's own axes (forward, up, right; cm from the top of the neck) as a function into the room."""

    origin: Vec
    frame: Frame

    def __call__(self, forward: float, up: float, right: float = 0.0) -> Vec:
        return add(self.origin, inside(self.frame, (forward, up, right)))


def head_point(skeleton: Skeleton) -> HeadAxes:
    return HeadAxes(skeleton.head, skeleton.head_frame)


def profile(skeleton: Skeleton, look: Look) -> list[Part]:
    """Return the head seen from the side."""
    at = head_point(skeleton)
    ear = Hull([Ball(at(-0.4, 5.8), 1.7), Ball(at(-0.9, 3.6), 1.2)], 8)
    hair: list[Form] = [Loop([at(*p, 0) for p in HAIR[look.hair]])]
    parts = [Part("head", "s", [Loop([at(*p, 0) for p in PROFILE])])]
    bun = Hull([Ball(at(-4.6, 19.0), 4.4)], 10)
    parts += [Part("bun", "h", [bun])] if look.hair == "bun" else []
    parts.append(Part("hair", "h", hair))
    if look.hair == "bob":
        parts.append(Part("strands", "k", [Line([at(*p) for p in strand]) for strand in STRANDS], 0.5))
    else:
        parts.append(Part("ear", "s", [ear]))
    return [
        *parts,
        Part("eye", "k", [Line([at(7.6, 7.1), at(7.5, 6.4)])], 1.5),
        Part("brow", "k", [Line([at(6.2, 9.0), at(7.6, 9.4), at(9.0, 8.9)])], 0.8),
        Part("mouth", "k", [Line([at(9.7, 0.8), at(8.5, 0.4), at(7.2, 1.3)])], 0.7),
    ]


def face(skeleton: Skeleton, look: Look) -> list[Part]:
    """Return the head seen from the front or from above."""
    at = head_point(skeleton)
    frame = skeleton.head_frame

    def egg(forward: float, up: float, axes: Vec) -> Ellipsoid:
        half = (scale(frame[0], axes[0]), scale(frame[1], axes[1]), scale(frame[2], axes[2]))
        return Ellipsoid(at(forward, up), half)

    skull = Hull([egg(0.4, 8.0, (9.4, 8.6, 7.5)), egg(5.0, 3.4, (4.2, 5, 5.2)), egg(7.2, -1.4, (2.2, 2.4, 3.0))], 14)
    bob = [egg(-1.2, 9.8, (8.8, 9.2, 9.8)), egg(-2.4, 0.8, (6.0, 3.4, 9.4))]
    hair = Hull(bob if look.hair == "bob" else [egg(-1.0, 10.6, (8.6, 8.6, 9.0))], 12)
    ears: list[Form] = [
        Hull([Ball(at(-0.2, 5.6, s * 7.4), 1.6), Ball(at(-0.6, 3.4, s * 7.0), 1.1)], 8) for s in (1, -1)
    ]
    fringe = Loop([at(*p) for p in FRINGE])
    eyes: list[Form] = [Line([at(8.9, 6.9, s * 3.0), at(8.8, 6.3, s * 3.0)]) for s in (1, -1)]
    brows: list[Form] = [Line([at(9.3, 8.7, s * 1.5), at(9.0, 9.2, s * 3.1), at(7.9, 8.9, s * 4.7)]) for s in (1, -1)]
    bun = [Part("bun", "h", [Hull([Ball(at(-1.0, 21.0), 4.4)], 10)])] if look.hair == "bun" else []
    return [
        *bun,
        Part("hair", "h", [hair]),
        *([] if look.hair == "bob" else [Part("ears", "s", ears)]),
        Part("head", "s", [skull]),
        Part("fringe", "h", [fringe], edge=False),
        Part("eye", "k", eyes, 1.4),
        Part("brow", "k", brows, 0.8),
        Part("nose", "k", [Line([at(9.6, 6.0, -0.5), at(11.4, 3.6, -0.9), at(10.2, 3.0, 0.8)])], 0.6),
        Part("mouth", "k", [Line([at(8.6, 1.3, 2.4), at(9.7, 0.1, 0), at(8.6, 1.3, -2.4)])], 0.7),
    ]


FRINGE = (
    (6.6, 7.6, 7.0), (8.6, 10.6, 5.0), (9.5, 11.7, 0.6), (8.6, 10.8, -4.6), (6.6, 7.6, -7.0), (1.8, 10.2, -8.6),
    (-0.4, 16.6, -6.0), (-0.8, 18.6, 0.0), (-0.4, 16.6, 6.0), (1.8, 10.2, 8.6),
)  # fmt: skip


# ---------------------------------------------------------------- the whole person


def arm_parts(skeleton: Skeleton, side: str, look: Look, far: str, *, detail: bool) -> list[Part]:
    """Return a far arm, whose sleeve has an outline of its own, or a near one, whose sleeve grows out of the top."""
    bare, cloth = arm(skeleton, side, look)
    fingers, lines = hand(skeleton, side, detail=detail and not far)
    parts = [Part("arm" + side, "s" + far, [*bare, *fingers])]
    parts += [Part("fingers" + side, "c", lines, 0.45)] if lines else []
    if far:
        return [*parts, Part("sleeve" + side, "t2", cloth)]
    return [*parts, Part("sleeve" + side, "t", [Arc(sleeve(skeleton, side, look, 0.25), 93)])]


def leg_parts(skeleton: Skeleton, side: str, look: Look, far: str, *, hips: bool) -> list[Part]:
    cloth, skin = leg(skeleton, side, look, "hips" if hips else "far" if far else "near")
    pelvis: list[Form] = [trunk(skeleton, PELVIS, look, 0.2, 0.04)] if hips else []
    return [Part("foot" + side, "s" + far, skin), Part("leg" + side, "b" + far, [*cloth, *pelvis])]


def groups(skeleton: Skeleton, look: Look, *, detail: bool = True) -> dict[str, list[Part]]:
    """Return the parts by group; a figure lists its groups in the order of painting (see ORDER)."""
    head_at = head_point(skeleton)
    neck = Hull([Ball(skeleton.neck, 5.4), Ball(head_at(-1.2, 1.0), 5.0)], 8)
    out = {
        "neck": [Part("neck", "s", [neck])],
        "pelvis": [Part("pelvis", "b", [trunk(skeleton, PELVIS, look, 0.2, 0.04)])],
        "profile": profile(skeleton, look),
        "face": face(skeleton, look),
    }
    for side in ("R", "L"):
        for far in ("", "2"):
            out["leg" + side + far] = leg_parts(skeleton, side, look, far, hips=False)
            out["arm" + side + far] = arm_parts(skeleton, side, look, far, detail=detail)
        out["hips" + side] = leg_parts(skeleton, side, look, "", hips=True)
        out["top" + side] = [
            Part("top", "t", [trunk(skeleton, CHEST, look, 0.03, 0.2), sleeve(skeleton, side, look, 0)])
        ]
    chest: list[Form] = [trunk(skeleton, CHEST, look, 0.03, 0.2)]
    out["chest"] = [Part("top", "t", chest)]
    out["top"] = [Part("top", "t", [*chest, *(sleeve(skeleton, side, look, 0) for side in ("R", "L"))])]
    return out


# A group's last letters are the side (R, L) and 2 for the far side; "topR" is the top with the right sleeve only
ORDER = ("armL2", "legL2", "neck", "topR", "profile", "hipsR", "armR")


def parts(skeleton: Skeleton, look: Look, order: Sequence[str] = ORDER, *, detail: bool = True) -> list[Part]:
    """Return a person's parts back to front. An item of the order is a group, or "group:name" for one part of it."""
    made = groups(skeleton, look, detail=detail)
    out: list[Part] = []
    for item in order:
        group, _, name = item.partition(":")
        out += [part for part in made[group] if not name or part.name.rstrip("RL") == name]
    return out
