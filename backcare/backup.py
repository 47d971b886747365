"""Backup and restore of everything that BackCare keeps: the database, pictures included. Files that it serves come
with its code, and the secret key lies in the settings."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader

from backcare import VERSION, archive, dumps
from backcare.archive import BackupError, Manifest, Tell
from backcare.prepare import keep_private


def back_up(connection: BaseDatabaseWrapper, path: Path, tell: Tell) -> Manifest:
    """Write an archive of this moment. Needs room for the database twice, in the archive's folder."""
    if path.exists():
        raise BackupError(f"{path} is there already.")
    path.parent.mkdir(parents=True, exist_ok=True)
    taken = datetime.now(UTC).isoformat(timespec="seconds")
    migrations = applied(connection)
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=path.parent) as folder:
        dump = Path(folder, "dump")
        rows = dumps.dump(connection, dump, tell)
        manifest = Manifest(VERSION, connection.vendor, dumps.server(connection), taken, migrations, rows)
        archive.write(path, manifest, dump, tell)
    return manifest


def restore(connection: BaseDatabaseWrapper, path: Path, tell: Tell, *, replace: bool, folder: Path) -> Manifest:
    """Put an archive in the place of the database, all of it or nothing; ``folder`` has room for its dump.

    Raises BackupError, with the database as it was: for an archive that is damaged, of another kind of database or of
    a newer BackCare, and for a database with tables unless ``replace``.
    """
    keep_private(connection)
    if dumps.tables(connection) and not replace:
        raise BackupError(
            "The database is not empty. With --replace, the archive takes the place of all that is in it."
        )
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=folder) as inside:
        dump = Path(inside, "dump")
        manifest = archive.extract(path, dump, tell)
        if manifest.database != connection.vendor:
            raise BackupError(f"The archive holds {manifest.database}, and the database is {connection.vendor}.")
        newer = sorted(set(manifest.migrations) - known())
        if newer:
            raise BackupError(f"The archive was made by a newer BackCare ({manifest.version}): it has {newer[0]}.")
        dumps.load(connection, dump, manifest, tell)
    return manifest


def applied(connection: BaseDatabaseWrapper) -> list[str]:
    return sorted(map(".".join, MigrationLoader(connection).applied_migrations))


def known() -> set[str]:
    return set(map(".".join, MigrationLoader(None).disk_migrations))
