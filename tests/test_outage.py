"""A real PostgreSQL that stops or hangs under a real server: what still works, and how soon the rest says so."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote

import psycopg

from tests.support.postgres import throwaway_server
from tests.support.servers import environment, python, serving, wait_for

SIGNED_IN = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "backcare.settings"
import django
django.setup()
from django.contrib.auth.models import User
from django.test import Client
from backcare.prepare import prepare
from tracking.models import Profile
prepare()
user = User.objects.create_user("alice")
Profile.objects.planned(user, "UTC").save()
client = Client()
client.force_login(user)
print(client.cookies["sessionid"].value)
"""
PATIENCE = 5  # seconds until a person must have been told


def stopped(url: str) -> list[int]:
    """End the server at once."""
    processes = everything(url)
    os.kill(processes[0], signal.SIGQUIT)
    return []


def hung(url: str) -> list[int]:
    """Freeze the server: it takes connections and answers nobody."""
    processes = everything(url)
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    return processes


def everything(url: str) -> list[int]:
    """Return the server's processes, the first of all first."""
    folder = Path(unquote(url.split("@")[1].split("/")[0]))
    with psycopg.connect(url) as connection:
        mine = connection.info.backend_pid
        pids = [pid for (pid,) in connection.execute("SELECT pid FROM pg_stat_activity")]
    first = int((folder / "data" / "postmaster.pid").read_text().split()[0])
    return [first, *(pid for pid in pids if pid != mine)]


@contextmanager
def going_on(processes: list[int]) -> Iterator[None]:
    """Wake what was frozen, whatever happens: the server could not be ended otherwise."""
    try:
        yield
    finally:
        for process in processes:
            os.kill(process, signal.SIGCONT)


def test_a_database_that_fails_is_told_within_seconds(tmp_path: Path) -> None:
    with throwaway_server() as url:
        env = environment(tmp_path, DATABASE_URL=url)
        cookie = f"sessionid={python('-c', SIGNED_IN, env=env).split()[-1]}"
        with serving(env) as site:
            for fails in (hung, stopped):  # from the first it recovers
                assert site.get("/exercises/").status == 200
                assert site.get("/today/", Cookie=cookie).status == 200
                processes = fails(url)
                with going_on(processes):
                    lost = site.get("/today/", timeout=PATIENCE, Cookie=cookie)
                    assert (lost.status, "retry-after" in lost.headers) == (503, True)
                    assert "call your emergency number" in lost.body
                    assert site.get("/readyz", timeout=PATIENCE).status == 503
                    assert site.get("/exercises/", timeout=PATIENCE).status == 200
                    assert site.get("/healthz", timeout=PATIENCE).status == 200
                if processes:
                    wait_for(lambda: site.get("/today/", Cookie=cookie).status == 200, PATIENCE)
