"""Work in the background: what was asked for, how far it is, and what became of it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models.course import Course


class JobQuerySet(models.QuerySet["Job"]):
    def unfinished(self) -> "JobQuerySet":
        return self.filter(state__in=Job.UNFINISHED)


class Job(models.Model):
    """One piece of work, done in steps. Each step stores its effect and `done` together."""

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    UNFINISHED = (State.QUEUED, State.RUNNING)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=40)
    course = models.ForeignKey(
        Course,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="jobs",
        verbose_name=_("course"),
    )
    args = models.JSONField(_("arguments"), default=dict)
    dedupe = models.CharField(max_length=120, blank=True, editable=False)
    """What it is about: two unfinished jobs of one kind never have the same."""
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by whom"),
    )
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.QUEUED)
    done = models.PositiveIntegerField(_("done"), default=0)
    total = models.PositiveIntegerField(_("of"), default=0)
    cursor = models.JSONField(_("where it goes on"), null=True, blank=True)
    result = models.JSONField(_("result"), null=True, blank=True)
    errors = models.JSONField(_("errors"), default=list, blank=True)
    tries = models.PositiveIntegerField(_("times taken"), default=0)
    failures = models.PositiveSmallIntegerField(_("failures since the last step"), default=0)
    due_at = models.DateTimeField(_("not before"))
    lease_until = models.DateTimeField(_("held until"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"))
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    file_name = models.CharField(_("result file"), max_length=200, blank=True)
    file_type = models.CharField(max_length=100, blank=True, editable=False)
    file_expires_at = models.DateTimeField(_("file is kept until"), null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "dedupe"],
                condition=Q(state__in=["queued", "running"]) & ~Q(dedupe=""),
                name="cx_courses_job_once",
                violation_error_message=_("This work is under way already."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(state__in=["queued", "running"]),
                name="cx_courses_job_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.uuid}"

    @property
    def is_finished(self) -> bool:
        return self.state not in self.UNFINISHED

    @property
    def percent(self) -> int:
        """How much is done; 0 while nobody knows how much there is."""
        return min(100, 100 * self.done // self.total) if self.total else 0


class JobFilePart(models.Model):
    """A piece of the file that a job makes. Each step stores its own; the file is all of them."""

    job = models.ForeignKey(
        Job, models.CASCADE, related_name="file_parts", verbose_name=_("job"), db_index=False
    )
    number = models.PositiveIntegerField(_("number"))
    content = models.BinaryField(_("content"))

    class Meta:
        verbose_name = _("part of a result file")
        verbose_name_plural = _("parts of result files")
        ordering = ["job", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["job", "number"],
                name="cx_courses_jobfilepart_once",
                violation_error_message=_("The file has a part with this number."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.job} {self.number}"
