"""A site under load, its database, and what can happen to both."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.faults.writers import Crowd, Ledger, Person
from tests.support import postgres
from tests.support.site import Site, children, site_environment
from tests.support.visitor import Visitor

PEOPLE = 8
DISK = "400m"
FLAGS = ["-c", "listen_addresses=", "-c", "max_wal_size=64MB", "-c", "min_wal_size=32MB"]


@contextmanager
def disk() -> Iterator[Path]:
    """Yield a folder; as root it is a file system of its own, small enough to be filled."""
    with tempfile.TemporaryDirectory(prefix="bc-fault-", dir="/tmp") as name:
        mounted = os.geteuid() == 0
        if mounted:
            subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK},mode=755", "backcare-faults", name], check=True)
        try:
            yield Path(name)
        finally:
            if mounted:
                subprocess.run(["umount", "--lazy", name], check=True)


@contextmanager
def limited(pids: list[int]) -> Iterator[None]:
    """Let these processes, and those they start, write nothing beyond a file's first byte."""
    limits = {pid: resource.prlimit(pid, resource.RLIMIT_FSIZE) for pid in pids}
    try:
        for pid, (_, most) in limits.items():
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (1, most))
        yield
    finally:
        for pid, limit in limits.items():
            with suppress(ProcessLookupError):
                resource.prlimit(pid, resource.RLIMIT_FSIZE, limit)


@dataclass
class Scene:
    """``server`` is None on SQLite. What lies in ``folder`` is neither data nor in the way of a full disk."""

    site: Site
    server: postgres.Server | None
    data: Path
    folder: Path
    crowd: Crowd
    people: list[Person]  # some who are not in the crowd
    stranger: Visitor

    def recounted(self, ledger: Path | None = None, **environment: str) -> dict[str, int]:
        """Return what a recount of the database, or another, finds against the ledger, or another."""
        command = [sys.executable, "-m", "tests.faults.recount", str(ledger or self.crowd.ledger.file.name)]
        ran = subprocess.run(command, env=self.site.environment | environment, capture_output=True, text=True)
        if ran.returncode != 0:
            raise RuntimeError(ran.stderr)
        found: dict[str, int] = json.loads(ran.stdout)
        return found

    @asynccontextmanager
    async def load(self) -> AsyncIterator[None]:
        """Let the crowd log meanwhile; nobody is left with a log that was not acknowledged."""
        self.crowd.stopping = False
        async with self.kept_up():
            tasks = [asyncio.create_task(self.crowd.go_on(person)) for person in self.crowd.people]
            try:
                await self.crowd.acknowledged_since(time.monotonic(), 60)
                yield
            finally:
                self.crowd.stopping = True
                await asyncio.wait_for(asyncio.gather(*tasks), 60)

    @asynccontextmanager
    async def kept_up(self) -> AsyncIterator[None]:
        """Start the server again where it ends, as its container does.

        Granian ends by itself when a worker dies within seconds of its start: it takes that for a loop of crashes.
        """
        over = asyncio.Event()

        async def watch() -> None:
            while not over.is_set():
                if self.site.process.poll() is not None:
                    await asyncio.to_thread(self.restart)
                await asyncio.sleep(0.05)

        watching = asyncio.create_task(watch())
        try:
            yield
        finally:
            over.set()
            await watching

    # What can happen

    def restart(self) -> None:
        """Start the server as deploy/start.sh does; what is left of it goes first, as with its container."""
        self.site.kill()
        self.site.start()

    def stop_database(self) -> None:
        assert self.server
        self.server.stop()
        self.server.start()

    def database_processes(self) -> list[int]:
        return [self.server.process.pid, *children(self.server.process.pid)] if self.server else []

    @contextmanager
    def hung(self) -> Iterator[None]:
        """Freeze PostgreSQL with all its processes; of SQLite, hold the lock that writers need."""
        if self.server is None:
            with sqlite3.connect(self.data / "backcare.sqlite3", isolation_level=None, timeout=30) as holder:
                holder.execute("BEGIN IMMEDIATE")
                yield
                holder.execute("ROLLBACK")
            return
        frozen = self.database_processes()
        try:
            for pid in frozen:
                os.kill(pid, signal.SIGSTOP)
            yield
        finally:
            for pid in frozen:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)

    @contextmanager
    def full(self) -> Iterator[None]:
        """Leave no room: on the small disk of its own that only root can make, else for each process in its files."""
        if not self.data.is_mount():
            with limited([*self.site.workers, *self.database_processes()]):
                yield
            return
        filler = self.data / "filler"
        try:
            with filler.open("wb", buffering=0) as file, suppress(OSError):
                while file.write(b"\0" * 65536):
                    pass
            yield
        finally:
            filler.unlink(missing_ok=True)

    def back_up(self) -> tuple[Path, Path]:
        """Return an archive of now, and the ledger as it was when it was begun."""
        ledger, archive = self.folder / "ledger-then", self.folder / f"{uuid.uuid4()}.tar"
        ledger.write_bytes(Path(self.crowd.ledger.file.name).read_bytes())
        self.site.python("manage.py", "backup", str(archive), "--verify")
        return archive, ledger

    def restored(self, archive: Path, ledger: Path) -> dict[str, int]:
        """Return what a recount finds in an archive that was put into an empty database."""
        name = f"restored_{archive.stem.replace('-', '_')}"
        url = f"sqlite:///{self.data / name}"
        if self.server:
            with psycopg.connect(self.server.url, autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {name}".encode())
            url = self.server.url.removesuffix("postgres") + name
        other = Site(self.site.environment | {"DATABASE_URL": url}, self.folder)
        other.python("manage.py", "restore", str(archive))
        return self.recounted(ledger, DATABASE_URL=url)

    def revive(self) -> None:
        """Start the database again where it has given up, as whatever looks after it would."""
        if self.server and self.server.process.poll() is not None:
            self.server.start()


@contextmanager
def staged(database: str) -> Iterator[Scene]:
    """Yield a site that serves, with people to log on it."""
    with ExitStack() as stack:
        data = stack.enter_context(disk())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bc-fault-", dir="/tmp")))
        server = stack.enter_context(postgres.running_server(FLAGS, data)) if database == "postgres" else None
        environment = site_environment(data, server.url if server else "", "tests.faults.settings")
        site = Site(environment | {"BACKCARE_STATIC": str(folder / "static")}, folder)
        site.prepare()
        site.python("-m", "tests.faults.people", str(PEOPLE + 2), str(folder / "people"))
        site.start()
        stack.callback(lambda: site.kill())
        made = json.loads((folder / "people").read_text())
        people = [Person(int(owner), Visitor(site.port, session)) for owner, session in made["owners"].items()]
        crowd = Crowd(people[:PEOPLE], made["form"], Ledger(folder / "ledger"))
        yield Scene(site, server, data, folder, crowd, people[PEOPLE:], Visitor(site.port))
