"""The rules in force: the defaults, with what the operator set in ``BACKCARE_RULES``."""

from functools import cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from tracking.rules import Rules


@cache
def rules() -> Rules:
    """Return the rules in force. Raises ImproperlyConfigured, with the reason, when they cannot be."""
    try:
        return Rules(**settings.RULES)
    except (TypeError, ValueError) as wrong:
        raise ImproperlyConfigured(f"BACKCARE_RULES: {wrong}") from wrong
