"""What makes a pack valid, and how a new one meets what editors changed."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exercises import pack, wording
from exercises.models import Dose, Exercise, GuidePage, Phase, Precaution, Routine, SafetyNote, Source
from tests.exercises import packs
from tests.exercises.packs import DROP, FIGURES, NUMBERS, WORDS, bent


def problems(numbers: object = NUMBERS, words: object = WORDS) -> list[tuple[str, str, str]]:
    rows, found = pack.validate(numbers, words, FIGURES)
    assert not (rows and found)
    assert all(wording.problem(problem).startswith(problem.file) for problem in found)  # every code has its sentence
    return [(problem.file, problem.path, problem.code) for problem in found]


def test_valid_pack_becomes_rows_in_the_order_of_their_references() -> None:
    rows = packs.rows()
    assert [(row.kind, *row.key) for row in rows] == [
        ("source", "a"),
        ("source", "b"),
        ("exercise", "bridge"),
        ("dose", "bridge"),
        ("phase", "bridge", "lift"),
        ("phase", "bridge", "hold"),
        ("phase", "bridge", "lower"),
        ("exercise", "cat"),
        ("dose", "cat"),
        ("phase", "cat", "round"),
        ("phase", "cat", "pause"),
        ("routine", "evening"),
        ("step", "evening", "bridge"),
        ("step", "evening", "cat"),
        ("guide", "causes"),
        ("safety", "numbness"),
        ("safety", "walk"),
    ]


def test_rows_carry_the_models_fields() -> None:
    found = {(row.kind, *row.key): row.values for row in packs.rows()}
    assert found["dose", "bridge"] == {
        "sets": 1,
        "reps_min": 5,
        "reps_max": 30,
        "per": "day",
        "hold_kind": "breaths",
        "hold_min": 3,
        "hold_max": 3,
        "per_side": False,
        "times_per_day": None,
        "start": 5,
        "goal": 30,
        "step": 2,
        "progression_reason": "",
    }
    assert found["phase", "bridge", "hold"] == {
        "order": 20,
        "kind": "hold",
        "cue": "Breathe.",
        "seconds": None,
        "breaths": None,
        "applies": "repetition",
        "pose": "lift",
        "retired": False,
    }
    assert found["exercise", "bridge"]["precautions"] == ["pregnancy", "surgery"]
    assert found["guide", "causes"]["sources"] == ["a", "b"]
    assert found["routine", "evening"]["claimed_minutes_max"] == 6


def test_variation_named_on_one_side_is_one_on_both() -> None:
    found = {row.key[0]: row.values["variations"] for row in packs.rows() if row.kind == "exercise"}
    assert found == {"bridge": ["cat"], "cat": ["bridge"]}


BAD_NUMBERS = [
    ("version", 2, "version", "unknown_version"),
    ("version", DROP, "version", "missing"),
    ("extra", 1, "extra", "unknown_key"),
    ("exercises", [], "exercises", "not_mapping"),
    ("sources.a.kind", "blog", "sources.a.kind", "not_option"),
    ("sources.a.kind", DROP, "sources.a.kind", "missing"),
    ("sources.a.published", 2025, "sources.a.published", "not_text"),
    ("exercises.bridge", None, "exercises.bridge", "not_mapping"),
    ("exercises.bridge.order", "1", "exercises.bridge.order", "not_whole"),
    ("exercises.bridge.order", True, "exercises.bridge.order", "not_whole"),
    ("exercises.bridge.order", -1, "exercises.bridge.order", "out_of_range"),
    ("exercises.bridge.order", 40_000, "exercises.bridge.order", "out_of_range"),
    ("exercises.cat.order", 1, "exercises.cat.order", "order_taken"),
    ("exercises.bridge.source", "c", "exercises.bridge.source", "unknown_reference"),
    ("exercises.bridge.source", ["a"], "exercises.bridge.source", "unknown_reference"),
    ("exercises.bridge.figure", "dragon", "exercises.bridge.figure", "unknown_figure"),
    ("exercises.bridge.precautions", "surgery", "exercises.bridge.precautions", "not_list"),
    ("exercises.bridge.precautions", ["gout"], "exercises.bridge.precautions", "unknown_reference"),
    ("exercises.bridge.precautions", ["disc", "disc"], "exercises.bridge.precautions", "duplicate"),
    ("exercises.bridge.opt_in", "no", "exercises.bridge.opt_in", "not_flag"),
    ("exercises.bridge.variations", ["bridge"], "exercises.bridge.variations", "itself"),
    ("exercises.bridge.variations", [["cat"]], "exercises.bridge.variations", "unknown_reference"),
    ("exercises.bridge.dose", DROP, "exercises.bridge.dose", "missing"),
    ("exercises.bridge.dose", 5, "exercises.bridge.dose", "not_mapping"),
    ("exercises.bridge.dose.reps", DROP, "exercises.bridge.dose.reps", "missing"),
    ("exercises.bridge.dose.reps", 5, "exercises.bridge.dose.reps", "not_pair"),
    ("exercises.bridge.dose.reps", [5, 6, 7], "exercises.bridge.dose.reps", "not_pair"),
    ("exercises.bridge.dose.reps", [5, "30"], "exercises.bridge.dose.reps", "not_whole"),
    ("exercises.bridge.dose.reps", [30, 5], "exercises.bridge.dose.reps", "max_below_min"),
    ("exercises.bridge.dose.reps", [0, 5], "exercises.bridge.dose.reps", "out_of_range"),
    ("exercises.bridge.dose.reps", [5, 999], "exercises.bridge.dose.reps", "too_much"),
    ("exercises.bridge.dose.sets", 0, "exercises.bridge.dose.sets", "out_of_range"),
    ("exercises.bridge.dose.sets", 2.5, "exercises.bridge.dose.sets", "not_whole"),
    ("exercises.bridge.dose.sets", 21, "exercises.bridge.dose.sets", "too_much"),
    ("exercises.bridge.dose.per", "week", "exercises.bridge.dose.per", "not_option"),
    ("exercises.bridge.dose.hold", {}, "exercises.bridge.dose.hold.kind", "missing"),
    ("exercises.bridge.dose.hold", 0, "exercises.bridge.dose.hold", "not_mapping"),
    ("exercises.bridge.dose.hold.min", 4, "exercises.bridge.dose.hold", "max_below_min"),
    ("exercises.bridge.dose.hold.min", None, "exercises.bridge.dose.hold.min", "not_whole"),
    ("exercises.bridge.dose.hold.secs", 4, "exercises.bridge.dose.hold.secs", "unknown_key"),
    ("exercises.bridge.dose.progression.goal", 4, "exercises.bridge.dose.progression", "goal_below_start"),
    ("exercises.bridge.dose.progression.goal", 31, "exercises.bridge.dose.progression", "outside_reps"),
    ("exercises.bridge.dose.progression.step", DROP, "exercises.bridge.dose.progression.step", "missing"),
    ("exercises.bridge.dose.times_per_day", 0, "exercises.bridge.dose.times_per_day", "out_of_range"),
    ("exercises.bridge.phases", {}, "exercises.bridge.phases", "not_list"),
    ("exercises.bridge.phases.0.kind", "jump", "exercises.bridge.phases.lift.kind", "not_option"),
    ("exercises.bridge.phases.0.seconds", DROP, "exercises.bridge.phases.lift", "length_missing"),
    ("exercises.bridge.phases.0.seconds", 301, "exercises.bridge.phases.lift.seconds", "out_of_range"),
    ("exercises.bridge.phases.0.breaths", 2, "exercises.bridge.phases.lift", "length_twice"),
    ("exercises.bridge.phases.0.pose", "down", "exercises.bridge.phases.lift.pose", "unknown_pose"),
    ("exercises.bridge.phases.0.applies", "left", "exercises.bridge.phases.lift.applies", "not_option"),
    ("exercises.bridge.phases.0", "lift", "exercises.bridge.phases.1", "not_mapping"),
    ("exercises.bridge.phases.0.cue", "Lift.", "exercises.bridge.phases.1.cue", "unknown_key"),
    ("exercises.bridge.dose.hold", None, "exercises.bridge.phases.hold", "hold_missing"),
    ("routines.evening.times_per_day", 3, "routines.evening.times_per_day", "out_of_range"),
    ("routines.evening.claimed_minutes", [6, 5], "routines.evening.claimed_minutes", "max_below_min"),
    ("routines.evening.exercises", ["bridge", "dog"], "routines.evening.exercises", "unknown_reference"),
    ("routines.evening.exercises", ["cat", "cat"], "routines.evening.exercises", "duplicate"),
    ("routines.evening.exercises", [], "routines.evening.exercises", "empty"),
    ("guide.causes.sources", ["z"], "guide.causes.sources", "unknown_reference"),
    ("safety.numbness.kind", "urgent", "safety", "no_emergency"),
]


@pytest.mark.parametrize(("path", "value", "place", "code"), BAD_NUMBERS)
def test_bad_number_is_named_with_its_place(path: str, value: object, place: str, code: str) -> None:
    assert (pack.NUMBERS, place, code) in problems(bent(path, value))


BAD_WORDS = [
    ("exercises.bridge", DROP, "exercises.bridge", "missing"),
    ("exercises.bridge", "Bridge", "exercises.bridge", "not_mapping"),
    ("exercises.bridge.name", DROP, "exercises.bridge.name", "missing"),
    ("exercises.bridge.name", "", "exercises.bridge.name", "empty"),
    ("exercises.bridge.name", " \n ", "exercises.bridge.name", "empty"),
    ("exercises.bridge.name", 7, "exercises.bridge.name", "not_text"),
    ("exercises.bridge.name", "x" * 81, "exercises.bridge.name", "too_long"),
    ("exercises.bridge.colour", "red", "exercises.bridge.colour", "unknown_key"),
    ("exercises.bridge.phases", [], "exercises.bridge.phases", "not_mapping"),
    ("exercises.bridge.phases.lift", DROP, "exercises.bridge.phases.lift", "missing"),
    ("exercises.bridge.phases.jump", "Jump.", "exercises.bridge.phases.jump", "unknown_key"),
    ("exercises.dog", {}, "exercises.dog", "unknown_key"),
    ("guide.causes.body", DROP, "guide.causes.body", "missing"),
    ("safety.numbness", {"text": "x"}, "safety.numbness", "not_text"),
    ("safety.walk", "x" * 301, "safety.walk", "too_long"),
]


@pytest.mark.parametrize(("path", "value", "place", "code"), BAD_WORDS)
def test_bad_word_is_named_with_its_place(path: str, value: object, place: str, code: str) -> None:
    assert (pack.WORDS, place, code) in problems(words=bent(path, value, WORDS))


def test_every_problem_is_found_at_once() -> None:
    bad = bent("exercises.cat.dose.reps", [5, 3], bent("sources.a.kind", "blog"))
    assert problems(bad, bent("guide.causes.title", "", WORDS)) == [
        (pack.NUMBERS, "sources.a.kind", "not_option"),
        (pack.NUMBERS, "exercises.cat.dose.reps", "max_below_min"),
        (pack.WORDS, "guide.causes.title", "empty"),
    ]


def test_phase_named_twice_is_refused() -> None:
    twice = bent("exercises.bridge.phases.2.key", "lift")
    assert (pack.NUMBERS, "exercises.bridge.phases.lift", "duplicate") in problems(twice)


@pytest.mark.parametrize("slug", ["Bridge", "two words", "", "ä", "-a", "x" * 51, "a_b"])
def test_bad_slug_is_refused(slug: str) -> None:
    data = bent("guide", {slug: {"order": 1}})
    assert (pack.NUMBERS, f"guide.{slug}".strip("."), "not_slug") in problems(data)


@pytest.mark.parametrize("value", [None, [], "text", 3, {}, {1: 2}, {"version": 1}, {"exercises": {3: {}}}])
def test_anything_for_a_file_is_refused_without_a_traceback(value: object) -> None:
    assert problems(value)
    assert problems(NUMBERS, value)
    assert problems(value, value)


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5) | st.integers(), inner, max_size=3),
    max_leaves=8,
)


def places(data: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(data, dict):
        return [found for key in data for found in [(*path, key), *places(data[key], (*path, key))]]
    if isinstance(data, list):
        return [found for key, item in enumerate(data) for found in [(*path, key), *places(item, (*path, key))]]
    return []


@given(st.sampled_from(places(NUMBERS)), junk)
def test_junk_in_any_place_never_raises(place: tuple[Any, ...], value: object) -> None:
    data = deepcopy(NUMBERS)
    target: Any = data
    for name in place[:-1]:
        target = target[name]
    target[place[-1]] = value
    rows, found = pack.validate(data, WORDS, FIGURES)
    assert bool(rows) != bool(found)


def test_limits_and_choices_are_the_models_own() -> None:
    models = {"source": Source, "exercise": Exercise, "phase": Phase, "routine": Routine, "guide": GuidePage}
    for kind, model in {**models, "safety": SafetyNote}.items():
        for name, longest in pack.TEXTS[kind].items():
            length = getattr(model._meta.get_field(name), "max_length", None)
            assert (length or pack.LONGEST) == longest, (kind, name)
    assert list(pack.PRECAUTIONS) == Precaution.values
    assert list(pack.SOURCE_KINDS) == Source.Kind.values
    assert list(pack.PHASE_KINDS) == Phase.Kind.values
    assert list(pack.APPLIES) == Phase.Applies.values
    assert list(pack.PER) == Dose.Per.values
    assert list(pack.HOLD_KINDS) == Dose.HoldKind.values
    assert list(pack.SAFETY_KINDS) == SafetyNote.Kind.values


def test_untouched_field_takes_the_new_value() -> None:
    assert pack.merge({"a": 1}, {"a": 1}, {"a": 2}) == pack.Merged({"a": 2})


def test_touched_field_stays_and_is_a_conflict_when_the_pack_changed_too() -> None:
    assert pack.merge({"a": 1}, {"a": 5}, {"a": 1}) == pack.Merged({}, ("a",))
    assert pack.merge({"a": 1}, {"a": 5}, {"a": 2}) == pack.Merged({}, ("a",), ("a",))


def test_change_that_both_made_is_no_conflict() -> None:
    assert pack.merge({"a": 1}, {"a": 2}, {"a": 2}) == pack.Merged({})


def test_field_that_no_pack_gave_before_stays_as_the_editor_has_it() -> None:
    assert pack.merge({}, {"a": "mine"}, {"a": "theirs"}) == pack.Merged({}, ("a",), ("a",))


states = st.fixed_dictionaries({name: st.integers(0, 2) for name in "abcd"})


@given(states, states, states)
def test_merge_decides_each_field_by_whether_an_editor_touched_it(
    base: dict[str, int], ours: dict[str, int], theirs: dict[str, int]
) -> None:
    after = ours | pack.merge(base, ours, theirs).changes
    for name in ours:
        assert after[name] == (theirs[name] if ours[name] == base[name] else ours[name])


@given(states, states, states)
def test_merging_twice_is_merging_once(base: dict[str, int], ours: dict[str, int], theirs: dict[str, int]) -> None:
    once = pack.merge(base, ours, theirs)
    twice = pack.merge(theirs, ours | once.changes, theirs)
    assert twice == pack.Merged({}, once.kept)


links = st.sets(st.sampled_from([("a", "b"), ("b", "a"), ("a", "c"), ("c", "a")]))


@given(links, links, links)
def test_links_follow_the_pack_where_it_changed_and_the_editor_elsewhere(
    base: set[pack.Link], ours: set[pack.Link], theirs: set[pack.Link]
) -> None:
    after = pack.merge_links(base, ours, theirs)
    for link in base | ours | theirs:
        pack_changed = (link in base) != (link in theirs)
        assert (link in after) == (link in (theirs if pack_changed else ours))
    assert pack.merge_links(theirs, after, theirs) == after
