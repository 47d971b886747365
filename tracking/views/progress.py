"""How it goes: pain, sessions and repetitions over time."""

from typing import Any, NamedTuple

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from django.views.decorators.http import require_safe
from django_stubs_ext import StrPromise

from tracking import series
from tracking.chart import Span, Unit
from tracking.models import Profile, local_date
from tracking.requests import UserRequest, private, zone_in_force


class Names(NamedTuple):
    """What a bucket of time is called: as a table's heading, counted, and the last one.

    ``row`` and ``axis`` are its date's formats; ``daily``: it is one day, so that its figures are no means of several.
    """

    one: StrPromise
    many: StrPromise
    last: StrPromise
    row: StrPromise
    axis: StrPromise
    daily: bool = False


SPANS = {
    Span.FORTNIGHT: _("14 days"),
    Span.QUARTER: _("90 days"),
    Span.YEAR: _("1 year"),
    Span.ALL: _("All"),
}
UNITS = {
    Unit.DAY: Names(
        _("Day"),
        ngettext_lazy("%(count)d day", "%(count)d days", "count"),
        _("Latest"),
        _("D j M"),
        _("j M"),
        daily=True,
    ),
    Unit.WEEK: Names(
        _("Week from"),
        ngettext_lazy("%(count)d week", "%(count)d weeks", "count"),
        _("Latest week"),
        _("j M Y"),
        _("M Y"),
    ),
    Unit.MONTH: Names(
        _("Month"), ngettext_lazy("%(count)d month", "%(count)d months", "count"), _("Latest month"), _("F Y"), _("M Y")
    ),
    Unit.QUARTER: Names(
        _("Quarter from"),
        ngettext_lazy("%(count)d quarter", "%(count)d quarters", "count"),
        _("Latest quarter"),
        _("F Y"),
        _("M Y"),
    ),
    Unit.YEAR: Names(
        _("Year"), ngettext_lazy("%(count)d year", "%(count)d years", "count"), _("Latest year"), _("Y"), _("Y")
    ),
}


@private
@require_safe
def progress(request: UserRequest) -> HttpResponse:
    """Show the signed-in person's records over ``?span=``; one that does not exist shows 14 days. 8 queries."""
    asked = request.GET.get("span", "")
    span = Span(asked) if asked in list(Span) else Span.FORTNIGHT
    profile = Profile.objects.of(request.user)
    found = series.progress(profile, span, local_date(zone_in_force(request, profile)))
    context: dict[str, Any] = {"progress": found, "span": span, "spans": SPANS}
    if found:
        context |= {"unit": UNITS[found.frame.unit], "growth_unit": UNITS[found.growth_unit]}
    return render(request, "tracking/progress.html", context)
