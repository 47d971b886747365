"""A real browser against a real server: what the tests of this folder share."""

import os
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from tests.support.browser import find_browser


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """The browser that is installed; as root, Chromium runs only without its sandbox."""
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return {"executable_path": find_browser(), "args": ["--no-sandbox"] if as_root else []}


@pytest.fixture(scope="session")
def base_url(live_server: LiveServer) -> str:
    """Let ``page.goto("/today/")`` name a path alone. It is ``localhost``, which service workers trust without TLS."""
    return live_server.url
