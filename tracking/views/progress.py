"""How it goes: pain, repetitions and sessions over time."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@login_required
@require_safe
def progress(request: HttpRequest) -> HttpResponse:
    """Show the signed-in person's records over the span asked for."""
    return render(request, "tracking/progress.html")
