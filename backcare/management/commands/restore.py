"""``manage.py restore``: put an archive in the place of the database, all of it or nothing."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import Error, connection

from backcare import archive, backup
from backcare.archive import BackupError
from backcare.management.reports import Progress


class Command(BaseCommand):
    help = "Put an archive of `backup` in the place of the database, all of it or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the archive")
        parser.add_argument("--verify", action="store_true", help="only check the archive; write nothing")
        parser.add_argument("--replace", action="store_true", help="give up all that the database holds")

    def handle(self, *, file: Path, verify: bool, replace: bool, **options: Any) -> None:
        progress = Progress(self.stdout)
        try:
            if verify:
                progress.end("Verified", file, archive.verify(file, progress))
                return
            manifest = backup.restore(connection, file, progress, replace=replace, folder=settings.DATA_DIR)
        except (BackupError, Error, OSError) as error:
            raise CommandError(f"Nothing was restored. {error}" if not verify else str(error)) from error
        progress.end("Restored", file, manifest)
        self.stdout.write("Now bring it up to date with `python -m backcare.prepare`, and start BackCare again.")
