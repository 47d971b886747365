"""Log lines in JSON, for production: what happened, when and how long it took, and nothing that anybody typed.

Our own messages hold no such thing. Those of libraries and exceptions may (an address with a token, a value that the
database refuses), so of these only the logger's name, the kind of error and where it was raised are written.
"""

import json
import logging
import re
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime

WELL_FORMED = re.compile(r"[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}", re.IGNORECASE)  # a UUID, as proxies make them
SPEAK = ("backcare", "exercises", "tracking", "_granian", "psycopg.pool")  # whose messages hold nothing personal
TELLING = ("OperationalError", "InterfaceError", "ImproperlyConfigured")  # which errors' messages do not either
request_id: ContextVar[str | None] = ContextVar("request_id", default=None)


class JSONFormatter(logging.Formatter):
    """A record in one line; a record's own ``fields`` become the line's."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        if number := request_id.get():
            line["request_id"] = number
        if record.name.startswith(SPEAK):
            line["message"] = record.getMessage()
        line |= getattr(record, "fields", {})
        if record.exc_info and record.exc_info[1]:
            line["error"] = [told(error) for error in chain(record.exc_info[1])]
        return json.dumps(line, ensure_ascii=False)


class RaisedOnly(logging.Filter):
    """Lets only records of an exception through: a request's own line tells the rest."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.exc_info is not None


def told(error: BaseException) -> dict[str, object]:
    """Return an exception without what it says, which may quote a person, and without anybody's variables."""
    kind = type(error)
    frames = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]
    lines = str(error).splitlines()
    says = {"message": lines[0]} if lines and kind.__name__ in TELLING else {}
    return {"type": f"{kind.__module__}.{kind.__qualname__}", **says, "frames": frames}


def chain(error: BaseException | None) -> list[BaseException]:
    """Return an exception and what it came from, the last first."""
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return found
