"""From solids in the room to outlines on paper: cameras, the silhouettes of body parts, and SVG path data.

A part of the body is the convex hull of a few balls or ellipsoids, or a tube swept along the spine, or a flat closed
curve. Every outline is sampled at fixed places, so it keeps its number of points while the body moves, and its path
data can be morphed. Paper: user units of the drawing, x to the right, y down.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import atan2, cos, hypot, pi, radians, sin, sqrt

from exercises.figures.geometry import Frame, Vec, add, cross, dot, lerp, scale, unit
from exercises.figures.rig import SPINE_TOP, Vertebra, on_spine

Point = tuple[float, float]
Segment = tuple[Point, ...]  # control points and the end of one line, quadratic or smooth cubic segment


@dataclass(frozen=True)
class Outline:
    start: Point
    segments: list[Segment]
    command: str  # SVG's relative path command: l, q or s
    closed: bool = True
    lead: Point | None = None  # first control of a smooth cubic, which has no curve before it to reflect


@dataclass(frozen=True)
class Camera:
    """A parallel projection: the directions in the room that paper's right and up stand for, and units per cm."""

    right: Vec
    up: Vec
    units: float

    def __call__(self, p: Vec) -> Point:
        return (dot(p, self.right) * self.units, -dot(p, self.up) * self.units)

    def faces(self, normal: Vec) -> float:
        """Return how much of a surface one sees: 1 when it faces the viewer or looks away, 0 when it is edge-on."""
        return abs(dot(unit(cross(self.right, self.up)), normal))


def oblique(shift: float, rise: float, units: float) -> Camera:
    """A view that keeps the side plane true; a cm toward the viewer is drawn as a step of (-shift, -rise)."""
    return Camera((1.0, 0.0, -shift), (0.0, 1.0, -rise), units)


def orbit(azimuth: float, elevation: float, units: float) -> Camera:
    """A view from a direction: azimuth 0 looks at the side plane, 90 from +x; elevation 90 looks straight down."""
    a, e = radians(azimuth), radians(elevation)
    return Camera((cos(a), 0.0, -sin(a)), (-sin(a) * sin(e), cos(e), -cos(a) * sin(e)), units)


# ---------------------------------------------------------------- solids


@dataclass(frozen=True)
class Ball:
    centre: Vec
    radius: float


@dataclass(frozen=True)
class Ellipsoid:
    centre: Vec
    axes: Frame  # half axes, in cm


@dataclass(frozen=True)
class Hull:
    """The convex hull of balls and ellipsoids, sampled in `count` directions counted from an axis.

    small: drawn as a polygon, which takes half the room; for parts whose corners nobody sees.
    """

    solids: Sequence[Ball | Ellipsoid]
    count: int = 10
    axis: tuple[Vec, Vec] | None = None
    small: bool = False


@dataclass(frozen=True)
class Arc:
    """The part of a hull's outline round the end of its axis, to `half` degrees on either side; the rest is open."""

    hull: Hull
    half: float


@dataclass(frozen=True)
class Loop:
    """A smooth closed curve through points."""

    points: Sequence[Vec]


@dataclass(frozen=True)
class Line:
    """An open line through points; smooth when it has more than two.

    surface: the normal of the flat surface on which it lies, if any. Seen edge-on the line shrinks to nothing, as
    several of them would run into one blot.
    """

    points: Sequence[Vec]
    surface: Vec | None = None


@dataclass(frozen=True)
class Section:
    """An elliptical section of the trunk: cm up the spine, depths behind and before it, half width."""

    up: float
    back: float
    front: float
    half: float


@dataclass(frozen=True)
class Tube:
    """The trunk between its first and last section, with the bulge of its two ends."""

    spine: list[Vertebra] = field(repr=False)
    sections: Sequence[Section]
    bottom: float = 0.2
    top: float = 0.06


Form = Hull | Arc | Loop | Line | Tube


# ---------------------------------------------------------------- silhouettes


