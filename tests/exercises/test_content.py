"""The pack's figures against the two articles' own, typed here by hand; its words against the tone they promise."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from markdown_it import MarkdownIt

from exercises import timing
from exercises.figures import catalogue

CONTENT = Path(__file__).parents[2] / "exercises" / "content"
PACK: dict[str, Any] = yaml.safe_load((CONTENT / "pack.yaml").read_text(encoding="utf-8"))
WORDS: dict[str, Any] = yaml.safe_load((CONTENT / "en.yaml").read_text(encoding="utf-8"))
SECTIONS = ("sources", "exercises", "routines", "guide", "safety")

# slug: (source, sets, repetitions, counted, hold, on each side, times a day, progression from-to)
DOSES: dict[str, tuple[Any, ...]] = {
    "pelvic-tilt-bridge": ("a", 1, (15, 20), "session", ("seconds", 2, 2), False, None, None),
    "hamstring-stretch": ("a", 1, (2, 2), "session", ("seconds", 30, 30), True, None, None),
    "piriformis-stretch": ("a", 1, (1, 1), "session", ("seconds", 30, 30), True, None, None),
    "hip-flexor-stretch": ("a", 1, (1, 1), "session", ("seconds", 20, 30), True, None, None),
    "locust-pose": ("a", 1, (1, 1), "session", ("breaths", 5, 10), False, None, None),
    "superman": ("a", 3, (12, 12), "session", ("seconds", 2, 5), False, None, None),
    "knee-to-chest": ("b", 1, (2, 3), "session", ("seconds", 5, 5), True, 2, None),
    "lower-back-rotation": ("b", 1, (2, 3), "session", ("seconds", 5, 10), True, 2, None),
    "lower-back-flexibility": ("b", 1, (5, 30), "day", ("seconds", 5, 5), False, None, (5, 30)),
    "bridge": ("b", 1, (5, 30), "day", ("breaths", 3, 3), False, None, (5, 30)),
    "cat-stretch": ("b", 1, (3, 5), "session", None, False, 2, None),
}
ROUTINES = {
    "prevention": (
        "a",
        [5, 6],
        1,
        [
            "pelvic-tilt-bridge",
            "hamstring-stretch",
            "piriformis-stretch",
            "hip-flexor-stretch",
            "locust-pose",
            "superman",
        ],
    ),
    "morning-and-evening": (
        "b",
        None,
        2,
        ["knee-to-chest", "lower-back-rotation", "lower-back-flexibility", "bridge", "cat-stretch"],
    ),
}
GUIDE = [
    "what-is-a-back-spasm",
    "causes",
    "symptoms",
    "treatments",
    "stay-active",
    "after-the-spasm",
    "work-and-home",
    "when-to-see-a-professional",
]
SAID = [
    ("exercises", "pelvic-tilt-bridge", "position", "90°"),
    ("exercises", "hamstring-stretch", "position", "not on a bed"),
    ("exercises", "piriformis-stretch", "cautions", "**before** you cross the leg"),
    ("exercises", "hip-flexor-stretch", "position", "right knee, toes down, with your left foot flat"),
    ("exercises", "locust-pose", "cautions", "disc problem"),
    ("exercises", "lower-back-flexibility", "correction", "5 repetitions a day and build up to 30"),
    ("exercises", "bridge", "correction", "5 repetitions a day and build up to 30"),
    ("routines", "prevention", "correction", "5–6 minutes, where usual programmes take 25–30"),
    ("guide", "treatments", "body", "10 minutes"),
    ("guide", "treatments", "body", "cyclobenzaprine, sold as Flexeril"),
    ("guide", "treatments", "body", "Ibuprofen and naproxen"),
    ("guide", "treatments", "body", "1.6 times"),
    ("guide", "stay-active", "body", "seven trials from 2017"),
    ("guide", "work-and-home", "body", "Up to 70 %"),
    ("guide", "work-and-home", "body", "Fewer than four exercises"),
    ("guide", "when-to-see-a-professional", "body", "before the age of 20 or after 50"),
]
PRECAUTIONS = {"disc", "osteoporosis", "pregnancy", "surgery", "stenosis"}
PLAYER = "/routines/prevention/practice/?mode=desk"
STATIC_PAGES = {"/", "/exercises/", "/routines/", "/guide/", "/safety/", "/spasm/", PLAYER}
BLAME = r"\b(just|lazy|fault|fail\w*|excuse\w*|cheat\w*|must|should|discipline\w*|behind schedule|you missed)\b"
NUMBERS = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
LIMITS = {"name": 80, "title": 100, "summary": 240}  # the database's columns; sources and safety notes have their own


def texts(node: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield each text of the words file with the path to it."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from texts(value, f"{path}/{key}")
    elif isinstance(node, str):
        yield path, node


OWN_TEXTS = [(path, text) for path, text in texts(WORDS) if not path.startswith("/sources/")]


def test_the_eleven_exercises_are_the_articles() -> None:
    assert list(PACK["exercises"]) == list(DOSES)
    assert [exercise["order"] for exercise in PACK["exercises"].values()] == list(range(1, 12))


@pytest.mark.parametrize("slug", DOSES)
def test_dose_has_the_articles_figures(slug: str) -> None:
    source, sets, reps, per, hold, per_side, times_per_day, progression = DOSES[slug]
    exercise = PACK["exercises"][slug]
    dose = exercise["dose"]
    assert exercise["source"] == source
    assert (dose["sets"], tuple(dose["reps"]), dose["per"]) == (sets, reps, per)
    assert (dose["hold"] and (dose["hold"]["kind"], dose["hold"]["min"], dose["hold"]["max"])) == hold
    assert (dose["per_side"], dose["times_per_day"]) == (per_side, times_per_day)
    assert (dose["progression"] and (dose["progression"]["start"], dose["progression"]["goal"])) == progression


def test_only_two_exercises_progress_and_by_two() -> None:
    steps = {slug: exercise["dose"]["progression"] for slug, exercise in PACK["exercises"].items()}
    assert {slug: step["step"] for slug, step in steps.items() if step} == {"lower-back-flexibility": 2, "bridge": 2}


@pytest.mark.parametrize("slug", ROUTINES)
def test_routine_has_the_articles_order_and_claim(slug: str) -> None:
    source, claim, times_per_day, exercises = ROUTINES[slug]
    routine = PACK["routines"][slug]
    assert list(PACK["routines"]) == list(ROUTINES)
    assert (routine["source"], routine["claimed_minutes"], routine["times_per_day"]) == (source, claim, times_per_day)
    assert routine["exercises"] == exercises


def test_guide_has_its_eight_pages_in_order() -> None:
    assert [(slug, page["order"]) for slug, page in PACK["guide"].items()] == list(zip(GUIDE, range(1, 9), strict=True))


@pytest.mark.parametrize(("section", "slug", "field", "figure"), SAID)
def test_words_keep_the_sources_figures(section: str, slug: str, field: str, figure: str) -> None:
    assert figure in " ".join(WORDS[section][slug][field].split())


def test_articles_carry_their_dates() -> None:
    assert [PACK["sources"][slug]["published"] for slug in ("a", "b")] == ["undated", "24 April 2025"]


@pytest.mark.parametrize("section", SECTIONS)
def test_numbers_and_words_have_the_same_keys(section: str) -> None:
    assert list(PACK[section]) == list(WORDS[section])


@pytest.mark.parametrize("slug", DOSES)
def test_each_phase_has_its_cue_in_the_same_order(slug: str) -> None:
    assert [phase["key"] for phase in PACK["exercises"][slug]["phases"]] == list(WORDS["exercises"][slug]["phases"])


@pytest.mark.parametrize("slug", DOSES)
def test_exercise_can_be_done_from_its_words(slug: str) -> None:
    words = WORDS["exercises"][slug]
    assert all(words[field].strip() for field in ("position", "cautions", "instead"))
    assert 0 < len(words["summary"]) <= 200
    assert 3 <= len(words["phases"]) <= 7


@pytest.mark.parametrize(
    ("path", "cue"), [item for item in OWN_TEXTS if "/phases/" in item[0]], ids=lambda value: str(value)[:60]
)
def test_cue_is_short_enough_to_be_spoken_and_stands_alone(path: str, cue: str) -> None:
    assert len(cue.split()) <= 16, path
    assert re.fullmatch(r"[A-Z].*\.", cue), path
    assert not re.match(r"(Then|And|Now|Repeat|Again)\b", cue), path


@pytest.mark.parametrize("slug", DOSES)
def test_phases_are_timed_calmly(slug: str) -> None:
    exercise = PACK["exercises"][slug]
    for phase in exercise["phases"]:
        if phase["kind"] == "hold":
            assert phase.get("seconds") or exercise["dose"]["hold"], phase
        else:
            assert 2 <= phase["seconds"] <= 4, phase


def test_low_back_flexibility_holds_both_positions() -> None:
    phases = PACK["exercises"]["lower-back-flexibility"]["phases"]
    assert [phase["key"] for phase in phases if phase["kind"] == "hold"] == ["hold-arch", "hold-flat"]


def test_both_knees_come_after_each_knee() -> None:
    phases = PACK["exercises"]["knee-to-chest"]["phases"]
    assert [phase.get("applies") for phase in phases] == [None] * 4 + ["both"] * 3


def test_abdominals_are_tightened_before_the_leg_is_crossed() -> None:
    assert list(WORDS["exercises"]["piriformis-stretch"]["phases"])[:2] == ["tighten", "cross"]


@pytest.mark.parametrize("slug", DOSES)
def test_poses_are_those_of_the_figure(slug: str) -> None:
    exercise = PACK["exercises"][slug]
    assert exercise["figure"] in catalogue.names()
    assert {phase["pose"] for phase in exercise["phases"]} <= set(catalogue.poses(exercise["figure"]))


def test_precautions_are_known_and_the_articles_one_is_kept() -> None:
    assert all(set(exercise["precautions"]) <= PRECAUTIONS for exercise in PACK["exercises"].values())
    assert "disc" in PACK["exercises"]["locust-pose"]["precautions"]


def test_each_precaution_gives_its_ground() -> None:
    lines = (CONTENT / "pack.yaml").read_text(encoding="utf-8").splitlines()
    tags = [line for line in lines if re.match(rf"\s+- ({'|'.join(PRECAUTIONS)})\b", line)]
    assert len(tags) == sum(len(exercise["precautions"]) for exercise in PACK["exercises"].values())
    assert all(re.search(r"# .*(editor's caution|article A|reported)", line) for line in tags)


def test_only_the_superman_is_opt_in() -> None:
    assert [slug for slug, exercise in PACK["exercises"].items() if exercise["opt_in"]] == ["superman"]


def test_variations_are_mutual() -> None:
    pairs = {(slug, other) for slug, exercise in PACK["exercises"].items() for other in exercise["variations"]}
    assert pairs == {(other, slug) for slug, other in pairs}
    assert {("bridge", "pelvic-tilt-bridge"), ("locust-pose", "superman")} <= pairs


def test_sources_are_used_and_known() -> None:
    used = {part["source"] for section in ("exercises", "routines") for part in PACK[section].values()}
    used |= {source for section in ("guide", "safety") for part in PACK[section].values() for source in part["sources"]}
    assert used == set(PACK["sources"])


def test_each_guide_page_and_safety_note_names_a_source() -> None:
    assert all(part["sources"] for section in ("guide", "safety") for part in PACK[section].values())


@pytest.mark.parametrize("slug", GUIDE)
def test_guide_page_is_a_real_page(slug: str) -> None:
    body = WORDS["guide"][slug]["body"]
    assert 150 <= len(body.split()) <= 450
    assert body.count("\n## ") + body.startswith("## ") >= 2


def test_texts_fit_their_columns() -> None:
    for path, text in OWN_TEXTS:
        assert len(text) <= LIMITS.get(path.rsplit("/", 1)[1], 10_000), path
    assert max(map(len, WORDS["safety"].values())) <= 300
    assert max(len(source["title"]) for source in WORDS["sources"].values()) <= 200


def test_no_paragraph_is_broken_over_lines_that_an_editor_would_see() -> None:
    blocks = [(path, token) for path, text in OWN_TEXTS for token in MarkdownIt().parse(text.strip())]
    broken = [path for path, block in blocks for part in block.children or () if part.type == "softbreak"]
    assert broken == []


def test_safety_notes_cover_each_kind_and_are_ordered() -> None:
    kinds: dict[str, list[int]] = {}
    for note in PACK["safety"].values():
        kinds.setdefault(note["kind"], []).append(note["order"])
    assert list(kinds) == ["emergency", "urgent", "helps", "avoid"]
    assert all(orders == list(range(1, len(orders) + 1)) for orders in kinds.values())


def test_corrections_are_stated_on_the_pages_that_they_concern() -> None:
    assert "head and tailbone" in WORDS["exercises"]["cat-stretch"]["correction"]
    assert "5–6 minutes" in WORDS["routines"]["prevention"]["correction"]
    assert "CBD" in WORDS["guide"]["treatments"]["correction"]
    for slug in ("lower-back-flexibility", "bridge"):
        assert "our choice" in WORDS["exercises"][slug]["correction"].lower()


def test_prevention_holds_alone_come_to_almost_six_minutes() -> None:
    """As the routine's correction says: the lower end of every dose, a breath as the site's tempo has it."""
    total = 0
    for slug in ROUTINES["prevention"][3]:
        dose = PACK["exercises"][slug]["dose"]
        hold = dose["hold"]["min"] * (timing.BREATH if dose["hold"]["kind"] == "breaths" else 1)
        total += hold * dose["reps"][0] * dose["sets"] * (2 if dose["per_side"] else 1)
    assert 5.5 * 60 <= total < 6 * 60


def test_morning_and_evening_share_is_the_one_that_the_text_gives() -> None:
    first = timing.share(5, 2)
    text = " ".join(WORDS["routines"]["morning-and-evening"]["body"].split())
    assert f"{first} in the morning and {timing.share(5, 1, first)} in the evening" in text


def test_tone_is_calm_and_without_blame() -> None:
    assert [path for path, text in OWN_TEXTS if "!" in text or re.search(BLAME, text, re.IGNORECASE)] == []


def test_internal_links_lead_to_a_page() -> None:
    pages = set(STATIC_PAGES)
    for section in ("exercises", "routines", "guide"):
        pages |= {f"/{section}/{slug}/" for slug in PACK[section]}
    linked = {(path, target) for path, text in OWN_TEXTS for target in re.findall(r"\]\(([^)]*)\)", text)}
    assert {(path, target) for path, target in linked if target not in pages} == set()
    assert linked


def test_emergency_numbers_are_left_to_settings() -> None:
    everything = " ".join(text for _, text in OWN_TEXTS)
    assert not re.search(r"\b(112|911|999|111|000|144)\b", everything)
    assert "your local emergency number" in everything


@pytest.mark.parametrize("slug", ROUTINES)
def test_routine_does_not_count_its_exercises_in_words_that_a_retired_one_would_make_false(slug: str) -> None:
    prose = " ".join(WORDS["routines"][slug][field] for field in ("summary", "body"))
    assert not re.search(rf"\b({NUMBERS})\b (\w+ )?(of the )?exercises|\bother ({NUMBERS})\b", prose, re.I)


def test_guide_names_every_sign_in_the_words_of_the_page_on_getting_help() -> None:
    body = WORDS["guide"]["when-to-see-a-professional"]["body"]
    signs = [slug for slug, note in PACK["safety"].items() if note["kind"] in ("emergency", "urgent")]
    assert [slug for slug in signs if f"- {WORDS['safety'][slug]}\n" not in body] == []
