"""allauth's forms in our words, and with what the first page needs to know of a person."""

from collections.abc import Collection
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import (
    AddEmailForm,
    ChangePasswordForm,
    LoginForm,
    ReauthenticateForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
    SignupForm,
    default_token_generator,
)
from allauth.account.utils import user_pk_to_url_str
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from tracking.fields import PrecautionsField, ZoneField
from tracking.models import Profile
from tracking.strict import StrictForm

PASSWORD_HINT = _("At least 8 characters, and not a common one.")


class _AccountForm(StrictForm):
    """Mixed into allauth's forms, whose pages may send where to go next."""

    also_sent: Collection[str] = ("next",)


class _NewPassword(_AccountForm):
    """Mixed into a form in which a person chooses a password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = PASSWORD_HINT


class SignUpForm(_NewPassword, SignupForm):
    """User name and password, with the time zone and the precautions that the first page needs."""

    may_lack = ("email",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = self.fields["username"].widget.attrs["placeholder"] = _("User name")
        self.fields["email"].help_text = _("Only to reset a forgotten password. You can leave it empty.")
        self.fields["zone"] = ZoneField(
            device=not self.is_bound,
            initial="UTC",
            help_text=_("Your mornings and evenings follow the clock of this place."),
        )
        self.fields["precautions"] = PrecautionsField()

    def try_save(self, request: HttpRequest) -> Any:
        """Store the account with its profile, or neither."""
        try:
            with transaction.atomic():
                return super().try_save(request)
        except IntegrityError:  # the name was free when it was checked
            if not User.objects.filter(username__iexact=self.cleaned_data["username"]).exists():
                raise
            self.add_error("username", get_adapter().validation_error("username_taken"))
            return None, render(request, "account/signup.html", {"form": self}, status=409)

    def custom_signup(self, request: HttpRequest, user: User) -> None:
        super().custom_signup(request, user)
        zone, precautions = self.cleaned_data["zone"], self.cleaned_data["precautions"]
        Profile.objects.planned(user, zone, precautions=precautions).save()


class SignInForm(_AccountForm, LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = self.fields["login"].widget.attrs["placeholder"] = _("User name")

    def clean_login(self) -> str:
        return str(User.normalize_username(super().clean_login()))


class AddressForm(_AccountForm, AddEmailForm):
    also_sent = ("next", "action_add")  # the button's name is how allauth tells its forms apart


class ResetForm(_AccountForm, ResetPasswordForm):
    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Send one message, however many accounts have the address.

        With one for each, the time that it takes would tell whoever has put the address into an account of their own
        that it stands in another.
        """
        if not self.users:
            return str(super().save(request, **kwargs))
        email, adapter = str(self.cleaned_data["email"]), get_adapter()
        keys = {user: f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}" for user in self.users}
        doors = [(user.get_username(), adapter.get_reset_password_from_key_url(key)) for user, key in keys.items()]
        adapter.send_mail("account/email/password_reset_key", email, {"request": request, "doors": doors})
        return email


class ConfirmForm(_AccountForm, ReauthenticateForm):
    pass


class NewPasswordForm(_NewPassword, ChangePasswordForm):
    def clean_oldpassword(self) -> str:
        """Check it where wrong passwords are counted, together with those at the sign-in."""
        given = str(self.cleaned_data.get("oldpassword"))
        if not get_adapter().reauthenticate(self.user, given):
            raise get_adapter().validation_error("enter_current_password")
        return given


class ResetKeyForm(_NewPassword, ResetPasswordKeyForm):
    pass
