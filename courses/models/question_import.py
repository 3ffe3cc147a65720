"""Questions that were read from a file, until an author has decided on each."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.models.course import Course
from courses.models.question import Question


class QuestionImport(models.Model):
    """One file that was read: its questions in their order, and what became of each.

    A row of `rows` holds what `domain.authoring.importing` made of one question; `files` are the
    pictures that they show, by their names. Editions that it led to name it as their tool.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    course = models.ForeignKey(
        Course, models.CASCADE, related_name="question_imports", verbose_name=_("course")
    )
    format = models.CharField(_("format"), max_length=12)
    file_name = models.CharField(_("file name"), max_length=120, blank=True)
    rows = models.JSONField(_("questions"), default=list)
    files = models.JSONField(_("pictures"), default=dict)
    created_at = models.DateTimeField(_("created at"))
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)

    class Meta:
        verbose_name = _("import of questions")
        verbose_name_plural = _("imports of questions")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return self.file_name or str(self.uuid)


class QuestionSource(models.Model):
    """What a question is called in the file of a format that it came from.

    When the file is read again, its question is known by that.
    """

    question = models.ForeignKey(
        Question, models.CASCADE, related_name="sources", verbose_name=_("question"), db_index=False
    )
    format = models.CharField(_("format"), max_length=12)
    ident = models.CharField(_("identity"), max_length=200)

    class Meta:
        verbose_name = _("source of a question")
        verbose_name_plural = _("sources of questions")
        ordering = ["question", "format", "ident"]
        constraints = [
            models.UniqueConstraint(
                fields=["question", "format", "ident"],
                name="cx_courses_question_source",
                violation_error_message=_("The question has this source already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.format} {self.ident}"
