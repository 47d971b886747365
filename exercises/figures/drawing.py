"""Drawings of a figure: stills, storyboard and icon, as SVG without words, ids or styles.

Colours are classes (figures.css), so a theme applies; title and description are added where a drawing is shown. A
drawing is WIDTH units wide; its height depends on the figure.
"""

from dataclasses import dataclass
from functools import cache
from math import hypot

from exercises.figures import inset
from exercises.figures.body import LOOKS, ORDER, Part, parts
from exercises.figures.catalogue import Feel, Figure, KeyPose, figure
from exercises.figures.geometry import Vec
from exercises.figures.outline import Camera, Point, corners, oblique, orbit, outline, path_data
from exercises.figures.pose import Pose, Touch
from exercises.figures.rig import Skeleton, landmark, solve

WIDTH, MARGIN, LOWEST_HEIGHT, HIGHEST = 960, 24, 330, 640
ICON_WIDTH, ICON_HEIGHT = 180, 120
UNITS = 4.6  # per cm, at most


@dataclass(frozen=True)
class Paper:
    """How a figure is laid on paper: its camera, the paper's origin, and the height."""

    camera: Camera
    origin: Point
    height: int

    def __call__(self, p: Vec) -> Point:
        x, y = self.camera(p)
        return (round(x - self.origin[0]), round(y - self.origin[1]))


def camera(figure: Figure, units: float) -> Camera:
    view = figure.view
    if "azimuth" in view:
        return orbit(view["azimuth"], view["elevation"], units)
    return oblique(view["shift"], view["rise"], units)


def mat_corners(figure: Figure) -> list[Vec]:
    x0, x1, z0, z1 = figure.mat
    return [(x0, -1.6, z0), (x1, -1.6, z0), (x1, -1.6, z1), (x0, -1.6, z1)]


def extent(figure: Figure, view: Camera, *, mat: bool) -> tuple[float, float, float, float]:
    """Return the box around every pose of a figure, for every look, so that all its drawings share one frame."""
    points: list[Point] = [view(p) for p in mat_corners(figure)] if mat else []
    for key in figure.poses.values():
        points += [view(p) for arrow in key.arrows for p in (arrow[0], arrow[2])] if mat else []
        for look in LOOKS.values():
            for part in parts(solve(key.pose), look, figure.order or ORDER, detail=False):
                points += [p for form in part.forms for p in corners(outline(view, form))]
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return min(xs), min(ys), max(xs), max(ys)


@cache
def paper(name: str) -> Paper:
    """Return the paper of a figure's drawings: as large as fits, the figure in the middle, the floor at the edge."""
    shape = figure(name)
    x0, y0, x1, y1 = extent(shape, camera(shape, 1.0), mat=True)
    units = min(UNITS, (WIDTH - 2 * MARGIN) / (x1 - x0), (HIGHEST - 2 * MARGIN) / (y1 - y0))
    height = max(LOWEST_HEIGHT, round((y1 - y0) * units + 2 * MARGIN) + (inset.ROOM if shape.inset else 0))
    origin = ((x0 + x1) / 2 * units - WIDTH / 2, y1 * units + MARGIN - height)
    return Paper(camera(shape, units), origin, height)


# ---------------------------------------------------------------- pieces


def element(part: Part, data: str, sheet: Paper, inner: str = "") -> str:
    """Return the SVG path of a part, with an animation inside if there is one."""
    if part.line:
        attributes = f'class="l{part.paint}" stroke-width="{part.line * sheet.camera.units:.2g}"'
    else:
        attributes = f'class="{part.paint}{" o" if part.edge else ""}"'
    return f'<path {attributes} d="{data}"' + (f">{inner}</path>" if inner else "/>")


def part_data(part: Part, sheet: Paper) -> str:
    return path_data([outline(sheet.camera, form) for form in part.forms], sheet.origin)


def person(figure: Figure, pose: Pose, look: str) -> list[Part]:
    return parts(solve(pose), LOOKS[look], figure.order or ORDER)


def mat(figure: Figure, sheet: Paper) -> str:
    x0, x1, z0, z1 = figure.mat

    def shape(*points: Vec) -> str:
        return "M" + "L".join("{:g} {:g}".format(*sheet(p)) for p in points) + "z"

    top = shape((x0, 0, z0), (x1, 0, z0), (x1, 0, z1), (x0, 0, z1))
    edge = shape((x0, 0, z1), (x1, 0, z1), (x1, -1.6, z1), (x0, -1.6, z1))
    shift = sheet.camera.right[2]
    end = x1 if shift < 0 else x0
    side = shape((end, 0, z1), (end, 0, z0), (end, -1.6, z0), (end, -1.6, z1)) if shift else ""
    return f'<path class="m" d="{top}"/><path class="m2" d="{edge}{side}"/>'


