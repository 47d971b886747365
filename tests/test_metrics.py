"""Metrics: off by default, for a token only, about routes and not about people, and the same from every worker."""

import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from dev import ROOT
from tests.factories import UserFactory
from tests.support.servers import Site, environment, serving

TOKEN = "0123456789abcdef" * 4


@pytest.fixture
def measured(settings: Settings) -> Client:
    """A browser of a site that has metrics."""
    settings.METRICS_TOKEN = TOKEN
    return Client(headers={"authorization": f"Bearer {TOKEN}"})


@pytest.mark.django_db
def test_there_are_no_metrics_without_a_token_in_the_settings(client: Client) -> None:
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"authorization": "Bearer "}).status_code == 404


@pytest.mark.parametrize(
    "given", ["", TOKEN, "Bearer", f"Bearer {TOKEN[:-1]}", f"Bearer {TOKEN}x", "Basic eDp5", "Bearer ü"]
)
def test_another_token_is_refused(measured: Client, given: str) -> None:
    response = measured.get("/metrics", headers={"authorization": given})
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert TOKEN not in response.content.decode()


@pytest.mark.django_db
def test_metrics_name_routes_and_nobody(measured: Client) -> None:
    measured.force_login(UserFactory(username="alice-in-the-metrics"))
    measured.get("/today/")
    measured.get("/sessions/0b1c2d3e-0000-4000-8000-000000000000/?q=alice")
    measured.generic("MADE-UP", "/nowhere/alice")
    text = measured.get("/metrics").content.decode()
    labels = set(re.findall(r"backcare_request_seconds_count\{(.*?)\}", text))
    assert 'method="GET",route="tracking:today",status="200"' in labels
    assert 'method="GET",route="tracking:session-detail",status="404"' in labels
    assert 'method="other",route="none",status="404"' in labels
    assert "alice" not in text
    assert "0b1c2d3e" not in text


def test_each_of_several_workers_answers_for_all(tmp_path: Path) -> None:
    folder = tmp_path / "figures"
    folder.mkdir()
    env = environment(tmp_path, BACKCARE_METRICS_TOKEN=TOKEN, PROMETHEUS_MULTIPROC_DIR=str(folder))
    with serving(env, "--workers", "2") as site:
        before = checks_counted(site)
        asked = 0
        deadline = time.monotonic() + 60
        while not asked or len(list(folder.iterdir())) < 2:  # the kernel may choose one worker only
            assert time.monotonic() < deadline, "one worker has all requests: nothing can be added up"
            with ThreadPoolExecutor(8) as at_once:
                asked += len(list(at_once.map(site.get, ["/healthz"] * 40)))
        assert {checks_counted(site) for _ in range(8)} == {before + asked}


def checks_counted(site: Site) -> float:
    """Return how many health checks the site says it had."""
    text = site.get("/metrics", Authorization=f"Bearer {TOKEN}").body
    [count] = re.findall(r'count\{method="GET",route="healthz",status="200"\} (\S+)', text)
    return float(count)


def test_a_weak_token_does_not_start() -> None:
    env = environment(ROOT, BACKCARE_METRICS_TOKEN="short")
    run = subprocess.run([sys.executable, "-c", "import backcare.settings"], cwd=ROOT, env=env, capture_output=True)
    assert b"ImproperlyConfigured: BACKCARE_METRICS_TOKEN" in run.stderr
