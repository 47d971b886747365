"""Rounds of laps: each page beside its floors, so that what else the machine does falls on both."""

from __future__ import annotations

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.load import Figures, Load
from tests.bench.plan import Page, Plan
from tests.support.site import Site, children, cpu_seconds
from tests.support.visitor import Visitor

SETTLED = 10  # seconds; by then the server is idle
LAP = 6  # pages between two measurements of the floors


@dataclass
class Measured:
    """All laps of one page. ``ratios``, ``cpu`` and ``constant`` are multiples of a floor."""

    figures: list[Figures] = field(default_factory=list)
    ratios: list[float] = field(default_factory=list)
    constant: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Run:
    """One run of wrk, with the processor seconds a request that the server and its database took."""

    figures: Figures
    cpu: float


class Bench:
    """Measures the pages of one plan on one site."""

    def __init__(self, site: Site, plan: Plan, folder: Path, database: int | None) -> None:
        self.site, self.plan, self.database = site, plan, database
        self.load = Load(site.port, plan, folder)
        self.measured: dict[Page, Measured] = defaultdict(Measured)

    def run(self, page: Page, seconds: int) -> Run:
        """Load one page, once what wrk left unanswered at the end of the last one is done.

        A page that is kept is asked for before, because one measured ``anew`` makes the server forget all of them.
        """
        self.settle()
        if not page.writes:
            asyncio.run(Visitor(self.site.port, page.session).get(page.path))
        before = self.spent()
        figures = self.load.run(page, seconds)
        return Run(figures, (self.spent() - before) / figures.requests)

    def settle(self) -> None:
        deadline, before = time.monotonic() + SETTLED, -1.0
        while before != (before := self.spent()) and time.monotonic() < deadline:
            time.sleep(0.1)

    def spent(self) -> float:
        backends = children(self.database) if self.database else []
        return cpu_seconds(*self.site.workers, *backends)

    def lap(self, pages: Sequence[Page], seconds: int) -> None:
        """Measure a few pages and the floors that they are compared with."""
        floors = [floor for name, floor in self.plan.floors.items() if name != "insert" or any(p.writes for p in pages)]
        order = [*pages, *floors]
        random.shuffle(order)
        runs = {page: self.run(page, seconds) for page in order}
        for page, run in runs.items():
            floor = runs[self.plan.floors["insert" if page.writes else "c"]]
            found = self.measured[page]
            found.figures.append(run.figures)
            found.ratios.append(floor.figures.rate / run.figures.rate)
            found.constant.append(runs[self.plan.floors["b"]].figures.rate / run.figures.rate)
            found.cpu.append(run.cpu / floor.cpu)

    def round(self, pages: Sequence[Page], seconds: int) -> None:
        order = random.sample(pages, len(pages))
        for first in range(0, len(order), LAP):
            self.lap(order[first : first + LAP], seconds)
