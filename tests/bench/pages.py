"""Fill the database and write the plan: ``python -m tests.bench.pages --people 1000 --sessions 1000000 --plan FILE``.

The tables name each page that a person sees, and how many floors (c) it may cost. A new page goes in here.
"""

import argparse
import datetime
import gzip
import logging
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlencode

import django

django.setup()
logging.disable(logging.WARNING)  # a line for each request would hide how far this is

from django.contrib.auth.models import User  # noqa: E402  # models want a Django that is set up
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from tests.bench import people  # noqa: E402
from tests.bench.plan import STRANGER, Page, Plan  # noqa: E402
from tests.support.site import CSRF, HOST, PROXIED, SESSION_COOKIE  # noqa: E402
from tracking.forms import SessionForm  # noqa: E402
from tracking.models import Session  # noqa: E402

YEAR = 730  # sessions: what the floor and public pages are measured with
PUBLIC_LIMIT, PAGE_LIMIT, PROGRESS_LIMIT, LOG_LIMIT = 0.5, 2, 2.5, 2


@dataclass(frozen=True)
class Kind:
    """A page by its route. ``session``: the address names the person's latest one; ``anew``: nothing of it is kept."""

    name: str
    route: str
    limit: float | None = None
    query: str = ""
    slug: str = ""
    session: bool = False
    anew: bool = False


PUBLIC = [  # as strangers see them
    Kind("home", "home", PUBLIC_LIMIT),
    Kind("exercises", "exercises:exercise-list", PUBLIC_LIMIT),
    Kind("an exercise", "exercises:exercise-detail", PUBLIC_LIMIT, slug="bridge"),
    Kind("routines", "exercises:routine-list", PUBLIC_LIMIT),
    Kind("a routine", "exercises:routine-detail", PUBLIC_LIMIT, slug="prevention"),
    Kind("player", "tracking:routine-practice", PUBLIC_LIMIT, slug="prevention"),
    Kind("guide", "exercises:guide-list", PUBLIC_LIMIT),
    Kind("a guide page", "exercises:guide-detail", PUBLIC_LIMIT, slug="causes"),
    Kind("safety", "exercises:safety", PUBLIC_LIMIT),
    Kind("spasm", "exercises:spasm", PUBLIC_LIMIT),
    Kind("exercises for programs", "api:exercise-list", PUBLIC_LIMIT),
]
NAMING = [  # public pages that name the person who is signed in
    Kind("home", "home"),
    Kind("exercises", "exercises:exercise-list"),
    Kind("an exercise", "exercises:exercise-detail", slug="bridge"),
    Kind("player", "tracking:routine-practice", slug="prevention"),
]
PERSONAL = [
    Kind("today", "tracking:today", PAGE_LIMIT),
    Kind("history", "tracking:session-list", PAGE_LIMIT),
    Kind("history, last page", "tracking:session-list", PAGE_LIMIT, query="page=9999"),
    Kind("log, form", "tracking:session-new", query="period=pm"),
    Kind("progress, 14 days", "tracking:progress", PROGRESS_LIMIT, query="span=14d"),
    Kind("progress, 90 days", "tracking:progress", PROGRESS_LIMIT, query="span=90d"),
    Kind("progress, 1 year", "tracking:progress", PROGRESS_LIMIT, query="span=1y"),
    Kind("progress, all", "tracking:progress", PROGRESS_LIMIT, query="span=all"),
    Kind("a session", "tracking:session-detail", session=True),
    Kind("a session, form", "tracking:session-edit", session=True),
    Kind("settings", "tracking:settings"),
]
KEPT = [kind for kind in PERSONAL if kind.route in ("tracking:today", "tracking:session-list", "tracking:progress")]
PERSONAL += [replace(kind, name=f"{kind.name}, anew", anew=True) for kind in KEPT]
LOG = Page("log", "writers", "/sessions/new/", LOG_LIMIT, writes=True)


