"""The container files agree with each other, with the settings and with dev.py."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
import yaml

import dev
from deploy import healthcheck

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
