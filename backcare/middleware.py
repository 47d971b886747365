"""What every request and every answer must pass, beside Django's own and django-csp's."""

import logging
import re
import time
import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware
from django.template.response import TemplateResponse
from django.utils.cache import add_never_cache_headers
from whitenoise.middleware import WhiteNoiseFileResponse, WhiteNoiseMiddleware
from whitenoise.responders import StaticFile

from backcare import deadline, logs

# The player's wake lock is the only device feature that pages ask for.
POLICY = ", ".join(
    [*(f"{name}=()" for name in ("camera", "geolocation", "microphone", "payment", "usb")), "screen-wake-lock=(self)"]
)
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")  # anybody can make up another
MEBIBYTE = 1024 * 1024
BODY_LIMIT = 8 * MEBIBYTE  # the largest that is taken, an editor's picture, with room
TEXT = ("text/", "image/svg+xml", "application/manifest+json")
SESSION_KEY = re.compile(r"[a-z0-9]{32}")  # as Django makes them
logger = logging.getLogger("backcare.requests")


class LogMiddleware:
    """One line for each request, under the number that its answer carries: the proxy's, or one made here.

    It names the route and never the address, which may hold an id, a token or what somebody searched for.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.observe: Callable[[str, str | None, int, float], None] | None = None
        if settings.METRICS_TOKEN:
            from backcare import metrics  # a library that others do without

            self.observe = metrics.observe

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        number = given.lower() if logs.WELL_FORMED.fullmatch(given) else uuid.uuid4().hex
        token = logs.request_id.set(number)
        started = time.perf_counter()
        try:
            response = self.get_response(request)
            response.headers["X-Request-ID"] = number
            self.note(request, response.status_code, time.perf_counter() - started)
        finally:
            logs.request_id.reset(token)
        return response

    def note(self, request: HttpRequest, status: int, seconds: float) -> None:
        route = request.resolver_match.view_name if request.resolver_match else None
        method = request.method if request.method in METHODS else "other"
        if self.observe:
            self.observe(method, route, status, seconds)
        fields = {"method": method, "route": route, "status": status, "ms": round(seconds * 1000, 1)}
        logger.log(logging.ERROR if status >= 500 else logging.INFO, "request", extra={"fields": fields})


class StaticFilesMiddleware(WhiteNoiseMiddleware):
    """Serve static files. What collectstatic has not compressed, as in ``dev.py run``, is compressed on its way."""

    @staticmethod
    def serve(static_file: StaticFile, request: HttpRequest) -> HttpResponse | WhiteNoiseFileResponse:
        response = WhiteNoiseMiddleware.serve(static_file, request)
        packed = response.status_code != 200 or "Content-Encoding" in response.headers
        if packed or not response.headers["Content-Type"].startswith(TEXT):
            return response
        del response.headers["ETag"]  # it names the bytes as they lie; the time of their last change does as well
        return GZipMiddleware(lambda _request: response)(request)


class PermissionsPolicyMiddleware:
    """The two headers that nobody else sends. A view that has set one of them keeps its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response


class GateMiddleware:
    """Turn away what no page of ours sends, before anything reads it; and keep what a person sees out of caches."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or ""
        if not length and "HTTP_TRANSFER_ENCODING" in request.META:  # Django would read no byte of it: an empty form
            return HttpResponse("Send the length of the body.", status=411, content_type="text/plain")
        if length.isdecimal() and int(length) > BODY_LIMIT:
            return HttpResponse("That is too large.", status=413, content_type="text/plain")
        if request.content_params and request.content_params.get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
            return HttpResponse("Send text as UTF-8.", status=400, content_type="text/plain")
        name = settings.SESSION_COOKIE_NAME
        if name in request.COOKIES and not SESSION_KEY.fullmatch(request.COOKIES[name]):
            del request.COOKIES[name]  # made up: PostgreSQL would choke on a NUL in it
        with deadline.set_for_request():
            response = self.get_response(request)
        if name in request.COOKIES and "Cache-Control" not in response.headers:
            add_never_cache_headers(response)
        return response


class RefusedFormMiddleware:
    """Answer 422 where allauth or the admin show a bad form again: they do it with 200, as if all were well."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_template_response(self, request: HttpRequest, response: TemplateResponse) -> TemplateResponse:
        shown = response.context_data or {}
        refused = getattr(shown.get("form"), "errors", None) or shown.get("errors")  # the admin's list of them
        if request.method == "POST" and response.status_code == 200 and refused:
            response.status_code = 422
        return response
