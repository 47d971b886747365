"""Databases of a test's own, of the kind that the suite runs on, with their contents to compare."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.db import connection, connections
from psycopg import sql

Contents = dict[str, list[list[tuple[str, object]]]]


@contextmanager
def database(folder: Path, template: Any = None) -> Iterator[Any]:
    """Yield a database that is empty, or like ``template``; it is an alias of Django's, and gone afterwards."""
    alias = f"own_{uuid.uuid4().hex[:12]}"
    if connection.vendor == "postgresql":
        name = alias
        if template is not None:  # a template has no visitors
            template.close()
            template.close_pool()
        run("CREATE DATABASE {} TEMPLATE {}", name, str(template.settings_dict["NAME"]) if template else "template0")
    else:
        name = str(folder / f"{alias}.sqlite3")
        if template is not None:
            with template.cursor() as cursor:
                cursor.execute("VACUUM INTO %s", [name])
    connections.settings[alias] = connection.settings_dict | {"NAME": name}
    own: Any = connections[alias]
    try:
        yield own
    finally:
        own.close()
        del connections[alias], connections.settings[alias]
        if connection.vendor == "postgresql":
            own.close_pool()
            run("DROP DATABASE {} WITH (FORCE)", alias)


def run(statement: str, *names: str) -> None:
    """Run a statement that belongs to the server and not to one database."""
    command = sql.SQL(statement).format(*map(sql.Identifier, names))
    with connection._nodb_cursor() as cursor:
        cursor.execute(command)


def url(own: Any) -> str:
    """Return the DATABASE_URL for another process."""
    values = own.settings_dict
    if own.vendor == "sqlite":
        return f"sqlite:///{values['NAME']}"
    secret = f":{quote(values['PASSWORD'], safe='')}" if values["PASSWORD"] else ""
    port = f":{values['PORT']}" if values["PORT"] else ""
    return f"postgres://{values['USER']}{secret}@{quote(values['HOST'], safe='')}{port}/{values['NAME']}"


def contents(own: Any) -> Contents:
    """Return every row of every table, with its columns by name: a migration may change their order."""
    with own.cursor() as cursor:
        found: Contents = {}
        for table in sorted(own.introspection.table_names(cursor)):
            cursor.execute(f"SELECT * FROM {own.ops.quote_name(table)}")
            names = [column[0] for column in cursor.description]
            found[table] = sorted((sorted(zip(names, row, strict=True)) for row in cursor.fetchall()), key=repr)
    return found
