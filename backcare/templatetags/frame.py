"""The frame of every page: what is the same for everybody is rendered once."""

from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()


@register.simple_tag
def once(name: str, /, **given: str | bool | None) -> SafeString:
    """Include the template ``name``, rendered once for each language and for each of the few values it is given."""
    return _once(name, get_language(), frozenset(given.items()))


@lru_cache(maxsize=2000)
def _once(name: str, language: str, given: frozenset[tuple[str, str | bool | None]]) -> SafeString:
    return render_to_string(name, dict(given))
