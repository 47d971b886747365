"""How it goes: pain, sessions and repetitions over time."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tracking import series, telling
from tracking.chart import Span
from tracking.models import Profile, local_date
from tracking.requests import UserRequest, private, zone_in_force
from tracking.thresholds import rules


@private
@require_safe
def progress(request: UserRequest) -> HttpResponse:
    """Show the signed-in person's records over ``?span=``; one that does not exist shows 14 days. 7 queries."""
    asked = request.GET.get("span", "")
    span = Span(asked) if asked in list(Span) else Span.FORTNIGHT
    profile = Profile.objects.of(request.user)
    found = series.progress(profile, span, local_date(zone_in_force(request, profile)))
    context: dict[str, Any] = {"progress": found, "span": span, "spans": telling.SPANS}
    if found:
        context |= {"unit": telling.UNITS[found.frame.unit], "rules": rules()}
    return render(request, "tracking/progress.html", context)
