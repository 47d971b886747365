"""Every address of BackCare."""

from django.contrib import admin
from django.urls import include, path
from django.urls.resolvers import RoutePattern
from django.views.decorators.gzip import gzip_page

from backcare import accounts, views
from backcare.later import LaterResolver
from exercises.caching import content_page
from tracking import urls as tracking
from tracking.player import DESK, SHORT
from tracking.views import player

# Gzipped for a person too: its drawings are most of its weight, and Django's padding hides what a length might tell.
modes = [f"mode={mode}" for mode in (SHORT, DESK)]
practice_routine = gzip_page(content_page(query=modes, spare=False)(player.routine_practice))
practice_exercise = gzip_page(content_page(spare=False)(player.exercise_practice))
practice = [
    path("routines/<slug:slug>/practice/", practice_routine, name="routine-practice"),
    path("exercises/<slug:slug>/practice/", practice_exercise, name="exercise-practice"),
]

data = LaterResolver(RoutePattern("api/v1/", is_endpoint=False), "backcare.api", app_name="ninja", namespace="api")

urlpatterns = [
    path("", views.home, name="home"),
    path("", include("exercises.urls")),
    path("", include(([*practice, *tracking.urlpatterns], tracking.app_name))),
    data,
    path("accounts/password/reset/", accounts.reset_password, name="account_reset_password"),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("robots.txt", views.robots, name="robots"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("metrics", views.metrics, name="metrics"),
]
handler400 = "backcare.views.bad_request"
handler403 = "backcare.views.forbidden"
handler404 = "backcare.views.not_found"
handler429 = "backcare.accounts.too_many_tries"  # allauth's own name
handler500 = "backcare.views.server_error"
