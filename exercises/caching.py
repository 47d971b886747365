"""Public content is served fast: rendered once for each revision of the content, and confirmed by ETag afterwards.

Strangers all get the same bytes. A page that names a person is rendered afresh and kept by nobody else. When the
database is away, everybody gets the last copy that this process has.

Copies are compressed once, when they are kept. That gives nothing away (BREACH): no copy holds a secret or anything
that a visitor sent. A person's page may hold both, so it goes out as it is; the player's, whose drawings weigh the
most, is compressed in backcare/urls.py, where it says why that is safe.
"""

import gzip
import hashlib
import logging
import re
from collections.abc import Callable, Collection
from functools import partial, wraps
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.core.cache import caches
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, QueryDict
from django.template.loader import render_to_string
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from exercises.models import Revision

View = Callable[..., HttpResponseBase]
logger = logging.getLogger(__name__)

PAUSE = 5  # seconds for which a database that did not answer is left alone: each try may last as long as its limits
AWAY = "away"  # the cache's key for it
TAKES_GZIP = re.compile(r"(?:^|,)\s*gzip\s*(?:$|,|;(?!\s*q\s*=\s*0(?:\.0*)?\s*(?:$|,)))", re.IGNORECASE)


class Copy(NamedTuple):
    """A page as it is kept: ``body`` is gzipped, ``revision`` the content's when it was rendered."""

    revision: int
    body: bytes
    content_type: str
    etag: str

    def response(self, request: HttpRequest) -> HttpResponseBase:
        """Return the answer, compressed where the browser takes it; 304 without a body where it has it already."""
        packed = TAKES_GZIP.search(request.headers.get("Accept-Encoding", ""))
        response = HttpResponse(self.body if packed else gzip.decompress(self.body), content_type=self.content_type)
        if packed:
            response.headers["Content-Encoding"] = "gzip"
        response.headers["ETag"] = self.etag
        patch_vary_headers(response, ["Accept-Encoding"])
        return get_conditional_response(request, etag=self.etag, response=response) or response


def content_page(*, query: Collection[str] = (), spare: bool = True) -> Callable[[View], View]:
    """Cache a public page for strangers; with a session, render it for that person alone.

    While the database is away, a person is shown the strangers' copy; without ``spare`` they are not, because what they
    told us decides what of the page is good for them.

    Costs a stranger one query (the revision) as long as the content stays as it is. Of a stranger's query string the
    view gets only what ``query`` names: "page" with any value, and it answers 404 to one that it would not link to, or
    "mode=short" with this one, so that the copies are as many as the pages.
    """

    def decorate(view: View) -> View:
        @require_safe
        @wraps(view)
        def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            render = partial(view, request, *args, **kwargs)
            personal = names_a_person(request)
            key = _key(request, query) if personal else _narrowed(request, query)
            fresh = partial(_personal, render) if personal else partial(_shared, render, request, key)
            kept = key if spare or not personal else None
            response = _fresh_or_kept(fresh, request, kept) or unavailable_page()
            patch_vary_headers(response, ["Cookie"])
            return response

        return wrapper

    return decorate


def content_data(view: View) -> View:
    """Cache public data, which is the same for everybody, with or without a session, and open to programs elsewhere."""

    @require_safe
    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        request.COOKIES = {}  # nothing here asks who it is; and a broken cookie would be cleared, in a public answer
        key = _narrowed(request)
        fresh = partial(_shared, partial(view, request, *args, **kwargs), request, key)
        response = _fresh_or_kept(fresh, request, key) or unavailable_data()
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response

    return wrapper


def names_a_person(request: HttpRequest) -> bool:
    """Return whether the page may differ from a stranger's: a session, or a message waiting ("You have signed out")."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES or settings.MESSAGES_COOKIE_NAME in request.COOKIES


def unavailable_page() -> HttpResponse:
    """Return the 503 for a person."""
    return _soon(HttpResponse(render_to_string("503.html"), status=503))


def unavailable_data() -> HttpResponse:
    """Return the 503 for a program."""
    return _soon(JsonResponse({"detail": "Service Unavailable"}, status=503))


def _soon(response: HttpResponse) -> HttpResponse:
    response.headers["Retry-After"] = str(PAUSE)
    patch_cache_control(response, no_store=True)
    return response


def _narrowed(request: HttpRequest, named: Collection[str] = ()) -> str:
    """Leave only what is ``named`` of the query string, so that nothing else can end up in a copy. Return its key."""
    request.META["QUERY_STRING"] = query = _named(request, named)
    request.GET = QueryDict(query)
    return _key(request, named)


def _key(request: HttpRequest, named: Collection[str]) -> str:
    return f"{get_language()}:{_digest(f'{request.path}?{_named(request, named)}'.encode())}"


def _named(request: HttpRequest, named: Collection[str]) -> str:
    given = sorted(request.GET.items())
    pairs = {pair for pair in named if "=" in pair}
    names = {*named} - pairs  # a parameter may be called "mode=short" too
    return urlencode([(name, value) for name, value in given if name in names or f"{name}={value}" in pairs])


def _fresh_or_kept(
    fresh: Callable[[], HttpResponseBase], request: HttpRequest, key: str | None
) -> HttpResponseBase | None:
    """Return ``fresh``; while the database is away, the last copy of any revision, or None where there is none."""
    cache = caches["pages"]
    if not cache.get(AWAY):
        try:
            return fresh()
        except (OperationalError, InterfaceError):  # not what a bad value in a query raises
            logger.exception("The database does not answer: serving copies for %d s", PAUSE)
            cache.set(AWAY, True, PAUSE)
    copy: Copy | None = cache.get(key) if key else None
    return _public(copy, request, PAUSE) if copy else None


def _personal(render: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    response = render()
    patch_cache_control(response, private=True, max_age=0, must_revalidate=True)
    return response


def _shared(render: Callable[[], HttpResponseBase], request: HttpRequest, key: str) -> HttpResponseBase:
    request.META["CSRF_COOKIE_NEEDS_UPDATE"] = False  # no form here, so not even a broken token is worth a cookie
    # Read before rendering: a change that comes in between is kept under the older number, and so rendered again.
    revision = Revision.current()
    copy: Copy | None = caches["pages"].get(key)
    if copy is None or copy.revision != revision:
        response = _rendered(render, key)
        if response.status_code != 200 or not isinstance(response, HttpResponse):
            return response
        copy = _copied(response, revision)
        caches["pages"].set(key, copy, timeout=None)  # without end: it may be the last one
    return _public(copy, request)


def _rendered(render: Callable[[], HttpResponseBase], key: str) -> HttpResponseBase:
    """Return the page. What is not found any more loses its copy too: an outage must not bring it back."""
    try:
        response = render()
    except Http404:
        caches["pages"].delete(key)
        raise
    if response.status_code == 404:
        caches["pages"].delete(key)
    return response


def _copied(response: HttpResponse, revision: int) -> Copy:
    # Hashing what is sent, and not the revision, also makes a deployment with other templates a new ETag. It is a weak
    # one, because it stands for the page whether compressed or not.
    etag = f'W/"{_digest(response.content)}"'
    return Copy(revision, gzip.compress(response.content, mtime=0), response.headers["Content-Type"], etag)


def _public(copy: Copy, request: HttpRequest, max_age: int = 0) -> HttpResponseBase:
    response = copy.response(request)
    patch_cache_control(response, public=True, max_age=max_age, must_revalidate=True)
    return response


def _digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()
