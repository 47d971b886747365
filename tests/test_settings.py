"""Settings are read once, at the start: here anew for each case, and by a Python of its own where it must not start."""

import os
import re
import secrets
import subprocess
import sys
from pathlib import Path
from runpy import run_path
from typing import Any
from unittest import mock

import pytest
from django.apps import apps
from django.core.cache import caches
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test import Client
from pytest_django import Settings

from tracking.thresholds import rules

ROOT = Path(__file__).resolve().parent.parent
SOUND = {
    "BACKCARE_ENV": "production",
    "BACKCARE_SECRET_KEY": secrets.token_hex(32),
    "BACKCARE_HOSTS": "back.example.org",
}


def only(given: dict[str, str]) -> dict[str, str]:
    """Return this process's environment with no settings but those that are given."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("BACKCARE_", "DATABASE_URL"))}
    return kept | given


def python(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python in the project's folder with no settings but ``environment``."""
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=only(environment), capture_output=True, text=True, timeout=60
    )


def read(**environment: str) -> dict[str, Any]:
    """Return the settings that are read from ``environment``."""
    with mock.patch.dict(os.environ, only(environment), clear=True):
        return run_path(str(ROOT / "backcare" / "settings.py"))


def shown(*names: str, **environment: str) -> dict[str, Any]:
    settings = read(**environment)
    return {name: settings.get(name) for name in names}


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"BACKCARE_SECRET_KEY": ""}, "BACKCARE_SECRET_KEY"),
        ({"BACKCARE_SECRET_KEY": "short"}, "BACKCARE_SECRET_KEY"),
        ({"BACKCARE_SECRET_KEY": "ab" * 40}, "BACKCARE_SECRET_KEY"),
        ({"BACKCARE_DEBUG": "true"}, "BACKCARE_DEBUG"),
        ({"BACKCARE_HOSTS": ""}, "BACKCARE_HOSTS"),
        ({"BACKCARE_HOSTS": "*"}, "BACKCARE_HOSTS"),
        ({"BACKCARE_HOSTS": ".example.org"}, "BACKCARE_HOSTS"),
        ({"BACKCARE_HOSTS": "back.example.org, *"}, "BACKCARE_HOSTS"),
        ({"BACKCARE_HOSTS": "https://back.example.org"}, "BACKCARE_HOSTS"),
        ({"BACKCARE_HOSTS": "back.example.org:8443"}, "BACKCARE_HOSTS"),
        ({"BACKCARE_HOSTS": "back.example.org."}, "BACKCARE_HOSTS"),
        ({"BACKCARE_EMAIL_URL": "smtp+tls://mail.example.org:587"}, "BACKCARE_EMAIL_URL"),
        ({"BACKCARE_EMAIL_URL": ""}, "BACKCARE_EMAIL_URL"),
        ({"DATABASE_URL": "mysql://user@127.0.0.1/backcare"}, "DATABASE_URL"),
        ({"BACKCARE_ENV": "Production"}, "BACKCARE_ENV"),
        ({"BACKCARE_ENV": ""}, "BACKCARE_ENV"),
    ],
)
def test_settings_of_an_unsafe_production_are_refused(wrong: dict[str, str], reason: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=rf"^{reason}"):
        read(**(SOUND | wrong))


def test_an_unsafe_production_does_not_start() -> None:
    result = python("manage.py", "check", **(SOUND | {"BACKCARE_SECRET_KEY": "short"}))
    assert result.returncode != 0
    assert "ImproperlyConfigured: BACKCARE_SECRET_KEY" in result.stderr


def test_development_with_the_known_key_lets_nobody_else_in() -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^BACKCARE_HOSTS"):
        read(BACKCARE_HOSTS="192.0.2.7")
    read(BACKCARE_HOSTS="192.0.2.7", BACKCARE_SECRET_KEY=secrets.token_hex(32))


def test_production_sets_cookies_that_only_https_and_this_host_get() -> None:
    found = shown(
        "SESSION_COOKIE_NAME",
        "CSRF_COOKIE_NAME",
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_SECURE",
        "SESSION_COOKIE_HTTPONLY",
        "SESSION_COOKIE_SAMESITE",
        "SECURE_SSL_REDIRECT",
        "SECURE_HSTS_SECONDS",
        "SECURE_HSTS_PRELOAD",
        "DEBUG",
        **SOUND,
    )
    assert found == {
        "SESSION_COOKIE_NAME": "__Host-session",
        "CSRF_COOKIE_NAME": "__Host-csrf",
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SECURE_SSL_REDIRECT": True,
        "SECURE_HSTS_SECONDS": 63_072_000,
        "SECURE_HSTS_PRELOAD": False,
        "DEBUG": False,
    }


