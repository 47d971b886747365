"""The admin site: Django's own, behind the sign-in (and its rate limits and second factor) that people use."""

from allauth.account.authentication import get_authentication_records
from allauth.account.decorators import secure_admin_login
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
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

    def has_permission(self, request: HttpRequest) -> bool:
        """Let staff in who have shown a second factor in this very session; on this machine only, without."""
        return super().has_permission(request) and (not settings.STAFF_SECOND_FACTOR or shown_second_factor(request))

    def login(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
        if super().has_permission(request) and not self.has_permission(request):
            return ask_second_factor(request)
        response: HttpResponse = secure_admin_login(super().login)(request, extra_context)
        return response

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        """No field of ours asks it, and it would list people past the trail."""
        raise PermissionDenied


def shown_second_factor(request: HttpRequest) -> bool:
    """Return whether this session was opened, or confirmed since, with a code or a passkey."""
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, request.user))


def ask_second_factor(request: HttpRequest) -> HttpResponse:
    """Lead staff to set a second factor up, or, where they have one, to show it."""
    types = set(Authenticator.objects.filter(user_id=request.user.pk).values_list("type", flat=True))
    back = urlencode({"next": reverse("admin:index")})
    if Authenticator.Type.TOTP in types:
        return redirect(f"{reverse('mfa_reauthenticate')}?{back}")
    if Authenticator.Type.WEBAUTHN in types:
        return redirect(f"{reverse('mfa_reauthenticate_webauthn')}?{back}")
    messages.warning(request, _("The admin needs a second step to sign in. Set up one of these, then open it again."))
    return redirect("mfa_index")
