"""How it goes: pain, sessions and repetitions over time."""

import datetime
from functools import partial

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from tracking import series, telling
from tracking.chart import Span
from tracking.kept import kept
from tracking.models import Profile, local_date
from tracking.requests import UserRequest, private, zone_in_force
from tracking.thresholds import rules


@private
@require_safe
def progress(request: UserRequest) -> HttpResponse:
    """Show the signed-in person's records over ``?span=``; one that does not exist shows 14 days. 7 queries.

    3 queries, however long the history, when nothing has changed since the last time; one more when a week has become
    past, or the past has changed, and is added up.
    """
    asked = request.GET.get("span", "")
    span = Span(asked) if asked in list(Span) else Span.FORTNIGHT
    profile = Profile.objects.of(request.user)
    zone = zone_in_force(request, profile)
    today = local_date(zone)
    body = kept(profile, span, (today, zone), partial(_body, profile, span, today, zone))
    return render(request, "tracking/progress.html", {"body": body})


def _body(profile: Profile, span: Span, today: datetime.date, zone: str) -> SafeString:
    found = series.progress(profile, span, today, zone)
    context: dict[str, object] = {"progress": found, "rules": rules()}
    if found:
        context["spans"] = {one: telling.SPANS[one] for one in found.spans}
        context["span"] = span if span in found.spans else Span.ALL
        context["unit"] = telling.UNITS[found.frame.unit]
    return render_to_string("tracking/_progress.html", context)
