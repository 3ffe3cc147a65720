"""Which questions are nearly the same: worked out once, and again where a question changes."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.models.question import Question


class QuestionFingerprint(models.Model):
    """What a question was compared by; of another content, it has to be compared again."""

    question = models.OneToOneField(
        Question, models.CASCADE, primary_key=True, related_name="fingerprint"
    )
    content_hash = models.CharField(max_length=64)
    """That of the version."""
    triples = models.BinaryField()
    """A number of four bytes for each triple of words in its text."""

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.question)


class AlikePair(models.Model):
    """A question and one that is nearly the same; each pair is stored both ways round."""

    question = models.ForeignKey(
        Question, models.CASCADE, related_name="alike_pairs", db_index=False
    )
    other = models.ForeignKey(Question, models.CASCADE, related_name="+")
    percent = models.PositiveSmallIntegerField()
    """The share of word triples that both have."""

    class Meta:
        ordering = ["question", "other"]
        constraints = [
            models.UniqueConstraint(
                fields=["question", "other"],
                name="cx_courses_alikepair_once",
                violation_error_message=_("These questions are compared already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.question}, {self.other}"
