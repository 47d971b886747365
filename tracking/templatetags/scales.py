"""What a button of a 0–10 scale means, for who hears it."""

from typing import Any

from django import template

register = template.Library()


@register.simple_tag
def anchor(field: Any, option: Any) -> str:
    """Return the words at one score of a ScoreField, empty where it has none."""
    value = str(option.data["value"])
    return str(field.field.anchors.get(int(value), "")) if value else ""
