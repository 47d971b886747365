"""A real browser against a real server: what the tests of this folder share."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from tests.support.browser import find_browser
from tests.support.content import load_shipped

SERIOUS = ("error", "warning")


def pytest_configure(config: pytest.Config) -> None:
    """Let the live server's threads end with the connections that a closed browser leaves open."""
    config.addinivalue_line("filterwarnings", "ignore:unclosed <socket:ResourceWarning")
    config.addinivalue_line(
        "filterwarnings", "ignore:Exception ignored in. <socket:pytest.PytestUnraisableExceptionWarning"
    )


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep SQLite in a file: in memory, the server's threads would all share the test's own connection."""
    if connection.vendor == "sqlite":
        path = tmp_path_factory.mktemp("database") / "browser.sqlite3"
        connection.settings_dict["TEST"]["NAME"] = str(path)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """The browser that is installed; as root, Chromium runs only without its sandbox."""
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return {"executable_path": find_browser(), "args": ["--no-sandbox"] if as_root else []}


@pytest.fixture(scope="session")
def base_url(live_server: LiveServer) -> str:
    """Let ``page.goto("/today/")`` name a path alone. It is ``localhost``, which service workers trust without TLS."""
    return live_server.url


@pytest.fixture(autouse=True)
def content(transactional_db: None) -> None:
    """The shipped content, as a visitor finds it."""
    load_shipped()


@pytest.fixture(autouse=True)
def quiet_console(page: Page) -> Iterator[None]:
    """Fail a test whose page broke the content security policy or threw an error: both stand in the console."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type in SERIOUS else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield
    # A browser reports each 404, 409 or 422 as an error of its own; those are pages that we mean to send.
    assert [text for text in complaints if "status of 4" not in text] == []