def support(camera: Camera, solids: Sequence[Ball | Ellipsoid], angle: float) -> Point:
    """Return the projected point that lies farthest in a direction of the paper (radians, counted with y up)."""
    ux, uy = cos(angle), -sin(angle)
    best, found = -1e9, (0.0, 0.0)
    for solid in solids:
        x, y = camera(solid.centre)
        if isinstance(solid, Ball):
            x, y = x + ux * solid.radius * camera.units, y + uy * solid.radius * camera.units
        else:
            axes = [camera(axis) for axis in solid.axes]
            weights = [a[0] * ux + a[1] * uy for a in axes]
            norm = sqrt(sum(w * w for w in weights)) or 1e-9
            x += sum(a[0] * w for a, w in zip(axes, weights, strict=True)) / norm
            y += sum(a[1] * w for a, w in zip(axes, weights, strict=True)) / norm
        if x * ux + y * uy > best:
            best, found = x * ux + y * uy, (x, y)
    return found


def convex(points: Sequence[tuple[Point, float]], *, closed: bool = True) -> Outline:
    """Return the smooth outline through contact points with their tangents' angles (radians, y up)."""
    segments: list[Segment] = []
    ends = [*points[1:], points[0]] if closed else points[1:]
    for (p, a), (q, b) in zip(points, ends, strict=False):
        ax, ay, bx, by = cos(a), -sin(a), cos(b), -sin(b)
        turn = ax * by - ay * bx
        dx, dy = q[0] - p[0], q[1] - p[1]
        span = hypot(dx, dy)
        ahead = (dx * by - dy * bx) / turn if abs(turn) > 1e-6 else span / 2
        ahead = max(0.0, min(ahead, span))
        segments.append(((p[0] + ax * ahead, p[1] + ay * ahead), q))
    return Outline(points[0][0], segments, "q", closed)


def heading(camera: Camera, axis: tuple[Vec, Vec] | None) -> float:
    """Return an axis's direction on paper, in radians counted with y up."""
    if axis is None:
        return 0.0
    p, q = camera(axis[0]), camera(axis[1])
    return atan2(-(q[1] - p[1]), q[0] - p[0])


def arc(camera: Camera, form: Arc) -> Outline:
    start, count = heading(camera, form.hull.axis), form.hull.count
    angles = [start + radians(form.half) * (2 * i / (count - 1) - 1) for i in range(count)]
    return convex([(support(camera, form.hull.solids, a), a + pi / 2) for a in angles], closed=False)


def hull(camera: Camera, form: Hull) -> Outline:
    start = heading(camera, form.axis)
    angles = [start + 2 * pi * (i + 0.5) / form.count for i in range(form.count)]
    contacts = [support(camera, form.solids, a) for a in angles]
    if form.small:
        return Outline(contacts[0], [(p,) for p in contacts[1:]], "l")
    return convex([(p, a + pi / 2) for p, a in zip(contacts, angles, strict=True)])


def smooth(points: Sequence[Point], *, closed: bool = True) -> Outline:
    """Return the Catmull-Rom curve through points, as SVG's smooth cubics."""
    n = len(points)

    def at(i: int) -> Point:
        return points[i % n] if closed else points[min(max(i, 0), n - 1)]

    segments: list[Segment] = []
    for i in range(n if closed else n - 1):
        b, c, d = at(i), at(i + 1), at(i + 2)
        segments.append(((c[0] - (d[0] - b[0]) / 6, c[1] - (d[1] - b[1]) / 6), c))
    a, b, c = at(-1), at(0), at(1)
    return Outline(b, segments, "s", closed, (b[0] + (c[0] - a[0]) / 6, b[1] + (c[1] - a[1]) / 6))


def tube(camera: Camera, form: Tube) -> Outline:
    """Return the silhouette of the trunk's sections, rounded at both ends."""
    left: list[Point] = []
    right: list[Point] = []
    for section in form.sections:
        point, frame = on_spine(form.spine, section.up)
        x, y = camera(add(point, scale(frame[0], (section.front - section.back) / 2)))
        below = camera(on_spine(form.spine, section.up - 2)[0])
        above = camera(on_spine(form.spine, min(section.up + 2, SPINE_TOP))[0])
        tx, ty = above[0] - below[0], above[1] - below[1]
        norm = hypot(tx, ty) or 1.0
        nx, ny = -ty / norm, tx / norm
        wide = camera(scale(frame[2], section.half))
        deep = camera(scale(frame[0], (section.front + section.back) / 2))
        w, d = wide[0] * nx + wide[1] * ny, deep[0] * nx + deep[1] * ny
        reach = hypot(w, d) or 1e-6
        # half-way between the true point of contact and the normal: neither sheared nor swollen
        ox = (nx * reach + (wide[0] * w + deep[0] * d) / reach) / 2
        oy = (ny * reach + (wide[1] * w + deep[1] * d) / reach) / 2
        left.append((x + ox, y + oy))
        right.append((x - ox, y - oy))
    top, bottom = rounded(left, right, form.top), rounded(right[::-1], left[::-1], form.bottom)
    return smooth([*left, *top, *right[::-1], *bottom])


