"""A magnified view of the low back over the floor, for a movement of a few centimetres.

It is an SVG inside the drawing and shows a part of the same paper, enlarged. The floor is painted over the body, so
that the space under the back shows as a gap between the two.
"""

from collections.abc import Sequence

from exercises.figures.body import Look, Part, parts
from exercises.figures.geometry import Vec
from exercises.figures.outline import Camera, Point, outline, path_data
from exercises.figures.rig import Skeleton

ROOM = 150  # units of extra height that the view takes
LEFT, TOP, WIDE, HIGH = 24, 24, 440, 220  # where it stands on the drawing, in units
MIDDLE: Vec = (-15.0, 7.0, 0.0)  # what it looks at
ACROSS = 44.0  # cm
ORDER = ("chest", "hipsR:leg")  # no sleeve: its hem would break the line of the back


def person(skeleton: Skeleton, look: Look) -> list[Part]:
    return parts(skeleton, look, ORDER, detail=False)


def window(camera: Camera, origin: Point) -> tuple[float, float, float, float]:
    """Return what the view shows: left, top, width and height on the drawing, in units."""
    x, y = camera(MIDDLE)
    wide = ACROSS * camera.units
    high = wide * HIGH / WIDE
    return x - origin[0] - wide / 2, y - origin[1] - high / 2, wide, high


def wrapped(inner: str, camera: Camera, origin: Point, marks: str = "") -> str:
    """Return the view around its moving pieces: paper, floor and marks, a frame and its leaders."""
    x, y, wide, high = window(camera, origin)
    leaders = f"M{x:.0f} {y:.0f}L{LEFT} {TOP + HIGH}M{x + wide:.0f} {y:.0f}L{LEFT + WIDE} {TOP + HIGH}"
    floor = round(camera((0.0, 0.0, 0.0))[1] - origin[1])
    box = f"M{LEFT} {TOP}h{WIDE}v{HIGH}h-{WIDE}z"
    return (
        f'<path class="ib" d="{leaders}M{x:.0f} {y:.0f}h{wide:.0f}v{high:.0f}h-{wide:.0f}z"/>'
        f'<path class="ip" d="{box}"/>'
        f'<svg x="{LEFT}" y="{TOP}" width="{WIDE}" height="{HIGH}" viewBox="{x:.0f} {y:.0f} {wide:.0f} {high:.0f}">'
        f'{inner}<path class="m o" d="M{x - 20:.0f} {floor}h{wide + 40:.0f}v{high:.0f}h-{wide + 40:.0f}z"/>'
        f"{marks}</svg>"
        f'<path class="ib" d="{box}"/>'
    )


def pieces(skeleton: Skeleton, look: Look, camera: Camera, origin: Point) -> Sequence[tuple[str, str]]:
    """Return class and path data of the view's moving pieces, back to front."""
    return [
        (f"{part.paint} o", path_data([outline(camera, form) for form in part.forms], origin))
        for part in person(skeleton, look)
    ]


def drawing(skeleton: Skeleton, look: Look, camera: Camera, origin: Point, marks: str = "") -> str:
    """Return the view of one position, with marks (SVG, such as an arrow) over the body."""
    inner = "".join(f'<path class="{css}" d="{data}"/>' for css, data in pieces(skeleton, look, camera, origin))
    return wrapped(inner, camera, origin, marks)
