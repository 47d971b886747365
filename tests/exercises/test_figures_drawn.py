"""The drawn files: as the poses give them, small, and free of what a strict page forbids."""

import gzip
import re
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.core.management import call_command

from exercises.figures import catalogue, drawn, film
from exercises.figures.body import LOOKS
from exercises.figures.drawing import WIDTH
from exercises.figures.outline import Ball, Hull, Line, Loop, Outline, area, oblique, orbit, outline, path_data

FILM, ICON, STILL = 6000, 1100, 2000  # bytes, gzipped


@pytest.fixture(scope="module")
def on_disk() -> Mapping[Path, str]:
    """The drawn files. One test holds them against the poses, which takes long; the others can trust it."""
    return {path.relative_to(drawn.FOLDER): path.read_text(encoding="utf-8") for path in drawn.FOLDER.glob("*/*.svg")}


def gzipped(svg: str) -> int:
    return len(gzip.compress(svg.encode(), 9))


def test_the_drawn_files_are_what_the_poses_give(on_disk: Mapping[Path, str]) -> None:
    wanted = drawn.files()
    stale = sorted(str(path) for path in wanted.keys() | on_disk.keys() if wanted.get(path) != on_disk.get(path))
    assert stale == [], "run manage.py draw_figures"


def test_draw_figures_writes_what_is_missing_and_removes_what_is_left_over(
    tmp_path: Path, on_disk: Mapping[Path, str]
) -> None:
    written, _ = drawn.draw(tmp_path)
    (tmp_path / "a" / "headstand.svg").write_text("<svg/>")
    (tmp_path / "a" / "bridge.svg").write_text("<svg/>")
    assert written == len(on_disk)
    assert drawn.draw(tmp_path) == (1, 1)
    assert drawn.draw(tmp_path) == (0, 0)


