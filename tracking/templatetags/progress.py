"""Figures of the progress page as people say them: whole numbers, and counted times."""

import math

from django import template
from django.utils.translation import gettext
from django_stubs_ext import StrPromise

register = template.Library()


@register.filter
def whole(value: float | None) -> int | None:
    """Return a mean as the nearest whole number, a half upwards; None where there is none."""
    return None if value is None else math.floor(value + 0.5)


@register.filter
def about(value: float) -> str:
    """Return a mean as a reader gets it: 26, or about 26 where it is not a whole number itself."""
    number = whole(value)
    return str(number) if number == value else gettext("about %(number)d") % {"number": number}


@register.filter
def counted(name: StrPromise, count: int) -> str:
    """Return ``count`` with its name in the right form: 1 day, 2 days. ``name`` is of ngettext_lazy, with ``count``."""
    return str(name % {"count": count})
