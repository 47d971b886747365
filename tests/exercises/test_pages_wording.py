"""How a dose, a length and an editor's Markdown read."""

from typing import Any

import pytest

from exercises.models import Dose, Exercise, Phase, Precaution
from exercises.templatetags.content import about, dose_line, duration, markdown, positions, precautions, span
from tests.exercises.factories import ExerciseFactory

SECONDS, BREATHS = {"hold_kind": "seconds"}, {"hold_kind": "breaths"}
DOSES: list[tuple[dict[str, Any], str]] = [
    ({"reps_min": 10}, "10 times"),
    ({"reps_min": 1}, "Once"),
    ({"reps_min": 1, "per_side": True, "hold_min": 20, "hold_max": 30} | SECONDS, "Hold 20–30 s · once each side"),
    ({"reps_min": 15, "reps_max": 20, "hold_min": 2, "hold_max": 2} | SECONDS, "Hold 2 s · 15–20 times"),
    ({"reps_min": 1, "hold_min": 5, "hold_max": 10} | BREATHS, "Hold for 5–10 deep breaths · once"),
    ({"reps_min": 1, "hold_min": 1, "hold_max": 1} | BREATHS, "Hold for 1 deep breath · once"),
    ({"sets": 3, "reps_min": 12}, "3 sets of 12"),
    ({"sets": 3, "reps_min": 8, "reps_max": 12, "per_side": True}, "3 sets of 8–12 each side"),
    ({"reps_min": 3, "reps_max": 5, "times_per_day": 2}, "3–5 times · morning and evening"),
    ({"reps_min": 3, "times_per_day": 1}, "3 times · once a day"),
    ({"reps_min": 3, "times_per_day": 4}, "3 times · 4 times a day"),
    ({"reps_min": 5, "reps_max": 30, "per": "day"}, "5–30 a day"),
    (
        {"reps_min": 5, "reps_max": 30, "per": "day", "start": 5, "goal": 30, "step": 2},
        "Start with 5 a day, build up to 30",
    ),
    (
        {"reps_min": 5, "reps_max": 30, "per": "day", "start": 5, "goal": 30, "step": 2, "times_per_day": 2},
        "Start with 5 a day, build up to 30 · shared between morning and evening",
    ),
    ({"reps_min": 8, "reps_max": 12, "start": 8, "goal": 12, "step": 1}, "Start with 8, build up to 12"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("dose", "line"), DOSES)
def test_dose_reads_as_one_line(dose: dict[str, Any], line: str) -> None:
    exercise: Exercise = ExerciseFactory(**{f"dose__{field}": value for field, value in dose.items()})
    assert dose_line(exercise).replace("\N{NO-BREAK SPACE}", " ") == line.replace("–", "–\N{WORD JOINER}")


@pytest.mark.django_db
def test_dose_keeps_each_figure_on_the_line_of_its_unit() -> None:
    exercise: Exercise = ExerciseFactory(
        dose__reps_min=5, dose__reps_max=30, dose__per="day", dose__start=5, dose__goal=30, dose__step=2
    )
    assert dose_line(exercise).replace("\N{NO-BREAK SPACE}", "_") == "Start with 5_a_day, build up to 30"


@pytest.mark.django_db
def test_positions_are_the_figures_and_none_without_one() -> None:
    assert positions(ExerciseFactory(figure="cat-stretch")) == ("start", "round", "sag")
    assert positions(ExerciseFactory(figure="")) == ()


@pytest.mark.django_db
def test_dose_says_that_both_sides_follow_together() -> None:
    exercise: Exercise = ExerciseFactory(
        dose__reps_min=2,
        dose__reps_max=3,
        dose__per_side=True,
        dose__times_per_day=2,
        dose__hold_kind=Dose.HoldKind.SECONDS,
        dose__hold_min=5,
        dose__hold_max=5,
        phases=[{}, {"applies": Phase.Applies.BOTH}],
    )
    line = dose_line(exercise).replace("\N{NO-BREAK SPACE}", " ").replace("\N{WORD JOINER}", "")
    assert line == "Hold 5 s · 2–3 times each side, then both · morning and evening"


def test_range_stays_on_its_line() -> None:
    assert span(15, 20) == "15–\N{WORD JOINER}20"
    assert span(2, 2) == "2"


@pytest.mark.parametrize(("seconds", "words"), [(0, "0 s"), (59, "59 s"), (60, "1 min"), (130, "2 min 10 s")])
def test_duration_is_exact(seconds: int, words: str) -> None:
    assert duration(seconds) == words


@pytest.mark.parametrize(("seconds", "words"), [(5, "about 1 min"), (449, "about 7 min"), (450, "about 8 min")])
def test_total_is_rounded_to_minutes(seconds: int, words: str) -> None:
    assert about(seconds) == words


def test_every_precaution_is_explained() -> None:
    found = precautions(Exercise(precautions=Precaution.values))
    assert [meaning.label for meaning in found] == [str(label) for label in Precaution.labels]
    assert all(meaning.text for meaning in found)


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[a](javascript:alert(1))",
        "![a](https://example.org/a.png)",
        '<p onclick="x()" style="color:red">',
    ],
)
def test_markdown_lets_no_script_style_or_image_through(text: str) -> None:
    html = markdown(text)
    assert not any(part in html for part in ("<script", 'href="javascript', "<img", "<p onclick", "<p style"))


def test_markdown_keeps_one_first_level_heading_for_the_page() -> None:
    assert markdown("# Heat\n\n**Ten** minutes.") == "<h2>Heat</h2>\n<p><strong>Ten</strong> minutes.</p>\n"


def test_markdown_breaks_no_range_after_its_dash() -> None:
    assert "<em>2–\N{WORD JOINER}3</em> times – or more" in markdown("Do it *2–3* times – or more")


def test_markdown_links_within_the_site() -> None:
    assert 'href="/guide/causes/"' in markdown("[Causes](/guide/causes/)")
