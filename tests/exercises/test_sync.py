"""A pack in the database: written once, field by field, and never over an editor's change."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection, connections

from exercises import sync
from exercises.models import Dose, Exercise, GuidePage, Phase, Revision, Routine, RoutineStep, SafetyNote, Source
from tests.exercises import packs
from tests.exercises.factories import ExerciseFactory, PhaseFactory, SourceFactory
from tests.exercises.packs import DROP, NUMBERS, WORDS, bent
from tests.support.databases import database, url
from tests.support.servers import environment

pytestmark = pytest.mark.django_db
CONTENT = (Source, Exercise, Dose, Phase, Routine, RoutineStep, GuidePage, SafetyNote)


def load(numbers: dict[str, Any] = NUMBERS, words: dict[str, Any] = WORDS) -> sync.Report:
    return sync.load(packs.rows(numbers, words))


def without_cat(
    numbers: dict[str, Any] = NUMBERS, words: dict[str, Any] = WORDS
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a pack without the exercise that is another's variation and a routine's second step."""
    numbers = bent("exercises.bridge.variations", [], bent("exercises.cat", DROP, numbers))
    return bent("routines.evening.exercises", ["bridge"], numbers), bent("exercises.cat", DROP, words)


def bridge() -> Exercise:
    return Exercise.objects.get(slug="bridge")


def state() -> dict[str, Any]:
    """Return everything that a load could write."""
    tables = {model.__name__: list(model._default_manager.order_by("pk").values()) for model in CONTENT}
    histories = {model.__name__: model.history.count() for model in CONTENT}
    links = [list(item.variations.values_list("pk")) for item in Exercise.objects.order_by("pk")]
    return {"tables": tables, "histories": histories, "links": links, "revision": Revision.current()}


def names(entries: list[sync.Entry]) -> list[str]:
    return [str(entry) for entry in entries]


def test_first_load_creates_everything() -> None:
    report = load()
    assert len(report.created) == 17
    assert bridge().source.slug == "a"
    assert bridge().dose.goal == 30
    assert [phase.slug for phase in bridge().phases.all()] == ["lift", "hold", "lower"]
    assert [other.slug for other in bridge().variations.all()] == ["cat"]
    routine = Routine.objects.get()
    assert [step.exercise.slug for step in routine.steps.all()] == ["bridge", "cat"]
    assert [source.slug for source in GuidePage.objects.get().sources.all()] == ["a", "b"]
    assert bridge().seconds() == 5 * (3 + 3 * 5 + 4)


def test_second_load_writes_nothing() -> None:
    load()
    before = state()
    report = load()
    assert not report.changed
    assert state() == before


def test_second_load_costs_few_queries(django_assert_max_num_queries: Any) -> None:
    load()
    with django_assert_max_num_queries(16):
        load()


def test_new_figures_come_in_where_nobody_edited() -> None:
    load()
    report = load(bent("exercises.cat.dose.reps", [4, 6]), bent("exercises.cat.name", "Cat stretch", WORDS))
    assert names(report.updated) == ["exercise cat (name)", "dose cat (reps_min, reps_max)"]
    cat = Exercise.objects.get(slug="cat")
    assert (cat.name, cat.dose.reps_min, cat.dose.pack["reps_min"]) == ("Cat stretch", 4, 4)


def test_every_change_raises_the_revision_and_leaves_history() -> None:
    load()
    before = Revision.current()
    load(words=bent("guide.causes.title", "What causes it", WORDS))
    assert Revision.current() > before
    latest = GuidePage.objects.get().history.first()
    assert (latest.title, latest.history_change_reason) == ("What causes it", sync.REASON)


def test_editors_field_stays_and_the_others_follow_the_pack() -> None:
    load()
    Exercise.objects.filter(slug="bridge").update(name="My bridge")
    words = bent("exercises.bridge.name", "Their bridge", bent("exercises.bridge.summary", "New.", WORDS))
    report = load(words=words)
    assert (bridge().name, bridge().summary) == ("My bridge", "New.")
    assert names(report.kept) == names(report.conflicts) == ["exercise bridge (name)"]
    assert bridge().pack["name"] == "Their bridge"


def test_kept_field_stays_in_every_later_load_without_a_write() -> None:
    load()
    Exercise.objects.filter(slug="bridge").update(name="My bridge")
    words = bent("exercises.bridge.name", "Their bridge", WORDS)
    load(words=words)
    before = state()
    report = load(words=words)
    assert names(report.kept) == ["exercise bridge (name)"]
    assert not report.conflicts
    assert state() == before


def test_editors_sources_and_links_stay() -> None:
    load()
    GuidePage.objects.get().sources.set([Source.objects.get(slug="b")])
    bridge().variations.clear()
    report = load(bent("guide.causes.sources", ["a"]))
    assert [source.slug for source in GuidePage.objects.get().sources.all()] == ["b"]
    assert not bridge().variations.exists()
    assert names(report.kept) == [
        "guide causes (sources)",
        "exercise bridge (variations)",
        "exercise cat (variations)",
    ]


