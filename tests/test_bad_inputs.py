"""What no page of ours sends, at each door that takes input: a clear 4xx, nothing written, what was typed kept.

The admin's doors are in exercises/test_admin.py.
A new door is one entry of DOORS: who stands before it, its address, what a good form sends, which of its fields is
text that comes back, and what to spoil. The good form is sent too, so that a door that refuses everything is noticed.
"""

import uuid
from collections.abc import Callable, Iterator
from datetime import date
from html import unescape
from typing import Any, NamedTuple

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from exercises.models import Routine
from tests.exercises.factories import ExerciseFactory, RoutineFactory
from tests.factories import PASSWORD, ProfileFactory, SessionFactory
from tracking.models import Profile, Session

pytestmark = pytest.mark.django_db

KEPT = "kept as typed"
MISSING, TWICE = object(), object()
NEVER = ("owner", "user_id", "is_staff", "deleted_at")  # fields that no form of ours has
NO_NUMBER = ("-1", "3.5", "NaN", "1e309", "true", str(2**63), "٣", "\0")
NO_DAY = ("", "0000-00-00", "9999-12-31", "2026-02-30", "2026-2-3", "1066-10-14", "\0")
NO_ZONE = ("Mars/X", "../../etc/passwd", "\0")
NO_TEXT = ("x" * 1_000_000, "a\0b", "a\x1bb", "\ufffd", "\u202e" * 50, "\u200b" * 50, "\u0301" * 50)
NO_NAME = ("", "a\0b", "x" * 151, "<script>", "\u202ealice", "{{7*7}}")


class Door(NamedTuple):
    who: Callable[[], Client]
    address: Callable[[], str]
    good: Callable[[Client], dict[str, Any]]
    kept: str
    bad: dict[str, tuple[Any, ...]]
    parts: tuple[str, ...] = ()  # fields that must come, and come once


def alice() -> Client:
    client = Client()
    client.force_login(Profile.objects.get().owner)
    return client


def said(**more: Any) -> dict[str, Any]:
    """What is sent of a session."""
    sent = {"date": "2026-03-02", "period": "am", "key": str(uuid.uuid4()), "zone": "Europe/Zurich"}
    return sent | {"pain_before": "6", "pain_after": "4", "note": KEPT, "done-bridge": "3"} | more


def settings(_client: Client) -> dict[str, Any]:
    planned = Routine.objects.get().pk
    return {
        "morning_routine": planned,
        "evening_routine": "",
        "precautions": ["disc"],
        "zone": "Asia/Tokyo",
        "look": "",
    }


def newcomer(_client: Client) -> dict[str, Any]:
    return {"username": "newcomer", "password1": PASSWORD, "password2": PASSWORD, "email": "", "zone": "Asia/Tokyo"}


