"""``manage.py demo``: a person with a year of mornings and evenings, to look at and to measure on."""

import datetime
import random
import secrets
import time
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from tracking import targets
from tracking.demo import DAYS, Life
from tracking.models import DEFAULT_ROUTINE, Profile, Session, SessionExercise, local_date

NAME = "demo"
MARK = "BackCare demo person"  # tells our account from one that somebody made under this name
ZONE = "Europe/Zurich"
BATCH = 500  # rows


class Command(BaseCommand):
    help = "Make the demo person, or make it anew: a year of plausible mornings and evenings that ends today."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--password", help="the demo person's password; without it one is made up and printed")
        parser.add_argument("--seed", type=int, default=1, help="another number gives another year (default: 1)")
        parser.add_argument("--days", type=int, default=DAYS, help=f"how far back it goes (default: {DAYS})")

    @transaction.atomic
    def handle(self, *, password: str | None, seed: int, days: int, **options: Any) -> None:
        if days < 1:
            raise CommandError("--days is at least 1.")
        found = targets.routines(DEFAULT_ROUTINE, [])
        if not found:
            raise CommandError("There is no content yet. Run manage.py load_content first.")
        [(routine, exercises)] = found
        password = password or secrets.token_urlsafe(12)
        today = local_date(ZONE)
        profile = person(password, first=today - datetime.timedelta(days=days - 1))
        life = Life(profile, routine, exercises, random.Random(seed))  # noqa: S311  # a story, not a secret
        started = time.monotonic()
        sessions, rows = self.write(life, profile.started, days)
        seconds = max(time.monotonic() - started, 0.001)
        self.stdout.write(f"{sessions} sessions with {rows} exercises, up to {today}.")
        self.stdout.write(f"{sessions + rows:,} rows in {seconds:.1f} s ({(sessions + rows) / seconds:,.0f} rows/s).")
        self.stdout.write(f"Sign in as {NAME} with the password {password}")

    def write(self, life: Life, first: datetime.date, days: int) -> tuple[int, int]:
        """Store a life; return how many sessions and how many exercises it has."""
        sessions: list[Session] = []
        rows: list[SessionExercise] = []
        for session, exercises in life.live(first, days):
            sessions.append(session)
            rows.extend(exercises)
            if self.stdout.isatty() and len(sessions) % 50 == 0:
                self.stdout.write(f"\r{session.date} …", ending="")
                self.stdout.flush()
        Session.objects.bulk_create(sessions, batch_size=BATCH)
        SessionExercise.objects.bulk_create(rows, batch_size=BATCH)
        if self.stdout.isatty():
            self.stdout.write("\r", ending="")
        return len(sessions), len(rows)


def person(password: str, first: datetime.date) -> Profile:
    """Return the demo person without records, started on ``first``.

    Raises CommandError when the name is somebody's own.
    """
    user, created = User.objects.get_or_create(username=NAME, defaults={"first_name": MARK})
    if not created and user.first_name != MARK:
        raise CommandError(f"Somebody's own account is called {NAME}. It is left alone, and no demo person is made.")
    user.set_password(password)
    user.save()
    SessionExercise.objects.owned_by(user).delete()
    Session.objects.owned_by(user).delete()
    Profile.objects.owned_by(user).delete()
    profile = Profile.objects.planned(user, ZONE, started=first)
    profile.save()
    return profile
