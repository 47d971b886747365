"""What the machine itself brings to the figures: the Python that serves, and how much of the processors is ours."""

import os
import platform
import sys
import time
from pathlib import Path

ROUNDS, TRIES = 100_000, 5


def python() -> str:
    """Return which Python measures, and how fast it is here: two builds of one version differ by a third."""
    took = min(loop() for _ in range(TRIES)) * 1000
    return f"Python {platform.python_version()} of {sys.base_prefix}: {ROUNDS:,} rounds of a loop in {took:.0f} ms"


def loop() -> float:
    """Return the seconds that a fixed piece of work takes: numbers, texts, lists and a dictionary, as pages do."""
    started, found = time.perf_counter(), {}
    for number in range(ROUNDS):
        row = [number, number + 1]
        if number % 3:
            row.append(sum(row))
        found[str(number)] = row
    return time.perf_counter() - started


def ticks() -> tuple[int, int]:
    """Return the processors' ticks since the machine began, and how many of them its host gave to others."""
    fields = [int(one) for one in Path("/proc/stat").read_text().splitlines()[0].split()[1:]]
    return sum(fields[:8]), fields[7]


class Ours:
    """How much was to be done, and how much of the processors was not ours, since it was made."""

    def __init__(self) -> None:
        self.all, self.stolen = ticks()

    def __str__(self) -> str:
        whole, stolen = ticks()
        share = 100 * (stolen - self.stolen) / max(whole - self.all, 1)
        return f"load of the machine {os.getloadavg()[0]:.1f}, {share:.0f} % of it stolen"
