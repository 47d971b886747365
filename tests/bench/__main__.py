"""How fast the pages are: ``python3 dev.py bench``.

Granian with one worker on a throw-away PostgreSQL with its syncs on, then on SQLite; wrk with 4 connections. Each
round takes all pages in another order, a few a lap, and each lap has its own floors: (b) a view that returns a
constant, (c) a view with session, user, one indexed query of 20 rows and a template; for logging, a bare insert with
CSRF, session and redirect. A page that is kept between writes is measured as it is kept, and ``anew``, as it is after
a write of today. What a page costs is the floor's rate over its own in the same lap.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from dev import StopError
from tests.bench.crowd import USERS, live
from tests.bench.load import find_wrk
from tests.bench.machine import Ours, python
from tests.bench.measure import Bench
from tests.bench.plan import Plan
from tests.bench.report import growths, table
from tests.support import postgres
from tests.support.site import Site, memory, running_site, site_environment

DATABASES = ("postgres", "sqlite")
DURABLE = ["-c", "listen_addresses="]
THINK = {"postgres": 2.0, "sqlite": 4.0}  # seconds
MEMORY, START = 90, 2  # megabytes a worker, seconds to the first page


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="dev.py bench", description=__doc__)
    parser.add_argument("--database", choices=DATABASES, action="append", help="one of them only")
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--sessions", type=int, default=1_000_000, help="of all people together")
    parser.add_argument("--histories", default="0,730,7300", help="sessions of the people who are measured")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=2, help="for each page in each round")
    parser.add_argument("--pages", default="", help="only those whose name matches this pattern")
    parser.add_argument("--crowd", type=int, default=0, help="instead: seconds for which 200 people use the site (L1)")
    parser.add_argument("--think", type=float, default=0, help="seconds that they pause (default: 2, on SQLite 4)")
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started ends with us
    try:
        find_wrk()
        for database in options.database or DATABASES:
            bench(database, options)
    except (StopError, postgres.PostgresMissingError, RuntimeError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def bench(database: str, options: argparse.Namespace) -> None:
    """Fill one database and measure on it."""
    with tempfile.TemporaryDirectory(prefix="bc-bench-", dir="/tmp") as name, database_url(database) as (url, pid):
        folder = Path(name)
        environment = site_environment(folder, url, "tests.bench.settings")
        print(f"\n=== {database}: {options.people:,} people, {options.sessions:,} sessions\n{python()}", flush=True)
        plan = filled(Site(environment, folder), folder, options)
        if not options.crowd:
            pages(Site(environment, folder, workers=1), plan, folder, pid, options)
        else:
            crowd(Site(environment, folder), plan, options)


def pages(site: Site, plan: Plan, folder: Path, database: int | None, options: argparse.Namespace) -> None:
    """Measure page by page and print the table."""
    with running_site(site):
        bench = Bench(site, plan, folder, database)
        chosen = [page for page in plan.pages if re.search(options.pages, page.name)]
        bench.round(chosen, options.seconds)  # until all that is kept in memory is there
        bench.measured.clear()
        for number in range(options.rounds):
            ours = Ours()
            bench.round(chosen, options.seconds)
            print(f"round {number + 1} of {options.rounds}, {ours}", flush=True)
        order = [page for page in [*plan.floors.values(), *chosen] if page in bench.measured]
        print(table({page: bench.measured[page] for page in order}))
        print("\n".join(growths(bench.measured)))
        after(site)


def crowd(site: Site, plan: Plan, options: argparse.Namespace) -> None:
    """Let a crowd use the site, served as it is by default, and print what they saw."""
    think = options.think or THINK["sqlite" if "sqlite" in site.environment["DATABASE_URL"] else "postgres"]
    with running_site(site):
        ours = Ours()
        seen = asyncio.run(live(site.port, plan, options.crowd, think))
        print(f"{USERS} people for {options.crowd} s, pausing for {think} s, {ours}")
        print(seen)
        after(site)


def after(site: Site) -> None:
    """Print what the server itself has to answer for."""
    print(f"first page {site.seconds:.1f} s after the start{verdict(site.seconds, START)}")
    held = max(memory(worker) for worker in site.workers)
    print(f"memory of a worker {held:.0f} MB{verdict(held, MEMORY)}", flush=True)


def verdict(found: float, limit: float) -> str:
    return f"  goal {limit}{'' if found <= limit else '  MISSED'}"


def filled(site: Site, folder: Path, options: argparse.Namespace) -> Plan:
    """Return the plan of a database that has just been filled."""
    started = time.monotonic()
    site.prepare()
    file = folder / "plan.json"
    size = ["--people", str(options.people), "--sessions", str(options.sessions)]
    size += ["--histories", options.histories]
    site.python("-m", "tests.bench.pages", *size, "--plan", str(file))
    print(f"filled in {time.monotonic() - started:.0f} s", flush=True)
    return Plan.load(file)


@contextmanager
def database_url(database: str) -> Iterator[tuple[str, int | None]]:
    """Yield the address of an empty database and the process that serves it; SQLite has neither."""
    if database == "sqlite":
        yield "", None
        return
    with postgres.running_server(DURABLE) as server:
        yield server.url, server.process.pid


if __name__ == "__main__":
    raise SystemExit(main())
