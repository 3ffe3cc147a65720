"""How many moved from which position to which: one row per debate, so that no page counts votes."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.models.question import Question


class VoteTally(models.Model):
    """People who voted on `question` before reading and again after it.

    `moves` and `shown` are position before → position after → people. `shown` is what learners see;
    it follows in steps, so that nobody's own vote can be made out from it.
    """

    question = models.OneToOneField(
        Question, models.CASCADE, related_name="tally", verbose_name=_("first vote")
    )
    moves = models.JSONField(_("moves"), default=dict)
    shown = models.JSONField(_("moves that learners see"), default=dict)

    class Meta:
        verbose_name = _("tally of votes")
        verbose_name_plural = _("tallies of votes")
        ordering = ["question"]

    def __str__(self) -> str:
        return str(self.question)
