"""The bench in its short form, against a real server: it runs, and its table says what it should."""

import os
import re
import subprocess
import sys

import pytest
from django.db import connection

from dev import ROOT
from tests.bench.load import Figures
from tests.bench.measure import Measured
from tests.bench.plan import Page
from tests.bench.report import growths, line

DATABASES = {"sqlite": "sqlite", "postgresql": "postgres"}  # the suite runs on both; each run measures its own
SHORT = ["--people", "3", "--sessions", "60", "--histories", "0,20", "--rounds", "1", "--seconds", "1"]


def measured(*ratios: float) -> Measured:
    figures = [Figures(requests=10, seconds=1, p50=1, p95=2, p99=3, errors=0) for _ in ratios]
    return Measured(figures, list(ratios), list(ratios), list(ratios))


@pytest.mark.suite_database
def test_pages_are_measured_beside_their_floors_under_load() -> None:
    command = [
        sys.executable,
        "-m",
        "tests.bench",
        *SHORT,
        "--database",
        DATABASES[connection.vendor],
        "--pages",
        "^(today|today, anew|log)$",
    ]
    ran = subprocess.run(command, cwd=ROOT, env=dict(os.environ), capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    rows = {(row[:26].strip(), row[26:35].strip()): row[35:].split() for row in ran.stdout.splitlines()}
    today = [("today", "0"), ("today, anew", "0"), ("today", "20"), ("today, anew", "20")]
    assert rows.keys() >= {*today, ("log", "writers")}
    queries = {place: int(rows[place][4]) for place in today}
    assert queries["today", "20"] < queries["today, anew", "20"]
    assert "(c) 20 rows" in ran.stdout
    assert re.search(r"^Python 3\.\d+.* in \d+ ms$", ran.stdout, re.M), "the Python that was measured is named"
    assert re.search(r"^round 1 of 1, .* stolen$", ran.stdout, re.M)
    assert "first page" in ran.stdout


def test_median_over_the_goal_is_marked() -> None:
    page = Page("today", "730", "/today/", limit=2)
    assert "MISSED" not in line(page, measured(1, 2, 9))
    assert "MISSED" in line(page, measured(1, 2.1, 9))


def test_growth_over_ten_years_is_a_ratio_of_the_same_page() -> None:
    pages = {Page("progress", who, "/progress/"): measured(ratio) for who, ratio in (("730", 2.0), ("7300", 3.0))}
    assert list(growths(pages)) == ["progress: with ten years 1.50 x itself with one  goal 1.3  MISSED"]
