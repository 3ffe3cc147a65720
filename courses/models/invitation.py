"""Links with which people join a class."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.models.client import ApiClient
from courses.models.section import Section


class Invitation(models.Model):
    """Lets people join a class as learners, so many and until a time. The link is shown once."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    section = models.ForeignKey(
        Section, models.CASCADE, related_name="invitations", verbose_name=_("class")
    )
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    uses = models.PositiveSmallIntegerField(_("uses"))
    """How many people it was made for."""
    uses_left = models.PositiveSmallIntegerField(_("uses left"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("created by"),
    )
    client = models.ForeignKey(
        ApiClient,
        models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("API client"),
    )
    created_at = models.DateTimeField(_("created at"))
    expires_at = models.DateTimeField(_("expires at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(uses_left__lte=models.F("uses")),
                name="cx_courses_invitation_uses",
                violation_error_message=_("No more uses are left than there were."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.section}: {self.uuid}"
