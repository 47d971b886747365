"""Forms that take exactly what they ask for."""

from typing import Any

import pytest
from django import forms
from django.http import QueryDict

from tracking.strict import StrictForm


class Tea(StrictForm):
    """A form with a field of each kind."""

    also_sent = ("brew",)
    may_lack = ("remark",)

    kind = forms.CharField()
    sugar = forms.IntegerField(required=False)
    remark = forms.CharField(required=False)
    with_it = forms.MultipleChoiceField(
        choices=[("milk", "Milk"), ("lemon", "Lemon")], required=False, widget=forms.CheckboxSelectMultiple
    )


def codes(sent: str, **kwargs: Any) -> dict[str, list[str]]:
    """Return the codes of a form's errors by field."""
    errors = Tea(QueryDict(sent), **kwargs).errors.as_data()
    return {field: [str(error.code) for error in found] for field, found in errors.items()}


@pytest.mark.parametrize(
    "sent",
    [
        "kind=green&sugar=&remark=",
        "kind=green&sugar=2",
        "kind=green&sugar=2&with_it=milk&with_it=lemon",
        "kind=green&sugar=2&csrfmiddlewaretoken=x&brew=",
    ],
)
def test_what_the_page_sends_is_taken(sent: str) -> None:
    assert codes(sent) == {}


def test_unknown_field_is_refused_by_name() -> None:
    form = Tea(QueryDict("kind=green&sugar=2&owner=7&is_staff=on"))
    assert form.non_field_errors() == ["This form has no field owner, is_staff. Leave it out and send the rest."]


@pytest.mark.parametrize("name", ["\0", "\ud800", "\u202e", "x" * 100_000])
def test_odd_name_is_repeated_short_and_plain(name: str) -> None:
    said = " ".join(map(str, Tea({"kind": "green", "sugar": 2, name: ""}).non_field_errors()))
    assert said
    assert said.isprintable()
    assert said.isascii()
    assert len(said) < 150


@pytest.mark.parametrize(
    ("sent", "field"), [("kind=green&kind=black&sugar=", "kind"), ("kind=x&sugar=1&sugar=1", "sugar")]
)
def test_single_field_that_came_twice_is_refused(sent: str, field: str) -> None:
    assert codes(sent) == {field: ["repeated"]}


def test_missing_part_is_refused_and_shows_what_is_stored() -> None:
    form = Tea(QueryDict("kind=green"), initial={"sugar": 3})
    assert form.has_error("__all__", "part")
    assert form["sugar"].value() == 3


def test_missing_required_field_says_so_itself() -> None:
    assert codes("sugar=2") == {"kind": ["required"]}
