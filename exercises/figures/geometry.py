"""Vectors and frames in three dimensions, as plain tuples.

World: centimetres, x to the right of the picture, y up, z toward the viewer; the floor is y = 0. Angles are in degrees.
A frame is three orthogonal unit vectors: anterior (forward), cranial (up), and the person's right.
"""

from collections.abc import Sequence
from math import acos, cos, degrees, radians, sin, sqrt

Vec = tuple[float, float, float]
Frame = tuple[Vec, Vec, Vec]

REST: Frame = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
TINY = 1e-9


def vec(values: Sequence[float]) -> Vec:
    """Return three numbers as a vector. Raises ValueError for any other count."""
    x, y, z = values
    return (float(x), float(y), float(z))


def add(*vectors: Vec) -> Vec:
    return (sum(v[0] for v in vectors), sum(v[1] for v in vectors), sum(v[2] for v in vectors))


def sub(a: Vec, b: Vec) -> Vec:
    return (a[0] - b[0], a[1] - b[1], a[2] - b[2])


def scale(a: Vec, k: float) -> Vec:
    return (a[0] * k, a[1] * k, a[2] * k)


def dot(a: Vec, b: Vec) -> float:
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def cross(a: Vec, b: Vec) -> Vec:
    return (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])


def length(a: Vec) -> float:
    return sqrt(dot(a, a))


def unit(a: Vec) -> Vec:
    """Return the direction of a; the zero vector gives the x axis, so that a degenerate pose still draws."""
    n = length(a)
    return scale(a, 1 / n) if n > TINY else (1.0, 0.0, 0.0)


def lerp(a: Vec, b: Vec, t: float) -> Vec:
    """Return the point at fraction t of the way from a to b."""
    return (a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t)


def slerp(a: Vec, b: Vec, t: float) -> Vec:
    """Return the direction at fraction t of the turn from unit vector a to unit vector b."""
    turn = acos(max(-1.0, min(1.0, dot(a, b))))
    if sin(turn) < 1e-4:
        return a if t < 0.5 else b
    return unit(add(scale(a, sin((1 - t) * turn)), scale(b, sin(t * turn))))


def rotate(v: Vec, axis: Vec, angle: float) -> Vec:
    """Return v turned about an axis through the origin, right-handed (Rodrigues' formula)."""
    k, t = unit(axis), radians(angle)
    return add(scale(v, cos(t)), scale(cross(k, v), sin(t)), scale(k, dot(k, v) * (1 - cos(t))))


def rotate_frame(frame: Frame, axis: Vec, angle: float) -> Frame:
    return (rotate(frame[0], axis, angle), rotate(frame[1], axis, angle), rotate(frame[2], axis, angle))


def across(v: Vec, axis: Vec) -> Vec:
    """Return the part of v that is perpendicular to an axis."""
    a = unit(axis)
    return sub(v, scale(a, dot(v, a)))


def inside(frame: Frame, p: Vec) -> Vec:
    """Return the world vector of p given along the axes of a frame."""
    return add(scale(frame[0], p[0]), scale(frame[1], p[1]), scale(frame[2], p[2]))


def along(frame: Frame, v: Vec) -> Vec:
    """Return a world vector's components along the axes of a frame: the inverse of `inside`."""
    return (dot(v, frame[0]), dot(v, frame[1]), dot(v, frame[2]))


def angle_between(a: Vec, b: Vec) -> float:
    """Return the angle between two vectors in degrees, 0 to 180."""
    return degrees(acos(max(-1.0, min(1.0, dot(unit(a), unit(b))))))
