"""The admin site: Django's own, behind the sign-in (and its rate limits and second factor) that people use."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _


class AdminSite(admin.AdminSite):
    site_header = site_title = "BackCare"
    index_title = _("Edit the content")
    site_url = "/"

    def password_change(  # type: ignore[override]  # it sends people elsewhere
        self, request: HttpRequest, extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        """Change passwords where tries are counted."""
        return redirect("account_change_password")

    def login(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
        response: HttpResponse = secure_admin_login(super().login)(request, extra_context)
        return response
