"""How a platform was known here before LTI 1.3: its consumer key, and the ids of its people."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.models import ApiClient


class LegacyConsumer(models.Model):
    """The platform's side of LTI 1.1, with which it proves an earlier id of a person."""

    legacy_key = models.CharField(
        _("consumer key of LTI 1.1"),
        max_length=255,
        blank=True,
        help_text=_(
            "Only where this platform's people are known here by their ids of LTI 1.1: who comes "
            "with a proof signed by the secret of this key goes on in their old account."
        ),
    )
    legacy_sealed = models.TextField(blank=True, editable=False)
    """The secret of that key, sealed."""
    legacy_client = models.ForeignKey(
        ApiClient,
        models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("client with the ids of LTI 1.1"),
        help_text=_("The people of this API client are called by their ids of LTI 1.1."),
    )

    class Meta:
        abstract = True

    @property
    def has_legacy_people(self) -> bool:
        return bool(self.legacy_key and self.legacy_sealed and self.legacy_client_id)