def build(everybody: int, sessions: int, histories: Iterable[int]) -> Plan:
    """Fill the database and return what to load."""
    measured, writers = people.fill(everybody, sessions, histories)
    keys = dict(zip(measured, people.session_keys(measured.values()), strict=True))
    year = YEAR if YEAR in measured else max(measured)
    pages = [page(kind, STRANGER) for kind in PUBLIC]
    pages += [page(kind, str(year), keys[year]) for kind in NAMING]
    for count, owner in measured.items():
        kinds = [kind for kind in PERSONAL if count or not kind.session]
        pages += [page(kind, str(count), keys[count], owner) for kind in kinds]
    floors = {
        "b": seen(Page("(b) a constant", STRANGER, "/floor/constant")),
        "c": seen(Page("(c) 20 rows", str(year), "/floor/rows", session=keys[year])),
        "insert": Page("a bare insert", "writers", "/floor/insert", writes=True),
    }
    first = timezone.now().date() - datetime.timedelta(days=people.GAP - 1)
    return Plan(
        pages=[*map(seen, pages), replace(LOG, queries=asked_by_logging(writers[-1]))],
        floors=floors,
        writers=list(people.session_keys(writers)),
        form=form(writers[0]),
        first=first.isoformat(),
    )


def page(kind: Kind, who: str, session: str = "", owner: User | None = None) -> Page:
    """Return one kind of page for one person."""
    arguments: dict[str, object] = {"slug": kind.slug} if kind.slug else {}
    if owner and kind.session:
        arguments["pk"] = Session.objects.owned_by(owner)[0].pk
    path = reverse(kind.route, kwargs=arguments)
    path = reverse("floor-anew", args=[path.removeprefix("/")]) if kind.anew else path
    return Page(kind.name, who, f"{path}?{kind.query}" if kind.query else path, kind.limit, session)


def seen(one: Page) -> Page:
    """Return the page with its queries and bytes, as they are once everything that is kept is kept."""
    client = browser(one.session)
    client.get(one.path, headers=PROXIED)
    with CaptureQueriesContext(connection) as queries:
        response = client.get(one.path, headers=PROXIED)
    if response.status_code != 200:
        raise SystemExit(f"{one.path} answers {response.status_code} to {one.who}.")
    return replace(one, queries=len(queries), size=len(gzip.compress(response.content)))


def browser(session: str) -> Client:
    client = Client(HTTP_HOST=HOST)
    if session:
        client.cookies[SESSION_COOKIE] = session
    return client


OWN = ("date", "period", "key", "places")  # each log's own, and what is sent only where something is ticked


def form(owner: User) -> str:
    """Return the body of a log by somebody who did what was proposed, with gaps for its day, period and key."""
    empty = SessionForm(owner=owner)
    said = {name: empty.initial.get(name, "") for name in empty.fields if name not in OWN}
    said |= {"pain_before": 4, "pain_after": 3, "csrfmiddlewaretoken": CSRF}
    return f"{urlencode(said)}&date=%DATE%&period=%PERIOD%&key=%KEY%"


def asked_by_logging(owner: User) -> int:
    """Return how many queries it takes to log this morning."""
    [session] = people.session_keys([owner])
    today = timezone.now().date().isoformat()
    said = form(owner).replace("%DATE%", today).replace("%PERIOD%", "am").replace("%KEY%", str(uuid.uuid4()))
    with CaptureQueriesContext(connection) as queries:
        response = browser(session).post(
            LOG.path, said, content_type="application/x-www-form-urlencoded", headers=PROXIED
        )
    if response.status_code != 302:
        raise SystemExit(f"Logging answers {response.status_code}.")
    return len(queries)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, required=True)
    parser.add_argument("--sessions", type=int, required=True)
    parser.add_argument("--histories", required=True)
    parser.add_argument("--plan", type=Path, required=True)
    options = parser.parse_args()
    histories = [int(count) for count in options.histories.split(",")]
    build(options.people, options.sessions, histories).save(options.plan)


if __name__ == "__main__":
    main()
