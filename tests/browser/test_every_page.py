"""Every page a person can open: axe without a finding, in both themes; nothing wider than the smallest screen."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Page

from tests.factories import SessionFactory

PUBLIC = (
    "/",
    "/exercises/",
    "/exercises/knee-to-chest/",
    "/exercises/superman/",
    "/routines/",
    "/routines/prevention/",
    "/routines/morning-and-evening/",
    "/guide/",
    "/guide/treatments/",
    "/safety/",
    "/spasm/",
    "/no-such-page/",
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
)
PRIVATE = (
    "/today/",
    "/sessions/new/?period=am",
    "/sessions/",
    "/progress/",
    "/progress/?span=90d",
    "/progress/?span=1y",
    "/progress/?span=all",
    "/rules/",
    "/targets/bridge/",
    "/targets/superman/",
    "/check-in/",
    "/check-in/?kind=night",
    "/check-ins/",
    "/flares/",
    "/flares/new/",
    "/pauses/",
    "/screening/",
    "/activities/",
    "/questionnaires/",
    "/questionnaires/new/",
    "/settings/",
    "/accounts/2fa/",
    "/accounts/password/change/",
    "/accounts/email/",
    "/accounts/logout/",
)

COLOURS = ("color-contrast", "link-in-text-block")  # axe's rules on colours, without those of WCAG's level AAA


@pytest.fixture
def person(page: Page, base_url: str) -> User:
    """Somebody with a session, signed in."""
    user = User.objects.create_user("alice", password="a-calm-morning-walk")
    SessionFactory(owner=user, pain_before=6, pain_after=4)
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": base_url}])
    return user


def findings(page: Page, *rules: str) -> list[dict[str, Any]]:
    """Return what axe finds by all of its rules, or by these."""
    options = {"runOnly": list(rules)} if rules else None
    violations: list[dict[str, Any]] = Axe().run(page, options=options).response["violations"]
    return [
        {"page": page.url, "rule": found["id"], "nodes": [node["html"][:200] for node in found["nodes"][:5]]}
        for found in violations
    ]


def overflow(page: Page) -> int:
    """Return by how many pixels the page is wider than the screen."""
    width: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return width


def inspect(page: Page, addresses: tuple[str, ...]) -> list[dict[str, Any]]:
    page.emulate_media(reduced_motion="reduce")
    found = []
    for address in addresses:
        page.set_viewport_size({"width": 390, "height": 844})
        page.emulate_media(color_scheme="light")
        page.goto(address)
        found += findings(page)
        page.emulate_media(color_scheme="dark")
        page.reload()  # else colours are on their way
        found += findings(page, *COLOURS)
        # 400 % zoom of a screen of 1280 pixels leaves 320.
        page.set_viewport_size({"width": 320, "height": 640})
        if overflow(page) > 0:
            found.append({"page": page.url, "overflow": overflow(page)})
    return found


def test_public_pages_are_accessible_and_fit(page: Page) -> None:
    assert inspect(page, PUBLIC) == []


def test_private_pages_are_accessible_and_fit(page: Page, person: User) -> None:
    assert inspect(page, PRIVATE) == []


def test_the_pages_of_one_session_are_accessible_and_fit(page: Page, person: User) -> None:
    session = SessionFactory(owner=person, pain_before=0, pain_after=None, date="2026-01-02", period="pm")
    assert inspect(page, (f"/sessions/{session.pk}/", f"/sessions/{session.pk}/edit/")) == []
