"""Bring the database up to date before serving: ``python -m backcare.prepare``.

One process for all steps, because starting Django costs more than each of them. All of them may be repeated, and
do nothing when there is nothing to do.
"""

import os
import sys
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection


def prepare() -> None:
    """Migrate, make the cache's table, load the content pack."""
    sys.stdout.write("Preparing the database and the content …\n")
    sys.stdout.flush()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:  # building an index on a million sessions takes longer than a page may
            cursor.execute("SET statement_timeout = 0")
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # WhiteNoise warns at each start where there is none
    keep_private(connection)
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("load_content")


def keep_private(database: Any) -> None:
    """Make a SQLite file that is not there yet, for its own user only: it will hold people's health."""
    if database.vendor == "sqlite" and not database.is_in_memory_db():
        file = Path(database.settings_dict["NAME"])
        if file.parent.is_dir():
            file.touch(mode=0o600)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backcare.settings")
    django.setup()
    prepare()
