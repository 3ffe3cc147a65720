"""The dates of a quiz in one class."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.models import limits
from courses.models.quiz import Quiz
from courses.models.section import Section


class SectionQuiz(models.Model):
    """A class's own dates for a quiz; an empty one is as in the quiz."""

    section = models.ForeignKey(
        Section, models.CASCADE, related_name="quiz_dates", verbose_name=_("class")
    )
    quiz = models.ForeignKey(
        Quiz, models.CASCADE, related_name="section_dates", verbose_name=_("quiz")
    )
    opens_at = models.DateTimeField(_("opens at"), null=True, blank=True, validators=limits.DATES)
    closes_at = models.DateTimeField(_("closes at"), null=True, blank=True, validators=limits.DATES)
    updated_at = models.DateTimeField(auto_now=True, verbose_name=_("updated at"))

    class Meta:
        verbose_name = _("dates of a class")
        verbose_name_plural = _("dates of classes")
        ordering = ["section", "quiz"]
        constraints = [
            models.UniqueConstraint(
                fields=["section", "quiz"],
                name="cx_courses_sectionquiz_once",
                violation_error_message=_("The class has dates for this quiz; change those."),
            ),
            models.CheckConstraint(
                condition=Q(closes_at=None) | Q(opens_at=None) | Q(closes_at__gt=F("opens_at")),
                name="cx_courses_sectionquiz_dates",
                violation_error_message=_("A quiz closes after it opens."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.section}: {self.quiz}"
