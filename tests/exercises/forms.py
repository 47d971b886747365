"""What a browser posts from a form of the admin."""

from typing import Any

from django.test import Client

PARTS = ("Phase", "RoutineStep", "Exercise", "Source")
READ_ONE_BY_ONE = [{"model": f"exercises.{name}", "field": "get()"} for name in PARTS]  # by Django's posted formsets


def filled(client: Client, url: str, **changes: object) -> dict[str, Any]:
    """Return what a browser would post from the form at ``url``, with some fields changed."""
    context = client.get(url).context
    form = context["adminform"].form
    data = fields(form)
    for formset in context["inline_admin_formsets"]:
        data |= fields(formset.formset.management_form)
        for part in formset.formset.forms:
            data |= fields(part)
    return {name: value for name, value in (data | changes).items() if value is not None}


def fields(form: Any) -> dict[str, Any]:
    found = {}
    for bound in form:
        value = bound.value()
        if value is None or value is False:
            continue
        if isinstance(value, str):
            value = value.replace("\n", "\r\n")  # as browsers send it
        found[bound.html_name] = "on" if value is True else getattr(value, "pk", value)
    return found
