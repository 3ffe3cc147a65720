"""The form of a registration in the admin."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import sealing
from courses.admin.bases import ModelForm
from courses.admin.mixins import LinesField
from courses.domain import clients, origins
from courses.errors import Invalid
from courses.lti.models import LtiRegistration
from courses.lti.succession_model import LtiSuccession

ADDRESSES = ("auth_url", "keyset_url", "token_url")
LTI_1_3 = (
    *ADDRESSES,
    *("token_audience", "frame_origins", "privacy", "gets_hidden_scores", "accepts_deployments"),
    "sends_reviews",
)
LEGACY = ("legacy_key", "legacy_client")
SET = (*LTI_1_3, *LEGACY)
"""Fields of the model that the form sets."""


class LtiRegistrationForm(ModelForm):
    issuer = forms.CharField(
        label=gettext_lazy("Issuer"),
        max_length=255,
        help_text=gettext_lazy("As the platform writes it, such as https://moodle.example.org."),
    )
    client_id = forms.CharField(
        label=gettext_lazy("Client id"),
        max_length=255,
        required=False,
        help_text=gettext_lazy("May be given later, once; nobody can launch before."),
    )
    frame_origins = LinesField(
        label=gettext_lazy("Further origins of frames"),
        required=False,
        help_text=LtiRegistration._meta.get_field("frame_origins").help_text,
    )
    legacy_secret = forms.CharField(
        label=gettext_lazy("Secret of the consumer key"),
        max_length=255,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("It is not shown again. Empty: as it is."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields.pop("issuer", None)
            if self.instance.client_id:
                self.fields.pop("client_id", None)

    def clean_frame_origins(self) -> list[str]:
        try:
            return clients.check_origins(addresses=self.cleaned_data["frame_origins"])
        except Invalid as error:
            raise forms.ValidationError([one.message for one in error.problems]) from error

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name in ADDRESSES:
            if cleaned.get(name) and origins.origin_of(cleaned[name]) is None:
                self.add_error(name, _("Enter an address that begins with https://."))
        if cleaned.get("is_active") and LtiSuccession.objects.filter(former=self.instance).exists():
            self.add_error("is_active", _("Another registration has taken its place, for good."))
        self._check_legacy(cleaned)
        issuer, client_id = cleaned.get("issuer"), cleaned.get("client_id")
        if self.instance.pk:
            issuer = self.instance.platform.issuer
        known = LtiRegistration.objects.filter(platform__issuer=issuer, client_id=client_id)
        if client_id is not None and known.exclude(pk=self.instance.pk).exists():
            text = _("This client id of the platform is registered already.")
            self.add_error("client_id", text)
        return cleaned

    def _check_legacy(self, cleaned: dict[str, Any]) -> None:
        """Key, secret and client are of use together alone."""
        key, client = cleaned.get("legacy_key"), cleaned.get("legacy_client")
        has_secret = bool(cleaned.get("legacy_secret") or self.instance.legacy_sealed)
        if key and not has_secret:
            self.add_error("legacy_secret", _("Enter the secret of the key."))
        if key and client is None:
            self.add_error("legacy_client", _("Choose the client that has the ids."))
        if client is not None and self.instance.pk and client == self.instance.platform.client:
            self.add_error("legacy_client", _("These are the ids of LTI 1.3."))

    def secret_values(self) -> dict[str, str]:
        """Return what is stored of the secret; without a key, nothing of it any more."""
        if not self.cleaned_data.get("legacy_key"):
            return {"legacy_sealed": ""}
        secret = self.cleaned_data.get("legacy_secret")
        return {"legacy_sealed": sealing.seal(secret)} if secret else {}
