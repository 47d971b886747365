"""What a page costs before it does anything: views to compare with, behind the product's middleware."""

import uuid
from functools import cache

from django.contrib.auth.decorators import login_required
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template import engines
from django.urls import path, resolve
from django.utils import timezone
from django.views.decorators.http import require_POST

from backcare.urls import *  # noqa: F403
from backcare.urls import urlpatterns as product
from exercises.models import Routine
from tracking.models import Session
from tracking.requests import UserRequest

ROWS = 20
TABLE = engines["django"].from_string(
    "<!DOCTYPE html><html><head><title>{{ user.username }}</title></head><body><table>"
    "{% for session in sessions %}<tr><td>{{ session.date }}</td><td>{{ session.period }}</td>"
    "<td>{{ session.pain_before }}</td><td>{{ session.pain_after }}</td></tr>{% endfor %}"
    "</table></body></html>"
)


@cache
def any_routine() -> int:
    return Routine.objects.values_list("pk", flat=True)[0]


def constant(request: HttpRequest) -> HttpResponse:
    """Floor (b): no session, no user, no query, no template."""
    return HttpResponse("ok")


@login_required
def rows(request: UserRequest) -> HttpResponse:
    """Floor (c): session, user, one indexed query of 20 rows and a template."""
    sessions = Session.objects.owned_by(request.user).kept()[:ROWS]
    return HttpResponse(TABLE.render({"user": request.user, "sessions": sessions}, request))


@login_required
@require_POST
def insert(request: UserRequest) -> HttpResponse:
    """Floor of logging: CSRF, session, user, one row, redirect. The row is a deleted one, so that no slot is taken."""
    Session.objects.create(
        owner=request.user,
        key=uuid.UUID(request.POST["key"]),
        date=request.POST["date"],
        period=request.POST["period"],
        zone="UTC",
        routine_id=any_routine(),
        pain_before=int(request.POST["pain_before"]),
        pain_after=int(request.POST["pain_after"]),
        deleted_at=timezone.now(),
    )
    return redirect("floor-rows")


def anew(request: HttpRequest, path: str) -> HttpResponse:
    """A page that is kept between writes (tracking/kept.py), as it is after each of them."""
    caches["kept"].clear()
    match = resolve(f"/{path}")
    return match.func(request, *match.args, **match.kwargs)  # type: ignore[no-any-return]


urlpatterns = [
    *product,
    path("floor/anew/<path:path>", anew, name="floor-anew"),
    path("floor/constant", constant, name="floor-constant"),
    path("floor/rows", rows, name="floor-rows"),
    path("floor/insert", insert, name="floor-insert"),
]