def test_hosts_may_have_blanks_between_them() -> None:
    found = shown("ALLOWED_HOSTS", **(SOUND | {"BACKCARE_HOSTS": "back.example.org, 192.0.2.7 , [2001:db8::7],"}))
    assert found == {"ALLOWED_HOSTS": ["back.example.org", "192.0.2.7", "[2001:db8::7]"]}


def test_production_asks_staff_for_a_second_factor() -> None:
    assert shown("STAFF_SECOND_FACTOR", **SOUND) == {"STAFF_SECOND_FACTOR": True}


def test_production_without_mail_writes_no_link_to_the_log() -> None:
    assert shown("EMAIL_BACKEND", **SOUND)["EMAIL_BACKEND"].endswith("dummy.EmailBackend")


def test_mail_as_the_example_has_it_is_encrypted_and_given_up_in_time() -> None:
    [url] = re.findall(r"^#BACKCARE_EMAIL_URL=(.+)$", (ROOT / ".env.example").read_text(), re.MULTILINE)
    found = shown("EMAIL_HOST", "EMAIL_PORT", "EMAIL_USE_TLS", "EMAIL_TIMEOUT", **SOUND, BACKCARE_EMAIL_URL=url)
    assert found == {"EMAIL_HOST": "mail.example.org", "EMAIL_PORT": 587, "EMAIL_USE_TLS": True, "EMAIL_TIMEOUT": 10}
    longer = shown("EMAIL_TIMEOUT", **SOUND, BACKCARE_EMAIL_URL=f"{url}?timeout=30")
    assert longer == {"EMAIL_TIMEOUT": 30}


def test_production_passes_djangos_own_checks() -> None:
    result = python("manage.py", "check", "--deploy", "--fail-level", "WARNING", **SOUND)
    assert result.returncode == 0, result.stderr


def test_a_statement_on_postgresql_is_begun_at_once_and_given_up_within_seconds() -> None:
    options = shown("DATABASES", DATABASE_URL="postgres://user@127.0.0.1/backcare")["DATABASES"]["default"]["OPTIONS"]
    assert options["connect_timeout"] <= 2
    assert options["tcp_user_timeout"] <= 3000
    assert options["pool"]["timeout"] <= 3
    assert "jit=off" in options["options"]
    assert options["server_side_binding"]
    assert options["prepare_threshold"]
    assert "statement_timeout=5000" in options["options"]


@pytest.mark.django_db
def test_an_acknowledged_log_is_on_the_disk() -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            assert cursor.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL
    else:
        with connection.cursor() as cursor:
            cursor.execute("SELECT boot_val FROM pg_settings WHERE name = 'synchronous_commit'")
            assert cursor.fetchone() == ("on",)


@pytest.mark.django_db
def test_a_flood_of_entries_does_not_push_a_lock_out_of_the_cache() -> None:
    cache = caches["default"]
    cache.set("a-locked-account", 10, timeout=300)
    for number in range(400):  # more than Django keeps by default
        cache.set(f"b-{number}", 1, timeout=300)
    assert cache.get("a-locked-account") == 10


@pytest.mark.django_db
def test_a_site_without_mail_promises_none(client: Client, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    for response in (
        client.get("/accounts/password/reset/"),
        client.post("/accounts/password/reset/", {"email": "a@b.example"}),
    ):
        assert "sends no e-mail" in response.content.decode()


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ("good_days=0", "good_days is at least 1"),
        ("go_on=7", "go_on"),
        ("courage=3", "courage"),
    ],
)
def test_rules_that_cannot_be_are_refused_with_the_reason(settings: Settings, wrong: str, reason: str) -> None:
    settings.RULES = read(BACKCARE_RULES=wrong)["RULES"]
    rules.cache_clear()
    with pytest.raises(ImproperlyConfigured, match=reason):
        apps.get_app_config("tracking").ready()


@pytest.mark.parametrize(
    ("wrong", "reason"), [("good_days=0", "good_days is at least 1"), ("rise=two", "BACKCARE_RULES")]
)
def test_a_start_with_rules_that_cannot_be_is_refused_with_the_reason(wrong: str, reason: str) -> None:
    result = python("manage.py", "check", BACKCARE_RULES=wrong)
    assert result.returncode != 0
    assert reason in result.stderr


def test_an_operator_sets_a_rule() -> None:
    ask = "import django; django.setup(); from tracking.thresholds import rules; print(rules().good_days)"
    result = python("-c", ask, BACKCARE_RULES="good_days=4", DJANGO_SETTINGS_MODULE="backcare.settings")
    assert result.stdout.strip() == "4", result.stderr


def test_a_start_with_an_emergency_number_that_cannot_be_is_refused() -> None:
    result = python("manage.py", "check", BACKCARE_EMERGENCY="*=112,GB=nine")
    assert result.returncode != 0
    assert "GB='nine'" in result.stderr
