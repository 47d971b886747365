"""A figure's animation: SMIL animations of path data, in one timeline per drawing.

SMIL, for CSS cannot morph paths in every browser. Nothing has an id: all animations begin with the drawing's own
timeline, which a script may stop and seek. The rests of the timeline stand on the drawing, in data-marks.
"""

from dataclasses import dataclass
from itertools import pairwise
from math import asin, sin

from exercises.figures import inset
from exercises.figures.body import LOOKS
from exercises.figures.catalogue import Figure, figure
from exercises.figures.drawing import WIDTH, document, element, mat, paper, part_data, person
from exercises.figures.geometry import angle_between
from exercises.figures.pose import Pose
from exercises.figures.rig import solve, tween

HOLD, MOVE = 0.9, 1.8  # seconds of rest in each pose, and of each movement
TURN_PER_STEP = 26  # degrees that a bone may turn between two drawn positions
STEPS = (2, 3)


@dataclass(frozen=True)
class Mark:
    """A pose's rest in the timeline, in seconds."""

    pose: str
    start: float
    end: float


def timeline(figure: Figure) -> list[Mark]:
    """Return the rests of a loop; between two of them lies the movement, and the last returns to the first pose."""
    stops = [*figure.loop, figure.loop[0]]
    return [
        Mark(pose, round(i * (HOLD + MOVE), 3), round(i * (HOLD + MOVE) + (HOLD if i < len(stops) - 1 else 0), 3))
        for i, pose in enumerate(stops)
    ]


def duration(figure: Figure) -> float:
    return timeline(figure)[-1].end


def when(share: float) -> float:
    """Return the fraction of its time at which a movement has come so far: it starts and ends slowly.

    The inverse of the smooth step 3t² - 2t³.
    """
    return 0.5 - sin(asin(1 - 2 * share) / 3)


def steps(a: Pose, b: Pose) -> int:
    """Return in how many drawn steps to move between two poses: more for a wide movement."""
    first, second = solve(a).bones(), solve(b).bones()
    turn = max(angle_between(u, v) for limb in first for u, v in zip(first[limb][:2], second[limb][:2], strict=True))
    return max(STEPS[0], min(STEPS[1], round(turn / TURN_PER_STEP + 0.5)))


def positions(figure: Figure) -> list[tuple[float, Pose]]:
    """Return the drawn positions of the loop with their times, in seconds."""
    out: list[tuple[float, Pose]] = []
    for a, b in pairwise(timeline(figure)):
        p, q = figure.poses[a.pose].pose, figure.poses[b.pose].pose
        count = steps(p, q)
        out += [(a.start, p), (a.end, p)]
        out += [(a.end + MOVE * when(i / count), tween(p, q, i / count)) for i in range(1, count)]
    last = timeline(figure)[-1]
    return [*out, (last.end, figure.poses[last.pose].pose)]


def animation(name: str, look: str) -> str:
    """Return the animated drawing of a figure. Raises KeyError for an unknown figure or look."""
    shape, sheet = figure(name), paper(name)
    total = duration(shape)
    made = positions(shape)
    frames = [[(part, part_data(part, sheet)) for part in person(shape, pose, look)] for _, pose in made]
    times = ";".join(short(time / total) for time, _ in made)
    body = mat(shape, sheet)
    for column in zip(*frames, strict=True):
        values = [data for _, data in column]
        body += element(column[0][0], values[0], sheet, animate("d", values, times, total))
    if shape.inset:
        shots = [inset.pieces(solve(pose), LOOKS[look], sheet.camera, sheet.origin) for _, pose in made]
        inner = "".join(
            piece([data for _, data in column], column[0][0], times, total) for column in zip(*shots, strict=True)
        )
        body += inset.wrapped(inner, sheet.camera, sheet.origin)
    marks = " ".join(f"{m.pose}:{m.start:g}:{m.end:g}" for m in timeline(shape))
    return document(body, WIDTH, sheet.height, f' data-duration="{total:g}" data-marks="{marks}"')


def animate(attribute: str, values: list[str], times: str, total: float) -> str:
    if not moves(values):
        return ""
    joined = ";".join(values)
    return (
        f'<animate attributeName="{attribute}" dur="{total:g}s" repeatCount="indefinite" '
        f'keyTimes="{times}" values="{joined}"/>'
    )


def piece(values: list[str], css: str, times: str, total: float) -> str:
    """Return a path of the magnified view, moving."""
    return f'<path class="{css}" d="{values[0]}">{animate("d", values, times, total)}</path>'


def moves(values: list[str]) -> bool:
    return any(value != values[0] for value in values)


def short(number: float) -> str:
    return f"{number:.3f}".rstrip("0").rstrip(".").removeprefix("0") or "0"
