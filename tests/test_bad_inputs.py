"""What no page of ours sends, at each door that takes input: a clear 4xx, nothing written, what was typed kept.

A new door is one entry of DOORS: who stands before it, its address, what a good form sends, which of its fields comes
back as it was sent, and what to spoil. The good form is sent too, so that a door that refuses everything is noticed.
"""

import uuid
from collections.abc import Callable
from datetime import date
from html import unescape
from typing import Any, NamedTuple

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from exercises import editors
from exercises.models import Exercise, Routine
from tests.exercises.factories import ExerciseFactory, RoutineFactory, SafetyNoteFactory
from tests.exercises.forms import READ_ONE_BY_ONE, filled
from tests.factories import (
    PASSWORD,
    CheckInFactory,
    FlareFactory,
    GoalFactory,
    ProfileFactory,
    SessionFactory,
    UserFactory,
)
from tracking.models import CheckIn, Flare, Profile, Session
from tracking.redflags import fingerprint
from tracking.screening import signs

pytestmark = pytest.mark.django_db

KEPT = "kept as typed"
MISSING, TWICE = object(), object()
NEVER = ("owner", "user_id", "is_staff", "deleted_at")  # fields that no form of ours has
NO_NUMBER = ("-1", "3.5", "NaN", "1e309", "true", str(2**63), "٣", "\0")
NO_COUNT = (*NO_NUMBER[:-2], "\0")  # the admin reads the digits of any script, as Django does
NO_DAY = ("", "0000-00-00", "9999-12-31", "2026-02-30", "2026-2-3", "1066-10-14", "\0")
NO_ZONE = ("Mars/X", "../../etc/passwd", "\0")
NO_TEXT = ("x" * 1_000_000, "a\0b", "a\x1bb", "\ufffd", "\u202e" * 50, "\u200b" * 50, "\u0301" * 50)
NO_NAME = ("", "a\0b", "x" * 151, "<script>", "\u202ealice", "{{7*7}}")


class Door(NamedTuple):
    who: Callable[[], Client]
    address: Callable[[], str]
    good: Callable[[Client], dict[str, Any]]
    kept: str  # empty where nothing is typed
    bad: dict[str, tuple[Any, ...]]
    parts: tuple[str, ...] = ()  # fields that must come, and come once
    clash: dict[str, tuple[Any, ...]] = {}  # what could be meant, were it not for what is stored: 409


def alice() -> Client:
    client = Client()
    client.force_login(Profile.objects.get().owner)
    return client


def in_flare() -> Client:
    FlareFactory(owner=Profile.objects.get().owner, pk=ENTRY_ID, date="2026-03-03")
    return alice()


def told() -> Client:
    CheckInFactory(owner=Profile.objects.get().owner, pk=ENTRY_ID)
    return alice()


def with_goal() -> Client:
    GoalFactory(owner=Profile.objects.get().owner, pk=ENTRY_ID)
    return alice()


def asked() -> Client:
    SafetyNoteFactory(slug="numbness")
    return alice()


def curious() -> Client:
    """Alice, before an exercise that waits for a calm back."""
    Exercise.objects.update(opt_in=True)
    return alice()


def marked() -> Client:
    """Alice, with something that speaks against the bridge and not against its variation."""
    Profile.objects.update(precautions=["disc"])
    Exercise.objects.update(precautions=["disc"])
    Exercise.objects.get().variations.add(ExerciseFactory(slug="tilt"))
    return alice()


def editor() -> Client:
    editors.ensure()
    user = UserFactory(is_staff=True)
    user.groups.add(Group.objects.get(name=editors.GROUP))
    client = Client()
    client.force_login(user)
    return client


def of_entry(name: str) -> Callable[[], str]:
    return lambda: reverse(f"tracking:{name}", args=[ENTRY_ID])


def of_bridge(name: str) -> Callable[[], str]:
    return lambda: reverse(f"tracking:{name}", args=["bridge"])


def admin() -> str:
    return reverse("admin:exercises_exercise_change", args=[Exercise.objects.get().pk])


def version(model: type[CheckIn | Flare]) -> str:
    return model.objects.get().changed_at.isoformat()


def said(**more: Any) -> dict[str, Any]:
    """What is sent of a session."""
    sent = {"date": "2026-03-02", "period": "am", "key": str(uuid.uuid4()), "zone": "Europe/Zurich"}
    sent |= {"pain_before": "6", "pain_worst": "7", "pain_after": "4", "note": KEPT}
    return sent | {"done-bridge": "3", "felt-bridge": "easy"} | more


def settings_sent(_client: Client) -> dict[str, Any]:
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


