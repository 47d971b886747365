"""What every test gets: quick passwords, empty caches and reproducible random cases."""

import os

import pytest
from django.core.cache import caches
from hypothesis import settings as hypothesis_settings
from pytest_django import Settings

hypothesis_settings.register_profile("quick", derandomize=True, max_examples=50, deadline=None)
hypothesis_settings.register_profile("thorough", max_examples=1000, deadline=None)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


@pytest.fixture(autouse=True)
def quick_passwords(settings: Settings) -> None:
    """The real hash takes a fifth of a second on purpose, and every sign-in would pay it."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def empty_page_cache() -> None:
    """Pages live in the process: another test's content, under the same revision, would be served."""
    caches["pages"].clear()