def test_new_sources_and_links_come_in() -> None:
    load(bent("exercises.bridge.variations", []))
    assert not bridge().variations.exists()
    load(bent("guide.causes.sources", ["b"]))
    assert [source.slug for source in GuidePage.objects.get().sources.all()] == ["b"]
    assert [other.slug for other in bridge().variations.all()] == ["cat"]
    assert [link.to_exercise.slug for link in bridge().history.first().variations.all()] == ["cat"]


def test_editors_own_link_survives_a_pack_that_changes_others() -> None:
    load(bent("exercises.bridge.variations", []))
    own = ExerciseFactory(slug="own")
    bridge().variations.add(own)
    load()
    assert {other.slug for other in bridge().variations.all()} == {"own", "cat"}


def test_dropped_rows_are_retired_and_never_deleted() -> None:
    load()
    counts = {model: model._default_manager.count() for model in CONTENT}
    report = sync.load(packs.rows(*without_cat()))
    assert names(report.retired) == ["exercise cat", "step evening/cat"]
    assert {model: model._default_manager.count() for model in CONTENT} == counts
    cat = Exercise.objects.get(slug="cat")
    assert cat.retired
    assert not cat.phases.filter(retired=True).exists()
    assert not bridge().variations.exists()
    assert not sync.load(packs.rows(*without_cat())).changed


def test_dropped_row_that_comes_back_is_shown_again() -> None:
    load()
    sync.load(packs.rows(*without_cat()))
    report = load()
    assert names(report.unretired) == ["exercise cat", "step evening/cat"]
    assert [other.slug for other in bridge().variations.all()] == ["cat"]


def test_editors_retirement_survives_a_load_and_so_does_a_revival() -> None:
    load()
    Exercise.objects.filter(slug="bridge").update(retired=True)
    load()
    assert bridge().retired
    sync.load(packs.rows(*without_cat()))
    Exercise.objects.filter(slug="cat").update(retired=False)
    sync.load(packs.rows(*without_cat()))
    assert not Exercise.objects.get(slug="cat").retired


def test_dropped_phase_is_retired_and_a_new_one_comes_in() -> None:
    load()
    numbers = bent("exercises.cat.phases.1.key", "sag")
    words = bent("exercises.cat.phases", {"round": "Round.", "sag": "Sag."}, WORDS)
    report = load(numbers, words)
    assert names(report.retired) == ["phase cat/pause"]
    assert names(report.created) == ["phase cat/sag"]
    assert [phase.slug for phase in Exercise.objects.get(slug="cat").shown_phases()] == ["round", "sag"]


def test_editors_rows_are_left_alone() -> None:
    load()
    own = ExerciseFactory(slug="own")
    phase = PhaseFactory(exercise=bridge(), slug="own")
    assert not load().changed
    own.refresh_from_db()
    phase.refresh_from_db()
    assert not own.retired
    assert not phase.retired


def test_pack_takes_up_an_editors_row_of_the_same_key_and_keeps_its_words() -> None:
    SourceFactory(slug="a", title="My title", kind="study")
    report = load()
    source = Source.objects.get(slug="a")
    assert (source.title, source.kind, source.pack["title"]) == ("My title", "study", "Article A")
    assert "source a (kind, title)" in names(report.kept)


def test_field_that_earlier_packs_did_not_know_takes_the_packs_value() -> None:
    load()
    remembered = bridge().pack
    del remembered["opt_in"]
    Exercise.objects.filter(slug="bridge").update(pack=remembered)
    load(bent("exercises.bridge.opt_in", True))
    assert bridge().opt_in


def test_dose_that_would_not_fit_together_stays_the_editors() -> None:
    load()
    Dose.objects.filter(exercise__slug="cat").update(reps_min=4)
    report = load(bent("exercises.cat.dose.reps", [2, 3]))
    dose = Dose.objects.get(exercise__slug="cat")
    assert (dose.reps_min, dose.reps_max) == (4, 5)
    assert names(report.conflicts) == ["dose cat (reps_min, reps_max)"]
    assert not load(bent("exercises.cat.dose.reps", [2, 3])).changed


def test_phase_that_would_not_fit_the_editors_dose_comes_in_retired() -> None:
    load()
    Phase.objects.filter(slug="hold").update(seconds=10)
    Dose.objects.filter(exercise__slug="bridge").update(hold_kind="", hold_min=None, hold_max=None)
    phases = [*NUMBERS["exercises"]["bridge"]["phases"], {"key": "again", "kind": "hold"}]
    load(bent("exercises.bridge.phases", phases), bent("exercises.bridge.phases.again", "Hold again.", WORDS))
    assert Phase.objects.get(slug="again").retired
    assert bridge().seconds() == 5 * (3 + 10 + 4)


