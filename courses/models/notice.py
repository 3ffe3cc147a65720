"""Notices to learners: what happened to their results, shown on their pages until it is read."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.models.enrolment import Enrolment


class Notice(models.Model):
    """Something that a learner should read. `data` holds the facts; a template says them."""

    class Kind(models.TextChoices):
        REGRADED = "regraded", _("result corrected")
        REPORT_ANSWERED = "report_answered", _("report answered")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    enrolment = models.ForeignKey(
        Enrolment, models.PROTECT, related_name="notices", verbose_name=_("enrolment")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    data = models.JSONField(_("facts"), default=dict)
    created_at = models.DateTimeField(_("created at"))
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)
    mailed_at = models.DateTimeField(_("mailed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["enrolment"],
                condition=models.Q(read_at=None),
                name="cx_courses_notice_unread",
            )
        ]

    def __str__(self) -> str:
        return f"{self.enrolment}: {self.kind}"