def arrow(curve: tuple[Vec, Vec, Vec], sheet: Paper, head: float = 30) -> str:
    """Return a curved arrow with a halo that sets it off from what lies under it."""
    p, c, q = (sheet(v) for v in curve)
    norm = hypot(q[0] - c[0], q[1] - c[1]) or 1.0
    ux, uy = (q[0] - c[0]) / norm, (q[1] - c[1]) / norm
    bx, by, half = q[0] - ux * head, q[1] - uy * head, head * 0.56
    line = f"M{p[0]:g} {p[1]:g}Q{c[0]:g} {c[1]:g} {q[0] - ux * head * 0.8:.0f} {q[1] - uy * head * 0.8:.0f}"
    tip = f"M{q[0]:g} {q[1]:g}L{bx - uy * half:.0f} {by + ux * half:.0f}L{bx + uy * half:.0f} {by - ux * half:.0f}z"
    return f'<path class="hl" d="{line}"/><path class="ah" d="{tip}"/><path class="ar" d="{line}"/>'


def feel(spot: Feel, skeleton: Skeleton, sheet: Paper) -> str:
    """Return the mark of where the stretch is felt: rings, so that it shows on any cloth."""
    x, y = sheet(landmark(skeleton, Touch(spot.segment, spot.place, spot.gap, (0.0, 1.0, 0.0))))
    r = spot.size * sheet.camera.units
    return "".join(f'<circle class="f{i}" cx="{x:g}" cy="{y:g}" r="{r * k:.0f}"/>' for i, k in ((1, 1), (2, 0.45)))


# ---------------------------------------------------------------- drawings


def still_body(figure: Figure, key: KeyPose, look: str, sheet: Paper) -> str:
    skeleton = solve(key.pose)
    body = "".join(element(part, part_data(part, sheet), sheet) for part in person(figure, key.pose, look))
    marks = "".join(feel(spot, skeleton, sheet) for spot in key.feel)
    if figure.inset:
        small = "".join(arrow(curve, sheet, head=15) for curve in key.arrows)
        return (
            mat(figure, sheet) + body + inset.drawing(skeleton, LOOKS[look], sheet.camera, sheet.origin, small) + marks
        )
    return mat(figure, sheet) + body + marks + "".join(arrow(curve, sheet) for curve in key.arrows)


def document(body: str, width: float, height: float, extra: str = "") -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}"{extra}>{body}</svg>\n'


def still(name: str, pose: str, look: str) -> str:
    """Return the drawing of one pose. Raises KeyError for an unknown figure, pose or look."""
    shape, sheet = figure(name), paper(name)
    return document(still_body(shape, shape.poses[pose], look, sheet), WIDTH, sheet.height)


def storyboard(name: str, look: str) -> str:
    """Return all the poses side by side, for print."""
    shape, sheet = figure(name), paper(name)
    cells = [still_body(shape, key, look, sheet) for key in shape.poses.values()]
    body = "".join(f'<g transform="translate({i * WIDTH} 0)">{cell}</g>' for i, cell in enumerate(cells))
    return document(body, WIDTH * len(cells), sheet.height)


ICON_SKIPS = ("fingers", "ear", "ears", "eye", "brow", "mouth", "nose", "strands")


def icon(name: str, look: str) -> str:
    """Return a small drawing of a figure's most telling pose: flat shapes, no fine lines, on a plain mat."""
    shape = figure(name)
    turned = "azimuth" in shape.view  # seen from the side, the mat is a bar; otherwise its own shape
    x0, y0, x1, y1 = extent(shape, camera(shape, 1.0), mat=turned)
    units = min((ICON_WIDTH - 8) / (x1 - x0), (ICON_HEIGHT - 16) / (y1 - y0))
    origin = ((x0 + x1) / 2 * units - ICON_WIDTH / 2, y1 * units + 9 - ICON_HEIGHT)
    sheet = Paper(camera(shape, units), origin, ICON_HEIGHT)
    skeleton = solve(shape.poses[shape.icon].pose)
    drawn = parts(skeleton, LOOKS[look], shape.order or ORDER, detail=False)
    body = "".join(
        element(part, part_data(part, sheet), sheet) for part in drawn if part.name.rstrip("RL") not in ICON_SKIPS
    )
    bar = f'<path class="m2" d="M4 {ICON_HEIGHT - 12}h{ICON_WIDTH - 8}v6h-{ICON_WIDTH - 8}z"/>'
    return document((mat(shape, sheet) if turned else bar) + body, ICON_WIDTH, ICON_HEIGHT)
