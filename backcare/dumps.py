"""The databases' own tools for a dump and its return: SQLite's VACUUM INTO and backup, PostgreSQL's programs.

A dump is one moment of the database, whatever is written meanwhile. A return happens in one transaction: until its end
everybody sees what was there before, and if it fails that stays.
"""

import os
import re
import shutil
import sqlite3
import subprocess
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import IO, Any

import psycopg
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import conninfo, sql

from backcare.archive import CHUNK, BackupError, Manifest, Tell

PAGES = 256  # of SQLite, between two words on the progress
LOCKED_SECONDS = 10  # for which others may keep us from the lock
STEPS = 100_000  # of SQLite's machine, between two words on the progress


def dump(connection: BaseDatabaseWrapper, target: Path, tell: Tell) -> dict[str, int]:
    """Write the database to ``target`` and return the rows of each table in it."""
    return (dump_sqlite if connection.vendor == "sqlite" else dump_postgres)(connection, target, tell)


def load(connection: BaseDatabaseWrapper, source: Path, manifest: Manifest, tell: Tell) -> None:
    """Put a dump in the place of all that the database holds. Raises BackupError, with everything as it was."""
    (load_sqlite if connection.vendor == "sqlite" else load_postgres)(connection, source, manifest, tell)


def server(connection: BaseDatabaseWrapper) -> str:
    return ".".join(map(str, connection.get_database_version()))


def tables(connection: BaseDatabaseWrapper) -> list[str]:
    with connection.cursor() as cursor:
        return sorted(connection.introspection.table_names(cursor))


# --- SQLite ----------------------------------------------------------------------------------------------------------


def dump_sqlite(connection: BaseDatabaseWrapper, target: Path, tell: Tell) -> dict[str, int]:
    with connection.cursor() as cursor:
        connection.connection.set_progress_handler(lambda: tell(target.stat().st_size if target.exists() else 0), STEPS)
        try:
            cursor.execute("VACUUM INTO %s", [str(target)])
        finally:
            connection.connection.set_progress_handler(None, 0)
    with closing(sqlite3.connect(target)) as copy:
        return sqlite_rows(copy)


def sqlite_rows(database: sqlite3.Connection) -> dict[str, int]:
    names = database.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    quoted = {name: name.replace('"', '""') for (name,) in names}
    return {name: database.execute(f'SELECT count(*) FROM "{quoted[name]}"').fetchone()[0] for name in sorted(quoted)}  # noqa: S608


def load_sqlite(connection: BaseDatabaseWrapper, source: Path, manifest: Manifest, tell: Tell) -> None:
    connection.ensure_connection()
    waiting = Waiting(tell)
    try:
        with closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as copy:
            if copy.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
                raise BackupError("The database in the archive is damaged.")
            if copy.execute("PRAGMA foreign_key_check").fetchone() or sqlite_rows(copy) != manifest.rows:
                raise BackupError("The database in the archive is not the one that its manifest tells of.")
            copy.backup(connection.connection, pages=PAGES, progress=waiting.progress, sleep=0.05)
    except sqlite3.Error as error:
        raise BackupError(f"SQLite says: {error}. The database is as it was.") from error


class Waiting:
    """Passes progress on, and gives up when others hold the database for too long: SQLite would try forever."""

    def __init__(self, tell: Tell) -> None:
        self.tell = tell
        self.remaining, self.since = -1, time.monotonic()

    def progress(self, status: int, remaining: int, total: int) -> None:
        if remaining != self.remaining:
            self.remaining, self.since = remaining, time.monotonic()
            self.tell((total - remaining) * 4096)
        elif time.monotonic() - self.since > LOCKED_SECONDS:
            raise BackupError("Others hold the database: stop BackCare and try again. The database is as it was.")


# --- PostgreSQL ------------------------------------------------------------------------------------------------------


def dump_postgres(connection: BaseDatabaseWrapper, target: Path, tell: Tell) -> dict[str, int]:
    command = [program("pg_dump", connection), "--format=custom", "--no-owner", "--no-privileges"]
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0")
        cursor.execute("SELECT pg_export_snapshot()")  # the same moment for the dump and for the count
        command += [f"--snapshot={cursor.fetchone()[0]}", f"--lock-wait-timeout={LOCKED_SECONDS}s"]
        with (
            tempfile.TemporaryFile() as complaints,
            target.open("wb") as file,
            start([*command, address(connection)], connection, complaints, stdout=subprocess.PIPE) as process,
        ):
            pump(process.stdout, file, tell)
            finish(process, complaints)
        rows = {}
        for table in tables(connection):
            cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table)))
            rows[table] = cursor.fetchone()[0]
    return rows


