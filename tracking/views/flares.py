"""Flares: start one, what helps in it, end it, look back; and planned pauses."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from exercises.models import SafetyNote
from tracking.models import Flare, Pause, Screening, local_date
from tracking.pain_forms import CalmForm, FlareForm, PauseForm
from tracking.requests import UserRequest, private, zone_now
from tracking.thresholds import rules

PAGE = 20  # rows


@private
@require_http_methods(["GET", "HEAD", "POST"])
def flare_new(request: UserRequest) -> HttpResponse:
    """Start a flare, and go on to the red-flag screen; while one is open, find it. 4 queries to show."""
    zone = zone_now(request)
    if request.method == "POST":
        return _answer(request, FlareForm(request.POST, owner=request.user, zone=zone))
    going_on = Flare.objects.owned_by(request.user).with_worst().open()
    if going_on:
        return _detail(request, going_on)
    return _page(request, FlareForm(owner=request.user, zone=zone, initial={"date": local_date(zone)}))


@private
@require_safe
def flare_list(request: UserRequest) -> HttpResponse:
    """List a person's flares with length and worst pain, latest first. 4 queries beside the session's."""
    today = local_date(zone_now(request))
    flares = Flare.objects.owned_by(request.user).kept().order_by("-date", "-entered_at")
    page = Paginator(flares.with_worst(), PAGE).get_page(request.GET.get("page"))
    rows = [(flare, flare.days(today)) for flare in page]
    going_on = Flare.objects.owned_by(request.user).open()
    return render(request, "tracking/flare_list.html", {"page": page, "rows": rows, "going_on": going_on})


@private
@require_safe
def flare_detail(request: UserRequest, pk: uuid.UUID) -> HttpResponse:
    """While it goes on: what helps, and the way out. Afterwards: how long it was, and the way back."""
    flare = get_object_or_404(Flare.objects.owned_by(request.user).with_worst(), pk=pk)
    return _detail(request, flare)


@private
@require_http_methods(["GET", "HEAD", "POST"])
def flare_edit(request: UserRequest, pk: uuid.UUID) -> HttpResponse:
    stored = get_object_or_404(Flare.objects.owned_by(request.user), pk=pk)
    if stored.deleted_at:
        return redirect(stored)
    zone = zone_now(request)
    given: dict[str, Any] = {"owner": request.user, "zone": zone, "stored": stored}
    if request.method == "POST":
        return _answer(request, FlareForm(request.POST, **given))
    return _page(request, FlareForm(**given))


@private
@require_http_methods(["GET", "HEAD", "POST"])
def flare_end(request: UserRequest, pk: uuid.UUID) -> HttpResponse:
    """Say that it has calmed, and since when. What has ended already stays as it is."""
    flare = get_object_or_404(Flare.objects.owned_by(request.user).select_related("owner"), pk=pk)
    if flare.ended or flare.deleted_at:
        return redirect(flare)
    zone = zone_now(request)
    form = CalmForm(request.POST if request.method == "POST" else None, flare=flare, zone=zone)
    if form.is_valid():
        form.record()
        return redirect(flare)
    context = {"flare": flare, "form": form, "percent": rules().return_percent}
    return render(request, "tracking/flare_end.html", context, status=422 if form.is_bound else 200)


@private
@require_http_methods(["GET", "HEAD", "POST"])
def pause_list(request: UserRequest) -> HttpResponse:
    """List planned pauses, latest first, and plan one."""
    zone = zone_now(request)
    form = PauseForm(request.POST if request.method == "POST" else None, owner=request.user, zone=zone)
    status = form.attempt() if form.is_bound else 200
    if form.is_bound and status == 200:
        messages.success(request, _("Saved. These days do not count as missed."))
        return redirect("tracking:pause-list")
    pauses = Pause.objects.owned_by(request.user).kept().order_by("-date", "-entered_at")
    page = Paginator(pauses, PAGE).get_page(request.GET.get("page"))
    return render(request, "tracking/pause_list.html", {"page": page, "form": form}, status=status)


@private
@require_safe
def pause_detail(request: UserRequest, pk: uuid.UUID) -> HttpResponse:
    """Show one pause; a deleted one shows how to bring it back."""
    pause = get_object_or_404(Pause.objects.owned_by(request.user), pk=pk)
    return render(request, "tracking/pause_detail.html", {"pause": pause})


def _answer(request: UserRequest, form: FlareForm) -> HttpResponse:
    status = form.attempt()
    if status != 200 or form.entry is None:
        return _page(request, form, status)
    if form.stored:
        messages.success(request, _("Saved."))
    if form.stored or form.replayed or form.entry.ended:
        return redirect(form.entry)
    return redirect(f"{reverse('tracking:screening')}?occasion={Screening.Occasion.FLARE}")


def _page(request: UserRequest, form: FlareForm, status: int = 200) -> HttpResponse:
    return render(request, "tracking/flare_form.html", {"form": form}, status=status)


def _detail(request: UserRequest, flare: Flare) -> HttpResponse:
    today = local_date(zone_now(request))
    context: dict[str, Any] = {"flare": flare, "days": flare.days(today)}
    if flare.ended is None and not flare.deleted_at:
        notes = SafetyNote.objects.shown().filter(kind__in=(SafetyNote.Kind.HELPS, SafetyNote.Kind.AVOID))
        found = list(notes.order_by("order", "slug"))
        context |= {kind: [n for n in found if n.kind == kind] for kind in ("helps", "avoid")}
    elif flare.ended and (today - flare.ended).days <= rules().gap_days:
        another = Flare.objects.owned_by(request.user).open()
        context["percent"] = None if another else rules().return_percent
    return render(request, "tracking/flare_detail.html", context)
