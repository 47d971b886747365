"""The JSON API, version 1: joins the apps' routers. Every answer is JSON, refusals too."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase, HttpResponseNotAllowed, JsonResponse
from django.urls import URLPattern, URLResolver
from ninja import NinjaAPI

from exercises.api import router as content
from exercises.caching import content_data

View = Callable[..., HttpResponseBase]


class JsonAPI(NinjaAPI):
    """Answers HEAD like GET, and a method that an address does not know in JSON."""

    @property
    def urls(self) -> tuple[list[URLPattern | URLResolver], str, str]:
        patterns, app_name, namespace = super().urls
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                pattern.callback = in_json(pattern.callback)
        return patterns, app_name, namespace


def in_json(view: View) -> View:
    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        method = request.method
        if method == "HEAD":
            request.method = "GET"
        try:
            response = view(request, *args, **kwargs)
        finally:
            request.method = method  # the server leaves the body out by it
        if isinstance(response, HttpResponseNotAllowed):
            return JsonResponse({"detail": "Method Not Allowed"}, status=405, headers={"Allow": response["Allow"]})
        return response

    return wrapper


# No page of documentation: the usual ones load their scripts from elsewhere, which the pages' policy forbids.
api = JsonAPI(
    title="BackCare",
    version="1",
    description="Back exercises and routines with their doses and sources. Free to use under CC BY 4.0.",
    docs_url=None,
    docs_decorator=content_data,
    urls_namespace="api",
)
api.add_router("", content)
urlpatterns = api.urls[0]
