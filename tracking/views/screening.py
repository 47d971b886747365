"""The red-flag screen: all signs at a glance, or one a screen; a yes stops and says who to call."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from exercises import emergency
from tracking import redflags, screening
from tracking.models import Flare, Screening
from tracking.redflags import Sign
from tracking.requests import UserRequest, private, zone_now
from tracking.screening import ScreeningForm


@private
@require_http_methods(["GET", "HEAD", "POST"])
def screen(request: UserRequest) -> HttpResponse:
    """Ask for the signs, and keep what was answered.

    The address names the question (``sign``) and the list that it comes from (``of``), never an answer: a "no" leads to
    the next question, a "yes" or the last "no" is posted. So going back works, and no log learns of a sign.
    """
    zone = zone_now(request)
    asked = screening.signs()
    given: dict[str, Any] = {"owner": request.user, "zone": zone, "signs": asked}
    if request.method == "POST":
        form = ScreeningForm(request.POST, **given)
        status = form.attempt()
        if status == 200 and form.entry:
            return _after(request, form.entry)
        return _page(request, form, None, status=409 if form.has_error("__all__", "changed") else status)
    occasion = request.GET.get("occasion", "")
    known = occasion if occasion in Screening.Occasion.values else Screening.Occasion.WORSE
    of = redflags.fingerprint(asked)
    slug, same = request.GET.get("sign"), request.GET.get("of") == of
    question = next((sign for sign in asked if sign.slug == slug), None) if same else None
    initial = {"occasion": known, "of": of, "each": question is not None, "sign": ""}
    return _page(request, ScreeningForm(**given, initial=initial), question, changed=bool(slug) and not question)


@private
@require_safe
def screening_detail(request: UserRequest, pk: uuid.UUID) -> HttpResponse:
    """Show what an answer came to: who to call, or that nothing stands in the way."""
    found = get_object_or_404(Screening.objects.owned_by(request.user).kept(), pk=pk)
    zone = zone_now(request)
    here = emergency.here(zone, request.headers.get("Accept-Language", ""))
    there = [slug for slug, yes in found.answers.items() if yes]
    context = {
        "screening": found,
        "signs": [sign.text for sign in screening.signs() if sign.slug in there],
        "here": here,
        "elsewhere": [one for one in emergency.numbers().values() if one != here],
        "last": found.holds and Screening.objects.owned_by(request.user).kept().first() == found,
    }
    return render(request, "tracking/screening_detail.html", context)


@private
@require_POST
def screening_seen(request: UserRequest, pk: uuid.UUID) -> HttpResponse:
    """Take the person's word that a professional has looked at it: the exercises come back."""
    held = get_object_or_404(Screening.objects.owned_by(request.user).kept().select_related("owner"), pk=pk)
    zone = zone_now(request)
    if screening.looked_at(held, zone) is None:
        return redirect(held)
    messages.success(request, _("Good. Your exercises are proposed again."))
    return redirect("tracking:today")


def _after(request: UserRequest, found: Screening) -> HttpResponse:
    if found.holds:
        return redirect(found)
    if found.occasion == Screening.Occasion.FLARE and (flare := Flare.objects.owned_by(request.user).open()):
        return redirect(flare)
    if found.occasion == Screening.Occasion.FIRST:
        messages.success(request, _("Good: none of the signs. The exercises are for you."))
        return redirect("tracking:today")
    return redirect(found)


def _page(
    request: UserRequest, form: ScreeningForm, question: Sign | None, *, changed: bool = False, status: int = 200
) -> HttpResponse:
    asked = form.signs
    if form.is_bound:  # shown once more, in today's words and under a fresh key
        occasion = str(form["occasion"].value())
        known = occasion if occasion in Screening.Occasion.values else Screening.Occasion.WORSE
        fresh = {"occasion": known, "of": redflags.fingerprint(asked), "each": False, "sign": ""}
        shown = ScreeningForm(owner=form.owner, zone=form.device_zone, signs=asked, initial=fresh)
    else:
        shown = form
    context = {
        "form": shown,
        "errors": form if form.is_bound else None,
        "changed": changed,
        "emergencies": [sign for sign in asked if sign.kind == redflags.EMERGENCY],
        "urgent": [sign for sign in asked if sign.kind == redflags.URGENT],
        "question": question,
        "number": asked.index(question) + 1 if question else 0,
        "count": len(asked),
        "next": redflags.after(asked, question.slug) if question else None,
        "first": asked[0] if asked else None,
        "flare": Flare.objects.owned_by(request.user).open(),
    }
    return render(request, "tracking/screening.html", context, status=status)
