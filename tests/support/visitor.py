"""Many people at once: a small HTTP client that is honest about an answer cut short."""

from __future__ import annotations

import asyncio
from typing import NamedTuple

from tests.support.site import CSRF, CSRF_COOKIE, HOST, PROXIED, SESSION_COOKIE

PATIENCE = 20  # seconds


class Answer(NamedTuple):
    """What came back; header names in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes


class Visitor:
    """Somebody signed in, or a stranger without ``session``. A connection for each request, as after a long pause."""

    def __init__(self, port: int, session: str = "") -> None:
        self.port = port
        cookies = f"{CSRF_COOKIE}={CSRF}" + (f"; {SESSION_COOKIE}={session}" if session else "")
        self.headers = PROXIED | {
            "Host": f"{HOST}:{port}",
            "Origin": f"https://{HOST}:{port}",
            "Cookie": cookies,
            "Connection": "close",
        }

    async def get(self, path: str) -> Answer:
        return await self.send("GET", path)

    async def post(self, path: str, form: str, **headers: str) -> Answer:
        return await self.send("POST", path, form, {name.replace("_", "-"): text for name, text in headers.items()})

    async def send(self, method: str, path: str, form: str = "", more: dict[str, str] | None = None) -> Answer:
        """Raises OSError when there is no whole answer in time."""
        headers = self.headers | (more or {}) | {"Content-Length": str(len(form))}
        if form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {text}" for name, text in headers.items()), "", form]
        async with asyncio.timeout(PATIENCE):
            reader, writer = await asyncio.open_connection(HOST, self.port)
            try:
                writer.write("\r\n".join(lines).encode())
                return whole(await reader.read())
            finally:
                writer.close()


def whole(answer: bytes) -> Answer:
    """Return a complete answer. Raises ConnectionError for one that was cut short."""
    head, gap, body = answer.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): text.strip() for name, _, text in (line.partition(":") for line in lines)}
    if not gap or len(body) < int(headers.get("content-length", 0)):
        raise ConnectionError("The answer was cut short.")
    return Answer(int(first.split()[1]), headers, body)
