"""``python -m tests.demo``, as `dev.py demo` runs it: make the demo person in the database of the settings."""

import argparse
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backcare.settings")
django.setup()

from tests.demo.making import DAYS, DemoError, make  # noqa: E402  # models need the set-up

parser = argparse.ArgumentParser(prog="dev.py demo", description="Make the demo person, or make it anew.")
parser.add_argument("--password", help="the demo person's password; without it one is made up and printed")
parser.add_argument("--seed", type=int, default=1, help="another number gives another year (default: 1)")
parser.add_argument("--days", type=int, default=DAYS, help=f"how far back it goes (default: {DAYS})")
try:
    make(**vars(parser.parse_args()), say=print)
except DemoError as refusal:
    sys.exit(str(refusal))
