"""The shipped content, for tests that need it and do not look at its history, which takes as long as the content."""

from django.core.management import call_command
from django.test import override_settings


def load_shipped() -> None:
    """Load the shipped content without its history."""
    with override_settings(SIMPLE_HISTORY_ENABLED=False):
        call_command("load_content", verbosity=0)