SESSION = {
    "pain_before": ("11", *NO_NUMBER),
    "date": NO_DAY,
    "period": ("", "noon"),
    "zone": NO_ZONE,
    "routine": ("no-such", "\0"),
    "done-bridge": ("301", *NO_NUMBER),
    "done-no-such": ("1",),
    "note": NO_TEXT,
}
PARTS = ("date", "period", "pain_before", "pain_after", "note", "done-bridge")
ENTRY = {"key": ("", "no uuid", "\0"), "zone": NO_ZONE}  # of each check-in, flare and pause
DOORS = {
    "session-new": Door(
        alice,
        lambda: reverse("tracking:session-new"),
        lambda _client: said(),
        "note",
        SESSION | {"key": ("", "no uuid", "\0")},
        (*PARTS, "key"),
    ),
    "session-edit": Door(
        alice,
        lambda: reverse("tracking:session-edit", args=[Session.objects.get().pk]),
        lambda _client: said(version="1"),
        "note",
        SESSION | {"version": ("", "0", "3.5", "NaN", "٣", "\0")},
        (*PARTS, "version"),
    ),
    "check-in": Door(
        alice,
        lambda: reverse("tracking:check-in"),
        lambda _client: {"key": uuid.uuid4(), "kind": "night", "pain": "4", "note": KEPT, "date": "", "time": ""},
        "note",
        ENTRY
        | {"kind": ("", "noon", "\0"), "date": NO_DAY[1:], "time": ("25:00", "x", "\0"), "note": NO_TEXT}
        | {"pain": ("11", *NO_NUMBER), "places": (["moon"], ["left", "\0"])},
        ("key", "kind", "pain", "note", "date", "time"),
    ),
    "flare": Door(
        alice,
        lambda: reverse("tracking:flare-new"),
        lambda _client: {"key": uuid.uuid4(), "date": "2026-03-02", "ended": "2026-03-04", "pain": "4"},
        "date",
        ENTRY | {"date": NO_DAY, "ended": NO_DAY[1:], "pain": ("11", *NO_NUMBER)},
        ("key", "date", "ended", "pain"),
    ),
    "pause": Door(
        alice,
        lambda: reverse("tracking:pause-list"),
        lambda _client: {"key": uuid.uuid4(), "date": str(date.today()), "until": str(date.today())},  # noqa: DTZ011
        "date",
        ENTRY | {"date": NO_DAY, "until": NO_DAY},
        ("key", "date", "until"),
    ),
    "settings": Door(
        alice,
        lambda: reverse("tracking:settings"),
        settings,
        "zone",
        {
            "morning_routine": ("0", "no-such", *NO_NUMBER),
            "precautions": (["cold"], ["disc", "\0"]),
            "zone": ("", *NO_ZONE),
            "look": ("d", "\0"),
        },
        ("morning_routine", "evening_routine", "zone", "look"),
    ),
    "sign-up": Door(
        Client,
        lambda: reverse("account_signup"),
        newcomer,
        "username",
        {
            "username": (*NO_NAME, "ALICE", "ａlice"),
            "password1": ("", "short", "12345678901", "\0" * 12),
            "email": ("no address", "x" * 250 + "@example.org", "a\0@example.org", "a\r\nBcc: b@example.org"),
            "zone": ("", *NO_ZONE),
            "precautions": (["cold"],),
        },
        ("username", "password1", "password2", "zone"),
    ),
    "sign-in": Door(
        Client,
        lambda: reverse("account_login"),
        lambda _client: {"login": "alice", "password": PASSWORD},
        "login",
        {"login": NO_NAME, "password": ("", "wrong", "\0", "x" * 100_000)},
        ("login", "password"),
    ),
}


def cases() -> Iterator[Any]:
    """Yield each door with what to spoil there."""
    for name, door in DOORS.items():
        spoilt = [(field, value) for field, values in door.bad.items() for value in values]
        spoilt += [(field, value) for field in door.parts for value in (MISSING, TWICE)]
        spoilt += [(field, "1") for field in NEVER if door.parts]
        for field, value in spoilt:
            shown = {id(MISSING): "missing", id(TWICE): "twice"}.get(id(value), ascii(value)[:20])
            yield pytest.param(door, field, value, id=f"{name}-{field}-{shown}")


def everything() -> dict[str, list[Any]]:
    """Return every row of the content, of people and of their records."""
    models = [model for app in ("auth", "exercises", "tracking") for model in apps.get_app_config(app).get_models()]
    return {model.__name__: list(model._default_manager.order_by("pk").values()) for model in models}


@pytest.fixture(autouse=True)
def world() -> None:
    """A person with a routine of one exercise and one session logged."""
    exercise = ExerciseFactory(slug="bridge", dose__reps_min=5, dose__reps_max=30)
    routine = RoutineFactory(slug="morning-and-evening", exercises=[exercise])
    profile = ProfileFactory(owner__username="alice", morning_routine=routine, evening_routine=routine)
    SessionFactory(owner=profile.owner, routine=routine, date="2026-03-03", exercises=[(exercise, 3, 3)])


@pytest.mark.parametrize("door", DOORS.values(), ids=DOORS)
def test_good_form_is_taken(door: Door) -> None:
    client = door.who()
    assert client.post(door.address(), door.good(client)).status_code == 302


@pytest.mark.parametrize(("door", "field", "value"), list(cases()))
def test_bad_input_is_refused_and_writes_nothing(door: Door, field: str, value: Any) -> None:
    client = door.who()
    sent = door.good(client)
    if value is MISSING:
        del sent[field]
    else:
        sent[field] = [sent[field]] * 2 if value is TWICE else value
    before = everything()
    response = client.post(door.address(), sent)
    assert response.status_code == 422
    assert everything() == before
    hidden = field == "routine"  # without exercises there is no form to show
    assert field == door.kept or hidden or str(sent[door.kept]) in unescape(response.text)
