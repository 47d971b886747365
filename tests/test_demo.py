"""The demo person: a year that tells a story, the same each time, and nobody else's data touched."""

from itertools import pairwise
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from tests.demo.making import DemoError, make
from tests.factories import SessionFactory, UserFactory
from tracking.models import (
    CheckIn,
    DoseChoice,
    Flare,
    GoalScore,
    Pause,
    Profile,
    Questionnaire,
    Screening,
    Session,
    SessionExercise,
    local_date,
)

PASSWORD = "a long enough pass phrase"


@pytest.fixture
def content(db: None) -> None:
    call_command("load_content", verbosity=0)


def demo(**options: Any) -> str:
    said: list[str] = []
    make(say=said.append, **options)
    return "\n".join(said)


def story() -> list[tuple[Any, ...]]:
    told = ("pk", "date", "session__period", "session__pain_before", "session__pain_after", "target", "reason", "done")
    return list(SessionExercise.objects.order_by("date", "session__period", "order").values_list(*told))


def test_the_year_has_a_start_two_flares_a_holiday_and_growth_to_30(content: None) -> None:
    said = demo(password=PASSWORD)
    assert PASSWORD in said
    assert " rows in " in said
    sessions = Session.objects.all()
    pains = [session.pain_before for session in sessions if session.pain_before is not None]
    assert 450 < len(sessions) < 650
    assert min(pains) == 0
    assert sessions.filter(pain_before=None).exists()
    assert sessions.latest("date", "period").date == local_date("Europe/Zurich")
    days = sorted({session.date for session in sessions})
    assert max((later - earlier).days for earlier, later in pairwise(days)) >= 14
    assert [flare.days(local_date("Europe/Zurich")) for flare in Flare.objects.order_by("date")] == [9, 7]
    assert Pause.objects.count() == DoseChoice.objects.count() == 1
    assert Screening.objects.count() == 3
    assert CheckIn.objects.filter(kind="night").count() > 20
    assert GoalScore.objects.count() == 3 * 27
    assert Questionnaire.objects.count() == 14


def test_the_bridge_grows_to_30_is_halved_after_each_rest_and_stays_at_30(content: None) -> None:
    demo()
    rows = list(
        SessionExercise.objects.filter(exercise__slug="bridge")
        .order_by("date", "session__period")
        .values_list("day_target", "reason")
    )
    targets = [target for target, _reason in rows]
    reasons = {reason for _target, reason in rows}
    assert (targets[0], max(target or 0 for target in targets), targets[-1]) == (5, 30, 30)
    assert {"first", "step_up", "return", "gap", "goal", "chosen"} <= reasons


def test_this_evening_waits_to_be_tried_and_every_page_can_be_read(content: None, client: Client) -> None:
    demo(password=PASSWORD)
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
