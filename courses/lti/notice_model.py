"""Where a platform takes the addresses for its notices (PNS)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class NoticeService(models.Model):
    """What a deployment's launches say of notices, and what came of asking for them."""

    notices_url = models.CharField(_("address for notices"), max_length=2000, blank=True)
    """As a signed launch named it."""
    notices_problem = models.CharField(
        _("why notices could not be asked for"), max_length=300, blank=True
    )

    class Meta:
        abstract = True
