"""Fill a database with people and their sessions, fast: one life is made by the product's own code, then copied in SQL.

The columns are read from the models, so that a new one needs nothing here.
"""

import datetime
import random
import sys
import time
import uuid
from collections.abc import Iterable, Iterator
from copy import copy
from typing import TypeVar

from django.contrib.auth.models import User
from django.db import connection, models, transaction
from django.db.models.base import ModelState
from django.test import Client
from django.utils import timezone

from tests.demo.life import Life
from tests.support.site import SESSION_COOKIE
from tests.support.statistics import analyze
from tracking import targets
from tracking.models import DEFAULT_ROUTINE, Profile, Session, SessionExercise

WRITERS = 200  # people of the crowd who log while it is measured; they have all their exercises
GAP = 400  # days from the end of the crowd's history to today, which the writers fill
SEASON = 100  # days of a life that are repeated, a flare among them
CHUNK = 50  # people copied in one statement
BATCH = 500  # rows

M = TypeVar("M", bound=models.Model)


class Steady(Life):
    """Somebody who leaves nothing out."""

    def _turns_up(self, number: int, period: str) -> bool:
        return True


class Clock:
    """Progress with its speed, on one line where there is a terminal."""

    def __init__(self, what: str, total: int) -> None:
        self.what, self.total, self.started = what, total, time.monotonic()

    def show(self, count: int) -> None:
        seconds = max(time.monotonic() - self.started, 1e-3)
        line = f"{self.what}: {count:,} of {self.total:,} ({count / seconds:,.0f} a second)"
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{line}" + ("\n" if count >= self.total else ""))
        elif count >= self.total:
            sys.stderr.write(f"{line}\n")


def fill(people: int, sessions: int, histories: Iterable[int]) -> tuple[dict[int, User], list[User]]:
    """Store ``people`` with ``sessions`` between them; return whom to measure, and who logs.

    Those to measure, by their number of sessions, come on top. Their histories end this morning, the crowd's GAP days
    ago.
    """
    today = timezone.now().date()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET statement_timeout = 0")  # a page has less time than this takes
        else:
            cursor.execute("PRAGMA cache_size = -1000000")  # a gigabyte: random keys hit all pages of an index
            cursor.execute("PRAGMA synchronous = OFF")
    lived = season()
    measured = {count: person(f"measured-{count}", count, today, lived) for count in histories}
    each = sessions // people
    crowd = crowd_of(people)
    template = person("template", each, today - datetime.timedelta(days=GAP), lived)
    writers = crowd[:WRITERS]
    clock = Clock("sessions", each * people)
    for first in range(0, people, CHUNK):
        copy_sessions(template, crowd[first : first + CHUNK])
        clock.show(each * min(first + CHUNK, people))
    analyze()
    clock = Clock("writers with their exercises", len(writers))
    for first in range(0, len(writers), CHUNK):
        copy_exercises(template, writers[first : first + CHUNK])
        clock.show(min(first + CHUNK, len(writers)))
    analyze()
    return measured, writers


def season() -> list[tuple[Session, list[SessionExercise]]]:
    """Return SEASON days of one life, with targets from the real progression; whose it is, is open."""
    [(routine, exercises)] = targets.routines(DEFAULT_ROUTINE, [])
    nobody = Profile.objects.planned(User())
    life = Steady(nobody, routine, exercises, datetime.date(2000, 1, 1), random.Random(1))
    lived: list[tuple[Session, list[SessionExercise]]] = []
    for row in life.live(SEASON + 1):
        if isinstance(row, Session):
            lived.append((row, []))
        elif isinstance(row, SessionExercise):
            lived[-1][1].append(row)
    return lived[:-1]


def person(name: str, count: int, last: datetime.date, lived: list[tuple[Session, list[SessionExercise]]]) -> User:
    """Return a new person with ``count`` sessions, two a day without a gap, up to the morning of ``last``."""
    user = User.objects.create_user(name)
    Profile.objects.planned(user, started=last - datetime.timedelta(days=count // 2)).save()
    sessions, exercises = [], []
    for number in range(count):  # backwards from this morning: the evening before, the morning before
        session, rows = lived[(-2 - number) % len(lived)]
        date = last - datetime.timedelta(days=(number + 1) // 2)
        copy = replaced(session, owner=user, key=uuid.uuid4(), date=date)
        sessions.append(copy)
        exercises += [replaced(row, owner=user, session=copy, date=date) for row in rows]
    with transaction.atomic():
        Session.objects.bulk_create(sessions, batch_size=BATCH)
        SessionExercise.objects.bulk_create(exercises, batch_size=BATCH)
    return user


def replaced(row: M, **values: object) -> M:
    """Return another, unsaved row that is the same but for ``values``."""
    other = copy(row)
    other._state = ModelState()
    for name, value in ({"pk": uuid.uuid4()} | values).items():
        setattr(other, name, value)
    return other


def crowd_of(people: int) -> list[User]:
    users = User.objects.bulk_create([User(username=f"crowd-{number}", password="!") for number in range(people)])
    started = timezone.now().date() - datetime.timedelta(days=4000)
    planned = Profile.objects.planned(users[0], started=started)
    routines = {"morning_routine": planned.morning_routine, "evening_routine": planned.evening_routine}
    Profile.objects.bulk_create([Profile(owner=user, started=started, **routines) for user in users])
    return users


def copy_sessions(template: User, people: list[User]) -> None:
    """Give each of ``people`` the sessions of ``template``."""
    columns, values = copied(Session, {"id": new_uuid(), "key": new_uuid(), "owner_id": "person.id"})
    insert(
        f"INSERT INTO tracking_session ({columns}) SELECT {values} FROM tracking_session source"
        " CROSS JOIN auth_user person WHERE source.owner_id = %s AND person.id BETWEEN %s AND %s",
        template,
        people,
    )


def copy_exercises(template: User, people: list[User]) -> None:
    """Give each of ``people``, who have the sessions of ``template`` already, what was done in them."""
    own = {"id": new_uuid(), "owner_id": "copy.owner_id", "session_id": "copy.id"}
    columns, values = copied(SessionExercise, own)
    insert(
        f"INSERT INTO tracking_sessionexercise ({columns}) SELECT {values} FROM tracking_sessionexercise source"
        " JOIN tracking_session original ON original.id = source.session_id"
        " CROSS JOIN auth_user person"
        " JOIN tracking_session copy ON copy.owner_id = person.id AND copy.date = original.date"
        " AND copy.period = original.period AND copy.deleted_at IS NULL"  # as the index of the slots has it
        " WHERE source.owner_id = %s AND person.id BETWEEN %s AND %s",
        template,
        people,
    )


def copied(model: type[models.Model], own: dict[str, str]) -> tuple[str, str]:
    """Return a table's columns, and the SQL of a copied row's values: its ``own``, or else the source's."""
    names = [field.column for field in model._meta.concrete_fields]
    quoted = [connection.ops.quote_name(name) for name in names]
    values = [own.get(name, f"source.{text}") for name, text in zip(names, quoted, strict=True)]
    return ", ".join(quoted), ", ".join(values)


def new_uuid() -> str:
    """Return the SQL of a random UUID, as Django stores one."""
    return "gen_random_uuid()" if connection.vendor == "postgresql" else "lower(hex(randomblob(16)))"


def insert(statement: str, template: User, people: list[User]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [template.pk, people[0].pk, people[-1].pk])


def session_keys(users: Iterable[User]) -> Iterator[str]:
    """Sign each of them in and yield the key of the session."""
    for user in users:
        client = Client()
        client.force_login(user)
        yield client.cookies[SESSION_COOKIE].value
