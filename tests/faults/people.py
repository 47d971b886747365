"""Make the people who log during the faults: ``python -m tests.faults.people COUNT FILE``."""

import json
import sys
from pathlib import Path

import django

django.setup()

from tests.bench.pages import form  # noqa: E402  # models want a Django that is set up
from tests.bench.people import crowd_of, session_keys  # noqa: E402


def main(count: str, file: str) -> None:
    """Write who they are, how they are signed in and the form that they send."""
    people = crowd_of(int(count))
    owners = dict(zip([user.pk for user in people], session_keys(people), strict=True))
    Path(file).write_text(json.dumps({"owners": owners, "form": form(people[0])}))


if __name__ == "__main__":
    main(*sys.argv[1:])