SESSION: dict[str, tuple[Any, ...]] = {
    "pain_before": ("11", *NO_NUMBER),
    "pain_worst": ("11", *NO_NUMBER),
    "places": (["moon"], ["left", "\0"]),
    "date": NO_DAY,
    "period": ("", "noon"),
    "zone": NO_ZONE,
    "routine": ("no-such", "\0"),
    "done-bridge": ("301", *NO_NUMBER),
    "done-no-such": ("1",),
    "felt-bridge": ("odd", "\0"),
    "note": NO_TEXT,
}
PARTS = ("date", "period", "pain_before", "pain_after", "note", "done-bridge")
ENTRY = {"key": ("", "no uuid", "\0"), "zone": NO_ZONE}  # of what is entered beside the sessions
ENTRY_ID, KEY = uuid.UUID(int=1), str(uuid.UUID(int=3))
SCORE = f"score-{ENTRY_ID}"
NIGHT = {"kind": "night", "pain": "4", "note": KEPT, "date": "", "time": ""}
CHECK_IN: dict[str, tuple[Any, ...]] = {
    "pain": ("11", *NO_NUMBER),
    "places": (["moon"], ["left", "\0"]),
    "note": NO_TEXT,
    "date": NO_DAY[1:],
    "time": ("25:00", "x", "\0"),
}
FLARE_SENT = {"date": "2026-03-02", "ended": "2026-03-04", "pain": "4"}
FLARE = {"date": NO_DAY, "ended": NO_DAY[1:], "pain": ("11", *NO_NUMBER)}
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
        (*PARTS, "pain_worst", "felt-bridge", "version"),
        {"version": ("2", str(2**63))},
    ),
    "check-in": Door(
        alice,
        lambda: reverse("tracking:check-in"),
        lambda _client: NIGHT | {"key": KEY},
        "note",
        ENTRY | CHECK_IN | {"kind": ("", "noon", "\0")},
        ("key", "kind", "pain", "note", "date", "time"),
    ),
    "flare": Door(
        alice,
        lambda: reverse("tracking:flare-new"),
        lambda _client: FLARE_SENT | {"key": KEY},
        "date",
        ENTRY | FLARE,
        ("key", "date", "ended", "pain"),
    ),
    "pause": Door(
        alice,
        lambda: reverse("tracking:pause-list"),
        lambda _client: {"key": KEY, "date": str(date.today()), "until": str(date.today())},  # noqa: DTZ011
        "date",
        ENTRY | {"date": NO_DAY, "until": NO_DAY},
        ("key", "date", "until"),
    ),
    "check-in-edit": Door(
        told,
        of_entry("check-in-edit"),
        lambda _client: NIGHT | {"key": KEY, "note": KEPT, "date": "2026-03-02", "version": version(CheckIn)},
        "note",
        CHECK_IN,
        ("pain", "note", "date", "time"),
        {"version": ("", "x", str(2**63), "2026-03-02T00:00:00+00:00")},
    ),
    "flare-edit": Door(
        in_flare,
        of_entry("flare-edit"),
        lambda _client: FLARE_SENT | {"key": KEY, "version": version(Flare)},
        "date",
        FLARE,
        ("date", "ended", "pain"),
        {"version": ("", "x", str(2**63), "2026-03-02T00:00:00+00:00")},
    ),
    "flare-end": Door(
        in_flare,
        of_entry("flare-end"),
        lambda _client: {"ended": "2026-03-04"},
        "ended",
        {"ended": (*NO_DAY, "2026-03-02")},
        ("ended",),
    ),
    "screening": Door(
        asked,
        lambda: reverse("tracking:screening"),
        lambda _client: {"key": KEY, "occasion": "flare", "of": fingerprint(signs()), "each": "False", "sign": ""},
        "occasion",
        ENTRY | {"occasion": ("", "noon", "\0"), "sign": ("none", "\0", "x" * 51)},
        ("key", "occasion", "each", "sign"),
        {"of": ("", "\0", "0" * 16, "x" * 17, MISSING, TWICE)},
    ),
    "goal-new": Door(
        alice,
        lambda: reverse("tracking:goal-new"),
        lambda _client: {"key": KEY, "activity": KEPT},
        "activity",
        ENTRY | {"activity": ("", "two\nlines", *NO_TEXT)},
        ("key", "activity"),
    ),
    "goal-rate": Door(
        with_goal,
        lambda: reverse("tracking:goal-rate"),
        lambda _client: {"key": KEY, SCORE: "4"},
        "key",
        ENTRY | {SCORE: ("", "11", *NO_NUMBER), f"score-{uuid.UUID(int=2)}": ("4",)},
        ("key", SCORE),
    ),
    "questionnaire": Door(
        alice,
        lambda: reverse("tracking:questionnaire-new"),
        lambda _client: {"key": KEY, "statements": ["1", "24"]},
        "key",
        ENTRY | {"statements": (["0"], ["25"], ["1", "\0"], ["1", "٣"])},
        ("key",),
    ),
    "target": Door(
        alice,
        of_bridge("target-choose"),
        lambda _client: {"key": KEY, "target": "7"},
        "key",
        ENTRY | {"target": ("", "4", "31", "7.0", "٧", *NO_NUMBER)},
        ("key", "target"),
    ),
    "target-take-in": Door(
        curious,
        of_bridge("target-take-in"),
        lambda _client: {"taken": "no"},
        "",
        {"taken": ("", "yes", "maybe", "\0")},  # yes: it is too early
        ("taken",),
    ),
    "target-swap": Door(
        marked,
        of_bridge("target-swap"),
        lambda _client: {"instead": "tilt"},
        "",
        {"instead": ("bridge", "no-such", "\0")},
        ("instead",),
    ),
    "admin": Door(
        editor,
        admin,
        lambda client: filled(client, admin(), summary=KEPT),
        "summary",
        {
            "name": ("", "x" * 101, "a\0b"),
            "slug": ("", "two words", "../x", "\0"),
            "order": ("", *NO_COUNT),
            "position": ("", "x" * 20_001, "a\0b"),
            "source": ("", "0", *NO_COUNT),
            "figure": ("dragon", "\0"),
            "precautions": (["gout"], ["disc", "\0"]),
            "variations": (["0"], *([value] for value in NO_COUNT)),
            "dose-0-reps_min": ("", "0", "31", *NO_COUNT),
            "dose-0-hold_kind": ("hours", "\0"),
            "dose-0-goal": ("4", "301", *NO_COUNT),
            "phases-0-cue": ("", "a\0b"),
            "phases-0-seconds": ("", "0", *NO_COUNT),
            "phases-0-kind": ("", "wait", "\0"),
        },
    ),
    "settings": Door(
        alice,
        lambda: reverse("tracking:settings"),
        settings_sent,
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


def spoilt(door: Door) -> list[tuple[str, Any, int]]:
    """Return what to spoil at a door: a field, what is sent in it, and the answer's status."""
    cases = [(field, value, 422) for field, values in door.bad.items() for value in values]
    cases += [(field, value, 422) for field in door.parts for value in (MISSING, TWICE)]
    cases += [(field, "1", 422) for field in NEVER if door.parts]
    return cases + [(field, value, 409) for field, values in door.clash.items() for value in values]


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of the content, of people and of their records. In SQL, because it is asked 700 times."""
    models = [one for app in ("auth", "exercises", "tracking") for one in apps.get_app_config(app).get_models(True)]
    found = {}
    with connection.cursor() as cursor:
        for table, key in ((model._meta.db_table, model._meta.pk.column) for model in models):
            cursor.execute(f'SELECT * FROM "{table}" ORDER BY "{key}"')
            found[table] = cursor.fetchall()
    return found


@pytest.fixture(autouse=True)
def world(settings: Settings, no_query_per_row: None) -> None:
    """A person with a routine of one exercise and one session logged."""
    settings.ZEAL_ALLOWLIST = [*settings.ZEAL_ALLOWLIST, *READ_ONE_BY_ONE]
    exercise = ExerciseFactory(slug="bridge", dose__reps_min=5, dose__reps_max=30)
    routine = RoutineFactory(slug="morning-and-evening", exercises=[exercise])
    profile = ProfileFactory(owner__username="alice", morning_routine=routine, evening_routine=routine)
    SessionFactory(owner=profile.owner, routine=routine, date="2026-03-03", exercises=[(exercise, 3, 3)])


@pytest.mark.parametrize("door", DOORS.values(), ids=DOORS)
def test_good_form_is_taken(door: Door) -> None:
    client = door.who()
    assert client.post(door.address(), door.good(client)).status_code == 302


@pytest.mark.parametrize("door", DOORS.values(), ids=DOORS)
def test_bad_input_is_refused_kept_and_writes_nothing(door: Door) -> None:
    client = door.who()
    good = door.good(client)
    before = everything()
    wrong = []
    for field, value, status in spoilt(door):
        with transaction.atomic():  # each try finds the world as it was, the limits' counts too
            sent = dict(good)
            if value is MISSING:
                del sent[field]
            else:
                sent[field] = [sent[field]] * 2 if value is TWICE else value
            response = client.post(door.address(), sent)
            hidden = field == "routine"  # without exercises there is no form to show
            typed = "" if hidden or field == door.kept or not door.kept else str(sent[door.kept])
            held = response.status_code == status, everything() == before, typed in unescape(response.text)
            if not all(held):
                wrong.append((field, shown(value), response.status_code, held))
            transaction.set_rollback(True)
    assert wrong == []


def shown(value: Any) -> str:
    """Return what to call a value in a report: some are a megabyte long."""
    return {id(MISSING): "missing", id(TWICE): "twice"}.get(id(value), ascii(value)[:20])
