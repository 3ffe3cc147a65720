"""Corrections of results: one batch for everybody, with author and reason, that can be undone."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models.course import Course
from courses.models.enrolment import Enrolment


class RegradeBatch(models.Model):
    """A correction of the results of some quizzes: what changed, and how it is applied."""

    class State(models.TextChoices):
        APPLYING = "applying", _("being applied")
        APPLIED = "applied", _("applied")
        STOPPED = "stopped", _("stopped")
        UNDOING = "undoing", _("being undone")
        UNDO_STOPPED = "undo_stopped", _("undoing stopped")
        UNDONE = "undone", _("undone")

    class Transform(models.TextChoices):
        RULE = "rule", _("by the new rule")
        FULL = "full", _("full credit for everybody")
        DROP = "drop", _("the question does not count")

    IN_FORCE = (State.APPLYING, State.APPLIED, State.STOPPED)

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    course = models.ForeignKey(
        Course, models.PROTECT, related_name="regrades", verbose_name=_("course")
    )
    changes = models.JSONField(_("changes"), default=list)
    """Of each question: its number, that of the version to judge by, the points, or none; and the
    versions whose responses are judged anew, all where none is named."""
    transform = models.CharField(_("how"), max_length=4, choices=Transform.choices)
    spares = models.BooleanField(_("nobody falls"), default=True)
    has_rule = models.BooleanField(_("also the pass mark and which attempt counts"), default=False)
    notifies = models.BooleanField(_("learners are told"), default=True)
    reason = models.CharField(_("reason"), max_length=300)
    state = models.CharField(
        _("state"), max_length=12, choices=State.choices, default=State.APPLYING
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by whom"),
    )
    created_at = models.DateTimeField(_("created at"))
    applied_at = models.DateTimeField(_("applied at"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("undone by"),
    )
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)

    class Meta:
        verbose_name = _("regrade")
        verbose_name_plural = _("regrades")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="cx_courses_regradebatch_reason",
                violation_error_message=_("A correction of results needs a reason."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.course} {self.uuid}"


class RegradeTarget(models.Model):
    """A column that a batch corrects. One batch at a time works on a column."""

    batch = models.ForeignKey(
        RegradeBatch, models.PROTECT, related_name="targets", verbose_name=_("regrade")
    )
    line_item = models.ForeignKey(
        "cx_courses.LineItem", models.PROTECT, related_name="regrades", verbose_name=_("line item")
    )
    is_running = models.BooleanField(_("at work"), default=True)

    class Meta:
        verbose_name = _("column of a regrade")
        verbose_name_plural = _("columns of regrades")
        ordering = ["batch", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "line_item"],
                name="cx_courses_regradetarget_once",
                violation_error_message=_("The regrade has this column already."),
            ),
            models.UniqueConstraint(
                fields=["line_item"],
                condition=Q(is_running=True),
                name="cx_courses_regradetarget_running",
                violation_error_message=_("Another correction of this quiz is under way."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch}: {self.line_item_id}"


class RegradeOutcome(models.Model):
    """What a batch did to one learner's result: all of it, or nothing."""

    class State(models.TextChoices):
        CHANGED = "changed", _("changed")
        SAME = "same", _("unchanged")

    batch = models.ForeignKey(
        RegradeBatch,
        models.PROTECT,
        related_name="outcomes",
        verbose_name=_("regrade"),
        db_index=False,
    )
    line_item = models.ForeignKey(
        "cx_courses.LineItem", models.PROTECT, related_name="+", verbose_name=_("line item")
    )
    enrolment = models.ForeignKey(
        Enrolment, models.PROTECT, related_name="regrade_outcomes", verbose_name=_("enrolment")
    )
    state = models.CharField(_("state"), max_length=7, choices=State.choices)
    percent_before = models.DecimalField(
        _("per cent before"), max_digits=6, decimal_places=3, null=True, blank=True
    )
    percent_after = models.DecimalField(
        _("per cent after"), max_digits=6, decimal_places=3, null=True, blank=True
    )
    passed_before = models.BooleanField(_("passed before"), null=True, blank=True)
    passed_after = models.BooleanField(_("passed after"), null=True, blank=True)
    notes = models.JSONField(_("what was left as it was"), default=list, blank=True)
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)

    class Meta:
        verbose_name = _("outcome of a regrade")
        verbose_name_plural = _("outcomes of regrades")
        ordering = ["batch", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "line_item", "enrolment"],
                name="cx_courses_regradeoutcome_once",
                violation_error_message=_("The regrade has an outcome for this result."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment}: {self.batch_id}"
