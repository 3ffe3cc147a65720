"""Setting a pass mark by judgement: how many of those who just deserve to pass get each right."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models.question import QuestionVersion
from courses.models.quiz import Quiz


class AngoffRound(models.Model):
    """One time that judges estimate the questions of a quiz. The latest one counts."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    quiz = models.ForeignKey(
        Quiz, models.CASCADE, related_name="angoff_rounds", verbose_name=_("quiz")
    )
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("Angoff round")
        verbose_name_plural = _("Angoff rounds")
        ordering = ["quiz", "pk"]

    def __str__(self) -> str:
        return f"{self.quiz} {self.uuid}"


class AngoffEstimate(models.Model):
    """A judge's estimate of one question: the share that gets it right, in per cent."""

    round = models.ForeignKey(
        AngoffRound,
        models.CASCADE,
        related_name="estimates",
        verbose_name=_("Angoff round"),
        db_index=False,
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("judge")
    )
    version = models.ForeignKey(
        QuestionVersion, models.CASCADE, related_name="+", verbose_name=_("version")
    )
    percent = models.PositiveSmallIntegerField(_("per cent"))
    given_at = models.DateTimeField(_("given at"))

    class Meta:
        verbose_name = _("Angoff estimate")
        verbose_name_plural = _("Angoff estimates")
        ordering = ["round", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "by", "version"],
                name="cx_courses_angoffestimate_once",
                violation_error_message=_("The judge has estimated this question."),
            ),
            models.CheckConstraint(
                condition=Q(percent__lte=100),
                name="cx_courses_angoffestimate_percent",
                violation_error_message=_("An estimate is from 0 to 100 per cent."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round}: {self.version} {self.percent}"
