"""The places in a test: questions, and draws from the bank."""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models.course import Objective
from courses.models.question import Question, QuestionVersion, Tag
from courses.models.quiz import Quiz


class QuizItem(models.Model):
    """One place in a quiz: a question (pinned or latest), or a draw of several from the bank."""

    quiz = models.ForeignKey(Quiz, models.CASCADE, related_name="items", verbose_name=_("quiz"))
    position = models.PositiveSmallIntegerField(_("position"))
    points = models.DecimalField(_("points"), max_digits=7, decimal_places=3, default=Decimal("1"))
    question = models.ForeignKey(
        Question,
        models.PROTECT,
        related_name="quiz_items",
        null=True,
        blank=True,
        verbose_name=_("question"),
    )
    version = models.ForeignKey(
        QuestionVersion,
        models.PROTECT,
        related_name="quiz_items",
        null=True,
        blank=True,
        help_text=_("Pinned version; empty: the latest that is ready."),
        verbose_name=_("version"),
    )
    draw_count = models.PositiveSmallIntegerField(_("draw how many"), null=True, blank=True)
    draw_objective = models.ForeignKey(
        Objective,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("draw by objective"),
    )
    draw_tag = models.ForeignKey(
        Tag, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("draw by tag")
    )
    draw_difficulty = models.CharField(
        _("draw difficulty"), max_length=6, choices=Question.Difficulty.choices, blank=True
    )

    class Meta:
        verbose_name = _("quiz item")
        verbose_name_plural = _("quiz items")
        ordering = ["quiz", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["quiz", "position"],
                name="cx_courses_quizitem_position",
                violation_error_message=_("Another question stands at this position."),
            ),
            models.CheckConstraint(
                condition=Q(points__gt=0),
                name="cx_courses_quizitem_points",
                violation_error_message=_("Points are more than 0."),
            ),
            models.CheckConstraint(
                condition=Q(question__isnull=False, draw_count=None)
                | Q(question=None, version=None, draw_count__gte=1),
                name="cx_courses_quizitem_question_or_draw",
                violation_error_message=_("Choose a question or enter how many to draw, not both."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quiz} {self.position}"

    @property
    def current_version(self) -> QuestionVersion | None:
        """What a new attempt gets here: the pinned version, else the latest that is ready."""
        version = self.version or (self.question.ready_version if self.question else None)
        if version is not None and self.question is not None:
            version.question = self.question
        return version

    @property
    def count(self) -> int:
        """How many questions an attempt gets from this place."""
        return self.draw_count or 1
