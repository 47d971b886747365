"""The widgets that are written here say what Django's own say."""

from html.parser import HTMLParser
from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates

from backcare.widgets import Renderer
from tracking.fields import FeltSelect, ZoneSelect, felt_choices, zone_choices

HOSTILE = "<b>\"&'"
CHOICES = [("", "None"), ("1", HOSTILE), ("Group", [(HOSTILE, "three"), ("4", "four")])]
ATTRS = {"id": "id_name", "required": True, "disabled": False, "data-said": HOSTILE}
WIDGETS = [
    (forms.TextInput(), HOSTILE),
    (forms.TextInput(), None),
    (forms.NumberInput(), 0),
    (forms.EmailInput(), ""),
    (forms.HiddenInput(), HOSTILE),
    (forms.PasswordInput(), "secret"),
    (forms.DateInput(attrs={"type": "date"}), "2026-03-04"),
    (forms.TimeInput(), "12:30"),
    (forms.CheckboxInput(), True),
    (forms.CheckboxInput(), False),
    (forms.Select(choices=CHOICES), HOSTILE),
    (forms.Select(choices=CHOICES), None),
    (forms.SelectMultiple(choices=CHOICES), ["1", "4"]),
    (forms.RadioSelect(choices=CHOICES), "4"),
    (forms.CheckboxSelectMultiple(choices=CHOICES), ["1", "4"]),
    (forms.Textarea(), HOSTILE),
]


class Read(HTMLParser):
    """All tags with their attributes, in whatever order, and all words between them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[Any] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, sorted(attrs, key=str)))

    def handle_endtag(self, tag: str) -> None:
        self.found.append(tag)

    def handle_data(self, data: str) -> None:
        self.found += filter(None, [data.strip()])


@pytest.mark.parametrize(("widget", "value"), WIDGETS, ids=lambda one: type(one).__name__)
def test_widget_is_django_s(widget: forms.Widget, value: object) -> None:
    ours, theirs = Renderer(), DjangoTemplates()
    assert (
        Read(widget.render("name", value, ATTRS, ours)).found == Read(widget.render("name", value, ATTRS, theirs)).found
    )
    for option, other in zip(
        widget.subwidgets("name", value, ATTRS), widget.subwidgets("name", value, ATTRS), strict=True
    ):
        bound, known = (forms.boundfield.BoundWidget(widget, one, by) for one, by in ((option, ours), (other, theirs)))
        assert Read(bound.tag()).found == Read(known.tag()).found


@pytest.mark.parametrize("value", ["UTC", "Europe/Zurich", "Etc/GMT+5", "too_much", "", None, HOSTILE])
def test_select_that_is_written_once_is_django_s(value: str | None) -> None:
    for ours, choices in ((ZoneSelect(), zone_choices()), (FeltSelect(), felt_choices())):
        theirs = forms.Select(choices=choices).render("name", value, ATTRS)
        assert Read(ours.render("name", value, ATTRS)).found == Read(theirs).found
