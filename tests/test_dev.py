"""dev.py, the locks that it installs from and the programs that the tests bring along."""

import ast
import os
import re
import socket
import stat
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import dev
from backcare import VERSION
from tests.support import browser, postgres

PROJECT = tomllib.loads((dev.ROOT / "pyproject.toml").read_text())
RANGES = {
    "run": PROJECT["project"]["dependencies"],
    "dev": PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["dev"],
}
PIN = re.compile(r"^([a-z0-9._-]+)==([^ ;]+)", re.MULTILINE)


def lock_text(name: str) -> str:
    return (dev.LOCKS / f"{name}.txt").read_text()


def pins(name: str) -> dict[str, str]:
    return {canonicalize_name(package): version for package, version in PIN.findall(lock_text(name))}


@pytest.mark.parametrize("name", ["run", "dev"])
def test_lock_names_no_host(name: str) -> None:
    assert [word for word in ("://", "--index", "--extra-index", "--find-links") if word in lock_text(name)] == []


@pytest.mark.parametrize("name", ["run", "dev"])
def test_every_pin_has_a_hash(name: str) -> None:
    requirements = re.split(r"\n(?=[a-z0-9])", lock_text(name))
    assert [one.split(" ")[0] for one in requirements if "--hash=sha256:" not in one] == []


@pytest.mark.parametrize("name", ["run", "dev"])
def test_lock_is_within_the_ranges(name: str) -> None:
    locked = pins(name)
    wanted = [Requirement(line) for line in RANGES[name]]
    assert [str(one) for one in wanted if locked.get(canonicalize_name(one.name), "") not in one.specifier] == []


def test_tests_run_on_the_versions_that_are_served() -> None:
    tested = pins("dev")
    assert {name: tested.get(name) for name in pins("run")} == pins("run")


def test_the_version_is_the_same_everywhere() -> None:
    assert PROJECT["project"]["version"] == VERSION


def test_dev_needs_nothing_installed() -> None:
    imported = {node.module for node in ast.walk(dev_tree()) if isinstance(node, ast.ImportFrom)}
    imported |= {alias.name for node in ast.walk(dev_tree()) if isinstance(node, ast.Import) for alias in node.names}
    assert {str(name).split(".")[0] for name in imported} <= sys.stdlib_module_names


def test_older_python_reads_far_enough_to_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    ast.parse((dev.ROOT / "dev.py").read_text(), feature_version=(3, 8))
    monkeypatch.setattr(sys, "version_info", (3, 8, 10))
    with pytest.raises(dev.StopError, match=r"needs Python 3\.11"):
        dev.check_python()


def dev_tree() -> ast.Module:
    return ast.parse((dev.ROOT / "dev.py").read_text())


def test_python_without_venv_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev, "find_spec", lambda name: None)
    monkeypatch.setattr(dev, "can_install_packages", lambda: False)
    with pytest.raises(dev.StopError, match="apt install python3-venv"):
        dev.check_venv_module()


def test_installation_is_repeated_only_when_the_lock_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed: list[tuple[str, ...]] = []
    monkeypatch.setattr(dev, "VENV", tmp_path)
    monkeypatch.setattr(dev, "LOCKS", tmp_path)
    monkeypatch.setattr(dev, "ensure_venv", lambda: None)
    monkeypatch.setattr(dev, "uv", lambda *arguments: installed.append(arguments))
    (tmp_path / "run.txt").write_text("one==1")
    dev.ensure_installed("run")
    dev.ensure_installed("run")
    assert len(installed) == 1
    (tmp_path / "run.txt").write_text("one==2")
    dev.ensure_installed("run")
    assert len(installed) == 2


def test_secret_key_is_made_once_and_private(tmp_path: Path) -> None:
    first = dev.secret_key(tmp_path)
    assert len(first) >= 50
    assert dev.secret_key(tmp_path) == first
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600


def test_callers_settings_win_over_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKCARE_DATA", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("BACKCARE_SECRET_KEY", "the caller's")
    environment = dev.run_environment()
    assert environment["BACKCARE_SECRET_KEY"] == "the caller's"
    assert environment["BACKCARE_DATA"] == str(tmp_path / "elsewhere")
    assert (tmp_path / "elsewhere").is_dir()


