"""Production's log: one line of JSON for each request and each error, and in none of them what anybody typed."""

import json
import logging
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from backcare.logs import JSONFormatter
from dev import ROOT
from tests.support.databases import database, url
from tests.support.servers import environment

CANARY = "Kanarienvogel"
NUMBER = "0b1c2d3e-4f50-4172-8394-a5b6c7d8e9f0"  # as a proxy gives it
DOORS = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "backcare.settings"
from backcare import settings
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
settings.STAFF_SECOND_FACTOR = False  # to reach the admin's pages
import django
django.setup()
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import get_resolver
from exercises import catalogue
from tracking.models import Profile, Session

C = sys.argv[1]
call_command("load_content", verbosity=0)
alice = User.objects.create_user("alice", password="a-calm-morning-walk")
Profile.objects.planned(alice, "UTC").save()
admin = User.objects.create_superuser("admin", password=C)
host = {"host": "back.example.org"}
stranger, person, editor = (Client(raise_request_exception=False, headers=host) for _ in range(3))
person.force_login(alice)
editor.force_login(admin)
asked = []

def ask(client, method, path, data=None, **extra):
    response = getattr(client, method)(path, data or {}, secure=True, **extra)
    asked.append((method, path, response.status_code))

everywhere = ["/", "/exercises/", "/today/", "/sessions/", "/sessions/new/", "/progress/", "/settings/", "/nowhere/",
              f"/exercises/{C}/", f"/sessions/{C}/", f"/api/v1/exercises/{C}", f"/{C}", f"/static/{C}", "/admin/",
              f"/admin/auth/user/{C}/change/", "/admin/exercises/exercise/", f"/accounts/password/reset/key/1-{C}/",
              "/accounts/login/", "/accounts/signup/", "/accounts/2fa/authenticate/", "/healthz", "/readyz", "/metrics"]
for client in (stranger, person, editor):
    for path in everywhere:
        ask(client, "get", path, {"q": C, "next": f"//{C}", "page": C, "period": C, "date": C, "days": C})
        ask(client, "post", path, {"login": C, "username": C, "password": C, "password1": C, "password2": C, "email": C,
                                   "pain_before": C, "pain_after": C, "note": C, "key": C, "date": C, "period": C,
                                   "zone": C, "name": C, "token": C, "code": C})
for headers in ({"cookie": f"__Host-session={C}"}, {"x-request-id": C}, {"user-agent": C},
                {"authorization": f"Bearer {C}"}, {"host": C}, {"origin": f"https://{C}"},
                {"referer": f"https://{C}/"}, {"x-forwarded-for": C}, {"accept-language": C}, {"content-type": C}):
    ask(stranger, "get", "/exercises/", headers=headers)
    ask(stranger, "post", "/accounts/login/", {"login": C}, headers=headers)
strict = Client(enforce_csrf_checks=True, raise_request_exception=False, headers={"host": "back.example.org"})
ask(strict, "post", "/accounts/login/", {"csrfmiddlewaretoken": C, "login": C})
ask(strict, "post", "/accounts/login/", {}, headers={"cookie": f"__Host-csrf={C}"})
response = stranger.generic(C.upper(), "/exercises/", secure=True)
asked.append((C, "/exercises/", response.status_code))
kind = f"multipart/form-data; boundary={C}"
response = stranger.generic("POST", "/accounts/login/", C * 9, content_type=kind, secure=True)
asked.append(("post", "/accounts/login/", response.status_code))
ask(stranger, "get", "/exercises/", {"q": f"{C}\\0"})
ask(editor, "post", "/admin/exercises/exercise/add/", {"picture": SimpleUploadedFile(f"{C}.png", C.encode())})

def broken(*arguments, **named):
    note = C
    try:
        raise KeyError(C)
    except KeyError:
        raise ValueError(f"bad value {note}")

for model in (Profile, Session):
    model.objects.__class__.owned_by = broken
