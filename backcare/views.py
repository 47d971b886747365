"""Home, what a load balancer and Prometheus ask, and honest error pages."""

import secrets
import sys

from django.conf import settings
from django.db import Error, InterfaceError, OperationalError, connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from exercises import catalogue
from exercises.caching import content_page, unavailable_data, unavailable_page

API = "/api/"
PRIVATE = (
    *("/accounts/", "/admin/", "/today/", "/sessions/", "/progress/", "/settings/"),
    *("/check-in/", "/check-ins/", "/flares/", "/pauses/", "/screening/"),
)


@content_page()
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "home.html", {"plans": catalogue.plans()})


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Let search engines read the content and keep them out of what is personal."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in PRIVATE), ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer as long as the process does. Asks nothing of anybody: a slow database restarts no healthy worker."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 when the database answers within its time limits, and 503 otherwise, without saying why."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except Error:
        return HttpResponse("unavailable\n", status=503, content_type="text/plain; charset=utf-8")
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer Prometheus, where the settings hold a token and the request brings it."""
    if not settings.METRICS_TOKEN:
        raise Http404
    given = request.headers.get("Authorization", "").encode()
    if not secrets.compare_digest(given, f"Bearer {settings.METRICS_TOKEN}".encode()):
        return HttpResponse(
            "unauthorized\n", status=401, headers={"WWW-Authenticate": "Bearer", "Content-Type": "text/plain"}
        )
    from backcare.metrics import figures  # a library that others do without

    return HttpResponse(figures(), content_type="text/plain; version=0.0.4; charset=utf-8")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _error(request, 400, "Bad Request")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _error(request, 403, "Forbidden")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _error(request, 403, "Forbidden", stale_form=True)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _error(request, 404, "Not Found")


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 503 when the database is away, 500 otherwise: without the request, because what it brings may have broken.

    Django calls this while it handles the exception.
    """
    program = request.path.startswith(API)
    if isinstance(sys.exception(), OperationalError | InterfaceError):
        return unavailable_data() if program else unavailable_page()
    if program:
        return JsonResponse({"detail": "Internal Server Error"}, status=500)
    return HttpResponse(render_to_string("500.html"), status=500)


def _error(request: HttpRequest, status: int, detail: str, **context: bool) -> HttpResponse:
    """Answer a program in JSON and a person with a page, which is given ``context``."""
    if request.path.startswith(API):
        return JsonResponse({"detail": detail}, status=status)
    return render(request, f"{status}.html", context, status=status)
