"""``manage.py backup``: one archive of all that is kept, made while the site runs."""

from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import Error, connection

from backcare import archive, backup
from backcare.archive import BackupError
from backcare.management.reports import Progress


class Command(BaseCommand):
    help = "Write the database, pictures included, to one archive, while the site runs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        name = "backups/backcare-<time>.tar in the data folder"
        parser.add_argument("file", nargs="?", type=Path, help=f"the archive to write (default: {name})")
        parser.add_argument("--verify", action="store_true", help="read the archive again afterwards and compare sums")

    def handle(self, *, file: Path | None, verify: bool, **options: Any) -> None:
        name = f"backcare-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.tar"
        path = file or settings.DATA_DIR / "backups" / name
        try:
            progress = Progress(self.stdout)
            progress.end("Backed up", path, backup.back_up(connection, path, progress))
            if verify:
                progress = Progress(self.stdout)
                progress.end("Verified", path, archive.verify(path, progress))
        except (BackupError, Error, OSError) as error:
            raise CommandError(f"No backup was made. {error}") from error
