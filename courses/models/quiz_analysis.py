"""The stored figures of a quiz: which question is bad, and how far its scores can be trusted."""

from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from courses.models.client import ApiClient
from courses.models.quiz import Quiz
from courses.models.section import Section


class QuizAnalysis(models.Model):
    """What was worked out of the attempts of all learners, of a class's, or of a platform's."""

    class Attempts(models.TextChoices):
        FIRST = "first", _("first attempts")
        ALL = "all", _("all attempts")

    quiz = models.ForeignKey(Quiz, models.CASCADE, related_name="analyses", verbose_name=_("quiz"))
    section = models.ForeignKey(
        Section,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="analyses",
        verbose_name=_("class"),
    )
    client = models.ForeignKey(
        ApiClient,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="analyses",
        verbose_name=_("platform"),
    )
    """Of this platform's learners alone; for the platform, which sees nobody else."""
    attempts = models.CharField(
        _("attempts"), max_length=5, choices=Attempts.choices, default=Attempts.FIRST
    )
    computed_at = models.DateTimeField(_("computed at"), null=True, blank=True)
    is_stale = models.BooleanField(_("out of date"), default=True)
    state = models.CharField(max_length=200, blank=True, editable=False)
    """What the attempts were like, in a few numbers: other ones mean that something changed."""
    position = models.BigIntegerField(default=0, editable=False)
    """How far in the feed of events somebody has looked for what makes it stale."""
    suspected = models.PositiveSmallIntegerField(_("suspected keys"), default=0)
    data = models.JSONField(_("figures"), default=dict)

    class Meta:
        verbose_name = _("analysis of a quiz")
        verbose_name_plural = _("analyses of quizzes")
        ordering = ["quiz", "pk"]
        constraints = [
            models.UniqueConstraint(
                "quiz",
                Coalesce("section", 0),
                Coalesce("client", 0),
                "attempts",
                name="cx_courses_quizanalysis_once",
                violation_error_message=_("The quiz has an analysis of these attempts."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quiz} ({self.attempts})"
