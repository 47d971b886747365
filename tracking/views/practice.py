"""Today, and logging a morning or an evening."""

import uuid

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe


@login_required
@require_safe
def today(request: HttpRequest) -> HttpResponse:
    return render(request, "tracking/today.html")


@login_required
@require_safe
def session_list(request: HttpRequest) -> HttpResponse:
    return render(request, "tracking/session_list.html")


@login_required
def session_new(request: HttpRequest) -> HttpResponse:
    return render(request, "tracking/session_form.html")


@login_required
@require_safe
def session_detail(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return render(request, "tracking/session_detail.html")


@login_required
def session_edit(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return render(request, "tracking/session_form.html")


@login_required
@require_POST
def session_delete(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return render(request, "tracking/session_detail.html")


@login_required
@require_POST
def session_undo(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    return render(request, "tracking/session_detail.html")
