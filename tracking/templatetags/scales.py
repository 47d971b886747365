"""The buttons of a 0–10 scale. A page has up to three times twelve of them, so they are written once, not each time."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django import template
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def buttons(field: Any) -> SafeString:
    """Return the buttons of a ScoreField's BoundField, each with its meaning to who hears it, the empty one last."""
    scale, widget = field.field, field.field.widget
    attributes = widget.attrs | field.build_widget_attrs({"id": field.auto_id})
    meanings = {str(score): str(said) for score, said in scale.anchors.items()}
    options = tuple((str(value), str(label), meanings.get(value, "")) for value, label in scale.choices)
    given = widget.format_value(field.value())
    chosen = next((value for value, _label, _said in options if value in given), None)
    return _buttons(field.html_name, tuple(attributes.items()), chosen, options)


@lru_cache(maxsize=200)
def _buttons(
    name: str,
    attributes: Iterable[tuple[str, str | bool]],
    chosen: str | None,
    options: Iterable[tuple[str, str, str]],
) -> SafeString:
    scores, none = [], SafeString("")
    for number, (value, label, said) in enumerate(options):
        own = dict(attributes)
        own["id"] = id_ = f"{own['id']}_{number}"
        shown = flatatt(own | ({"checked": True} if value == chosen else {}))
        button = format_html('<input type="radio" name="{}" value="{}"{}><span>{}</span>', name, value, shown, label)
        if value:
            heard = format_html(' <span class="visually-hidden">{}</span>', said) if said else ""
            scores.append((id_, button, heard))
        else:
            none = format_html('<label class="choice scale__none" for="{}">{}</label>', id_, button)
    labels = format_html_join("\n", '<label for="{}">{}{}</label>', scores)
    return format_html('<div class="scale__options">{}</div>{}', labels, none)
