"""Backup and restore on the database that the suite runs on, with databases of their own."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.core.management.base import OutputWrapper
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from pytest_django import Settings
from pytest_django.plugin import DjangoDbBlocker

from backcare import archive, backup, dumps
from backcare.archive import BackupError
from backcare.management.reports import Progress
from dev import ROOT
from exercises.models import Routine, Source
from tests.support.databases import contents, database, url
from tests.support.servers import environment, wait_for
from tracking.models import Session

pytestmark = pytest.mark.django_db
WRITERS = 3
WRITER = """
import datetime, os, sys, uuid
os.environ["DJANGO_SETTINGS_MODULE"] = "backcare.settings"
import django
django.setup()
from django.contrib.auth.models import User
from exercises.models import Routine, Source
from tracking.models import Session
owner = User.objects.create_user(sys.argv[1])
routine = Routine.objects.all()[0]
with open(sys.argv[2], "a", buffering=1) as ledger:
    for number in range(100_000):
        date = datetime.date(1990, 1, 1) + datetime.timedelta(days=number)
        key = uuid.uuid4()
        Session.objects.create(owner=owner, key=key, routine=routine, date=date, period="am", zone="UTC", note="x" * 99)
        ledger.write(f"{key}\\n")
"""


def quiet(done: int) -> None:
    """Say nothing."""


@pytest.fixture
def _django_db_helper(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """What the mark stands for, in the place of a transaction around each test on the suite's own database alone."""
    with django_db_blocker.unblock():
        yield


@pytest.fixture
def own(db: None, tmp_path: Path) -> Iterator[BaseDatabaseWrapper]:
    """A database with every table and a person."""
    with database(tmp_path, template=connection) as found:
        User.objects.using(found.alias).create(username="alice")
        yield found


@pytest.fixture
def empty(db: None, tmp_path: Path) -> Iterator[BaseDatabaseWrapper]:
    with database(tmp_path) as found:
        yield found


@pytest.fixture
def kept(own: BaseDatabaseWrapper, tmp_path: Path) -> Path:
    """An archive of ``own``."""
    backup.back_up(own, tmp_path / "kept.tar", quiet)
    return tmp_path / "kept.tar"


def restore(own: BaseDatabaseWrapper, path: Path, *, replace: bool = False) -> archive.Manifest:
    return backup.restore(own, path, quiet, replace=replace, folder=path.parent)


def test_a_restored_database_equals_the_one_backed_up(
    own: BaseDatabaseWrapper, kept: Path, empty: BaseDatabaseWrapper
) -> None:
    manifest = restore(empty, kept)
    assert manifest == archive.verify(kept, quiet)
    assert contents(empty) == contents(own)
    assert manifest.rows["auth_user"] == 1
    file = Path(str(empty.settings_dict["NAME"]))
    assert empty.vendor == "postgresql" or file.stat().st_mode & 0o077 == 0, "nobody else's to read"
    assert User.objects.using(empty.alias).create(username="bob").pk > User.objects.using(own.alias).get().pk


@contextmanager
def writing(own: BaseDatabaseWrapper, folder: Path) -> Iterator[list[Path]]:
    """Yield the ledgers of processes that write sessions, and a line after each that was acknowledged."""
    ledgers = [folder / f"ledger-{number}" for number in range(WRITERS)]
    env = environment(folder, DATABASE_URL=url(own))
    with ExitStack() as stack:
        for ledger in ledgers:
            command = [sys.executable, "-c", WRITER, ledger.name, str(ledger)]
            process = stack.enter_context(subprocess.Popen(command, cwd=ROOT, env=env))
            stack.callback(process.kill)
        wait_for(lambda: all(len(keys(ledger)) > 20 for ledger in ledgers), 60)
        yield ledgers


def keys(ledger: Path) -> set[str]:
    return set(ledger.read_text().split()) if ledger.exists() else set()


def test_a_backup_under_load_holds_all_that_was_acknowledged_before(
    own: BaseDatabaseWrapper, empty: BaseDatabaseWrapper, tmp_path: Path
) -> None:
    backed = tmp_path / "load.tar"
    [source] = Source.objects.using(own.alias).bulk_create([Source(slug="an-article")])
    Routine.objects.using(own.alias).bulk_create([Routine(slug="mornings", source=source)])
    with writing(own, tmp_path) as ledgers:
        before = set().union(*map(keys, ledgers))
        backup.back_up(own, backed, quiet)
        wait_for(lambda: len(set().union(*map(keys, ledgers))) > len(before), 60)  # they write on
    manifest = restore(empty, backed)
    found = {str(key) for key in Session.objects.using(empty.alias).values_list("key", flat=True)}
    assert before - found == set()
    assert len(found) == manifest.rows["tracking_session"]


def test_a_database_that_is_not_empty_is_replaced_only_when_told(own: BaseDatabaseWrapper, kept: Path) -> None:
    User.objects.using(own.alias).create(username="bob")
    with own.cursor() as cursor:
        cursor.execute("CREATE TABLE of_a_newer_version (id integer)")
    before = contents(own)
    with pytest.raises(BackupError, match="not empty"):
        restore(own, kept)
    assert contents(own) == before
    restore(own, kept, replace=True)
    after = contents(own)
    assert [name for _, name in User.objects.using(own.alias).values_list("pk", "username")] == ["alice"]
    assert set(before) - set(after) == {"of_a_newer_version"}


