"""Charts as the inside of an SVG: strings, because a template takes ten times as long over so many shapes. Pure.

Words come in as they are, translated or a person's own, and are escaped here. Numbers are the same in every language.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from html import escape
from itertools import pairwise
from typing import NamedTuple

from tracking import chart
from tracking.chart import LEFT, RIGHT, WIDTH, Axis, Frame, Point, Value
from tracking.stats import Window

TOP, BOTTOM = 20, 26  # room above the highest value and, for the dates, below the lowest
MARK_SPACING = 9  # points closer than this are joined by a line without marks, so that it stays a line
SMALL = 0.55  # size of a mark among many
BAR_SHARE = 0.7  # of a bucket's width
BAR_SPACING = 5  # bars closer than this stand without a space, so that they do not look like a fence
ZERO_BAR = 2  # height of a bar of 0, which must not look like a gap


class Scale(NamedTuple):
    """Values from 0, drawn at ``floor``, to ``top``, drawn at TOP."""

    top: int
    height: int

    @property
    def floor(self) -> int:
        return self.height - BOTTOM

    def y(self, value: float) -> float:
        floor = self.height - BOTTOM
        if value > self.top or value < 0:
            value = min(max(value, 0), self.top)
        return floor - (floor - TOP) * value / self.top


class Link(NamedTuple):
    """A touch area over some buckets: where it leads, its name for those who hear it, and what it shows when chosen."""

    buckets: range
    address: str
    name: str
    says: str


@lru_cache(maxsize=4096)  # the points of a page share their places, and pages of a day their axis
def number(value: float) -> str:
    """Return ``value`` to a tenth, without an idle zero: the same in every language."""
    return f"{value:.1f}".removesuffix(".0")


def axes(scale: Scale, values: Iterable[int], dates: Iterable[tuple[float, str, str]]) -> str:
    """Return lines at ``values`` with their figures, and the dates below: (x, text-anchor, words)."""
    lines = "".join(
        f'<path class="chart__grid" d="M{LEFT} {number(scale.y(value))}H{WIDTH - RIGHT}"/>'
        f'<text class="chart__label" x="{LEFT - 3}" y="{number(scale.y(value) + 4.5)}" text-anchor="end">{value}</text>'
        for value in values
    )
    return lines + "".join(
        f'<text class="chart__label" x="{number(x)}" y="{scale.height - 6}" text-anchor="{anchor}">'
        f"{escape(words)}</text>"
        for x, anchor, words in dates
    )


def band(low: float, middle: float, high: float, scale: Scale) -> str:
    """Return the band from ``low`` to ``high``, with a line at its ``middle``."""
    top, floor = scale.y(high), scale.y(low)
    return (
        f'<path class="chart__band" d="M{LEFT} {number(top)}H{WIDTH - RIGHT}V{number(floor)}H{LEFT}z"/>'
        f'<path class="chart__baseline" d="M{LEFT} {number(scale.y(middle))}H{WIDTH - RIGHT}"/>'
    )


def shades(axis: Axis, scale: Scale, windows: Iterable[Window], kind: str) -> str:
    """Return the days of each window from top to floor, filled with the page's pattern ``hatch-kind``."""
    path = ""
    for window in windows:
        left, right = axis.edges(window.start, window.end)
        if right > left:
            path += f"M{number(left)} {TOP}H{number(max(right, left + 1))}V{scale.floor}H{number(left)}z"
    shade = f'<path class="chart__shade chart__shade--{kind}" fill="url(#hatch-{kind})" d="{path}"/>'
    return shade if path else ""


def line(name: str, points: Sequence[Point | None], spacing: float = 0) -> str:
    """Return a line for each stretch without a gap, marked at each point that is ``spacing`` from the next one.

    Without room for marks only a point that stands alone has one.
    """
    runs = list(chart.runs(points))
    paths = "".join(
        "M" + "L".join(f"{number(point.x)} {number(point.y)}" for point in run) for run in runs if len(run) > 1
    )
    roomy = spacing >= MARK_SPACING
    marked = [point for run in runs if roomy or len(run) == 1 for point in run]
    drawn = f'<path class="chart__line chart__line--{name}" d="{paths}"/>' if paths else ""
    return drawn + marks(name, marked, 1 if roomy else SMALL)


