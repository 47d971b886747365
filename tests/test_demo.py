"""The demo person: the same story each time, and nobody else's data touched. What it tells is in tests/demo."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from tests.demo.making import DemoError, make
from tests.factories import SessionFactory, UserFactory
from tests.support.content import load_shipped
from tracking.models import Profile, Session, SessionExercise, local_date

PASSWORD = "a long enough pass phrase"


@pytest.fixture
def content(db: None) -> None:
    load_shipped()


def demo(**options: Any) -> str:
    said: list[str] = []
    make(say=said.append, **options)
    return "\n".join(said)


def story() -> list[tuple[Any, ...]]:
    told = ("pk", "date", "session__period", "session__pain_before", "session__pain_after", "target", "reason", "done")
    return list(SessionExercise.objects.order_by("date", "session__period", "order").values_list(*told))


def test_this_evening_waits_to_be_tried_and_every_page_can_be_read(content: None, client: Client) -> None:
    said = demo(password=PASSWORD, days=40)
    assert PASSWORD in said
    assert " rows in " in said
    assert Session.objects.latest("date", "period").date == local_date("Europe/Zurich")
    assert client.login(username="demo", password=PASSWORD)
    assert '/sessions/new/?period=pm"' in client.get(reverse("tracking:today")).content.decode()
    for span in ("14d", "90d", "1y", "all"):
        assert client.get(reverse("tracking:progress"), {"span": span}).status_code == 200


def test_the_same_seed_tells_the_same_story_and_another_seed_another(content: None) -> None:
    demo(days=60)
    first = story()
    demo(days=60)
    assert story() == first
    demo(days=60, seed=2)
    assert story() != first


def test_a_second_run_replaces_only_the_demo_persons_records(content: None) -> None:
    other = SessionFactory(owner__username="alice")
    for _ in range(2):
        demo(days=30)
    assert User.objects.filter(username="demo").count() == Profile.objects.count() == 1
    other.refresh_from_db()


def test_somebodys_own_account_of_that_name_is_left_alone(content: None) -> None:
    SessionFactory(owner=UserFactory(username="demo"))
    with pytest.raises(DemoError, match="left alone"):
        demo()
    assert Session.objects.count() == 1


@pytest.mark.django_db
def test_a_demo_without_content_says_what_to_do() -> None:
    with pytest.raises(DemoError, match="load_content"):
        demo()


def test_a_demo_of_no_days_is_refused(content: None) -> None:
    with pytest.raises(DemoError, match="at least 1"):
        demo(days=0)
