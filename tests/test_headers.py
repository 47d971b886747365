"""Every answer of every address carries every header of production, and no page needs what the policy forbids.

The addresses are those of the access matrix, and so of the URLconf itself.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from exercises.illustrations import Picture
from tests.factories import UserFactory
from tests.support.content import load_shipped
from tests.test_access import ENTRANCE, OWNED, OWNED_KEY, PERSONAL, PUBLIC, admin_addresses, personal
from tests.test_settings import SOUND, shown

POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
}
PICTURE = {"default-src 'none'", "sandbox"}  # an editor's, for whoever opens it by itself
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
LOGIN = "/accounts/login/"
# What production sets otherwise, as far as an answer shows it.
COOKIES = [
    f"{kind}_COOKIE_{part}" for kind in ("SESSION", "CSRF") for part in ("NAME", "SECURE", "HTTPONLY", "SAMESITE")
]
SECURE = ["HSTS_SECONDS", "HSTS_INCLUDE_SUBDOMAINS", "HSTS_PRELOAD", "SSL_REDIRECT", "REDIRECT_EXEMPT"]
SERVED = [*COOKIES, "MESSAGES_COOKIE_NAME", *(f"SECURE_{name}" for name in SECURE)]


@pytest.fixture
def as_served(settings: Settings) -> None:
    """Answer as production does, at addresses that fail as well."""
    for name, value in shown(*SERVED, **SOUND).items():
        setattr(settings, name, value)
    settings.ROOT_URLCONF = "tests.test_site"


@pytest.fixture
def owner(db: None) -> User:
    load_shipped()
    Picture.objects.create(name=f"{'0' * 64}-1x1", sha256="0" * 64, content=b"")
    return UserFactory(username="alice")


def ask(client: Client, method: str, path: str, data: Any = None, **extra: Any) -> Any:
    """Ask by https, unless told otherwise."""
    return getattr(client, method)(path, data or {}, **({"secure": True} | extra))


def addresses(owner: User) -> list[str]:
    """Return one address of each route outside the admin."""
    made = {make: make(owner=owner) for make in dict.fromkeys(OWNED.values())}
    key = Authenticator.objects.create(
        user=owner, type=Authenticator.Type.WEBAUTHN, data={"name": "phone", "credential": {}}
    )
    found = [reverse(name, kwargs=arguments) for name, arguments in (PUBLIC | ENTRANCE).items()]
    found += [personal(name) for name in PERSONAL]
    found += [reverse(name, args=[made[make].pk]) for name, make in OWNED.items()]
    return found + [reverse(name, args=[key.pk]) for name in OWNED_KEY] + ["/metrics"]


def answers(owner: User) -> Iterator[tuple[str, Any]]:
    """Yield every kind of answer: of each route to a stranger and to a person, of the admin, and of what goes wrong."""
    stranger, person, chief = (Client(raise_request_exception=False) for _ in range(3))
    person.force_login(owner)
    chief.force_login(UserFactory(is_staff=True, is_superuser=True))
    for path in addresses(owner):
        for method in ("get", "post"):
            yield f"{method} {path}", ask(stranger, method, path)
            if path != reverse("account_logout"):
                yield f"{method} {path}, signed in", ask(person, method, path)
    for path in admin_addresses():
        if "logout" not in path:
            yield path, ask(chief, "get", path)
    for path in (
        "/static/css/app.css",
        "/static/icons/mark.svg",
        "/static/no.css",
        "/exercises",
        "/nothing/",
        "/api/x",
    ):
        yield path, ask(stranger, "get", path)
    for path in ("/misread/", "/refused/", "/broken/", "/api/v1/broken/", "/lost/", "/api/v1/lost/"):
        yield path, ask(stranger, "get", path)
    yield "plain http", ask(stranger, "get", "/exercises/", secure=False)
    yield "wrong host", ask(stranger, "get", "/", headers={"host": "evil.example"})
    yield "no token", ask(Client(enforce_csrf_checks=True), "post", LOGIN, {"login": "alice"})
    yield "too large", ask(stranger, "post", LOGIN, headers={"content-length": "300000000"})
    unread = {"CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}
    yield "no length", ask(stranger, "post", LOGIN, **unread)
    for number in range(11):
        yield f"wrong password {number}", ask(stranger, "post", LOGIN, {"login": "alice", "password": "wrong"})


def faults(response: Any) -> Iterator[str]:
    """Yield what an answer lacks, or has and should not."""
    headers = response.headers
    policy = PICTURE if headers.get("Content-Type") == "image/webp" else POLICY
    if set(headers.get("Content-Security-Policy", "").split("; ")) != policy:
        yield "Content-Security-Policy"
    resources = "cross-origin" if "Access-Control-Allow-Origin" in headers else "same-origin"
    wanted = HEADERS | {"Cross-Origin-Resource-Policy": resources}
    if response.wsgi_request.is_secure():
        wanted["Strict-Transport-Security"] = "max-age=63072000"
    yield from (name for name, value in wanted.items() if headers.get(name) != value)
    yield from (name for name in ("Permissions-Policy", "X-Request-ID") if name not in headers)
    yield from (name for name in ("Server", "X-Powered-By") if name in headers)
    for name, cookie in response.cookies.items():
        deleted = cookie["max-age"] == 0
        kept = cookie["secure"] and cookie["samesite"] == "Lax" and (cookie["httponly"] or deleted)
        if not (name.startswith("__Host-") and kept and cookie["path"] == "/" and not cookie["domain"]):
            yield f"cookie {cookie.OutputString()}"
    if headers.get("Content-Type", "").startswith("text/html"):
        html = response.content.decode()
        forbidden = (
            r"<[^>]+\sstyle=",
            r"<style",
            r"<[^>]+\son[a-z]+=",
            r'<script(?![^>]*\s(?:src=|type="application/json"))',
            r'(?:src|href|action)="(?:[a-z]+:)?//',
            r'"javascript:',
        )
        yield from (found[0] for pattern in forbidden if (found := re.search(pattern, html)))


@pytest.mark.usefixtures("as_served")
def test_every_answer_has_every_header_and_nothing_inline(owner: User) -> None:
    wrong, statuses = [], set()
    for asked, response in answers(owner):
        statuses.add(response.status_code)
        wrong += [(asked, response.status_code, fault) for fault in faults(response)]
        if response.streaming:
            list(response.streaming_content)  # to the end, where it closes its file
    assert wrong == []
    assert statuses >= {200, 301, 302, 400, 403, 404, 405, 411, 413, 422, 429, 500, 503}
