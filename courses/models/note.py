"""What learners note for themselves at the paragraphs of lessons; nobody else reads it."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.models.enrolment import Enrolment
from courses.models.lesson import Lesson

LONGEST = 4000
"""Characters of a note."""
LONGEST_QUOTE = 200


class LessonNote(models.Model):
    """A learner's note at a paragraph of a lesson, or with an empty text a bookmark there.

    `place` is the name of the paragraph, made from its words (`courses.markup.paragraphs`): after
    an edit of them it is in the lesson no more, and `quote` says where the note was.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    enrolment = models.ForeignKey(
        Enrolment,
        models.PROTECT,
        related_name="lesson_notes",
        verbose_name=_("enrolment"),
        db_index=False,
    )
    lesson = models.ForeignKey(
        Lesson, models.PROTECT, related_name="notes", verbose_name=_("lesson")
    )
    place = models.CharField(_("paragraph"), max_length=16)
    quote = models.CharField(_("first words of the paragraph"), max_length=LONGEST_QUOTE)
    text = models.TextField(_("text"), blank=True)
    revision = models.PositiveIntegerField(_("revision"), default=1)
    created_at = models.DateTimeField(_("created at"))
    changed_at = models.DateTimeField(_("changed at"))

    class Meta:
        verbose_name = _("note in a lesson")
        verbose_name_plural = _("notes in lessons")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "lesson", "place"],
                name="cx_courses_lessonnote_place",
                violation_error_message=_("There is a note at this paragraph already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment}: {self.lesson}"

    @property
    def is_bookmark(self) -> bool:
        """Whether it only marks the paragraph."""
        return not self.text
