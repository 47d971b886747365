"""Every address of BackCare."""

from django.contrib import admin
from django.urls import include, path

from backcare import accounts, views
from backcare.api import api

urlpatterns = [
    path("", views.home, name="home"),
    path("", include("exercises.urls")),
    path("", include("tracking.urls")),
    path("api/v1/", api.urls),
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
