"""Until when a request may wait for the database. Management commands have no such limit."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

SECONDS = 3.5  # with the time to say so, a person waits less than five
GRACE = 0.5  # seconds for each statement of a request that has used its time up in work of its own

_until: ContextVar[float | None] = ContextVar("deadline", default=None)


@contextmanager
def set_for_request() -> Iterator[None]:
    token = _until.set(time.monotonic() + SECONDS)
    try:
        yield
    finally:
        _until.reset(token)


def left() -> float | None:
    """Return the seconds that the next statement may take; None outside a request."""
    until = _until.get()
    return None if until is None else max(until - time.monotonic(), GRACE)
