"""What every test gets: quick passwords, empty caches, reproducible random cases and a watch for N + 1 queries."""

import gc
import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from hypothesis import settings as hypothesis_settings
from pytest_django import Settings
from whitenoise.middleware import WhiteNoiseMiddleware
from zeal.constants import initialize_app_registry
from zeal.patch import patch as watch_queries

from tracking import history, targets

hypothesis_settings.register_profile("quick", derandomize=True, max_examples=50, deadline=None)
hypothesis_settings.register_profile("thorough", max_examples=2000, deadline=None)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL, run what reaches the suite's database; the rest says the same as it did on SQLite.

    First comes what has no database of pytest-django's, which would put it last: bench, faults and all that starts
    servers take long and wait much, and the other workers have something to do meanwhile.
    """
    if connection.vendor == "postgresql":
        config.hook.pytest_deselected(items=[item for item in items if not reaches_the_database(item)])
        items[:] = [item for item in items if reaches_the_database(item)]
    items.sort(key=has_a_database)


def pytest_collection_finish() -> None:
    """Let Python look for garbage less often, and not among the modules and tests: that took a tenth of the time."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def has_a_database(item: pytest.Item) -> bool:
    """Whether a test has a database of pytest-django's."""
    fixtures = {"db", "transactional_db"} & set(getattr(item, "fixturenames", ()))
    return bool(fixtures) or item.get_closest_marker("django_db") is not None


def reaches_the_database(item: pytest.Item) -> bool:
    """Whether a test has a database of pytest-django's, or hands the suite's to servers of its own."""
    return has_a_database(item) or item.get_closest_marker("suite_database") is not None


@pytest.fixture(autouse=True)
def quick_passwords(settings: Settings) -> None:
    """The real hash takes a fifth of a second on purpose, and every sign-in would pay it."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def nothing_kept_of_the_content() -> None:
    """It lives in the process: another test's content, under the same revision, would be served."""
    caches["pages"].clear()
    targets.content.cache_clear()
    history.known.cache_clear()


@pytest.fixture(autouse=True)
def nothing_kept_of_a_person(settings: Settings) -> None:
    """Factories write without a new edition, so what a test looks at must be rendered each time."""
    settings.CACHES = settings.CACHES | {"kept": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}


@pytest.fixture(scope="session", autouse=True)
def static_files_found_once() -> Iterator[None]:
    """Each test's client starts a site of its own, and finding 156 files again took a quarter of its time."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    find = WhiteNoiseMiddleware.add_files_from_finders

    def find_once(self: Any) -> None:
        rules = (self.static_prefix, self.max_age, self.allow_all_origins)
        if rules not in found:
            find(self)
            found[rules] = dict(self.files)
        self.files.update(found[rules])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", find_once)
        yield


@pytest.fixture(scope="session", autouse=True)
def watched_queries() -> None:
    """Zeal's own set-up, without making it an installed app: the tests run on the settings that are served."""
    initialize_app_registry()
    watch_queries()


@pytest.fixture(autouse=True)
def no_query_per_row(settings: Settings, watched_queries: None) -> None:
    """Fail a request that fetches the same relation row by row. Only requests are watched, not the tests themselves."""
    watches = ["zeal.middleware.zeal_middleware", "tests.support.door.door_middleware"]
    settings.MIDDLEWARE = [*watches, *settings.MIDDLEWARE]
    settings.ZEAL_ALLOWLIST = [
        {"model": "sessions.Session"},  # Django reads the session again in order to delete it
        {"model": "auth.User", "field": "get()"},  # a reset link names a user, who may be the one signed in
    ]
