"""Forms of the account pages, drawn with our own fields and words."""

from typing import Any

from django import forms
from django.contrib.auth import authenticate, get_user_model
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, UserCreationForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from courses.domain import mail_address
from courses.web import names
from courses.web.lookalikes import is_lookalike
from courses.web.password_help import password_help

_NEW_PASSWORDS = {"password1", "new_password1"}
"""Where Django's forms ask for a new password for the first time."""


class DrawnForm(forms.Form):
    """Gives each input our class, and ties it to its help and its error for screen readers."""

    template_name = "cx_courses/account/form.html"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = "input"
        for name in _NEW_PASSWORDS & self.fields.keys():
            self.fields[name].help_text = password_help()

    def get_context(self) -> dict[str, Any]:
        inputs = [getattr(field.widget, "input_type", "") for field in self.fields.values()]
        return super().get_context() | {"has_passwords": inputs.count("password") > 1}


_MISMATCH = _("User name and password do not match an account. The password is case-sensitive.")


class SignInForm(names.AnyCase, DrawnForm, AuthenticationForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if get_user_model().USERNAME_FIELD == "username":
            self.fields["username"].label = names.LABEL
            # Django's text calls both case-sensitive; names are not, see `names.AnyCase`.
            self.error_messages = {**self.error_messages, "invalid_login": _MISMATCH}


class SignUpForm(DrawnForm, UserCreationForm):  # type: ignore[type-arg]  # none at run time
    # Not a field of the account: that gets the address once it is confirmed.
    address = forms.EmailField(
        label=_("E-mail address (optional)"),
        required=False,
        help_text=_(
            "With it you can set a new password when you have forgotten yours. We send you a link "
            "to confirm it."
        ),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    class Meta(UserCreationForm.Meta):
        model = get_user_model()
        fields = (get_user_model().USERNAME_FIELD,)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names.explain(self.fields[get_user_model().USERNAME_FIELD])
        if not mail_address.is_offered():
            del self.fields["address"]

    def clean_username(self) -> str:
        typed: str = self.cleaned_data["username"]
        if names.has_account(typed):
            raise forms.ValidationError(_("This user name is taken."), code="unique")
        if is_lookalike(typed):
            text = _("This user name looks like another one. Use the letters of one alphabet.")
            raise forms.ValidationError(text, code="lookalike")
        return typed


class ChangePasswordForm(DrawnForm, PasswordChangeForm):
    pass


class PasswordForm(DrawnForm):
    """The password once more, tried as at sign-in, so that guessing is counted and stopped."""

    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, user: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.request = request

    def clean_password(self) -> str:
        typed: str = self.cleaned_data["password"]
        found = authenticate(self.request, username=self.user.get_username(), password=typed)
        if found is None or found.pk != self.user.pk:
            raise forms.ValidationError(_("This is not your password."))
        return typed


class ErasureForm(PasswordForm):
    """Typing one's own user name is what makes an erasure deliberate."""

    user_name = forms.CharField(label=_("Type your user name to confirm"), required=True)

    def __init__(self, *args: Any, needs_password: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user_name"].widget.attrs.update({"autocomplete": "off", "spellcheck": "false"})
        self.order_fields(["user_name", "password"])
        if not needs_password:
            del self.fields["password"]

    def clean_user_name(self) -> str:
        typed: str = self.cleaned_data["user_name"]
        if typed.casefold() != self.user.get_username().casefold():
            raise forms.ValidationError(_("This is not your user name."))
        return typed


class AgreementForm(DrawnForm):
    """A box to tick, for a learner who does not know their user name here."""

    is_sure = forms.BooleanField(label=_("Yes, permanently erase everything about me here."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["is_sure"].widget.attrs["class"]
