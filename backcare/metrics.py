"""Figures for Prometheus: how many requests, how they ended and how long they took, by route and by nobody's name.

Several workers write to one folder, PROMETHEUS_MULTIPROC_DIR, and whichever is asked adds all of them up.
"""

import os

from prometheus_client import REGISTRY, CollectorRegistry, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

SECONDS = Histogram(
    "backcare_request_seconds",
    "Seconds from a request to its answer.",
    ["method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)


def observe(method: str, route: str | None, status: int, seconds: float) -> None:
    SECONDS.labels(method, route or "none", str(status)).observe(seconds)


def figures() -> bytes:
    """Return the figures of all workers, in Prometheus's own text."""
    registry = REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)
