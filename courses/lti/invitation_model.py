"""Links by which a learning platform registers itself."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class LtiInvitation(models.Model):
    """Lets one platform register, until a time. The link is shown once, and only its hash kept."""

    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    note = models.CharField(_("for whom"), max_length=120)
    host = models.CharField(
        _("host of the platform"),
        max_length=253,
        blank=True,
        help_text=_("For example moodle.example.org. Empty: a platform of any host."),
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        editable=False,
        verbose_name=_("created by"),
    )
    created_at = models.DateTimeField(_("created at"), editable=False)
    expires_at = models.DateTimeField(_("expires at"), editable=False)
    used_at = models.DateTimeField(_("used at"), null=True, blank=True, editable=False)
    registration = models.ForeignKey(
        "cx_courses_lti.LtiRegistration",
        models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        editable=False,
        verbose_name=_("LTI registration"),
    )

    class Meta:
        verbose_name = _("LTI invitation")
        verbose_name_plural = _("LTI invitations")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.note
