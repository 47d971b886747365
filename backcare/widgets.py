"""The plain widgets that pages are full of, written here: Django's templates take three for each option of a list."""

from collections.abc import Callable, Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.forms.utils import flatatt
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

Widget = Mapping[str, Any]  # as Django hands it to its template of the same name


def written_input(widget: Widget) -> SafeString:
    value = "" if widget["value"] is None else format_html(' value="{}"', widget["value"])
    return format_html('<input type="{}" name="{}"{}{}>', widget["type"], widget["name"], value, attributes(widget))


def written_select(widget: Widget) -> SafeString:
    groups = format_html_join("", "{}", ((written_group(*group[:2]),) for group in widget["optgroups"]))
    return format_html('<select name="{}"{}>{}</select>', widget["name"], attributes(widget), groups)


def written_group(name: str | None, options: list[Widget]) -> SafeString:
    rows = ((option["value"], attributes(option), option["label"]) for option in options)
    written = format_html_join("", '<option value="{}"{}>{}</option>', rows)
    return format_html('<optgroup label="{}">{}</optgroup>', name, written) if name else written


def attributes(widget: Widget) -> SafeString:
    return flatatt(widget["attrs"]) if widget["attrs"] else SafeString("")


INPUTS = ("text", "number", "email", "hidden", "date", "time", "checkbox", "radio_option", "checkbox_option")
WRITTEN: dict[str, Callable[[Widget], SafeString]] = {
    **{f"django/forms/widgets/{kind}.html": written_input for kind in INPUTS},
    "django/forms/widgets/select.html": written_select,
}


class Renderer(DjangoTemplates):
    """Django's own, but for the widgets of WRITTEN."""

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        write = WRITTEN.get(template_name)
        if write is None or context["widget"].get("wrap_label"):
            return super().render(template_name, context, request)
        return write(context["widget"])
