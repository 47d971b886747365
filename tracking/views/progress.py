"""How it goes: pain, sessions and repetitions over time."""

from typing import NamedTuple

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_stubs_ext import StrPromise

from tracking import series
from tracking.chart import Span, Unit
from tracking.models import Profile, local_date
from tracking.requests import UserRequest, zone_in_force


class Names(NamedTuple):
    """What a bucket of time is called: as a table's heading, counted, and its date's format in a row and on an axis."""

    one: StrPromise
    many: StrPromise
    row: str
    axis: str


SPANS = {
    Span.FORTNIGHT: _("14 days"),
    Span.QUARTER: _("90 days"),
    Span.YEAR: _("1 year"),
    Span.ALL: _("All"),
}
UNITS = {
    Unit.DAY: Names(_("Day"), _("days"), "D j M", "j M"),
    Unit.WEEK: Names(_("Week from"), _("weeks"), "j M Y", "M Y"),
    Unit.MONTH: Names(_("Month"), _("months"), "F Y", "M Y"),
    Unit.QUARTER: Names(_("Quarter from"), _("quarters"), "F Y", "M Y"),
    Unit.YEAR: Names(_("Year"), _("years"), "Y", "Y"),
}


@never_cache
@login_required
@require_safe
def progress(request: UserRequest) -> HttpResponse:
    """Show the signed-in person's records over ``?span=``; one that does not exist shows the last 14 days."""
    asked = request.GET.get("span", "")
    span = Span(asked) if asked in list(Span) else Span.FORTNIGHT
    unsaved = Profile(owner=request.user, zone="UTC", started=local_date("UTC"))  # for one who has not logged anything
    profile = (Profile.objects.owned_by(request.user).first() or unsaved).owned(request.user)
    found = series.progress(profile, span, local_date(zone_in_force(request, profile)))
    unit = UNITS[found.frame.unit] if found else None
    return render(request, "tracking/progress.html", {"progress": found, "span": span, "spans": SPANS, "unit": unit})