def test_claim_that_would_not_fit_together_stays_the_editors() -> None:
    load()
    Routine.objects.update(claimed_minutes_max=7)
    load(bent("routines.evening.claimed_minutes", [8, 9]))
    routine = Routine.objects.get()
    assert (routine.claimed_minutes_min, routine.claimed_minutes_max) == (5, 7)


def test_last_sign_of_an_emergency_stays_though_the_pack_drops_it() -> None:
    load()
    numbers = bent("safety.lost", {"kind": "emergency", "order": 3})
    words = bent("safety.lost", "You lose control.", WORDS)
    load(numbers, words)
    SafetyNote.objects.filter(slug="lost").update(retired=True)
    load(bent("safety.numbness", DROP, numbers), bent("safety.numbness", DROP, words))
    assert list(SafetyNote.objects.shown().filter(kind="emergency").values_list("slug", flat=True)) == ["numbness"]


def test_last_urgent_sign_stays_though_the_pack_drops_it() -> None:
    load(bent("safety.fever", {"kind": "urgent", "order": 1}), bent("safety.fever", "A fever.", WORDS))
    load()
    assert SafetyNote.objects.shown().get(kind="urgent").slug == "fever"


def test_check_reports_and_writes_nothing() -> None:
    load()
    before = state()
    report = sync.load(packs.rows(words=bent("guide.causes.title", "New", WORDS)), dry=True)
    assert names(report.updated) == ["guide causes (title)"]
    assert state() == before


def load_in_threads(count: int) -> None:
    rows, barrier, failures = packs.rows(), Barrier(count, timeout=20), []

    def run() -> None:
        try:
            barrier.wait()
            sync.load(rows)
        except Exception as error:  # noqa: BLE001 - told to the test, which runs in another thread
            failures.append(error)
        finally:
            connections.close_all()

    threads = [Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failures == []
    assert Exercise.objects.count() == 2
    assert Source.history.count() == 2


def load_in_processes(count: int, folder: Path) -> None:
    """SQLite's database in memory locks tables as no file does, so a file and real processes are what to try."""
    with database(folder, template=connection) as own:
        with closing(sqlite3.connect(own.settings_dict["NAME"])) as file:
            file.execute("PRAGMA journal_mode=WAL")  # as a site's is, before the loads begin
        env = environment(folder, DATABASE_URL=url(own))
        running = [
            subprocess.Popen([sys.executable, "manage.py", "load_content"], env=env, stdout=subprocess.PIPE, text=True)
            for _ in range(count)
        ]
        said = sorted(process.communicate(timeout=60)[0].splitlines()[0].split(":")[0] for process in running)
    assert [process.returncode for process in running] == [0] * count
    assert said == ["Created", *["The content is as the pack gives it."] * (count - 1)]


@pytest.mark.django_db(transaction=True)
def test_loads_at_once_write_each_row_once(tmp_path: Path) -> None:
    if connection.vendor == "postgresql":
        load_in_threads(4)
    else:
        load_in_processes(2, tmp_path)


def files(folder: Path, numbers: str, words: str = "{}") -> Path:
    (folder / "pack.yaml").write_text(numbers)
    (folder / "en.yaml").write_text(words)
    return folder


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a: [", "not_yaml"),
        ("a: 1\na: 2", "duplicate_key"),
        ("a: {b: {c: 1, c: 2}}", "duplicate_key"),
        ("a: \x00", "not_yaml"),
        ("- " * 200, "not_mapping"),
        ("a: 2025-13-45", "not_yaml"),
        ("a: !!python/object:os.system {}", "not_yaml"),
        ("&a [*a]", "not_mapping"),
        ("", "not_mapping"),
    ],
)
def test_bad_file_is_a_problem_and_no_traceback(tmp_path: Path, text: str, code: str) -> None:
    rows, problems = sync.read(files(tmp_path, text))
    assert rows == []
    assert code in [problem.code for problem in problems]


def test_key_that_stands_twice_is_named_with_its_line(tmp_path: Path) -> None:
    _, (problem,) = sync.read(files(tmp_path, "version: 1\nguide: {}\nguide: {}\n"))
    assert (problem.file, problem.path, problem.detail) == ("pack.yaml", "guide", "3")


def test_missing_files_are_named(tmp_path: Path) -> None:
    _, problems = sync.read(tmp_path / "nowhere")
    assert [(problem.file, problem.code) for problem in problems] == [
        ("pack.yaml", "not_found"),
        ("en.yaml", "not_found"),
    ]


def test_shipped_pack_is_valid_and_loads_once() -> None:
    rows, problems = sync.read()
    assert problems == []
    sync.load(rows)
    before = state()
    assert not sync.load(rows).changed
    assert state() == before
    assert (Exercise.objects.count(), Routine.objects.count(), GuidePage.objects.count()) == (11, 2, 8)
    assert Exercise.objects.doable().count() == 11
    for exercise in Exercise.objects.all():
        assert exercise.seconds() > 0
        exercise.full_clean()
        exercise.dose.full_clean()
        for phase in exercise.phases.all():
            phase.full_clean()
