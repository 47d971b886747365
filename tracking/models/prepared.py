"""Queries that are written once and asked again, each time of another person or day.

Django takes several times as long to write the SQL of a union of nine parts as a database takes to answer it.
"""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import DateField, Expression, Field, IntegerField, QuerySet
from django.db.models.sql.compiler import SQLCompiler


class Given(Expression):
    """A value that is told each time the query is asked, by its name."""

    def __init__(self, name: str, output_field: Field[Any, Any]) -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, list[Any]]:
        return "%s", [self]


OWNER: Any = Given("owner", IntegerField())


def given_date(name: str) -> Any:
    return Given(name, DateField())


STEP = 32  # a query of several values is written once for each so many


def given_several(name: str, count: int, output_field: Field[Any, Any]) -> list[Any]:
    """Return so many values, told by ``named``."""
    return [Given(f"{name}_{number}", output_field) for number in range(count)]


def named(name: str, values: Sequence[Any]) -> dict[str, Any]:
    """Return ``values`` as a query of ``places(values)`` values wants them: the last one again and again."""
    return {f"{name}_{number}": values[min(number, len(values) - 1)] for number in range(places(values))}


def places(values: Sequence[Any]) -> int:
    """Return for how many values a query is written that takes ``values``, so that few such queries are written."""
    return -(-len(values) // STEP) * STEP


class Prepared:
    """A query of plain rows. ``build`` makes it, with OWNER and other Given values in it."""

    def __init__(self, build: Callable[[], QuerySet[Any, tuple[Any, ...]]]) -> None:
        self.build = build

    def rows(self, **given: Any) -> list[Sequence[Any]]:
        """Ask for the rows with all that was left open. 1 query."""
        compiler, sql, parameters = self._written
        told = [
            one.output_field.get_db_prep_value(given[one.name], connection) if isinstance(one, Given) else one
            for one in parameters
        ]
        with connection.cursor() as cursor:
            cursor.execute(sql, told)
            return list(compiler.results_iter([cursor.fetchall()]))

    @cached_property
    def _written(self) -> tuple[SQLCompiler, str, tuple[Any, ...]]:
        compiler = self.build().query.get_compiler(connection=connection)
        return compiler, *compiler.as_sql()