def rounded(left: Sequence[Point], right: Sequence[Point], share: float) -> list[Point]:
    """Return the two points that round the end after the last pair of points, `share` of its width beyond it.

    Two, near the corners: through a single one in the middle, the smooth curve would bulge out at the corners.
    """
    p, q = left[-1], right[-1]
    bx, by = (left[-2][0] + right[-2][0]) / 2, (left[-2][1] + right[-2][1]) / 2
    dx, dy = (p[0] + q[0]) / 2 - bx, (p[1] + q[1]) / 2 - by
    size = hypot(p[0] - q[0], p[1] - q[1]) * share / (hypot(dx, dy) or 1.0)
    inset = 0.12 + share / 2
    return [(p[0] + (q[0] - p[0]) * t + dx * size, p[1] + (q[1] - p[1]) * t + dy * size) for t in (inset, 1 - inset)]


def area(points: Sequence[Point]) -> float:
    """Return twice the signed area of a polygon."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(points, [*points[1:], points[0]], strict=True))


def outline(camera: Camera, form: Form) -> Outline:
    """Return a form's outline on paper. Closed ones all run the same way round, so that their union fills."""
    if isinstance(form, Hull):
        return hull(camera, form)
    if isinstance(form, Arc):
        return arc(camera, form)
    if isinstance(form, Line):
        points = shown(camera, form)
        if len(points) == 2:
            return Outline(points[0], [(points[1],)], "l", closed=False)
        return smooth(points, closed=False)
    points = [camera(p) for p in form.points] if isinstance(form, Loop) else corners(tube(camera, form))
    return smooth(points if area(points) < 0 else [points[0], *points[:0:-1]])


EDGE_ON, FULL_ON = 0.25, 0.4  # how much of its surface one sees where a line vanishes, and where it has its full length


def shown(camera: Camera, form: Line) -> list[Point]:
    """Return a line's points on paper, drawn together toward their middle when its surface is edge-on."""
    if form.surface is None:
        return [camera(p) for p in form.points]
    share = min(1.0, max(0.0, (camera.faces(form.surface) - EDGE_ON) / (FULL_ON - EDGE_ON)))
    middle = scale(add(*form.points), 1 / len(form.points))
    return [camera(lerp(middle, p, share)) for p in form.points]


def corners(outline: Outline) -> list[Point]:
    """Return the points that an outline passes through."""
    points = [outline.start, *(segment[-1] for segment in outline.segments)]
    return points[:-1] if outline.closed and points[-1] == points[0] else points


# ---------------------------------------------------------------- path data


def path_data(outlines: Sequence[Outline], origin: Point = (0.0, 0.0)) -> str:
    """Return SVG path data on a grid of whole units, relative throughout, in the fewest characters."""
    out, x, y = "", 0, 0
    for outline in outlines:
        px, py = round(outline.start[0] - origin[0]), round(outline.start[1] - origin[1])
        out += f"m{px - x}{numbers([py - y])}" if out else f"M{px}{numbers([py])}"
        data, x, y = one_path(outline, origin)
        out += data
        if outline.closed:
            out, x, y = out + "z", px, py
    return out


def numbers(values: Sequence[int]) -> str:
    """Return numbers that follow another one: a minus sign separates as well as a space."""
    return "".join(str(value) if value < 0 else f" {value}" for value in values)


def one_path(outline: Outline, origin: Point) -> tuple[str, int, int]:
    """Return the path data after an outline's start, and where it ends."""
    x, y = round(outline.start[0] - origin[0]), round(outline.start[1] - origin[1])
    out, command = "", ""
    for i, segment in enumerate(outline.segments):
        lead = i == 0 and outline.lead is not None
        wanted = "c" if lead else outline.command
        data = ""
        for point in (outline.lead, *segment) if lead and outline.lead else segment:
            data += numbers([round(point[0] - origin[0]) - x, round(point[1] - origin[1]) - y])
        out += data if wanted == command else wanted + data.lstrip()
        command = wanted
        x, y = round(segment[-1][0] - origin[0]), round(segment[-1][1] - origin[1])
    return out, x, y
