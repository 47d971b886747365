"""How it goes: pain, sessions and repetitions over time."""

import datetime

from django.core.cache import caches
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from exercises.models import Revision
from tracking import series, telling
from tracking.chart import Span
from tracking.models import Profile, local_date
from tracking.requests import UserRequest, private, zone_in_force
from tracking.thresholds import rules


@private
@require_safe
def progress(request: UserRequest) -> HttpResponse:
    """Show the signed-in person's records over ``?span=``; one that does not exist shows 14 days. 8 queries.

    4 queries, however long the history, when nothing has changed since the last time.
    """
    asked = request.GET.get("span", "")
    span = Span(asked) if asked in list(Span) else Span.FORTNIGHT
    profile = Profile.objects.of(request.user)
    body = _kept(profile, span, zone_in_force(request, profile))
    return render(request, "tracking/progress.html", {"body": body})


def _kept(profile: Profile, span: Span, zone: str) -> SafeString:
    """Return the page's body, rendered once for all that it depends on; a person's own copy is that person's alone.

    All of it is read before the records are: a write that comes in between makes a copy of an edition that is over.
    """
    cache, key, today = caches["progress"], f"{profile.owner_id}:{span}", local_date(zone)
    state = (profile.edition, today, zone, Revision.current(), get_language())
    kept: tuple[object, SafeString] | None = cache.get(key)
    if kept is not None and kept[0] == state:
        return kept[1]
    body = _body(profile, span, today, zone)
    cache.set(key, (state, body))
    return body


def _body(profile: Profile, span: Span, today: datetime.date, zone: str) -> SafeString:
    found = series.progress(profile, span, today, zone)
    context: dict[str, object] = {"progress": found, "span": span, "spans": telling.SPANS, "rules": rules()}
    if found:
        context["unit"] = telling.UNITS[found.frame.unit]
    return render_to_string("tracking/_progress.html", context)
