"""The command is a shell: it says what happened, and leaves with 1 when nothing could."""

import re
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.core.management import CommandError, call_command
from django.db import OperationalError, transaction

from exercises import sync
from exercises.models import Exercise, GuidePage
from tests.exercises.packs import DROP, NUMBERS, WORDS, bent
from tests.support import content

pytestmark = pytest.mark.django_db
SPEED = re.compile(r"\d+ rows in \d+\.\d s \(\d+ rows/s\)\.\n")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path)


def write(folder: Path, numbers: object = NUMBERS, words: object = WORDS) -> Path:
    (folder / "pack.yaml").write_text(yaml.safe_dump(numbers, sort_keys=False))
    (folder / "en.yaml").write_text(yaml.safe_dump(words, sort_keys=False))
    return folder


def run(folder: Path, *options: str) -> str:
    """Return what a load says, without its last line, which tells the speed."""
    out = StringIO()
    call_command("load_content", "--pack", str(folder), *options, stdout=out)
    return "".join(line for line in out.getvalue().splitlines(keepends=True) if not SPEED.fullmatch(line))


def test_load_says_how_fast_it_was(folder: Path) -> None:
    out = StringIO()
    call_command("load_content", "--pack", str(folder), stdout=out)
    assert SPEED.fullmatch(out.getvalue().splitlines(keepends=True)[-1])


def test_load_says_what_it_did_in_a_line(folder: Path) -> None:
    assert run(folder) == "Created: 17 rows.\n"
    assert run(folder) == "The content is as the pack gives it.\n"


def test_load_names_what_changed_and_what_editors_keep(folder: Path) -> None:
    run(folder)
    GuidePage.objects.update(summary="Mine.")
    write(folder, NUMBERS, bent("guide.causes.title", "New", bent("guide.causes.summary", "Theirs.", WORDS)))
    assert run(folder).splitlines() == [
        "Updated: guide causes (title).",
        "Kept as editors have it: guide causes (summary).",
        "Kept, though the pack has changed it too: guide causes (summary).",
    ]
    assert run(folder).splitlines() == ["No change.", "Kept as editors have it: guide causes (summary)."]


def test_check_shows_what_would_change_and_writes_nothing(folder: Path) -> None:
    assert run(folder, "--check") == "Would create: 17 rows.\n"
    assert not Exercise.objects.exists()
    assert not Group.objects.exists()


def test_quiet_load_says_nothing(folder: Path) -> None:
    assert run(folder, "-v0") == ""


@pytest.mark.parametrize("options", [(), ("--check",)])
def test_bad_pack_is_refused_with_every_problem_and_nothing_is_written(folder: Path, options: tuple[str, ...]) -> None:
    bad = bent("exercises.cat.dose.reps", [5, 3], bent("exercises.bridge.source", "z"))
    write(folder, bad, bent("exercises.bridge.name", DROP, WORDS))
    with pytest.raises(CommandError) as caught:
        run(folder, *options)
    assert str(caught.value).splitlines() == [
        "pack.yaml: exercises.bridge.source: Refers to z, which the pack does not have.",
        "pack.yaml: exercises.cat.dose.reps: The larger number must not be below the smaller one.",
        "en.yaml: exercises.bridge.name: Needed here.",
        "3 problems in the pack.",
    ]
    assert caught.value.returncode == 1
    assert not Exercise.objects.exists()


def test_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"pack\.yaml: There is no such file"):
        run(tmp_path / "nowhere")


def test_database_that_is_not_ready_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any, **kwargs: Any) -> sync.Report:
        raise OperationalError("no such table: exercises_revision")

    monkeypatch.setattr(sync, "load", fail)
    with pytest.raises(CommandError, match=r"manage\.py migrate"):
        run(folder)


def test_load_makes_a_group_that_may_edit_content_and_read_its_history(folder: Path) -> None:
    run(folder)
    run(folder)
    given = set(Group.objects.get(name="Editors").permissions.values_list("content_type__app_label", "codename"))
    assert {"exercises"} == {app for app, _ in given}
    codes = {code for _, code in given}
    assert {"add_exercise", "change_dose", "view_phase", "delete_routinestep", "view_historicalexercise"} <= codes
    assert not codes & {"change_historicalexercise", "delete_historicaldose", "change_revision"}


def test_load_leaves_what_the_operator_added_to_the_group(folder: Path) -> None:
    run(folder)
    extra = Permission.objects.get(codename="view_user")
    Group.objects.get(name="Editors").permissions.add(extra)
    run(folder)
    assert extra in Group.objects.get(name="Editors").permissions.all()


def test_the_content_that_tests_share_is_as_a_load_writes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "loaded", [])
    found = []
    for _ in ("loaded", "as that load wrote it"):
        with transaction.atomic():
            content.load_shipped()
            ours = apps.get_app_config("exercises").get_models(include_auto_created=True)
            rows = {str(one._meta): sorted(map(repr, one._default_manager.values())) for one in ours}
            # PostgreSQL gives a number once, even if it is rolled back: of the editors' group, only how much there is.
            found.append((rows, [one._default_manager.count() for one in apps.get_models(include_auto_created=True)]))
            transaction.set_rollback(True)
    assert found[0] == found[1]
    assert found[0][0]["exercises.exercise"]
