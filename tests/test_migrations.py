"""Migrations of our own apps: safe for a site that runs, and forward, back and forward again without a loss."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.migrations import AddConstraint, AddField, AlterField, CreateModel, Migration
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.db.models import NOT_PROVIDED, AutoField, IntegerField, TextField, UniqueConstraint
from django_migration_linter import MigrationLinter
from pytest_django.plugin import DjangoDbBlocker

from dev import ROOT
from tests.support.databases import Contents, contents, database, url
from tests.support.servers import environment

OURS = ("backcare", "exercises", "tracking")
# SQLite makes a table anew for most changes, which the linter reads as columns and constraints that are new. On
# SQLite and PostgreSQL alike, ``dangers`` finds these from the operations themselves.
MISREAD = {"sqlite": ("NOT_NULL", "ADD_UNIQUE"), "postgresql": ()}
# The content, a person's month, and one of each thing that a person keeps.
FILL = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "backcare.settings"
import django
django.setup()
from django.core.management import call_command
from factory.django import DjangoModelFactory
from tests import factories
from tests.demo.making import make
call_command("load_content", verbosity=0)
make(days=30)
for made in vars(factories).values():
    if isinstance(made, type) and issubclass(made, DjangoModelFactory) and not made._meta.abstract:
        made()
"""

pytestmark = pytest.mark.django_db


@pytest.fixture
def _django_db_helper(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """What the mark stands for, in the place of a transaction: these databases are not the suite's own."""
    with django_db_blocker.unblock():
        yield


def test_a_site_that_runs_survives_each_migration(capsys: pytest.CaptureFixture[str]) -> None:
    linter = MigrationLinter(
        str(ROOT),
        include_apps=OURS,
        no_cache=True,
        ignore_initial_migrations=True,
        exclude_migration_tests=MISREAD[connection.vendor],
    )
    linter.lint_all_migrations()
    assert linter.nb_total >= len(OURS)
    assert not linter.has_errors, capsys.readouterr().out


def dangers(migration: Migration, before: ProjectState) -> Iterator[str]:
    """Yield each operation that a site which still runs the old code, or its data, does not survive.

    That is a column without a value of its own that must have one, or a uniqueness that the old code does not keep.
    What concerns a table of the same migration is left out: the old code does not know it.
    """
    new = {one.name_lower for one in migration.operations if isinstance(one, CreateModel)}
    for operation in migration.operations:
        model = str(getattr(operation, "model_name_lower", getattr(operation, "name_lower", "")))
        if model in new:
            continue
        if isinstance(operation, AddField | AlterField):
            field, fields = operation.field, before.models[migration.app_label, model].fields
            was = fields[operation.name] if isinstance(operation, AlterField) else None
            filled = field.null or field.many_to_many or field.db_default is not NOT_PROVIDED
            if not filled and (was is None or was.null):
                yield f"NOT NULL: {operation.describe()}"
            if field.unique and not (was and was.unique):
                yield f"UNIQUE: {operation.describe()}"
        constraint = getattr(operation, "constraint", None)
        if isinstance(constraint, UniqueConstraint) or getattr(operation, "option_name", "") == "unique_together":
            yield f"UNIQUE: {operation.describe()}"


def test_old_code_can_go_on_writing_after_each_migration() -> None:
    loader = MigrationLoader(None)
    ours = [(key, one) for key, one in loader.disk_migrations.items() if key[0] in OURS and not one.initial]
    assert len(ours) >= 4
    assert [(key, list(dangers(one, loader.project_state(key, at_end=False)))) for key, one in ours] == [
        (key, []) for key, _ in ours
    ]


def test_migration_that_old_code_does_not_survive_is_found() -> None:
    class Bad(Migration):
        operations = [
            AddField("session", "mood", IntegerField(default=0)),
            AddField("session", "weather", IntegerField(db_default=0)),
            AlterField("session", "pain_before", IntegerField(default=0)),
            AlterField("session", "note", TextField(unique=True)),
            AddConstraint("session", UniqueConstraint(fields=["owner", "note"], name="one_note")),
            CreateModel("Mood", [("id", AutoField(primary_key=True)), ("name", TextField(unique=True))]),
            AddConstraint("mood", UniqueConstraint(fields=["name"], name="one_mood")),
        ]

    state = MigrationLoader(None).project_state()
    found = [one.split(":")[0] for one in dangers(Bad("bad", "tracking"), state)]
    assert found == ["NOT NULL", "NOT NULL", "UNIQUE", "UNIQUE"]


def test_every_migration_can_be_taken_back() -> None:
    loader = MigrationLoader(None)
    ours = [migration for key, migration in loader.disk_migrations.items() if key[0] in OURS]
    stuck = [(str(one), operation) for one in ours for operation in one.operations if not operation.reversible]
    assert stuck == []


def later(own: Any) -> list[Migration]:
    """Return our migrations in their order, from where the first one of each app is there."""
    loader = MigrationLoader(own)
    plan = MigrationExecutor(own).migration_plan(loader.graph.leaf_nodes(), clean_start=True)
    ours = [migration for migration, _ in plan if migration.app_label in OURS]
    firsts = [[one.app_label for one in ours].index(app) for app in OURS]
    return ours[max(firsts) + 1 :]


def kept(own: Any) -> Contents:
    """Return what our tables hold."""
    ours = {table: rows for table, rows in contents(own).items() if table.startswith(OURS)}
    # An edition only says that what was kept is old: it is made anew with its column.
    return {table: [[one for one in row if one[0] != "edition"] for row in rows] for table, rows in ours.items()}


def migrated(own: Any, plan: list[tuple[Migration, bool]]) -> list[Contents]:
    """Apply each migration of the plan, or take it back where the plan says so; return what is there after each."""
    found = []

    def look(action: str, *_: object) -> None:
        if action in ("apply_success", "unapply_success"):
            found.append(kept(own))

    MigrationExecutor(own, look).migrate([], plan=plan)
    return found


def test_forward_back_and_forward_loses_nothing(tmp_path: Path) -> None:
    with database(tmp_path, template=connection) as own:
        command = [sys.executable, "-c", FILL]
        env = environment(tmp_path, DATABASE_URL=url(own))
        subprocess.run(command, cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL, timeout=300)
        plan = later(own)
        forward, back = [(one, False) for one in plan], [(one, True) for one in reversed(plan)]
        first = migrated(own, back)[-1]
        assert all(first[table] for table in ("exercises_exercise", "tracking_session", "tracking_sessionexercise"))
        after = [first, *migrated(own, forward)]
        for migration, found, before in zip(reversed(plan), migrated(own, back), reversed(after[:-1]), strict=True):
            assert found == before, f"back from {migration}"
        for migration, found, before in zip(plan, migrated(own, forward), after[1:], strict=True):
            assert found == before, f"forward to {migration} again"
