"""Draw the exercises' figures from their poses."""

from typing import Any

from django.core.management.base import BaseCommand

from exercises.figures import drawn


class Command(BaseCommand):
    help = "Draw the animated figures, stills, storyboards and icons from exercises/figures/poses.json."

    def handle(self, *args: Any, **options: Any) -> str:
        written, removed = drawn.draw()
        return f"{written} drawings written, {removed} removed."