def load_postgres(connection: BaseDatabaseWrapper, source: Path, manifest: Manifest, tell: Tell) -> None:
    """Let pg_restore write SQL and psql run it. The COMMIT is ours, and is sent only when both have gone well."""
    script = [program("pg_restore", connection), "--no-owner", "--no-privileges", "--file=-", str(source)]
    psql = [program("psql", connection), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--output", os.devnull]
    before, after = first(tables(connection)), last(manifest.rows)
    connection.close()
    with tempfile.TemporaryFile() as complaints:
        try:
            with (
                start([*psql, address(connection)], connection, complaints, stdin=subprocess.PIPE) as runner,
                start(script, connection, complaints, stdout=subprocess.PIPE) as writer,
            ):
                runner.stdin.write(before.encode())
                pump(writer.stdout, runner.stdin, tell)
                finish(writer, complaints)
                runner.stdin.write(after.encode())
        except BrokenPipeError:
            pass  # psql has ended, and its complaint says why
        finish(runner, complaints)


def first(existing: list[str]) -> str:
    begin = f"BEGIN; SET LOCAL lock_timeout = '{LOCKED_SECONDS}s';\n"
    dropped = sql.SQL(", ").join(map(sql.Identifier, existing)).as_string(None)
    return begin + (f"DROP TABLE {dropped} CASCADE;\n" if existing else "")


def last(rows: dict[str, int]) -> str:
    """Commit, unless a table has not the rows of the manifest."""
    check = sql.SQL("IF (SELECT count(*) FROM {}) <> {} THEN RAISE 'not the rows of the manifest: %', {}; END IF;")
    checks = [
        check.format(sql.Identifier(name), sql.Literal(count), sql.Literal(name)).as_string(None)
        for name, count in rows.items()
    ]
    return "\n".join(["RESET search_path;", "DO $check$ BEGIN", *checks, "END $check$;", "COMMIT;\n"])


def program(name: str, connection: BaseDatabaseWrapper) -> str:
    """Return the program of the server's own major version. Raises BackupError where there is none."""
    major = connection.get_database_version()[0]
    folders = [f"/usr/lib/postgresql/{major}/bin", *os.get_exec_path()]
    found = set()
    for folder in folders:
        path = shutil.which(name, path=folder)
        if path:
            said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
            version = re.search(r"\) (\d+)", said)
            if version and int(version[1]) == major:
                return path
            found.add(version[1] if version else "unknown")
    reason = f"only that of version {' and '.join(sorted(found))} is here" if found else "it is not here"
    raise BackupError(
        f"The server is PostgreSQL {major} and needs {name} of version {major}; {reason}. "
        f"On Debian: apt install postgresql-client-{major}"
    )


def address(connection: BaseDatabaseWrapper) -> str:
    """Return where the database is, for the programs' command line; the password travels in the environment."""
    known = {option.keyword.decode() for option in psycopg.pq.Conninfo.get_defaults()} - {"password", "options"}
    values: dict[str, Any] = connection.get_connection_params()
    return f"--dbname={conninfo.make_conninfo(**{name: value for name, value in values.items() if name in known})}"


def start(command: list[str], connection: BaseDatabaseWrapper, complaints: IO[bytes], **pipes: int) -> Any:
    """Start a program with the database's password in its environment."""
    password = connection.settings_dict["PASSWORD"]
    env = os.environ | ({"PGPASSWORD": password} if password else {}) | {"LC_ALL": "C"}
    return subprocess.Popen(command, env=env, stderr=complaints, **pipes)  # type: ignore[call-overload]  # noqa: S603


def pump(source: IO[bytes], target: IO[bytes], tell: Tell) -> None:
    done = 0
    while chunk := source.read(CHUNK):
        target.write(chunk)
        done += len(chunk)
        tell(done)


def finish(process: Any, complaints: IO[bytes]) -> None:
    """Wait for a program. Raises BackupError with its own words when it failed."""
    if process.wait() != 0:
        complaints.seek(0)
        said = " ".join(complaints.read(2000).decode(errors="replace").split())
        raise BackupError(f"{Path(process.args[0]).name} failed: {said}")
