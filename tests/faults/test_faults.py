"""The faults in their short form, against a real server: nothing is lost, and a loss would be seen."""

import datetime
import os
import subprocess
import sys
import uuid

import pytest
from django.db import connection

from dev import ROOT
from tests.exercises.factories import ExerciseFactory, RoutineFactory
from tests.factories import ProfileFactory, SessionFactory
from tests.faults.recount import recount
from tests.support.visitor import whole
from tracking.models import Profile, Session

DATABASES = {"sqlite": "sqlite", "postgresql": "postgres"}  # the suite runs on both; each run suffers on its own
DAY = datetime.date(2026, 3, 3)


@pytest.mark.suite_database
def test_acknowledged_logs_survive_every_fault() -> None:
    command = [sys.executable, "-m", "tests.faults", "--rounds", "1", "--database", DATABASES[connection.vendor]]
    ran = subprocess.run(command, cwd=ROOT, env=dict(os.environ), capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert {"D1", "D3", "D4", "D5", "D6", "D8", "D9"} <= {line[:2] for line in ran.stdout.splitlines()}


@pytest.fixture
def stored(db: None) -> Session:
    """A person's first session, with the target that a first session is given."""
    exercise = ExerciseFactory(dose__reps_min=5, dose__reps_max=5)
    routine = RoutineFactory(exercises=[exercise])
    profile: Profile = ProfileFactory(morning_routine=routine, evening_routine=routine)
    return SessionFactory(owner=profile.owner, date=DAY, routine=routine, exercises=[(exercise, 5, 5)])


def test_recount_of_what_is_right_finds_nothing(stored: Session) -> None:
    found = recount([(str(stored.key), stored.owner_id)])
    assert found == {"acknowledged": 1, "rows": 1, "lost": 0, "doubled": 0, "differing": 0}


def test_acknowledged_log_without_a_row_is_lost(stored: Session) -> None:
    assert recount([(str(uuid.uuid4()), stored.owner_id)])["lost"] == 1


def test_log_stored_by_halves_differs(stored: Session) -> None:
    stored.exercises.all().delete()
    assert recount([])["differing"] == 1


def test_target_that_does_not_follow_from_earlier_logs_differs(stored: Session) -> None:
    stored.exercises.update(target=9)
    assert recount([])["differing"] == 1


def test_answer_cut_short_is_none() -> None:
    assert whole(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").body == b"ok"
    with pytest.raises(ConnectionError):
        whole(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no")
