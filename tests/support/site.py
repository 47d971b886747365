"""The product as it is deployed, for a test to load and to break: production settings, Granian, data of its own.

It listens on this machine only. ``settings`` is a module that extends the product's own.
"""

from __future__ import annotations

import http.client
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from dev import ROOT

HOST = "127.0.0.1"
START_SECONDS = 60
PROXIED = {"X-Forwarded-Proto": "https"}  # what the proxy in front would say; without it all answers are redirects
SESSION_COOKIE, CSRF_COOKIE = "__Host-session", "__Host-csrf"
CSRF = "c" * 32  # a token that the server never gave out is as good as one that it did, when cookie and form agree
TICKS = os.sysconf("SC_CLK_TCK")


def site_environment(folder: Path, database_url: str, settings: str) -> dict[str, str]:
    """Return the environment of the product in production, with nothing of the caller's settings."""
    private = ("BACKCARE_", "DATABASE_URL", "DJANGO_", "GRANIAN_")
    uncompiled = ("PYTHONDONTWRITEBYTECODE",)  # the image is compiled, and here each start would do that anew
    return {name: value for name, value in os.environ.items() if not name.startswith(private + uncompiled)} | {
        "BACKCARE_ENV": "production",
        "BACKCARE_SECRET_KEY": secrets.token_urlsafe(50),
        "BACKCARE_HOSTS": HOST,
        "BACKCARE_DATA": str(folder),
        "DATABASE_URL": database_url or f"sqlite:///{folder / 'backcare.sqlite3'}",
        "DJANGO_SETTINGS_MODULE": settings,
        "PYTHONUNBUFFERED": "1",
        "MALLOC_ARENA_MAX": "1",  # as deploy/start.sh has it
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def children(pid: int) -> list[int]:
    """Return the processes that ``pid`` has started, none when it is gone."""
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def cpu_seconds(*pids: int) -> float:
    """Return the processor time that these processes have used."""
    ticks = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / TICKS


def memory(pid: int) -> float:
    """Return the megabytes that a process holds in memory."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1000


class Site:
    """The server: started, asked, killed, started again. Its log is in ``folder``."""

    def __init__(self, environment: dict[str, str], folder: Path, workers: int = 2) -> None:
        self.environment, self.folder, self.port = environment, folder, free_port()
        # As deploy/start.sh has it.
        self.command = [sys.executable, "-m", "backcare.serve", "--host", HOST, "--port", str(self.port)]
        self.command += ["--workers", str(workers), "--blocking-threads", "4"]
        self.command += ["--respawn-failed-workers", "--log-level", "warning"]

    def python(self, *arguments: str) -> None:
        """Run Python on the site's data; what it prints goes to the log. Raises CalledProcessError when it fails."""
        with (self.folder / "log").open("ab") as log:
            subprocess.run([sys.executable, *arguments], cwd=ROOT, env=self.environment, stdout=log, check=True)

    def prepare(self) -> None:
        """Do what the image and the first start do before serving."""
        self.python("manage.py", "collectstatic", "--noinput", "--verbosity", "0")
        self.python("-m", "backcare.prepare")

    def start(self) -> None:
        """Return when the home page has been answered, after ``seconds``. Raises RuntimeError with the log."""
        started = time.monotonic()
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # so that killing the group takes the workers along, as a container would
            )
        while time.monotonic() < started + START_SECONDS and self.process.poll() is None:
            if self.status("/") == 200:
                self.seconds = time.monotonic() - started
                return
            time.sleep(0.02)
        self.kill()
        raise RuntimeError(f"The server did not start:\n{(self.folder / 'log').read_text()[-2000:]}")

    def status(self, path: str) -> int:
        """Return the status of a page for a stranger, 0 where there is no answer."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=10)
        try:
            connection.request("GET", path, headers=PROXIED)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()

    @property
    def workers(self) -> list[int]:
        """The process ids of the workers, without multiprocessing's own helper."""
        found = []
        for pid in children(self.process.pid):
            with suppress(FileNotFoundError, ProcessLookupError):  # it has died since
                if b"resource_tracker" not in Path(f"/proc/{pid}/cmdline").read_bytes():
                    found.append(pid)
        return found

    def kill(self) -> None:
        """Kill all of it with SIGKILL."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(10)
        finally:
            self.kill()


@contextmanager
def running_site(site: Site) -> Iterator[None]:
    """Let a prepared site serve, and end it afterwards."""
    site.start()
    try:
        yield
    finally:
        site.kill()
