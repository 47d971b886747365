"""Compare the database with the ledger of what was acknowledged: ``python -m tests.faults.recount LEDGER``.

Prints JSON: what is lost, doubled, stored by halves, and what differs from a recount of all records in the order in
which they came.
"""

import datetime
import json
import sys
import uuid
from collections import defaultdict
from pathlib import Path

import django

django.setup()

from django.contrib.auth.models import User  # noqa: E402  # models want a Django that is set up
from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from tracking import series, targets  # noqa: E402
from tracking.chart import Span  # noqa: E402
from tracking.circumstances import Circumstances  # noqa: E402
from tracking.models import Period, Profile, Session  # noqa: E402
from tracking.targets import Slot  # noqa: E402


def recount(ledger: list[tuple[str, int]]) -> dict[str, int]:
    """Return the counts; all but ``acknowledged`` and ``rows`` should be 0."""
    rows = list(Session.objects.kept().values_list("owner", "key", "date", "period"))
    stored = {(str(key), owner) for owner, key, _, _ in rows}
    owners = User.objects.filter(pk__in={owner for owner, *_ in rows})
    return {
        "acknowledged": len(ledger),
        "rows": len(rows),
        "lost": len(set(ledger) - stored),
        "doubled": len(rows) - min(len(stored), len({(owner, date, period) for owner, _, date, period in rows})),
        "differing": sum(differing(owner) for owner in owners),
    }


def differing(owner: User) -> int:
    """Return how many of a person's figures are not what a recount gives.

    The sessions are taken away and come back one by one, in the order in which they were stored: each must have been
    given the targets that follow from those before it.
    """
    profile, mine = Profile.objects.of(owner), Session.objects.owned_by(owner)
    sessions = list(mine.kept().with_exercises().order_by("entered_at"))
    shown = series.progress(profile, Span.ALL, timezone.now().date())
    wrong = int(shown is None or shown.logged != len(sessions))
    planned = {routine.pk: exercises for routine, exercises in targets.routines(sessions[0].routine.slug, [])}
    logged: dict[datetime.date, list[str]] = defaultdict(list)
    with transaction.atomic():
        mine.update(deleted_at=timezone.now())
        for session in sessions:
            exercises = planned[session.routine_id]
            slot = Slot(session.date, session.period, dict.fromkeys(Period.values, exercises), logged[session.date])
            now = Circumstances.of(owner, session.date)
            due = [(one.exercise.pk, one.reps, one.day) for one in targets.propose(profile, slot, exercises, now)]
            wrong += due != [(row.exercise_id, row.target, row.day_target) for row in session.exercises.all()]
            logged[session.date].append(session.period)
            mine.filter(pk=session.pk).update(deleted_at=None)
        transaction.set_rollback(True)
    return wrong


def main(file: str) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:  # a recount waits for nobody
            cursor.execute("SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0")
    lines = [line.split() for line in Path(file).read_text().splitlines()]
    found = recount([(str(uuid.UUID(key)), int(owner)) for key, owner in lines])
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