def test_a_restore_that_fails_leaves_everything_as_it_was(own: BaseDatabaseWrapper, kept: Path, tmp_path: Path) -> None:
    User.objects.using(own.alias).create(username="bob")
    before = contents(own)
    dump = tmp_path / "dump"
    manifest = archive.extract(kept, dump, quiet)
    wrong = archive.Manifest(**(vars(manifest) | {"rows": manifest.rows | {"auth_user": 7}}))
    with pytest.raises(BackupError, match="manifest"):
        dumps.load(own, dump, wrong, quiet)
    assert contents(own) == before


def test_a_restore_that_is_stopped_half_way_leaves_everything_as_it_was(
    own: BaseDatabaseWrapper, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dumps, "PAGES", 10)
    monkeypatch.setattr(dumps, "CHUNK", 10_000)
    User.objects.using(own.alias).create(username="bob")
    before = contents(own)
    manifest = archive.verify(kept, quiet)

    def stopped(done: int) -> None:
        raise RuntimeError

    dump = kept.with_name("dump")
    archive.extract(kept, dump, quiet)
    with pytest.raises(RuntimeError):
        dumps.load(own, dump, manifest, stopped)
    assert contents(own) == before


def test_a_dump_that_is_damaged_leaves_everything_as_it_was(own: BaseDatabaseWrapper, kept: Path) -> None:
    dump = kept.with_name("dump")
    manifest = archive.extract(kept, dump, quiet)
    data = dump.read_bytes()
    dump.write_bytes(data[: len(data) * 3 // 4])
    before = contents(own)
    with pytest.raises(BackupError):
        dumps.load(own, dump, manifest, quiet)
    assert contents(own) == before


def test_an_archive_of_another_kind_of_database_is_refused(empty: BaseDatabaseWrapper, tmp_path: Path) -> None:
    other = "postgresql" if empty.vendor == "sqlite" else "sqlite"
    manifest = archive.Manifest("0.1.0", other, "1", "2026-11-21T12:00:00+00:00", [], {})
    (tmp_path / "dump").write_bytes(b"whatever")
    archive.write(tmp_path / "other.tar", manifest, tmp_path / "dump", quiet)
    with pytest.raises(BackupError, match=f"holds {other}"):
        restore(empty, tmp_path / "other.tar")


def test_an_archive_of_a_newer_backcare_is_refused(
    kept: Path, empty: BaseDatabaseWrapper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        backup, "known", lambda: set(archive.verify(kept, quiet).migrations) - {"tracking.0001_initial"}
    )
    with pytest.raises(BackupError, match=r"newer BackCare .*tracking\.0001_initial"):
        restore(empty, kept)
    assert dumps.tables(empty) == []


def test_the_programs_of_another_version_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Server:
        def get_database_version(self) -> tuple[int, int]:
            return (99, 1)

    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BackupError, match="PostgreSQL 99 and needs pg_dump of version 99; it is not here"):
        dumps.program("pg_dump", Server())  # type: ignore[arg-type]
    (tmp_path / "pg_dump").write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 12.4'\n")
    (tmp_path / "pg_dump").chmod(0o755)
    with pytest.raises(
        BackupError, match=r"only that of version 12 is here\. On Debian: apt install postgresql-client-99"
    ):
        dumps.program("pg_dump", Server())  # type: ignore[arg-type]


def test_an_archive_is_never_written_over(own: BaseDatabaseWrapper, kept: Path) -> None:
    with pytest.raises(BackupError, match="is there already"):
        backup.back_up(own, kept, quiet)


def test_nothing_but_the_archive_is_left(kept: Path) -> None:
    own = ("sqlite3", "sqlite3-shm", "sqlite3-wal")
    assert [one.name for one in kept.parent.iterdir() if not one.name.endswith(own)] == ["kept.tar"]


@pytest.fixture
def commanded(own: BaseDatabaseWrapper, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The commands work on ``own``, with their data in the folder that this returns."""
    settings.DATA_DIR = tmp_path
    for name in ("backup", "restore"):
        monkeypatch.setattr(f"backcare.management.commands.{name}.connection", own)
    return tmp_path


def test_the_commands_say_what_they_did_and_how_fast(commanded: Path) -> None:
    said = StringIO()
    call_command("backup", verify=True, stdout=said)
    [made] = (commanded / "backups").iterdir()
    call_command("restore", made, verify=True, stdout=said)
    call_command("restore", made, replace=True, stdout=said)
    lines = said.getvalue().splitlines()
    assert [line.split()[0] for line in lines[0:8:2]] == ["Backed", "Verified", "Verified", "Restored"]
    assert all("MB/s" in line for line in lines[1:8:2])
    assert "backcare.prepare" in lines[8]


def test_the_commands_refuse_in_a_sentence(commanded: Path) -> None:
    call_command("backup", commanded / "one.tar", stdout=StringIO())
    with pytest.raises(CommandError, match=r"Nothing was restored\. The database is not empty"):
        call_command("restore", commanded / "one.tar")
    with pytest.raises(CommandError, match=r"No backup was made\. .* is there already"):
        call_command("backup", commanded / "one.tar")
    (commanded / "two.tar").write_bytes(b"no archive")
    with pytest.raises(CommandError, match="damaged or cut off"):
        call_command("restore", commanded / "two.tar", verify=True)


def test_progress_is_shown_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    said = {True: "", False: ""}
    for terminal in said:
        out = StringIO()
        monkeypatch.setattr(out, "isatty", lambda terminal=terminal: terminal)
        progress = Progress(OutputWrapper(out))
        progress.said = time.monotonic() - 1
        progress(12_300_000)
        said[terminal] = out.getvalue()
    assert said == {True: "\r12.3 MB …", False: ""}


@pytest.mark.suite_database
def test_the_suites_database_is_one_that_can_be_backed_up() -> None:
    assert connection.vendor in archive.DUMPS
