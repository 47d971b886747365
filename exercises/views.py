"""The public pages: what to do, how, and when not to."""

from collections.abc import Iterable
from itertools import pairwise
from urllib.parse import unquote

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from exercises import catalogue, emergency, timing
from exercises.caching import content_page, names_a_person
from exercises.illustrations import Picture
from exercises.models import Exercise, GuidePage, Routine, SafetyNote

Row = tuple[Routine | None, Exercise]
PAGE = 60  # exercises on one page of the list
TEMPO = {
    "breath": timing.BREATH,
    "side_change": timing.SIDE_CHANGE,
    "set_rest": timing.SET_REST,
    "exercise_change": timing.EXERCISE_CHANGE,
}
ZONE_COOKIE = "zone"  # written by the pages' script for whoever is signed in
AFTER_THE_SPASM = "after-the-spasm"


@content_page(query=["page"])
def exercise_list(request: HttpRequest) -> HttpResponse:
    rows = [(routine, exercise) for routine, group in catalogue.by_routine() for exercise in group]
    page = canonical_page(Paginator(rows, PAGE), request.GET.get("page"))
    groups: dict[Routine | None, list[Exercise]] = {}
    for routine, exercise in page:
        groups.setdefault(routine, []).append(exercise)
    return render(request, "exercises/exercise_list.html", {"groups": groups.items(), "page": page})


def canonical_page(paginator: "Paginator[Row]", number: str | None) -> "Page[Row]":
    """Return the page that ``number`` names exactly as the pager links to it; Http404 for any other way to write it."""
    pages = {str(found): found for found in paginator.page_range}
    if number is not None and number not in pages:
        raise Http404(number)
    return paginator.page(pages[number] if number else 1)


@content_page()
def exercise_detail(request: HttpRequest, slug: str) -> HttpResponse:
    found = catalogue.sheet(slug)
    if found is None:
        gone = get_object_or_404(Exercise, slug=slug, retired=True, dose__isnull=False)
        return _retired(request, gone, Exercise.objects.doable().filter(variations=gone))
    return render(request, "exercises/exercise_detail.html", {"sheet": found, "exercise": found.exercise})


@content_page()
def routine_list(request: HttpRequest) -> HttpResponse:
    return render(request, "exercises/routine_list.html", {"plans": catalogue.plans()})


@content_page()
def routine_detail(request: HttpRequest, slug: str) -> HttpResponse:
    found = catalogue.plans(slug=slug)
    if not found:
        return _retired(request, get_object_or_404(Routine, slug=slug, retired=True))
    return render(request, "exercises/routine_detail.html", {"plan": found[0], "tempo": TEMPO})


@content_page()
def guide_list(request: HttpRequest) -> HttpResponse:
    return render(request, "exercises/guide_list.html", {"pages": catalogue.guide()})


@content_page()
def guide_detail(request: HttpRequest, slug: str) -> HttpResponse:
    pages = catalogue.guide()
    found = next((page for page in pages if page.slug == slug), None)
    if found is None:
        raise Http404(slug)
    following = next((after for before, after in pairwise(pages) if before == found), None)
    return render(request, "exercises/guide_detail.html", {"page": found, "following": following})


@content_page()
def safety(request: HttpRequest) -> HttpResponse:
    kinds = catalogue.safety(SafetyNote.Kind.EMERGENCY, SafetyNote.Kind.URGENT)
    return render(request, "exercises/safety.html", {**kinds, **_calls(request), "sources": _sources(kinds)})


@content_page()
def spasm(request: HttpRequest) -> HttpResponse:
    kinds = catalogue.safety(
        SafetyNote.Kind.HELPS, SafetyNote.Kind.AVOID, SafetyNote.Kind.EMERGENCY, SafetyNote.Kind.URGENT
    )
    after = GuidePage.objects.shown().filter(slug=AFTER_THE_SPASM).first()
    context = {**kinds, **_calls(request), "sources": _sources(kinds), "after": after}
    return render(request, "exercises/spasm.html", context)


@require_safe
def picture(request: HttpRequest, sha256: str) -> HttpResponse:
    """Answer with an uploaded picture. Its address names its content, so that a copy of it is good for ever."""
    content = Picture.objects.filter(sha256=sha256).values_list("content", flat=True).first()
    if content is None:
        raise Http404(sha256)
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable",
        "Content-Security-Policy": "default-src 'none'; sandbox",  # for whoever opens it by itself
    }
    return HttpResponse(bytes(content), content_type="image/webp", headers=headers)


def _retired(request: HttpRequest, gone: Exercise | Routine, instead: Iterable[Exercise] = ()) -> HttpResponse:
    """Answer 404 with a page that says so and where to go: old logs lead here."""
    return render(request, "exercises/retired.html", {"gone": gone, "instead": instead}, status=404)


def _calls(request: HttpRequest) -> dict[str, object]:
    """Return whom to call. A stranger's page is everybody's, so it begins with the number for everywhere."""
    here = emergency.here()
    if names_a_person(request):
        zone = unquote(request.COOKIES.get(ZONE_COOKIE, ""))
        here = emergency.here(zone, request.headers.get("Accept-Language", ""))
    return {"here": here, "elsewhere": [one for one in emergency.numbers().values() if one != here]}


def _sources(kinds: dict[str, list[SafetyNote]]) -> object:
    return catalogue.sources_of(note for notes in kinds.values() for note in notes)
