"""What holds over all workers of a real server: tries at any door of any worker count together."""

import http.client
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from tests.support.databases import database, url
from tests.support.servers import environment, python, serving

PASSWORD, NEW = "a calm morning 7", "a calm evening 8"
ALICE = f"""
import django
django.setup()
from django.contrib.auth.models import User
from django.test import Client
user = User.objects.create_user("alice", password="{PASSWORD}", is_staff=True)
client = Client()
client.force_login(user)
print(client.cookies["sessionid"].value)
"""
TOKEN = "c" * 32
LOGIN = "/accounts/login/"


@pytest.fixture
def _django_db_helper(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """What the mark stands for, in the place of a transaction: another process looks at these rows."""
    with django_db_blocker.unblock():
        yield


def doors(password: str) -> list[tuple[str, dict[str, str]]]:
    """Return each door that takes alice's password, with what is sent there."""
    changed = {"oldpassword": password, "password1": NEW, "password2": NEW}
    known = {"password": password}
    return [
        (LOGIN, known | {"login": "alice"}),
        ("/accounts/reauthenticate/", known),
        ("/accounts/password/change/", changed),
    ]


@pytest.mark.django_db
def test_wrong_passwords_count_together_at_all_doors_of_two_workers(tmp_path: Path) -> None:
    with database(tmp_path, template=connection) as own:
        quick = "tests.support.quick_settings"
        env = environment(tmp_path, DATABASE_URL=url(own), DJANGO_SETTINGS_MODULE=quick)
        cookie = f"csrftoken={TOKEN}; sessionid={python('-c', ALICE, env=env).strip()}"
        with serving(env, "--workers", "2") as site:

            def post(path: str, sent: dict[str, str]) -> int:
                """Send a form over a connection of its own, which either worker may take."""
                asking = http.client.HTTPConnection("127.0.0.1", site.port, timeout=10)
                kept = cookie.split("; session")[0] if path == LOGIN else cookie
                headers = {"Cookie": kept, "Content-Type": "application/x-www-form-urlencoded"}
                asking.request("POST", path, urlencode(sent | {"csrfmiddlewaretoken": TOKEN}), headers)
                status = asking.getresponse().status
                asking.close()
                return status

            wrong = (doors("wrong") * 4)[:10]
            assert [post(*door) for door in wrong] == [422] * 10
            assert [post(*door) for door in doors(PASSWORD) * 3] == [429] * 9
