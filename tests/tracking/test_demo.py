"""The demo person: a plausible year, the same each time, and nobody else's data touched."""

from io import StringIO
from itertools import pairwise
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client

from tests.factories import SessionFactory, UserFactory
from tracking.models import Profile, Session, SessionExercise, local_date

pytestmark = pytest.mark.usefixtures("morning")


@pytest.fixture
def content(db: None) -> None:
    call_command("load_content", verbosity=0)


def demo(**options: Any) -> str:
    said = StringIO()
    call_command("demo", stdout=said, **options)
    return said.getvalue()


def story() -> list[tuple[Any, ...]]:
    return list(
        SessionExercise.objects.order_by("date", "session__period", "order").values_list(
            "pk",
            "date",
            "session__period",
            "session__pain_before",
            "session__pain_after",
            "target",
            "day_target",
            "done",
        )
    )


def test_year_has_gaps_flares_zeros_and_growing_targets(content: None) -> None:
    said = demo(password="a long enough pass phrase")
    assert "rows/s)" in said
    sessions = Session.objects.all()
    pains = [session.pain_before for session in sessions if session.pain_before is not None]
    assert 450 < len(sessions) < 650
    assert (min(pains), max(pains) >= 8) == (0, True)
    assert sessions.filter(pain_before=None).exists()
    assert sessions.earliest("date", "period").date.year == 2025
    assert sessions.latest("date", "period").date == local_date("Europe/Zurich")
    days = sorted({session.date for session in sessions})
    assert max((later - earlier).days for earlier, later in pairwise(days)) >= 14
    bridge = SessionExercise.objects.filter(exercise__slug="bridge").order_by("date")
    targets = list(bridge.values_list("day_target", flat=True))
    assert (targets[0], max(target or 0 for target in targets)) == (5, 30)
    assert "a long enough pass phrase" in said


def test_this_evening_waits_to_be_tried(content: None, client: Client) -> None:
    demo(password="a long enough pass phrase")
    assert client.login(username="demo", password="a long enough pass phrase")
    assert '/sessions/new/?period=pm"' in client.get("/today/").content.decode()


def test_same_seed_tells_the_same_story_and_another_seed_another(content: None) -> None:
    demo(days=60)
    first = story()
    demo(days=60)
    assert story() == first
    demo(days=60, seed=2)
    assert story() != first


def test_second_run_replaces_only_the_demo_persons_records(content: None) -> None:
    other = SessionFactory(owner__username="alice")
    demo(days=30)
    demo(days=30)
    assert User.objects.filter(username="demo").count() == Profile.objects.count() == 1
    other.refresh_from_db()


def test_somebodys_own_account_of_that_name_is_left_alone(content: None) -> None:
    SessionFactory(owner=UserFactory(username="demo"))
    with pytest.raises(CommandError, match="left alone"):
        demo()
    assert Session.objects.count() == 1


@pytest.mark.django_db
def test_demo_without_content_says_what_to_do() -> None:
    with pytest.raises(CommandError, match="load_content"):
        demo()


def test_demo_of_no_days_is_refused(content: None) -> None:
    with pytest.raises(CommandError, match="at least 1"):
        demo(days=0)
