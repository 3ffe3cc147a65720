"""What a learner is to recall, and when: one card for each check in the daily review."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models.enrolment import Enrolment
from courses.models.question import Question


class ReviewCard(models.Model):
    """The state of one question in one learner's daily review, as the last response left it.

    `stability` is in days: how long until the chance to recall it has fallen to nine in ten;
    `difficulty` goes from 1 to 10. Both are FSRS's; `domain.cards` changes them.
    """

    enrolment = models.ForeignKey(
        Enrolment, models.PROTECT, related_name="cards", verbose_name=_("enrolment"), db_index=False
    )
    question = models.ForeignKey(
        Question, models.PROTECT, related_name="cards", verbose_name=_("question")
    )
    stability = models.FloatField(_("stability in days"))
    difficulty = models.FloatField(_("difficulty"))
    reviewed_at = models.DateTimeField(_("last asked at"))
    due_on = models.DateField(_("due on"))
    review_count = models.PositiveIntegerField(_("reviews"), default=0)
    lapse_count = models.PositiveIntegerField(_("lapses"), default=0)

    class Meta:
        verbose_name = _("review card")
        verbose_name_plural = _("review cards")
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "question"],
                name="cx_courses_reviewcard_question",
                violation_error_message=_("The person has a card for this question."),
            ),
            models.CheckConstraint(
                condition=Q(stability__gt=0, difficulty__gte=1, difficulty__lte=10),
                name="cx_courses_reviewcard_memory",
                violation_error_message=_(
                    "Stability is more than 0, and difficulty lies between 1 and 10."
                ),
            ),
        ]
        indexes = [models.Index(fields=["enrolment", "due_on"], name="cx_courses_reviewcard_due")]

    def __str__(self) -> str:
        return f"{self.enrolment}: {self.question}"
