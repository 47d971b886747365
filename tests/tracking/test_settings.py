"""A person's settings: zone, precautions and the plan of the day."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from exercises.models import Routine
from tests.factories import UserFactory
from tracking.models import Profile

pytestmark = pytest.mark.usefixtures("morning")

SETTINGS = reverse("tracking:settings")
SIGN_UP = reverse("account_signup")


def typed(routine: Routine, **changes: Any) -> dict[str, Any]:
    sent = {"zone": "Asia/Tokyo", "precautions": ["disc"], "morning_routine": routine.pk, "evening_routine": ""}
    return sent | changes


def newcomer(**changes: Any) -> dict[str, Any]:
    password = "a long enough pass phrase"
    sent = {"username": "newcomer", "password1": password, "password2": password, "zone": "Europe/Zurich"}
    return sent | changes


def test_settings_are_saved(at_home: Client, alice: Profile, routine: Routine) -> None:
    response = at_home.post(SETTINGS, typed(routine), follow=True)
    assert "Your settings are saved." in response.content.decode()
    alice.refresh_from_db()
    assert (alice.zone, alice.precautions, alice.planned_periods()) == ("Asia/Tokyo", ["disc"], ["am"])


def test_settings_sent_twice_are_the_same(at_home: Client, alice: Profile, routine: Routine) -> None:
    for _ in range(2):
        assert at_home.post(SETTINGS, typed(routine)).status_code == 302
    assert Profile.objects.get().precautions == ["disc"]


def test_device_does_not_overwrite_the_chosen_zone(at_home: Client) -> None:
    assert "data-zone" not in at_home.get(SETTINGS).content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("zone", value) for value in ("", "Mars/X", "../../etc/passwd", "\0", "x" * 9999)),
        *(("precautions", value) for value in (["cold"], ["disc", "\0"], ["<script>"])),
        *(("morning_routine", value) for value in ("0", "-1", "x", str(2**63), "\0", "1e9")),
    ],
)
def test_bad_settings_are_refused_and_change_nothing(
    at_home: Client, alice: Profile, routine: Routine, field: str, value: object
) -> None:
    response = at_home.post(SETTINGS, typed(routine) | {field: value})
    assert response.status_code == 422
    assert 'class="errors"' in response.content.decode()
    stored = Profile.objects.get()
    assert (stored.zone, stored.precautions, stored.morning_routine) == ("Europe/Zurich", [], routine)


def test_routine_that_was_retired_after_it_was_chosen_can_be_kept(at_home: Client, routine: Routine) -> None:
    Routine.objects.update(retired=True)
    assert at_home.post(SETTINGS, typed(routine)).status_code == 302


def test_settings_of_a_person_without_a_profile_are_stored_on_saving(client: Client, routine: Routine) -> None:
    user = UserFactory(is_superuser=True)
    client.force_login(user)
    assert client.get(SETTINGS).status_code == 200
    assert not Profile.objects.exists()
    client.post(SETTINGS, typed(routine))
    assert Profile.objects.get().owner == user


def test_settings_cost_few_queries(at_home: Client, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_max_num_queries(6):
        at_home.get(SETTINGS)


def test_sign_up_makes_the_profile(client: Client, routine: Routine) -> None:
    response = client.post(SIGN_UP, newcomer(precautions=["disc", "stenosis"]))
    assert response["Location"] == reverse("tracking:today")
    profile = Profile.objects.get(owner__username="newcomer")
    assert (profile.zone, profile.precautions, profile.started.isoformat()) == (
        "Europe/Zurich",
        ["disc", "stenosis"],
        "2026-03-03",
    )
    assert profile.morning_routine == profile.evening_routine == routine


def test_sign_up_may_skip_the_precautions(client: Client, routine: Routine) -> None:
    client.post(SIGN_UP, newcomer())
    assert Profile.objects.get().precautions == []


@pytest.mark.parametrize(
    "changes",
    [{"zone": "Mars/X"}, {"zone": ""}, {"precautions": ["cold"]}, {"username": "a\0b"}, {"password2": "other"}],
)
def test_bad_sign_up_makes_nobody(client: Client, routine: Routine, changes: dict[str, Any]) -> None:
    response = client.post(SIGN_UP, newcomer(**changes))
    assert response.status_code in (200, 422)
    assert not User.objects.exists()
    assert not Profile.objects.exists()
