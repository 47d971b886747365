"""wrk: how it is found, called and understood. Its load goes to this machine and ends by itself."""

from __future__ import annotations

import calendar
import datetime
import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from dev import StopError, can_install_packages, install_packages
from tests.bench.plan import Page, Plan
from tests.support.site import CSRF, CSRF_COOKIE, HOST, PROXIED, SESSION_COOKIE

SCRIPT = Path(__file__).with_name("load.lua")
PATIENCE = 10  # seconds; a page that takes longer is a failure
CONNECTIONS = 4  # as many as the worker has threads, so that nobody waits in a queue


@dataclass(frozen=True)
class Figures:
    """What one run saw: latencies in milliseconds."""

    requests: int
    seconds: float
    p50: float
    p95: float
    p99: float
    errors: int

    @property
    def rate(self) -> float:
        return self.requests / self.seconds


def find_wrk() -> str:
    """Return the path of wrk, installed if need be. Raises StopError that says how to get it."""
    if shutil.which("wrk") is None and can_install_packages():
        install_packages("wrk")
    path = shutil.which("wrk")
    if path is None:
        raise StopError("The load comes from wrk. On Debian or Ubuntu: apt install wrk")
    return path


class Load:
    """Runs wrk against one site."""

    def __init__(self, port: int, plan: Plan, folder: Path) -> None:
        self.program, self.port = find_wrk(), port
        self.writers = folder / "writers"
        self.writers.write_text("\n".join([plan.form, *plan.writers]))
        self.first = calendar.timegm(datetime.date.fromisoformat(plan.first).timetuple())
        self.logged = 0

    def run(self, page: Page, seconds: int) -> Figures:
        """Load one page for ``seconds``. Raises RuntimeError when wrk itself fails."""
        cookies = (
            f"{CSRF_COOKIE}={CSRF}; {SESSION_COOKIE}=%SESSION%" if page.writes else f"{SESSION_COOKIE}={page.session}"
        )
        headers = (
            PROXIED
            | {"Accept-Encoding": "gzip", "Origin": f"https://{HOST}:{self.port}"}
            | ({"Cookie": cookies} if page.writes or page.session else {})
        )
        command = [
            self.program,
            "-t",
            "1",
            "-c",
            str(CONNECTIONS),
            "-d",
            f"{seconds}s",
            "--timeout",
            "20s",
            "-s",
            str(SCRIPT),
        ]
        for name, value in headers.items():
            command += ["-H", f"{name}: {value}"]
        command += [f"http://{HOST}:{self.port}{page.path}"]
        if page.writes:
            command += ["--", str(self.writers), str(self.logged), str(self.first)]
        said = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 30)
        if said.returncode != 0:
            raise RuntimeError(f"wrk failed: {said.stdout}{said.stderr}")
        figures = Figures(**json.loads(said.stdout.splitlines()[-1]))
        if not figures.requests and seconds < PATIENCE:
            return self.run(page, 2 * seconds)
        if page.writes:
            self.logged += figures.requests + 2 * CONNECTIONS  # those under way at the end are stored, but not counted
        return figures
