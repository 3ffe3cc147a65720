"""Columns and cells of the gradebook, in the words of LTI Assignment and Grade Services."""

import uuid
from fractions import Fraction

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models.attempt import AppendOnly, Attempt
from courses.models.course import Course
from courses.models.enrolment import Enrolment
from courses.models.fields import FractionField
from courses.models.quiz import Quiz
from courses.models.regrade import RegradeBatch


class LineItem(models.Model):
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    course = models.ForeignKey(
        Course, models.PROTECT, related_name="line_items", verbose_name=_("course")
    )
    quiz = models.OneToOneField(
        Quiz,
        models.PROTECT,
        related_name="line_item",
        null=True,
        blank=True,
        verbose_name=_("quiz"),
    )
    own_label = models.CharField(
        _("label"), max_length=200, blank=True, help_text=_("Of a column without a quiz.")
    )
    score_maximum = models.DecimalField(
        _("maximum score"), max_digits=9, decimal_places=3, default=100
    )
    tag = models.CharField(_("tag"), max_length=80, blank=True)
    weight = models.DecimalField(
        _("weight"),
        max_digits=6,
        decimal_places=2,
        default=1,
        validators=[MinValueValidator(0)],
        help_text=_("Its part in the course total, beside the others; 0: it does not count."),
    )
    is_corrected = models.BooleanField(default=False, editable=False)
    """Has a regrade been applied? Attempts that are handed in later follow it."""

    class Meta:
        verbose_name = _("line item")
        verbose_name_plural = _("line items")
        ordering = ["course", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(score_maximum__gt=0),
                name="cx_courses_lineitem_maximum",
                violation_error_message=_("The maximum score is more than 0."),
            ),
            models.CheckConstraint(
                condition=Q(weight__gte=0),
                name="cx_courses_lineitem_weight",
                violation_error_message=_("A weight is not below 0."),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The quiz's title as it is now; the quiz should be loaded."""
        return self.quiz.title if self.quiz is not None else self.own_label

    @label.setter
    def label(self, value: str) -> None:
        self.own_label = value


class LineItemRule(models.Model):
    """By which mark and method a column is judged: a row for each change, the last one counts."""

    line_item = models.ForeignKey(
        LineItem, models.PROTECT, related_name="rules", verbose_name=_("line item")
    )
    sequence = models.PositiveSmallIntegerField(_("sequence"))
    pass_mark = models.DecimalField(_("pass mark in per cent"), max_digits=5, decimal_places=2)
    grade_method = models.CharField(
        _("which attempt counts"), max_length=7, choices=Quiz.GradeMethod.choices
    )
    at = models.DateTimeField(_("from"))
    batch = models.ForeignKey(
        RegradeBatch,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="rules",
        verbose_name=_("regrade"),
    )
    is_binding = models.BooleanField(
        _("replaces earlier ones"),
        default=False,
        help_text=_("Also where that takes something away. Without it the most generous counts."),
    )
    is_undo = models.BooleanField(_("undoes the regrade"), default=False)

    objects = AppendOnly.as_manager()

    class Meta:
        verbose_name = _("rule of a line item")
        verbose_name_plural = _("rules of line items")
        ordering = ["line_item", "sequence"]
        constraints = [
            models.UniqueConstraint(
                fields=["line_item", "sequence"],
                name="cx_courses_lineitemrule_once",
                violation_error_message=_("The column has a rule with this number."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line_item} {self.sequence}"


class ResultQuerySet(models.QuerySet["Result"]):
    def done(self) -> "ResultQuerySet":
        """Return results after which nothing is left to do: passed or excused."""
        return self.filter(Q(has_passed=True) | Q(is_excused=True))


class Result(models.Model):
    """What counts for one learner in one column: the policy's attempt, or the average."""

    class ActivityProgress(models.TextChoices):
        INITIALIZED = "Initialized", _("not started")
        STARTED = "Started", _("started")
        IN_PROGRESS = "InProgress", _("in progress")
        SUBMITTED = "Submitted", _("submitted")
        COMPLETED = "Completed", _("completed")

    class GradingProgress(models.TextChoices):
        NOT_READY = "NotReady", _("nothing to grade yet")
        PENDING = "Pending", _("waiting for grading")
        PENDING_MANUAL = "PendingManual", _("waiting for a person's grading")
        FULLY_GRADED = "FullyGraded", _("graded")
        FAILED = "Failed", _("could not be graded")

    line_item = models.ForeignKey(
        LineItem,
        models.PROTECT,
        related_name="results",
        verbose_name=_("line item"),
        db_index=False,
    )
    enrolment = models.ForeignKey(
        Enrolment, models.PROTECT, related_name="results", verbose_name=_("enrolment")
    )
    attempt = models.ForeignKey(
        Attempt, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("attempt")
    )
    score_given = FractionField(_("score given"), null=True, blank=True)
    score_maximum = FractionField(_("maximum score"), null=True, blank=True)
    percent = models.DecimalField(
        _("per cent"), max_digits=6, decimal_places=3, null=True, blank=True
    )
    has_passed = models.BooleanField(_("passed"), null=True, blank=True)
    pass_mark = models.DecimalField(
        _("pass mark in per cent"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("The pass mark that this decision is based on."),
    )
    activity_progress = models.CharField(
        max_length=11,
        choices=ActivityProgress.choices,
        default=ActivityProgress.INITIALIZED,
        verbose_name=_("activity progress"),
    )
    grading_progress = models.CharField(
        max_length=13,
        choices=GradingProgress.choices,
        default=GradingProgress.NOT_READY,
        verbose_name=_("grading progress"),
    )
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    updated_at = models.DateTimeField(_("updated at"))
    is_overridden = models.BooleanField(_("overridden by a person"), default=False)
    is_excused = models.BooleanField(
        _("excused"), default=False, help_text=_("It counts for nothing, and counts as done.")
    )
    shown_at = models.DateTimeField(
        _("shown since"), null=True, blank=True, help_text=_("Empty: the quiz still hides it.")
    )
    look_again_at = models.DateTimeField(null=True, editable=False, db_index=True)
    """When a hidden score may be shown, at the earliest."""

    objects = ResultQuerySet.as_manager()

    class Meta:
        verbose_name = _("result")
        verbose_name_plural = _("results")
        ordering = ["line_item", "enrolment"]
        constraints = [
            models.UniqueConstraint(
                fields=["line_item", "enrolment"],
                name="cx_courses_result_once",
                violation_error_message=_("The person has a result in this column."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line_item}: {self.enrolment}"


class ResultOverride(models.Model):
    """A person's word on a whole result. The last one counts; without `scaled` it is taken back."""

    line_item = models.ForeignKey(
        LineItem,
        models.PROTECT,
        related_name="overrides",
        verbose_name=_("line item"),
        db_index=False,
    )
    enrolment = models.ForeignKey(
        Enrolment, models.PROTECT, related_name="overrides", verbose_name=_("enrolment")
    )
    sequence = models.PositiveSmallIntegerField(_("sequence"))
    scaled = FractionField(
        _("share of the maximum"),
        null=True,
        blank=True,
        help_text=_("Empty: what the attempts earned counts again."),
    )
    is_excused = models.BooleanField(
        _("excused"), default=False, help_text=_("The learner need not do it.")
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by whom"),
    )
    given_at = models.DateTimeField(_("given at"))

    objects = AppendOnly.as_manager()

    class Meta:
        verbose_name = _("override of a result")
        verbose_name_plural = _("overrides of results")
        ordering = ["line_item", "enrolment", "sequence"]
        constraints = [
            models.UniqueConstraint(
                fields=["line_item", "enrolment", "sequence"],
                name="cx_courses_resultoverride_once",
                violation_error_message=_("There is an override with this number."),
            ),
            models.CheckConstraint(
                condition=Q(is_excused=False) | Q(scaled=None),
                name="cx_courses_resultoverride_excused",
                violation_error_message=_("Who is excused has no share."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment}: {self.line_item}"

    @property
    def percent(self) -> Fraction | None:
        """The share in per cent."""
        return None if self.scaled is None else Fraction(self.scaled) * 100