def marks(name: str, points: Iterable[Point | None], size: float = SMALL) -> str:
    """Return a diamond for each point after a session, a circle for any other."""
    left, shape = _diamond(size) if name == "after" else _circle(size)
    path = "".join(f"M{number(point.x - left)} {number(point.y)}{shape}" for point in points if point)
    return f'<path class="chart__mark chart__mark--{name}" d="{path}"/>' if path else ""


def points(middles: Sequence[float], values: Sequence[Value], scale: Scale) -> list[Point | None]:
    """Return where each value lies. Raises ValueError when there are not as many as ``middles``."""
    return [
        None if value is None else Point(middle, scale.y(value)) for middle, value in zip(middles, values, strict=True)
    ]


def bars(axis: Axis, frame: Frame, values: Sequence[Value], scale: Scale, kind: str, base: Sequence[Value] = ()) -> str:
    """Return a bar for each value, as one shape; each stands on its ``base``, or on the floor."""
    path = ""
    for place, ((left, right), value) in enumerate(zip(pairwise(axis.bounds(frame)), values, strict=True)):
        if value is None:
            continue
        under = (base[place] or 0) if base else 0
        width = (right - left) * (BAR_SHARE if right - left >= BAR_SPACING else 1)
        floor = scale.y(under)
        height = number(max(floor - scale.y(under + value), 0 if base and not value else ZERO_BAR))
        x = (left + right - width) / 2
        path += f"M{number(x)} {number(floor)}v-{height}h{number(width)}v{height}z"
    return f'<path class="chart__bar chart__bar--{kind}" d="{path}"/>' if path else ""


def steps(axis: Axis, frame: Frame, values: Sequence[Value], scale: Scale) -> str:
    """Return a line in steps, as wide as its buckets, broken at gaps."""
    path, joined = "", False
    for (left, right), value in zip(pairwise(axis.bounds(frame)), values, strict=True):
        if value is not None:
            y = number(scale.y(value))
            path += f"{'L' if joined else 'M'}{number(left)} {y}H{number(right)}"
        joined = value is not None
    return f'<path class="chart__target" d="{path}"/>' if path else ""


def goal(value: int, scale: Scale) -> str:
    return f'<path class="chart__goal" d="M{LEFT} {number(scale.y(value))}H{WIDTH - RIGHT}"/>'


def choices(places: Iterable[Point]) -> str:
    """Return a triangle that points at each place: a dose that the person chose."""
    path = "".join(f"M{number(x - 5)} {number(y - 9)}h10l-5 9z" for x, y in places)
    return f'<path class="chart__choice" d="{path}"/>' if path else ""


def links(axis: Axis, frame: Frame, scale: Scale, found: Iterable[Link]) -> str:
    """Return a touch area from top to bottom over the buckets of each link."""
    drawn = []
    for link in found:
        first, last = link.buckets[0], link.buckets[-1]
        left, right = axis.edges(frame.buckets[first], frame.last_day(last))
        middle = min(max((left + right) / 2, LEFT + 30), WIDTH - RIGHT - 30)
        drawn.append(
            f'<a class="chart__link" href="{escape(link.address)}" aria-label="{escape(link.name)}">'
            f'<rect x="{number(left)}" y="0" width="{number(right - left)}" height="{scale.height}"/>'
            f'<text x="{number(middle)}" y="13" text-anchor="middle">{escape(link.says)}</text></a>'
        )
    return "".join(drawn)


def _circle(size: float) -> tuple[float, str]:
    """Return how far to the left of its middle a circle begins, and its outline from there."""
    radius = round(3.4 * size, 1)  # the arcs must meet exactly, or they bulge
    arc = f"a{number(radius)} {number(radius)} 0 1 0 "
    return radius, f"{arc}{number(2 * radius)} 0{arc}-{number(2 * radius)} 0z"


def _diamond(size: float) -> tuple[float, str]:
    """Return how far to the left of its middle a diamond begins, and its outline from there."""
    half = number(5 * size)
    return 5 * size, f"l{half}-{half} {half} {half}-{half} {half}z"
