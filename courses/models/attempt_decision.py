"""Decisions of people on whole attempts: an append-only log."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.models.attempt import AppendOnly, Attempt


class AttemptDecision(models.Model):
    """Somebody reopened an attempt, made it void, or took that back."""

    class Kind(models.TextChoices):
        REOPENED = "reopened", _("reopened")
        VOIDED = "voided", _("made void")
        RESTORED = "restored", _("counts again")

    attempt = models.ForeignKey(
        Attempt, models.PROTECT, related_name="decisions", verbose_name=_("attempt"), db_index=False
    )
    sequence = models.PositiveSmallIntegerField(_("sequence"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    deadline_at = models.DateTimeField(_("new deadline"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by whom"),
    )
    decided_at = models.DateTimeField(_("decided at"))

    objects = AppendOnly.as_manager()

    class Meta:
        verbose_name = _("decision on an attempt")
        verbose_name_plural = _("decisions on attempts")
        ordering = ["attempt", "sequence"]
        constraints = [
            models.UniqueConstraint(
                fields=["attempt", "sequence"],
                name="cx_courses_attemptdecision_once",
                violation_error_message=_("The attempt has a decision with this number."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.attempt}: {self.kind}"
