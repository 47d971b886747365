"""Public content is served fast: rendered once for each revision of the content, and confirmed by ETag afterwards.

Strangers all get the same bytes. A page that names a person is rendered afresh and kept by nobody else.
"""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from exercises.models import Revision

View = Callable[..., HttpResponseBase]
QUERY = ("page",)  # what a public page may read of a query string; all else is ignored and makes no second copy


def content_page(view: View) -> View:
    """Cache a public page for strangers; with a session, render it for that person alone.

    Costs a stranger one query (the revision) as long as the content stays as it is. The view answers 404 to a value of
    QUERY that it would not link to, so that the copies are as many as the pages.
    """

    @require_safe
    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if names_a_person(request):
            response = view(request, *args, **kwargs)
            patch_cache_control(response, private=True, max_age=0, must_revalidate=True)
        else:
            response = _shared(view, request, *args, **kwargs)
        patch_vary_headers(response, ["Cookie"])
        return response

    return wrapper


def content_data(view: View) -> View:
    """Cache public data, which is the same for everybody, with or without a session."""

    @require_safe
    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return _shared(view, request, *args, **kwargs)

    return wrapper


def names_a_person(request: HttpRequest) -> bool:
    """Return whether the page may differ from a stranger's: a session, or a message waiting ("You have signed out")."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES or CookieStorage.cookie_name in request.COOKIES


def _shared(view: View, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
    query = urlencode([(name, request.GET[name]) for name in QUERY if name in request.GET])
    request.META["QUERY_STRING"] = query  # nothing else of it may end up in a page that others get
    request.META["CSRF_COOKIE_NEEDS_UPDATE"] = False  # no form here, so not even a broken token is worth a cookie
    # Read before rendering: a change that comes in between is kept under the older number, which nobody asks for again.
    key = f"{Revision.current()}:{get_language()}:{_digest(f'{request.path}?{query}'.encode())}"
    kept: tuple[bytes, str, str] | None = caches["pages"].get(key)
    if kept is None:
        response = view(request, *args, **kwargs)
        if response.status_code != 200 or not isinstance(response, HttpResponse):
            return response
        # Hashing what is sent, and not the revision, also makes a deployment with other templates a new ETag.
        kept = response.content, response.headers["Content-Type"], f'"{_digest(response.content)}"'
        caches["pages"].set(key, kept)
    content, content_type, etag = kept
    fresh = HttpResponse(content, content_type=content_type, headers={"ETag": etag})
    patch_cache_control(fresh, public=True, max_age=0, must_revalidate=True)
    return get_conditional_response(request, etag=etag, response=fresh) or fresh


def _digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()
