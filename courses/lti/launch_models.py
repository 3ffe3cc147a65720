"""What is noted of launches: which nonces were used, and what came of each."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LtiNonce(models.Model):
    """A nonce that a launch has used up. The row is what keeps a second launch out."""

    registration = models.ForeignKey(
        "cx_courses_lti.LtiRegistration", models.CASCADE, db_index=False
    )
    nonce_hash = models.CharField(max_length=64)
    used_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("LTI nonce")
        verbose_name_plural = _("LTI nonces")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["registration", "nonce_hash"],
                name="cx_courses_ltinonce_once",
                violation_error_message=_("The nonce was used already."),
            ),
        ]

    def __str__(self) -> str:
        return self.nonce_hash


class LtiLaunchRecord(models.Model):
    """What came of a launch, for the administrator of the platform. It names no person."""

    registration = models.ForeignKey(
        "cx_courses_lti.LtiRegistration",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="launch_records",
        verbose_name=_("LTI registration"),
    )
    at = models.DateTimeField(_("time"), db_index=True)
    reason = models.CharField(
        _("reason"), max_length=40, blank=True, help_text=_("Empty: the launch was accepted.")
    )
    detail = models.CharField(_("detail"), max_length=500, blank=True)
    deployment_id = models.CharField(_("deployment id"), max_length=255, blank=True)
    context_id = models.CharField(_("context id"), max_length=255, blank=True)
    link_id = models.CharField(_("resource link id"), max_length=255, blank=True)
    target_url = models.CharField(_("target address"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("LTI launch")
        verbose_name_plural = _("LTI launches")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.reason or "ok"
