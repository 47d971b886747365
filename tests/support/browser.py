"""Find a Chromium for the browser tests; where there is none, get one.

``python -m tests.support.browser -- <command>`` runs the command with the browser's path in BACKCARE_BROWSER, or fails
and says what was tried: browser tests are never skipped. In this order: ``$BACKCARE_BROWSER``, Playwright's own,
``chromium`` and its other names on PATH, Debian's package (as root), Playwright's download.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from dev import can_install_packages, install_packages

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def playwright_browser() -> str | None:
    """The path of the Chromium that Playwright has downloaded, if it has."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def installed_browser() -> str | None:
    """The path of a browser on this machine. Raises FileNotFoundError when ``$BACKCARE_BROWSER`` names none."""
    chosen = os.environ.get("BACKCARE_BROWSER")
    if chosen:
        path = shutil.which(chosen)
        if path is None:
            raise FileNotFoundError(f"BACKCARE_BROWSER is {chosen}, which is not a program.")
        return path
    return playwright_browser() or next(filter(None, map(shutil.which, NAMES)), None)


def install_browser() -> None:
    """Bring a Chromium by the first way that works here."""
    if can_install_packages():
        install_packages("chromium")
        if installed_browser():
            return
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"])


def find_browser() -> str:
    """The path of a Chromium, installed if need be. Raises FileNotFoundError when there is no way to one."""
    path = installed_browser()
    if path is None:
        print("No browser found: installing Chromium …", file=sys.stderr)
        install_browser()
        path = installed_browser()
    if path is None:
        raise FileNotFoundError(
            f"The browser tests need Chromium: tried BACKCARE_BROWSER, Playwright's own, {', '.join(NAMES)}, "
            "apt-get and Playwright's download."
        )
    return path


def main(arguments: list[str]) -> int:
    """Run the command after ``--`` and return its exit code; 1 when there is no browser."""
    try:
        browser = find_browser()
    except FileNotFoundError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"Browser: {browser}", flush=True)
    # Playwright's event loop lives in the thread that also talks to the database: Django would refuse.
    environment = os.environ | {"BACKCARE_BROWSER": browser, "DJANGO_ALLOW_ASYNC_UNSAFE": "true"}
    return subprocess.run(arguments[arguments.index("--") + 1 :], env=environment).returncode


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
