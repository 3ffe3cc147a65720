"""What a learner is granted on top of the rules: in all quizzes, or in one."""

from decimal import Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models import limits
from courses.models.course import Course
from courses.models.enrolment import Enrolment
from courses.models.quiz import Quiz


class Accommodation(models.Model):
    """What a learner is granted in all courses or in one; never the reason."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="course_accommodations",
        verbose_name=_("person"),
        db_index=False,
    )
    course = models.ForeignKey(
        Course,
        models.CASCADE,
        related_name="accommodations",
        null=True,
        blank=True,
        verbose_name=_("course"),
    )
    time_factor = models.DecimalField(
        _("time factor"),
        max_digits=4,
        decimal_places=2,
        default=Decimal("1"),
        validators=[MinValueValidator(1), MaxValueValidator(10)],
        help_text=_("1.5 gives 50 per cent more time; the closing date moves with it."),
    )
    extra_attempts = models.PositiveSmallIntegerField(_("extra attempts"), default=0)
    closes_later_s = models.PositiveIntegerField(
        _("closing dates move by (seconds)"), default=0, validators=limits.GRANT_S
    )
    updated_at = models.DateTimeField(auto_now=True, verbose_name=_("updated at"))

    class Meta:
        verbose_name = _("accommodation")
        verbose_name_plural = _("accommodations")
        ordering = ["user", "course"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "course"],
                name="cx_courses_accommodation_per_course",
                violation_error_message=_(
                    "The person has an accommodation in this course; change that one."
                ),
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(course=None),
                name="cx_courses_accommodation_for_all_courses",
                violation_error_message=_(
                    "The person has an accommodation in all courses; change that one."
                ),
            ),
            models.CheckConstraint(
                condition=Q(time_factor__gte=1, time_factor__lte=10),
                name="cx_courses_accommodation_time_factor",
                violation_error_message=_("The time factor lies between 1 and 10."),
            ),
            models.CheckConstraint(
                condition=Q(closes_later_s__lte=limits.LONGEST_GRANT_S),
                name="cx_courses_accommodation_closes_later",
                violation_error_message=_(
                    "Closing dates move by at most ten years (316224000 seconds)."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} ×{self.time_factor}"


class Extension(models.Model):
    """One learner's exception for one quiz: more time, more attempts, a later close."""

    enrolment = models.ForeignKey(
        Enrolment,
        models.CASCADE,
        related_name="extensions",
        verbose_name=_("enrolment"),
        db_index=False,
    )
    quiz = models.ForeignKey(
        Quiz, models.CASCADE, related_name="extensions", verbose_name=_("quiz")
    )
    extra_time_s = models.PositiveIntegerField(
        _("extra time in seconds"), default=0, validators=limits.GRANT_S
    )
    extra_attempts = models.PositiveSmallIntegerField(_("extra attempts"), default=0)
    closes_at = models.DateTimeField(_("closes at"), null=True, blank=True, validators=limits.DATES)
    updated_at = models.DateTimeField(auto_now=True, verbose_name=_("updated at"))

    class Meta:
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        ordering = ["enrolment", "quiz"]
        constraints = [
            models.CheckConstraint(
                condition=Q(extra_time_s__lte=limits.LONGEST_GRANT_S),
                name="cx_courses_extension_extra_time",
                violation_error_message=_("Extra time is at most ten years (316224000 seconds)."),
            ),
            models.UniqueConstraint(
                fields=["enrolment", "quiz"],
                name="cx_courses_extension_once",
                violation_error_message=_(
                    "The person has an extension for this quiz; change that one."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment}: {self.quiz}"
