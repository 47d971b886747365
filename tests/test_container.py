"""The container files agree with each other, with the settings and with dev.py."""

import http.client
import json
import os
import re
import secrets
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import yaml

import dev
from deploy import healthcheck
from tests.support.servers import wait_for
from tests.support.site import children

DOCKERFILE = (dev.ROOT / "Dockerfile").read_text()
COMPOSE_TEXT = (dev.ROOT / "docker-compose.yml").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(COMPOSE_TEXT)
EXAMPLE = (dev.ROOT / ".env.example").read_text()
DOCUMENTED = set(re.findall(r"^#?([A-Z_]+)=", EXAMPLE, re.MULTILINE))


def test_image_installs_what_dev_installs() -> None:
    assert f"uv=={dev.UV_VERSION}" in DOCKERFILE
    assert "--require-hashes -r requirements/run.txt" in DOCKERFILE


def test_image_copies_what_exists_and_is_not_ignored() -> None:
    copied = re.findall(r"^COPY (?!--from)(\S+)", DOCKERFILE, re.MULTILINE)
    allowed = (dev.ROOT / ".dockerignore").read_text().split()
    assert [path for path in copied if not (dev.ROOT / path).exists() or f"!{path}" not in allowed] == []


def test_image_does_not_run_as_root() -> None:
    assert re.findall(r"^USER (\S+)", DOCKERFILE, re.MULTILINE) == ["backcare"]


def test_compose_holds_no_secret() -> None:
    given = {name: value for part in COMPOSE["services"].values() for name, value in part["environment"].items()}
    assert given["BACKCARE_SECRET_KEY"].startswith("${BACKCARE_SECRET_KEY:?")
    assert given["POSTGRES_PASSWORD"].startswith("${POSTGRES_PASSWORD:?")
    assert ":${POSTGRES_PASSWORD:?" in given["DATABASE_URL"]


def test_containers_cannot_write_to_their_image() -> None:
    assert all(service["read_only"] for service in COMPOSE["services"].values())


def test_site_is_reached_through_a_proxy_only() -> None:
    assert all(port.startswith("127.0.0.1:") for port in COMPOSE["services"]["web"]["ports"])
    assert "ports" not in COMPOSE["services"]["db"]


def test_every_setting_is_documented() -> None:
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', (dev.ROOT / "backcare" / "settings.py").read_text()))
    read |= set(re.findall(r"\$\{([A-Z_]+)", COMPOSE_TEXT))
    assert read
    assert read - DOCUMENTED == set()


def test_compose_passes_on_every_setting_that_is_not_for_running_without_it() -> None:
    offered = set(re.findall(r"^#?([A-Z_]+)=", EXAMPLE.split("# --- Without Docker")[0], re.MULTILINE))
    assert offered - set(re.findall(r"\$\{([A-Z_]+)", COMPOSE_TEXT)) == set()
    assert "BACKCARE_EMERGENCY" in offered


def test_example_holds_no_secret() -> None:
    assert re.findall(r"^(?:BACKCARE_SECRET_KEY|POSTGRES_PASSWORD)=(.+)$", EXAMPLE, re.MULTILINE) == []


