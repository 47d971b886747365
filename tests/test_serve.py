"""One process brings the database up to date, loads the application and forks the workers."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import path, reverse
from django.urls.resolvers import RoutePattern

from backcare.later import LaterResolver
from backcare.serve import options
from dev import ROOT
from tests.support.servers import environment
from tests.support.site import free_port


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


later = LaterResolver(RoutePattern("data/"), "tests.no_such_module", app_name="data", namespace="data")
urlpatterns = [path("page/", page, name="page"), later]


@override_settings(ROOT_URLCONF=__name__)
def test_a_link_to_another_page_does_not_load_what_comes_later() -> None:
    assert reverse("page") == "/page/"


@pytest.mark.parametrize(("option", "status"), [("--help", 0), ("--no-such-option", 2)])
def test_who_asks_for_help_or_mistypes_an_option_prepares_nothing(tmp_path: Path, option: str, status: int) -> None:
    command = [sys.executable, "-m", "backcare.serve", option]
    ran = subprocess.run(command, cwd=ROOT, env=environment(tmp_path), capture_output=True, text=True, timeout=60)
    assert ran.returncode == status
    assert "--blocking-threads" in ran.stdout or option in ran.stderr
    assert list(tmp_path.rglob("*.sqlite3")) == []


def test_a_worker_that_dies_is_replaced_unless_told_otherwise() -> None:
    assert options([]).params["respawn_failed_workers"] is True
    assert options(["--no-respawn-failed-workers"]).params["respawn_failed_workers"] is False


def test_defaults_give_way_to_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    limits = ("http1_buffer_size", "http2_max_headers_size")
    assert [options([]).params[name] for name in limits] == [32768, 32768]
    monkeypatch.setenv("GRANIAN_HTTP1_BUFFER_SIZE", "65536")
    assert options([]).params["http1_buffer_size"] == 65536


def test_nothing_is_served_from_a_database_that_could_not_be_prepared(tmp_path: Path) -> None:
    env = environment(tmp_path, DATABASE_URL=f"sqlite:///{tmp_path / 'missing' / 'database'}")
    command = [sys.executable, "-m", "backcare.serve", "--port", str(free_port())]
    ran = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 1
    assert "unable to open database file" in ran.stderr
    assert "Listening" not in ran.stderr + ran.stdout
