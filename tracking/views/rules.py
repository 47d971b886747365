"""The page of the rules behind each advice, with the figures in force. Open to all."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers, patch_cache_control, patch_vary_headers
from django.views.decorators.http import require_safe

from tracking.thresholds import rules as in_force


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """Show every rule with its thresholds and its source. No query for a stranger."""
    response = render(request, "tracking/rules.html", {"rules": in_force()})
    if request.user.is_authenticated:
        add_never_cache_headers(response)
    else:
        patch_cache_control(response, public=True, max_age=0, must_revalidate=True)
    patch_vary_headers(response, ["Cookie"])
    return response
