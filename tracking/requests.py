"""What a signed-in person's request says of who and where they are."""

from collections.abc import Callable
from typing import TypeVar
from urllib.parse import unquote

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache

from tracking.models import Profile, zone_names

View = TypeVar("View", bound=Callable[..., HttpResponseBase])
ZONE_COOKIE = "zone"  # written by the pages' script, only read here


class UserRequest(HttpRequest):
    """A request behind ``login_required``."""

    user: User


def zone_in_force(request: HttpRequest, profile: Profile) -> str:
    """Return the zone for entries: the device's where it names one that exists, else the profile's."""
    return device_zone(request) or profile.zone


def zone_now(request: UserRequest) -> str:
    """Return the same for a page that needs no more of the profile. 1 query at most."""
    return device_zone(request) or Profile.objects.zone_of(request.user)


def private(view: View) -> View:
    """For a page about a person: behind the sign-in, and kept by no cache."""
    return never_cache(login_required(view))


def device_zone(request: HttpRequest) -> str:
    """Return the zone that the device names, empty where it names none that exists."""
    zone = unquote(request.COOKIES.get(ZONE_COOKIE, ""))
    return zone if zone in zone_names() else ""