def test_the_command_reports_what_it_drew(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("draw_figures")
    assert capsys.readouterr().out == "0 drawings written, 0 removed.\n"


def test_drawings_are_well_formed(on_disk: Mapping[Path, str]) -> None:
    tags = {ElementTree.fromstring(svg).tag for svg in on_disk.values()}  # noqa: S314 (our own files)
    assert tags == {"{http://www.w3.org/2000/svg}svg"}


def test_no_drawing_has_a_style_script_id_or_number_gone_wrong(on_disk: Mapping[Path, str]) -> None:
    forbidden = re.compile(r"<style|<script|style=|\bid=|href|\bon\w+=|nan|inf")
    assert [path for path, svg in on_disk.items() if forbidden.search(svg)] == []


def test_drawings_keep_their_size_budgets(on_disk: Mapping[Path, str]) -> None:
    limits = {"svg": FILM, "icon": ICON, "story": FILM}
    assert [path for path, svg in on_disk.items() if gzipped(svg) > limits.get(path.name.split(".")[1], STILL)] == []


def test_a_list_of_eleven_icons_stays_light(on_disk: Mapping[Path, str]) -> None:
    icons = "".join(svg for path, svg in on_disk.items() if path.parent.name == "a" and path.name.endswith(".icon.svg"))
    assert gzipped(icons) <= 9000


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("name", catalogue.names())
def test_a_film_morphs_paths_of_the_same_shape(name: str, look: str) -> None:
    svg = drawn.read(look, name)
    for values in re.findall(r'values="([^"]+)"', svg):
        shapes = {re.sub(r"[-\d .]+", " ", value) for value in values.split(";")}
        counts = {len(re.findall(r"-?\d+", value)) for value in values.split(";")}
        assert len(shapes) == len(counts) == 1


@pytest.mark.parametrize("name", catalogue.names())
def test_a_films_times_run_from_start_to_end(name: str) -> None:
    svg = drawn.read("a", name)
    frames = film.positions(catalogue.figure(name))
    for times, values in re.findall(r'keyTimes="([^"]+)" values="([^"]+)"', svg):
        numbers = [float(time) for time in times.split(";")]
        assert numbers == sorted(numbers)
        assert (numbers[0], numbers[-1]) == (0, 1)
        assert len(numbers) == len(values.split(";")) == len(frames)


@pytest.mark.parametrize("name", catalogue.names())
def test_a_film_says_when_it_rests_in_which_pose(name: str) -> None:
    root = ElementTree.fromstring(drawn.read("a", name))  # noqa: S314 (our own file)
    marks = [mark.split(":") for mark in root.attrib["data-marks"].split()]
    assert [mark[0] for mark in marks] == [*catalogue.figure(name).loop, catalogue.figure(name).loop[0]]
    assert float(marks[-1][2]) == float(root.attrib["data-duration"])


@pytest.mark.parametrize("share", [0.0, 0.2, 0.5, 0.9, 1.0])
def test_a_movement_eases_in_and_out(share: float) -> None:
    time = film.when(share)
    assert time * time * (3 - 2 * time) == pytest.approx(share)


def test_all_drawings_of_a_figure_share_one_frame(on_disk: Mapping[Path, str]) -> None:
    boxes = {
        re.search(r'viewBox="([^"]+)"', svg)[1]  # type: ignore[index]
        for path, svg in on_disk.items()
        if path.name.startswith("bridge.") and "story" not in path.name and "icon" not in path.name
    }
    assert len(boxes) == 1
    assert boxes.pop().startswith(f"0 0 {WIDTH} ")


def test_a_drawing_that_is_not_there_is_not_found() -> None:
    with pytest.raises(FileNotFoundError):
        drawn.read("a", "headstand")


# ---------------------------------------------------------------- outlines


def points(shape: Outline) -> list[tuple[float, float]]:
    return [shape.start, *(segment[-1] for segment in shape.segments)]


def test_the_outline_of_a_ball_is_a_circle() -> None:
    shape = outline(oblique(0, 0, 2.0), Hull([Ball((10, 5, 0), 3)], 12))
    assert all(((x - 20) ** 2 + (y + 10) ** 2) ** 0.5 == pytest.approx(6) for x, y in points(shape))


def test_the_oblique_view_keeps_the_side_plane_true() -> None:
    camera = oblique(0.3, 0.2, 4.0)
    assert camera((2, 3, 0)) == pytest.approx((8, -12))
    assert camera((2, 3, 1)) == pytest.approx((8 - 1.2, -12 + 0.8))


def test_a_line_on_a_surface_vanishes_when_the_surface_is_seen_edge_on() -> None:
    side = oblique(0, 0, 1.0)
    edge_on, facing = (Line([(0, 0, 0), (8, 0, 0)], normal) for normal in ((0.0, 1.0, 0.0), (0.0, 0.0, 1.0)))
    assert set(points(outline(side, edge_on))) == {(4, 0)}
    assert points(outline(side, facing)) == [(0, 0), (8, 0)]


def test_from_straight_above_height_does_not_show() -> None:
    camera = orbit(0, 90, 1.0)
    assert camera((2, 50, 3)) == pytest.approx((2, 3))


def test_closed_curves_run_the_same_way_round_however_given() -> None:
    square = [(0.0, 0.0, 0.0), (4.0, 0.0, 0.0), (4.0, 4.0, 0.0), (0.0, 4.0, 0.0)]
    camera = oblique(0, 0, 1.0)
    one, other = outline(camera, Loop(square)), outline(camera, Loop(square[::-1]))
    assert set(points(one)) == set(points(other))
    assert area(points(one)) * area(points(other)) > 0


def test_path_data_is_relative_and_whole() -> None:
    camera = oblique(0, 0, 1.0)
    lines = [outline(camera, Line([(1.2, 0, 0), (5, -2, 0)])), outline(camera, Line([(5, 0, 0), (3, 1, 0)]))]
    assert path_data(lines) == "M1 0l4 2m0-2l-2-1"
