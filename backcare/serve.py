"""Serve BackCare: ``python -m backcare.serve``, with Granian's own options. What the container runs.

The application is loaded once, before the server forks: its workers share what is loaded, and one that takes the place
of another answers at once. The database is brought up to date meanwhile, by a process of its own, so that no worker
inherits a connection, and what that takes in memory is given back.
"""

import gc
import multiprocessing
import os
import sys
from importlib import import_module

import django
from click import ClickException, Context
from click.exceptions import Exit
from granian.cli import cli

from backcare.prepare import prepare

HEADERS = 32 * 1024  # bytes; nobody's browser sends more
# Ours in place of Granian's: a worker that dies is replaced.
DEFAULTS = {"respawn_failed_workers": True, "http1_buffer_size": HEADERS, "http2_max_headers_size": HEADERS}


def bring_up_to_date() -> None:
    """Prepare the database; where a process begins anew and is not forked, as on a Mac, Django is not set up in it."""
    django.setup()
    prepare()


def load() -> None:
    """Import all that a worker needs for any page."""
    import_module("backcare.wsgi")
    import_module("backcare.urls")
    gc.collect()
    gc.freeze()  # a collection would write to each object, and so to a page that the workers share


def options(arguments: list[str]) -> Context:
    """Return the server's options before anything is touched; ends where help is asked for, or one is wrong."""
    given = [*arguments, "--interface", "wsgi", "--no-ws", "backcare.wsgi:application"]
    try:
        return cli.make_context("backcare.serve", given, auto_envvar_prefix="GRANIAN", default_map=DEFAULTS)
    except Exit as told:
        sys.exit(told.exit_code)
    except ClickException as wrong:
        wrong.show()
        sys.exit(wrong.exit_code)


if __name__ == "__main__":
    context = options(sys.argv[1:])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backcare.settings")
    if sys.platform == "linux":
        multiprocessing.set_start_method("fork")  # from Python 3.14 on it is not the default
    django.setup()
    preparing = multiprocessing.Process(target=bring_up_to_date)
    preparing.start()
    load()
    preparing.join()
    if preparing.exitcode:
        sys.exit(preparing.exitcode)
    with context:
        cli.invoke(context)
