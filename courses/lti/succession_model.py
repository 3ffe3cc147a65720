"""Which registration took the place of which."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LtiSuccession(models.Model):
    """A registration whose courses go on under another one of the same platform."""

    former = models.OneToOneField(
        "cx_courses_lti.LtiRegistration",
        models.CASCADE,
        related_name="succession",
        verbose_name=_("former registration"),
    )
    successor = models.ForeignKey(
        "cx_courses_lti.LtiRegistration",
        models.CASCADE,
        related_name="predecessors",
        verbose_name=_("successor"),
    )
    declared_at = models.DateTimeField(_("declared at"))
    counts = models.JSONField(_("what was moved"), default=dict)

    class Meta:
        verbose_name = _("succession of LTI registrations")
        verbose_name_plural = _("successions of LTI registrations")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.former} → {self.successor}"
