"""What is a draft before learners see it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Published(models.Model):
    """A part of a course that learners see once it is published; at `publish_at` by itself."""

    is_draft = models.BooleanField(
        _("draft"), default=False, help_text=_("Learners do not see it before it is published.")
    )
    publish_at = models.DateTimeField(
        _("publish at"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("A draft is published at this time."),
    )
    publish_refusal = models.TextField(
        blank=True, editable=False, help_text=_("Why it could not be published at that time.")
    )

    class Meta:
        abstract = True
