"""allauth's forms in our words: a user name is two words, and what a password needs is one line."""

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm, ResetPasswordKeyForm
from django.utils.translation import gettext_lazy as _

PASSWORD_HINT = _("At least 8 characters, and not a common one.")


class SignInForm(LoginForm):  # type: ignore[misc]  # allauth is untyped
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = self.fields["login"].widget.attrs["placeholder"] = _("User name")


class _NewPassword:
    """Mixed into a form in which a person chooses a password."""

    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = PASSWORD_HINT


class NewPasswordForm(_NewPassword, ChangePasswordForm):  # type: ignore[misc]
    pass


class ResetKeyForm(_NewPassword, ResetPasswordKeyForm):  # type: ignore[misc]
    pass
