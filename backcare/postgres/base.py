"""Django's own PostgreSQL backend, for a server that may hang.

A hung server still takes connections and acknowledges packets, so neither its own limits nor TCP's end the wait. Here
a statement is given up when its request's time is up; for a moment afterwards nobody waits, or all threads would.
"""

import time
from collections.abc import Sequence, Sized
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS
from django.db.backends.postgresql import base
from django.db.backends.postgresql.operations import DatabaseOperations as Operations
from psycopg.abc import PQGen
from typing_extensions import TypeVar

from backcare import deadline

MOST_PARAMETERS = 65_535  # of a statement whose values the server binds
PAUSE = 2  # seconds for which a server that did not answer is left alone
T = TypeVar("T")


class Connection(psycopg.Connection[Any]):
    """Waits no longer than the request may."""

    def wait(self, gen: PQGen[T], interval: float = 0.1, timeout: float | None = None) -> T:
        left = deadline.left()
        if left is None:
            return super().wait(gen, interval, timeout)
        started = time.monotonic()
        try:
            return super().wait(gen, interval, left)
        except psycopg.OperationalError:
            if time.monotonic() - started >= left:
                self.close()  # a rollback would only wait again
                Outage.begin()
            raise


class Outage:
    """Whether this process has just seen the server fail."""

    until = 0.0

    @classmethod
    def begin(cls) -> None:
        cls.until = time.monotonic() + PAUSE

    @classmethod
    def lasts(cls) -> bool:
        return time.monotonic() < cls.until


class DatabaseOperations(Operations):
    def bulk_batch_size(self, fields: Sequence[str], objs: Sized) -> int:
        return min(MOST_PARAMETERS // max(len(fields), 1), len(objs))


class DatabaseWrapper(base.DatabaseWrapper):
    ops_class = DatabaseOperations

    def __init__(self, settings_dict: dict[str, Any], alias: str = DEFAULT_DB_ALIAS) -> None:
        settings_dict["OPTIONS"]["pool"]["connection_class"] = Connection
        super().__init__(settings_dict, alias)

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        if deadline.left() is not None and Outage.lasts():
            raise psycopg.OperationalError("The database did not answer a moment ago.")
        try:
            return super().get_new_connection(conn_params)
        except psycopg.OperationalError:
            Outage.begin()
            raise
