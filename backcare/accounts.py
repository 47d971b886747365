"""What accounts do otherwise than allauth: 429 at every door after too many tries, no promise of mail without mail,
and figures drawn as the person likes them.
"""

import unicodedata
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.views import password_reset
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.ratelimit import respond_429
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

ADDRESS = 254  # characters of an e-mail address that the database keeps
PAUSE = 300  # seconds; the time over which ACCOUNT_RATE_LIMITS counts wrong passwords


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _("That name and password do not match."),
        "username_taken": _("This name is taken. Try another."),
    }

    def login(self, request: HttpRequest, user: Any) -> None:
        """Sign somebody in, by whichever way, and let the figures of public pages follow their choice."""
        super().login(request, user)
        if profile := getattr(user, "profile", None):  # an administrator may have none
            profile.wear_look(request.session)

    def clean_username(self, username: str, shallow: bool = False) -> str:
        """Return the name in the form in which look-alikes are one, as Django's own commands store it."""
        cleaned: str = super().clean_username(User.normalize_username(username), shallow)
        return cleaned

    def clean_email(self, email: str) -> str:
        MaxLengthValidator(ADDRESS)(email)
        cleaned: str = super().clean_email(email)
        return cleaned

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Count wrong passwords by account alone: allauth adds the Host, whose port anybody may make up."""
        login: str = credentials.get("username") or credentials.get("email") or ""
        return unicodedata.normalize("NFKC", login).casefold()

    def validation_error(self, code: str, *args: Any) -> ValidationError:
        """Return the error of a form, as allauth asks for; raise the whole answer when the tries are used up.

        allauth would say it in the form with status 200, which a program cannot tell from a typing error.
        """
        if code == "too_many_login_attempts":
            raise ImmediateHttpResponse(respond_429(context.request))
        error: ValidationError = super().validation_error(code, *args)
        return error


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002  # allauth's name
        """Return what a new passkey is called until the person names it."""
        already = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return gettext("My device %(number)d") % {"number": already + 1} if already else gettext("My device")


def too_many_tries(request: HttpRequest) -> HttpResponse:
    """Answer 429. allauth calls it as ``handler429`` of the URLconf."""
    response = render(request, "429.html", status=429)
    response["Retry-After"] = str(PAUSE)
    return response


def reset_password(request: HttpRequest) -> HttpResponse:
    """Ask for the address to send a link to; where no mail is set up, say so rather than let somebody wait for it."""
    if settings.EMAIL_BACKEND == "django.core.mail.backends.dummy.EmailBackend":
        return render(request, "account/password_reset_no_mail.html")
    response: HttpResponse = password_reset(request)
    return response