@contextmanager
def server(status: int, hosts: list[str]) -> Iterator[int]:
    """A server that answers with a status, notes the Host that it was asked under, and yields its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            hosts.append(self.headers["Host"])
            self.send_response(status if self.path == "/healthz" else 404)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as listening:
        Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield listening.server_port
        listening.shutdown()


@pytest.mark.parametrize(("status", "healthy"), [(200, True), (400, False), (503, False)])
def test_health_is_the_servers_own_word(status: int, healthy: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    hosts: list[str] = []
    with server(status, hosts) as port:
        monkeypatch.setenv("PORT", str(port))
        monkeypatch.setenv("BACKCARE_HOSTS", "back.example.org, other.example.org")
        assert healthcheck.healthy() is healthy
    assert hosts == ["back.example.org"]


def test_silent_server_is_not_healthy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "1")
    assert healthcheck.healthy() is False


def steps(stage: int) -> list[tuple[str, str]]:
    """Return the instructions of a stage of the Dockerfile, as its words and their arguments."""
    text = re.sub(r"^#.*\n", "", DOCKERFILE, flags=re.MULTILINE).replace("\\\n", " ")
    stages = re.split(r"^(?=FROM )", text, flags=re.MULTILINE)[1:]
    lines = [line.split(maxsplit=1) for line in stages[stage].splitlines() if line.strip()]
    return [(word, rest.strip()) for word, rest in lines]


class Image:
    """The Dockerfile's steps in a folder that stands for the image's root. What belongs to the system is recorded."""

    SYSTEM = ("apt-get", "useradd", "chown", "rm")

    def __init__(self, root: Path) -> None:
        self.root, self.folder, self.user = root, root, "root"
        ours = ("BACKCARE_", "DATABASE_URL", "DJANGO_", "PROMETHEUS_", "PYTHON", "VIRTUAL_ENV")
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        programs = (root / "system", Path(sys.executable).parent, os.environ["PATH"])
        self.environment["PATH"] = os.pathsep.join(map(str, programs))
        self.command: list[str] = []
        self.health: list[str] = []
        (root / "system").mkdir()
        for name in self.SYSTEM:
            (root / "system" / name).write_text(f'#!/bin/sh\necho {name} "$@" >> {root}/system.log\n')
            (root / "system" / name).chmod(0o755)

    def inside(self, text: str) -> str:
        """Return a text with the image's own paths put into the folder."""
        return re.sub(r"(?<![\w.:])/(?=(venv|app|data|tmp)\b)", f"{self.root}/", text)

    def build(self) -> None:
        for stage in (0, 1):
            for word, rest in steps(stage):
                getattr(self, f"do_{word.lower()}")(rest)

    def do_from(self, rest: str) -> None:
        self.folder = self.root

    def do_workdir(self, rest: str) -> None:
        self.folder = Path(self.inside(rest))
        self.folder.mkdir(exist_ok=True)

    def do_copy(self, rest: str) -> None:
        if rest.startswith("--from=build"):
            return  # one folder stands for both stages
        source, target = rest.split()
        copy = shutil.copytree if (dev.ROOT / source).is_dir() else shutil.copy2
        (self.folder / target).parent.mkdir(parents=True, exist_ok=True)
        copy(dev.ROOT / source, self.folder / target)

    def do_run(self, rest: str) -> None:
        if rest.startswith("pip install"):
            return  # uv of that version is here: see test_image_installs_what_dev_installs
        self.run(["sh", "-euc", self.inside(rest)])

    def do_env(self, rest: str) -> None:
        for pair in shlex.split(rest):
            name, value = pair.split("=", 1)
            self.environment[name] = self.inside(value).replace("$PATH", self.environment["PATH"])

    def do_user(self, rest: str) -> None:
        self.user = rest

    def do_volume(self, rest: str) -> None:
        assert Path(self.inside(rest)).is_dir()

    def do_expose(self, rest: str) -> None:
        assert rest == "8000"

    def do_healthcheck(self, rest: str) -> None:
        self.health = json.loads(rest.split(" CMD ")[1])

    def do_cmd(self, rest: str) -> None:
        self.command = json.loads(rest)

    def run(self, command: list[str], **more: str) -> None:
        result = subprocess.run(
            command, cwd=self.folder, env=self.environment | more, capture_output=True, text=True, timeout=300
        )
        assert result.returncode == 0, result.stdout + result.stderr


@pytest.fixture
def image() -> Iterator[Image]:
    """The image's folder, gone afterwards: it has a whole environment in it."""
    with tempfile.TemporaryDirectory(prefix="bc-image-") as root:
        yield Image(Path(root))


