"""A session is good for the person it was made for, until it is over."""

import datetime

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("end", ["over", "gone", "inactive", "unknown"])
def test_session_that_has_ended_signs_nobody_in(end: str) -> None:
    client, alice = Client(), UserFactory(username="alice")
    client.force_login(alice)
    assert client.get("/today/").context["user"] == alice
    if end == "over":
        Session.objects.update(expire_date=timezone.now() - datetime.timedelta(seconds=1))
    elif end == "gone":
        alice.delete()
    elif end == "inactive":
        User.objects.update(is_active=False)
    else:
        Session.objects.all().delete()
    assert client.get("/today/").status_code == 302
