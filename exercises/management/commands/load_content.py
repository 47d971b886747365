"""``manage.py load_content``: bring a content pack into the database."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, ProgrammingError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from exercises import editors, sync, wording

NAMED = 12  # rows that a line of the report names; above, it counts them


class Command(BaseCommand):
    help = (
        "Load the content pack: new rows and figures come in, what editors changed stays, what was dropped is retired."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="validate, show what would change, and write nothing")
        parser.add_argument(
            "--pack", type=Path, default=sync.CONTENT, metavar="DIR", help="the folder of pack.yaml and en.yaml"
        )

    def handle(self, *, check: bool, pack: Path, verbosity: int, **options: Any) -> None:
        rows, problems = sync.read(pack)
        if problems:
            count = len(problems)
            summary = ngettext("%(count)d problem in the pack.", "%(count)d problems in the pack.", count)
            raise CommandError("\n".join([*map(wording.problem, problems), summary % {"count": count}]))
        started = time.monotonic()
        try:
            report = sync.load(rows, dry=check)
            if not check:
                editors.ensure()
        except (OperationalError, ProgrammingError) as error:
            raise CommandError(_("The database is not ready. Run manage.py migrate first.") + f"\n{error}") from error
        if verbosity:
            seconds = max(time.monotonic() - started, 0.001)
            speed = _("%(count)d rows in %(seconds).1f s (%(speed)d rows/s).")
            told = speed % {"count": len(rows), "seconds": seconds, "speed": len(rows) / seconds}
            self.stdout.write("\n".join([*lines(report, check=check), told]))


def lines(report: sync.Report, *, check: bool) -> list[str]:
    """Return the report in a line or few; ``check``: in the conditional."""
    said = [
        (_("Would create") if check else _("Created"), report.created),
        (_("Would update") if check else _("Updated"), report.updated),
        (_("Would retire") if check else _("Retired"), report.retired),
        (_("Would show again") if check else _("Shown again"), report.unretired),
        (_("Kept as editors have it"), report.kept),
        (_("Kept, though the pack has changed it too"), report.conflicts),
    ]
    head = [] if report.changed else [_("The content is as the pack gives it.") if not report.kept else _("No change.")]
    return head + [f"{what}: {named(entries)}." for what, entries in said if entries]


def named(entries: list[sync.Entry]) -> str:
    """Return the rows by name while they are few, else how many."""
    names = "; ".join(map(str, entries[:NAMED]))
    return names if len(entries) <= NAMED else _("%(count)d rows") % {"count": len(entries)}
