"""Check-ins: a score between the sessions, and how the night was."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tracking import screening
from tracking.models import CheckIn, Flare, local_date
from tracking.pain_forms import CheckInForm
from tracking.requests import UserRequest, private, zone_now

PAGE = 20  # check-ins


@private
@require_http_methods(["GET", "HEAD", "POST"])
def check_in_new(request: UserRequest) -> HttpResponse:
    """Tell a score of now, or of the night (``?kind=night``), of which there is one a day. 3 queries to show."""
    zone = zone_now(request)
    if request.method == "POST":
        return _answer(request, CheckInForm(request.POST, owner=request.user, zone=zone))
    kind = CheckIn.Kind.NIGHT if request.GET.get("kind") == CheckIn.Kind.NIGHT else CheckIn.Kind.NOW
    told = CheckIn.objects.owned_by(request.user).kept().filter(kind=kind, date=local_date(zone)).first()
    if kind == CheckIn.Kind.NIGHT and told:
        return redirect("tracking:check-in-edit", told.pk)
    return _page(request, CheckInForm(owner=request.user, zone=zone, initial={"kind": kind}))


@private
@require_safe
def check_in_list(request: UserRequest) -> HttpResponse:
    """List a person's check-ins, latest first."""
    check_ins = CheckIn.objects.owned_by(request.user).kept().order_by("-date", "-time")
    page = Paginator(check_ins, PAGE).get_page(request.GET.get("page"))
    return render(request, "tracking/checkin_list.html", {"page": page})


@private
@require_safe
def check_in_detail(request: UserRequest, pk: uuid.UUID) -> HttpResponse:
    """Show what was told, and what it is a reason for; a deleted one shows how to bring it back."""
    check_in = get_object_or_404(CheckIn.objects.owned_by(request.user), pk=pk)
    worse = not check_in.deleted_at and screening.got_worse(check_in)
    flare = Flare.objects.owned_by(request.user).open() if worse else None
    somebody = screening.see_somebody(check_in)
    context = {"check_in": check_in, "needs_somebody": somebody, "worse": worse, "flare": flare}
    return render(request, "tracking/checkin_detail.html", context)


@private
@require_http_methods(["GET", "HEAD", "POST"])
def check_in_edit(request: UserRequest, pk: uuid.UUID) -> HttpResponse:
    stored = get_object_or_404(CheckIn.objects.owned_by(request.user), pk=pk)
    if stored.deleted_at:
        return redirect(stored)
    zone = zone_now(request)
    given: dict[str, Any] = {"owner": request.user, "zone": zone, "stored": stored}
    if request.method == "POST":
        return _answer(request, CheckInForm(request.POST, **given))
    return _page(request, CheckInForm(**given))


def _answer(request: UserRequest, form: CheckInForm) -> HttpResponse:
    status = form.attempt()
    if status != 200 or form.entry is None:
        return _page(request, form, status)
    messages.success(request, _("Saved."))
    told = form.stored or screening.see_somebody(form.entry) or screening.got_worse(form.entry)
    return redirect(form.entry) if told else redirect("tracking:today")


def _page(request: UserRequest, form: CheckInForm, status: int = 200) -> HttpResponse:
    taken = form.other() if form.has_error("__all__", "taken") else None
    return render(request, "tracking/checkin_form.html", {"form": form, "taken": taken}, status=status)
