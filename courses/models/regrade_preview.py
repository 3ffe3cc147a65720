"""What a correction of results would do, worked out before somebody decides; and what waits."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.models.course import Course
from courses.models.enrolment import Enrolment
from courses.models.gradebook import LineItem
from courses.models.regrade import RegradeBatch


class RegradePreview(models.Model):
    """What is to be corrected, and the effect of each way to do it; nothing has changed yet."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    course = models.ForeignKey(Course, models.CASCADE, related_name="regrade_previews")
    quizzes = models.JSONField(default=list)
    """The numbers of the quizzes."""
    changes = models.JSONField(default=list)
    """As of a RegradeBatch."""
    has_rule = models.BooleanField(default=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField()
    computed_at = models.DateTimeField(null=True, blank=True)
    counts = models.JSONField(default=dict)
    """Policy → how many rise, fall, pass by it and pass no longer; the sums for the means."""
    batch = models.OneToOneField(
        RegradeBatch, models.SET_NULL, null=True, blank=True, related_name="preview"
    )
    policy = models.CharField(max_length=10, blank=True)
    """What was chosen of it."""

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.course} {self.uuid}"


class RegradePreviewRow(models.Model):
    """What each way would make of one learner's result."""

    preview = models.ForeignKey(RegradePreview, models.CASCADE, related_name="rows", db_index=False)
    line_item = models.ForeignKey(LineItem, models.CASCADE, related_name="+")
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="+")
    percent_before = models.DecimalField(max_digits=6, decimal_places=3, null=True)
    passed_before = models.BooleanField(null=True)
    effects = models.JSONField(default=dict)
    """Policy → per cent and verdict afterwards, what is left as it is, `rise`, `fall` or `same`,
    and `gain`, `lose` or nothing for the pass mark."""

    class Meta:
        ordering = ["preview", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["preview", "line_item", "enrolment"],
                name="cx_courses_regradepreviewrow_once",
                violation_error_message=_("The preview has a row for this result."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.preview_id}: {self.enrolment_id}"


class StaleResults(models.Model):
    """How many results of a column rest on an older key, points or rule; counted by a job."""

    line_item = models.OneToOneField(LineItem, models.CASCADE, related_name="stale")
    count = models.PositiveIntegerField(default=0)
    questions = models.JSONField(default=dict)
    """Number of a question → how many results rest on what it was before."""
    rule_count = models.PositiveIntegerField(default=0)
    """Results that another pass mark or grade method decides."""
    computed_at = models.DateTimeField()

    class Meta:
        ordering = ["line_item"]

    def __str__(self) -> str:
        return f"{self.line_item_id}: {self.count}"