def test_taken_port_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind((dev.HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert dev.main(["run", "--port", str(port)]) == 1
    assert f"Port {port} is not free" in capsys.readouterr().err


def test_mistyped_option_of_run_is_refused() -> None:
    with pytest.raises(SystemExit):
        dev.main(["run", "--prot", "8001"])


def test_server_that_dies_is_not_waited_for() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as server:
        server.wait()
        with pytest.raises(dev.StopError, match="did not start"):
            dev.announce(server, port=1)


def is_taken(port: int) -> bool:
    try:
        dev.check_port(port)
    except dev.StopError:
        return True
    return False


def wait_until(taken: bool, port: int) -> None:
    deadline = time.monotonic() + 60
    while is_taken(port) is not taken:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_stopped_server_leaves_no_worker_on_the_port(tmp_path: Path) -> None:
    with socket.create_server((dev.HOST, 0)) as probe:
        port = probe.getsockname()[1]
    deaf = "import signal, socket, time; signal.signal(signal.SIGTERM, signal.SIG_IGN)"
    (tmp_path / "worker.py").write_text(f"{deaf}; s = socket.create_server(('{dev.HOST}', {port})); time.sleep(120)")
    leader = "import subprocess, sys; subprocess.run([sys.executable, sys.argv[1]])"
    server = dev.start([sys.executable, "-c", leader, str(tmp_path / "worker.py")], dict(os.environ))
    try:
        wait_until(True, port)
    finally:
        dev.stop(server)
    wait_until(False, port)


def test_checks_do_not_see_the_callers_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://somewhere/precious")
    monkeypatch.setenv("BACKCARE_ENV", "production")
    with dev.check_environment() as environment:
        assert "DATABASE_URL" not in environment
        assert "BACKCARE_ENV" not in environment
        folder = Path(environment["BACKCARE_DATA"])
        assert folder.is_dir()
    assert not folder.exists()


def test_failed_step_fails_the_run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    steps = [
        dev.Step("lint", "good", [sys.executable, "-c", "print('all is well')"]),
        dev.Step("lint", "bad", [sys.executable, "-c", "raise SystemExit(3)"]),
        dev.Step("js", "good too", [sys.executable, "-c", ""]),
        dev.Step("sqlite", "alone", [sys.executable, "-c", ""]),
    ]
    monkeypatch.setattr(dev, "ensure_installed", lambda name: None)
    monkeypatch.setattr(dev, "all_steps", lambda extra: steps)
    assert dev.main(["test"]) == 1
    said = capsys.readouterr().out
    assert "=== good\nall is well\n" in said
    assert "1 of 4 failed" in said
    assert dev.main(["test", "js"]) == dev.main(["test", "sqlite"]) == 0


def test_every_part_has_a_step() -> None:
    assert {step.part for step in dev.all_steps([])} == set(dev.PARTS)


@pytest.mark.parametrize(
    ("extra", "arguments"),
    [
        ([], ["tests"]),
        (["-k", "claim"], ["-k", "claim", "tests"]),
        (["tests/test_dev.py::test_x", "-x"], ["tests/test_dev.py::test_x", "-x"]),
    ],
)
def test_callers_path_replaces_ours(extra: list[str], arguments: list[str]) -> None:
    assert dev.with_path(extra, "tests") == arguments


def test_missing_javascript_tests_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    monkeypatch.setattr(dev, "PYTHON", sys.executable)
    assert subprocess.run(dev.javascript_command([]), stderr=subprocess.DEVNULL).returncode == 1


def test_postgres_wrapper_passes_on_url_and_exit_code() -> None:
    script = "import os, sys; sys.exit(3 if os.environ['DATABASE_URL'].startswith('postgres://') else 4)"
    wrapper = [sys.executable, "-m", "tests.support.postgres", "--", sys.executable, "-c", script]
    environment = {name: value for name, value in os.environ.items() if name != "TEST_DATABASE_URL"}
    assert subprocess.run(wrapper, cwd=dev.ROOT, env=environment).returncode == 3


def test_postgres_of_the_wheel_starts_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "find_bindir", lambda: None)
    with postgres.throwaway_server() as url:
        folder = Path(url.split("@")[1].split("/")[0].replace("%2F", "/"))
        assert (folder / ".s.PGSQL.5432").exists()
    assert not folder.exists()


def test_browser_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKCARE_BROWSER", "no-such-browser")
    with pytest.raises(FileNotFoundError, match="no-such-browser"):
        browser.find_browser()
