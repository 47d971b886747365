"""A BackCare of its own for a test: settings, a database, and Granian on a free port."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from dev import ROOT
from tests.support.site import HOST, START_SECONDS, free_port


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """Return this process's environment without its BackCare, and with ``settings``; data lie in ``folder``."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("BACKCARE_", "DATABASE_URL"))}
    return kept | {"BACKCARE_DATA": str(folder), "PYTHONUNBUFFERED": "1"} | settings


def python(*arguments: str, env: dict[str, str], cwd: Path = ROOT) -> str:
    """Run Python in the project and return what it printed. Raises AssertionError with what it complained of."""
    result = subprocess.run([sys.executable, *arguments], cwd=cwd, env=env, capture_output=True, text=True, timeout=300)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


class Answer(NamedTuple):
    """What a server said."""

    status: int
    headers: dict[str, str]
    body: str


class Site(NamedTuple):
    """A running BackCare."""

    port: int
    process: subprocess.Popen[str]

    def get(self, path: str, timeout: float = 10, **headers: str) -> Answer:
        """Ask for a path; a header's name is written with underscores. Raises OSError when nobody answers in time."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=timeout)
        try:
            connection.request("GET", path, headers={name.replace("_", "-"): text for name, text in headers.items()})
            response = connection.getresponse()
            return Answer(response.status, dict(response.getheaders()), response.read().decode())
        finally:
            connection.close()


@contextmanager
def serving(env: dict[str, str], *options: str, cwd: Path = ROOT) -> Iterator[Site]:
    """Yield a site that answers /healthz; its output lies in ``serving.log`` in its data folder."""
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(port)]
    command += ["--blocking-threads", "4", *options, "backcare.wsgi:application"]
    with Path(env["BACKCARE_DATA"], "serving.log").open("w") as log:
        process = subprocess.Popen(command, cwd=cwd, env=env, stdout=log, stderr=subprocess.STDOUT, text=True)
    site = Site(port, process)
    try:
        wait_for(lambda: answers(site), START_SECONDS)
        yield site
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


def answers(site: Site) -> bool:
    """Ask patiently: a request that is given up is still answered, and counted, later."""
    try:
        return site.get("/healthz", timeout=START_SECONDS).status == 200
    except (OSError, http.client.HTTPException):
        return False


def wait_for(claim: Callable[[], bool], seconds: float) -> None:
    """Return as soon as the claim holds; raise AssertionError when it does not in that time."""
    deadline = time.monotonic() + seconds
    while not claim():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.05)
