"""The drawn files: which there are, what each must hold, and reading them back."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from exercises.figures import catalogue, drawing, film
from exercises.figures.body import LOOKS

FOLDER = catalogue.HERE / "drawn"


@cache
def files() -> Mapping[Path, str]:
    """Return the SVG that the poses give by each drawn file's path below FOLDER."""
    out: dict[Path, str] = {}
    for look in LOOKS:
        for name in catalogue.names():
            out[Path(look, f"{name}.svg")] = film.animation(name, look)
            out[Path(look, f"{name}.story.svg")] = drawing.storyboard(name, look)
            out[Path(look, f"{name}.icon.svg")] = drawing.icon(name, look)
            for pose in catalogue.poses(name):
                out[Path(look, f"{name}.{pose}.svg")] = drawing.still(name, pose, look)
    return out


def draw(folder: Path = FOLDER) -> tuple[int, int]:
    """Write every drawn file that differs and remove those of no figure; return how many were written and removed."""
    wanted = files()
    written = removed = 0
    for path, svg in wanted.items():
        target = folder / path
        if not target.exists() or target.read_text(encoding="utf-8") != svg:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(svg, encoding="utf-8")
            written += 1
    for old in folder.glob("*/*.svg"):
        if old.relative_to(folder) not in wanted:
            old.unlink()
            removed += 1
    return written, removed


@cache
def read(look: str, name: str, kind: str = "") -> str:
    """Return a drawn file's SVG: the animation, or with a kind ("story", "icon", a pose) that drawing.

    Raises FileNotFoundError when there is no such drawing.
    """
    return (FOLDER / look / f"{name}.{kind}.svg".replace("..", ".")).read_text(encoding="utf-8")
