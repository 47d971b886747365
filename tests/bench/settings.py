"""The product's settings, with the floors' addresses beside its own. The same middleware for both."""

from backcare.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.floors"
