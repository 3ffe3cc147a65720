"""What learners report about a question: that something is wrong with it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models.attempt import AttemptItem
from courses.models.enrolment import Enrolment
from courses.models.question import QuestionVersion

LONGEST = 1000
"""Characters of a report and of its answer."""


class FaultReportQuerySet(models.QuerySet["FaultReport"]):
    def open(self) -> "FaultReportQuerySet":
        return self.filter(state=FaultReport.State.OPEN)


class FaultReport(models.Model):
    """A learner's report on a question as they met it, and what became of the report."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        CORRECTED = "corrected", _("The question is corrected")
        NO_FAULT = "no_fault", _("The question is right as it is")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    enrolment = models.ForeignKey(
        Enrolment, models.PROTECT, related_name="fault_reports", verbose_name=_("enrolment")
    )
    item = models.ForeignKey(
        AttemptItem, models.PROTECT, related_name="fault_reports", verbose_name=_("item")
    )
    version = models.ForeignKey(
        QuestionVersion,
        models.PROTECT,
        related_name="fault_reports",
        verbose_name=_("version that was shown"),
    )
    revision = models.PositiveIntegerField(
        _("revision of the response"), help_text=_("0: nothing was answered yet.")
    )
    text = models.TextField(_("text"), max_length=LONGEST)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.OPEN)
    created_at = models.DateTimeField(_("created at"))
    answer = models.TextField(_("answer"), max_length=LONGEST, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("answered by"),
    )

    objects = FaultReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("fault report")
        verbose_name_plural = _("fault reports")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["item"],
                condition=Q(state="open"),
                name="cx_courses_faultreport_one_open",
                violation_error_message=_("An open report on this question exists already."),
            ),
            models.CheckConstraint(
                condition=Q(state="open", answered_at=None)
                | (~Q(state="open") & Q(answered_at__isnull=False)),
                name="cx_courses_faultreport_answered",
                violation_error_message=_("An answered report has a time of its answer."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["version"],
                condition=Q(state="open"),
                name="cx_courses_faultreport_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item}: {self.get_state_display()}"