def test_the_steps_of_the_image_work_and_it_serves_what_they_made(image: Image) -> None:
    (image.root / "tmp").mkdir()
    image.build()
    assert "postgresql-client-17" in (image.root / "system.log").read_text()
    files = sorted(path for path in (image.root / "app").rglob("*") if "__pycache__" not in path.parts)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    settings = {"BACKCARE_SECRET_KEY": secrets.token_hex(32), "BACKCARE_HOSTS": "back.example.org", "PORT": port}
    environment = image.environment | settings | {"TMPDIR": str(image.root / "tmp")}
    with (image.root / "log").open("w") as log:
        server = subprocess.Popen(image.command, cwd=image.folder, env=environment, stdout=log, stderr=log)
        try:
            health = partial(subprocess.run, image.health, cwd=image.folder, env=environment)
            wait_for(lambda: health().returncode == 0 or server.poll() is not None, 120)
            page = asked("/", port)
            [sheet] = re.findall(r'"(/static/css/app\.[0-9a-f]+\.css)"', page)
            assert "font" in asked(sheet, port)
            assert asked("/", port, status=431, cookie="a" * 40_000) == ""
            assert [shared(worker) > 0.5 for worker in children(server.pid)] == [True, True]
        finally:
            server.terminate()
            server.wait(20)
    assert (image.root / "data" / "backcare.sqlite3").stat().st_mode & 0o077 == 0
    lines = [json.loads(line) for line in (image.root / "log").read_text().splitlines() if line.startswith("{")]
    assert {"backcare.requests", "_granian"} <= {line["logger"] for line in lines}
    assert files == sorted(path for path in (image.root / "app").rglob("*") if "__pycache__" not in path.parts)


def shared(pid: int) -> float:
    """Return how much of a process's own memory it shares with the one that it was forked from."""
    lines = [line.split() for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]]
    pages = {name: int(size) for name, size, *_ in lines}
    return pages["Shared_Dirty:"] / pages["Anonymous:"]


def asked(path: str, port: str, status: int = 200, cookie: str = "") -> str:
    """Return what the proxy gets."""
    headers = {"Host": "back.example.org", "X-Forwarded-Proto": "https", "Cookie": cookie}
    with closing(http.client.HTTPConnection("127.0.0.1", int(port), timeout=10)) as connection:
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        assert response.status == status
        return response.read().decode()


def test_the_programs_for_backups_are_of_the_servers_version() -> None:
    assert f"postgresql-client-{COMPOSE['services']['db']['image'].split(':')[1]}" in DOCKERFILE


def compose_tools() -> list[list[str]]:
    """Return the commands for docker compose that this machine has."""
    found = [["docker", "compose"], ["docker-compose"]]
    return [one for one in found if shutil.which(one[0]) and not subprocess.run([*one, "version"]).returncode]


def test_compose_file_is_what_docker_compose_reads(tmp_path: Path) -> None:
    """Where there is no such tool, the tests above have read it as YAML."""
    env = {"BACKCARE_SECRET_KEY": "x" * 50, "BACKCARE_HOSTS": "back.example.org", "POSTGRES_PASSWORD": "secret"}
    for tool in compose_tools():
        command = [
            *tool,
            "--file",
            str(dev.ROOT / "docker-compose.yml"),
            "--project-directory",
            str(tmp_path),
            "config",
        ]
        base = {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"]}
        shown = subprocess.run(command, env=base | env, capture_output=True, text=True)
        assert shown.returncode == 0, shown.stderr
        assert yaml.safe_load(shown.stdout)["services"].keys() == {"web", "db"}
        missing = subprocess.run(command, env=base, capture_output=True, text=True)
        assert "see .env.example" in missing.stderr


def test_every_interpolation_has_a_default_or_is_asked_for() -> None:
    found = re.findall(r"\$\{([A-Z_]+)(:[-?][^}]*)?\}", COMPOSE_TEXT)
    assert [name for name, otherwise in found if not otherwise] == []
