"""What accounts do otherwise than allauth: 429 at every door after too many tries, no promise of mail without mail."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.views import password_reset
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.ratelimit import respond_429
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

PAUSE = 300  # seconds; the time over which ACCOUNT_RATE_LIMITS counts wrong passwords


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    def validation_error(self, code: str, *args: Any) -> ValidationError:
        """Return the error of a form, as allauth asks for; raise the whole answer when the tries are used up.

        allauth would say it in the form with status 200, which a program cannot tell from a typing error.
        """
        if code == "too_many_login_attempts":
            raise ImmediateHttpResponse(respond_429(context.request))
        error: ValidationError = super().validation_error(code, *args)
        return error


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