Profile.objects.__class__.of = broken  # what a page begins with
catalogue.plans = broken
for path in ("/", "/today/", "/sessions/", "/progress/", "/sessions/new/"):
    ask(person, "get", path, {"q": C})
    ask(person, "post", path, {"note": C})
print(len(asked), sum(status >= 500 for _, _, status in asked))
"""


@pytest.fixture
def _django_db_helper(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """What the mark stands for, in the place of a transaction: another process looks at these rows."""
    with django_db_blocker.unblock():
        yield


@pytest.mark.django_db
def test_no_line_holds_what_anybody_typed(tmp_path: Path) -> None:
    production = {"BACKCARE_ENV": "production", "BACKCARE_SECRET_KEY": uuid.uuid4().hex * 2}
    (tmp_path / "static").mkdir()  # WhiteNoise warns where there is none
    with database(tmp_path, template=connection) as own:
        env = environment(tmp_path, DATABASE_URL=url(own), BACKCARE_HOSTS="back.example.org", **production)
        command = [sys.executable, "-c", DOORS, CANARY]
        ran = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=300)
    assert ran.returncode == 0, ran.stderr[-3000:]
    asked, broken = map(int, ran.stdout.split())
    lines: list[dict[str, Any]] = [json.loads(line) for line in ran.stderr.splitlines()]
    assert [line for line in ran.stderr.splitlines() if CANARY.lower() in line.lower()] == []
    requests = [line for line in lines if line["logger"] == "backcare.requests"]
    assert len(requests) == asked
    assert len({line["request_id"] for line in requests}) == asked
    raised = [line for line in lines if "error" in line]
    assert broken >= 3
    assert {line["request_id"] for line in requests if line["status"] >= 500} <= {one["request_id"] for one in raised}
    assert [error["type"] for error in raised[-1]["error"]] == ["builtins.ValueError", "builtins.KeyError"]
    assert "broken" in raised[-1]["error"][0]["frames"][-1]


def line(record: logging.LogRecord) -> dict[str, Any]:
    text = JSONFormatter().format(record)
    assert "\n" not in text
    found: dict[str, Any] = json.loads(text)
    return found


def record(name: str, message: str, *arguments: object, error: BaseException | None = None) -> logging.LogRecord:
    information = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord(name, logging.WARNING, __file__, 1, message, arguments, information)


def test_our_own_messages_are_written_and_those_of_libraries_are_not() -> None:
    assert line(record("exercises.caching", "for %d s\nand more", 5))["message"] == "for 5 s\nand more"
    assert "message" not in line(record("django.security.DisallowedHost", "Invalid HTTP_HOST header: %s", CANARY))


def test_an_outage_says_why() -> None:
    told = line(record("django.request", "%s", CANARY, error=OperationalError("connection refused\nDETAIL: more")))
    assert told["error"] == [
        {"type": "django.db.utils.OperationalError", "message": "connection refused", "frames": []}
    ]


def test_errors_that_go_in_a_circle_end() -> None:
    first, second = ValueError(), KeyError()
    first.__context__, second.__context__ = second, first
    assert [error["type"] for error in line(record("x", "", error=first))["error"]] == [
        "builtins.ValueError",
        "builtins.KeyError",
    ]


@pytest.mark.parametrize("given", [NUMBER.replace("-", ""), NUMBER, NUMBER.upper()])
def test_a_proxys_request_number_is_kept(client: Client, given: str) -> None:
    assert client.get("/healthz", headers={"x-request-id": given}).headers["X-Request-ID"] == given.lower()


@pytest.mark.parametrize("given", ["", "1", "a" * 64, "x" * 32, f"{NUMBER}\n", f"{NUMBER} ", "../../etc"])
def test_another_request_number_is_made_here(client: Client, given: str) -> None:
    answered = client.get("/healthz", headers={"x-request-id": given}).headers["X-Request-ID"]
    assert answered != given
    assert uuid.UUID(answered).version == 4
