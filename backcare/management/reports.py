"""What the commands for backups say while they work and at the end."""

import time
from pathlib import Path

from django.core.management.base import OutputWrapper

from backcare.archive import Manifest

MEGABYTE = 1_000_000


class Progress:
    """Megabytes on a terminal, and nothing elsewhere. A word every tenth of a second is enough."""

    def __init__(self, out: OutputWrapper) -> None:
        self.out = out
        self.started = self.said = time.monotonic()

    def __call__(self, done: int) -> None:
        now = time.monotonic()
        if self.out.isatty() and now - self.said > 0.1:
            self.said = now
            self.out.write(f"\r{done / MEGABYTE:.1f} MB …", ending="")
            self.out.flush()

    def end(self, what: str, path: Path, manifest: Manifest) -> None:
        """Say what was done and how fast."""
        seconds = max(time.monotonic() - self.started, 0.001)
        size = path.stat().st_size / MEGABYTE
        rows = sum(manifest.rows.values())
        self.out.write("\r" if self.out.isatty() else "", ending="")
        self.out.write(
            f"{what} {rows:,} rows in {len(manifest.rows)} tables of {manifest.database}, taken {manifest.taken}."
        )
        self.out.write(f"{path}: {size:,.1f} MB in {seconds:.1f} s ({size / seconds:,.1f} MB/s).")
