"""Store the demo person's year. Only the demo person's own records are replaced."""

import datetime
import random
import secrets
import sys
import time
from collections.abc import Callable, Iterable
from itertools import groupby

from django.apps import apps
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import Model

from tests.demo.life import DAYS, Life
from tests.factories import UserFactory
from tests.support.statistics import analyze
from tracking import targets
from tracking.models import DEFAULT_ROUTINE, Owned, Profile, local_date

__all__ = ["DAYS", "NAME", "DemoError", "make"]

NAME = "demo"
MARK = "BackCare demo person"  # tells our account from one that somebody made under this name
ZONE = "Europe/Zurich"
BATCH = 500  # rows


class DemoError(Exception):
    """Why no demo person can be made."""


def make(password: str | None = None, seed: int = 1, days: int = DAYS, say: Callable[[str], object] = print) -> None:
    """Make the demo person anew, with ``days`` days that end today, and say how to sign in. Raises DemoError."""
    if days < 1:
        raise DemoError("--days is at least 1.")
    found = targets.routines(DEFAULT_ROUTINE, [])
    if not found:
        raise DemoError("There is no content yet. Run manage.py load_content first.")
    [(routine, exercises)] = found
    password = password or secrets.token_urlsafe(12)
    today = local_date(ZONE)
    first = today - datetime.timedelta(days=days - 1)
    began = time.monotonic()
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:  # ten years take longer to live than a page may leave the server idle
                cursor.execute("SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0")
        profile = person(password, first)
        life = Life(profile, routine, exercises, first, random.Random(seed))  # a story, not a secret
        rows = store(progress(life.live(days), days * 12))
    analyze()  # the planner knows nothing yet of so many new rows
    seconds = time.monotonic() - began
    say(f"{rows} rows in {seconds:.1f} s ({rows / seconds:.0f} a second), up to {today}.")
    say(f"Sign in as {NAME} with the password {password}")


def person(password: str, first: datetime.date) -> Profile:
    """Return the demo person without records, started on ``first``.

    Raises DemoError when the name is somebody's own.
    """
    user = User.objects.filter(username=NAME).first() or UserFactory(username=NAME, first_name=MARK)
    if user.first_name != MARK:
        raise DemoError(f"Somebody's own account is called {NAME}. It is left alone, and no demo person is made.")
    user.set_password(password)
    user.save()
    tables = [table for table in apps.get_app_config("tracking").get_models() if issubclass(table, Owned)]
    for table in reversed(tables):
        table._default_manager.filter(owner=user).delete()
    profile = Profile.objects.planned(user, ZONE, started=first)
    profile.save()
    return profile


def store(rows: Iterable[Model]) -> int:
    """Store unsaved rows, table by table, in the order in which the tables first came; return how many."""
    tables: dict[type[Model], list[Model]] = {}
    for table, some in groupby(rows, key=type):
        tables.setdefault(table, []).extend(some)
    for table, all_of_it in tables.items():
        table._default_manager.bulk_create(all_of_it, batch_size=BATCH)
    return sum(map(len, tables.values()))


def progress(rows: Iterable[Model], expected: int) -> Iterable[Model]:
    """Pass ``rows`` on; on a terminal, say how far it is."""
    for number, row in enumerate(rows):
        if sys.stderr.isatty() and number % 100 == 0:
            sys.stderr.write(f"\r{min(100 * number // expected, 99)} %\r")
            sys.stderr.flush()
        yield row
