"""A person's own settings."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


@login_required
def settings(request: HttpRequest) -> HttpResponse:
    return render(request, "tracking/settings.html")
