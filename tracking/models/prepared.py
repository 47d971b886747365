"""Queries and updates that are written once and asked again, each time of another person or day.

Django takes several times as long to write the SQL of a union of nine parts as a database takes to answer it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import Any, NamedTuple, Self, TypeVar

from django.db import connection
from django.db.models import DateField, Expression, Field, IntegerField, Model, QuerySet
from django.db.models.sql import InsertQuery, UpdateQuery
from django.db.models.sql.compiler import SQLCompiler

M = TypeVar("M", bound=Model)


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


class Written(NamedTuple):
    """A query's SQL with its parameters, the fields of those that are told, by name, and what makes rows of answers."""

    compiler: SQLCompiler
    sql: str
    parameters: tuple[Any, ...]
    fields: dict[str, Field[Any, Any]]
    converters: dict[int, Any]

    @classmethod
    def by(cls, compiler: SQLCompiler, sql: str, parameters: Sequence[Any]) -> Self:
        fields = {one.name: one.output_field for one in parameters if isinstance(one, Given)}
        return cls(compiler, sql, tuple(parameters), fields, {})

    def told(self, given: Mapping[str, Any]) -> list[Any]:
        """Return the parameters with what is ``given``."""
        told = {name: field.get_db_prep_value(given[name], connection) for name, field in self.fields.items()}
        return [told[one.name] if isinstance(one, Given) else one for one in self.parameters]


class Prepared:
    """A query of plain rows. ``build`` makes it, with OWNER and other Given values in it."""

    def __init__(self, build: Callable[[], QuerySet[Any, tuple[Any, ...]]]) -> None:
        self.build = build

    def rows(self, **given: Any) -> list[Sequence[Any]]:
        """Ask for the rows with all that was left open. 1 query."""
        written = self._written
        with connection.cursor() as cursor:
            cursor.execute(written.sql, written.told(given))
            found = cursor.fetchall()
        return list(written.compiler.apply_converters(found, written.converters)) if written.converters else found

    @cached_property
    def _written(self) -> Written:
        compiler = self.build().query.get_compiler(connection=connection)
        written = Written.by(compiler, *compiler.as_sql())
        selected = [column[0] for column in compiler.select[: compiler.col_count]]
        return written._replace(converters=compiler.get_converters(selected))


class PreparedUpdate:
    """An update of the rows that ``build`` finds to ``values``, with Given values in both."""

    def __init__(self, build: Callable[[], QuerySet[Any, Any]], **values: Any) -> None:
        self.build, self.values = build, values

    def run(self, **given: Any) -> int:
        """Update with all that was left open; return how many rows. 1 query."""
        written = self._written
        with connection.cursor() as cursor:
            cursor.execute(written.sql, written.told(given))
            return int(cursor.rowcount)

    @cached_property
    def _written(self) -> Written:
        query: Any = self.build().query.chain(UpdateQuery)
        query.add_update_values(self.values)
        compiler = query.get_compiler(connection=connection)
        return Written.by(compiler, *compiler.as_sql())


class PreparedInsert:
    """An insert of so many rows, each by the names of all its columns."""

    def __init__(self, model: type[Model], count: int) -> None:
        self.model, self.count = model, count

    def run(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Store the rows. 1 query."""
        written = self._written
        given = {_cell(name, number): value for number, row in enumerate(rows) for name, value in row.items()}
        with connection.cursor() as cursor:
            cursor.execute(written.sql, written.told(given))

    @cached_property
    def _written(self) -> Written:
        fields, query = self.model._meta.concrete_fields, InsertQuery(self.model)
        rows = [{one.attname: Given(_cell(one.attname, number), one) for one in fields} for number in range(self.count)]
        query.insert_values(fields, [self.model(**row) for row in rows])
        compiler: Any = query.get_compiler(connection=connection)
        [(sql, parameters)] = compiler.as_sql()  # a row that the database completes would be a statement of its own
        return Written.by(compiler, sql, parameters)


def _cell(name: str, number: int) -> str:
    return f"{name}_{number}"


def columns(model: type[Model]) -> list[str]:
    """Return what a query of plain rows asks for, to ``read`` a ``model`` from it."""
    return [field.attname for field in model._meta.concrete_fields]


def read(model: type[M], row: Iterator[Any]) -> M:
    """Return the ``model`` that ``row`` goes on with."""
    names = columns(model)
    return model.from_db("default", names, list(islice(row, len(names))))
