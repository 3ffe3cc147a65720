"""The texts of courses as they are searched; `full_text` makes the index over them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.models.course import Course, Term
from courses.models.lesson import Lesson
from courses.models.question import QuestionVersion


class SearchText(models.Model):
    """A piece of a course that a search may find; derived from it and written anew at any time.

    `title` and `text` are what is shown, `anchor` is the heading of a passage and `places` has the
    name of the paragraph of each of its lines; `title_words` and `words` are what is compared.
    `scope` names in words who may find it: `c12` people in the course 12, `q12` those of them who
    have met the question, `open` everybody who may see the course. `stamp` names what the rows of
    one thing were made from; the course's own row has the `revision` up to which all rows are
    current.
    """

    class Kind(models.TextChoices):
        COURSE = "course", _("course")
        LESSON = "lesson", _("lesson")
        PASSAGE = "passage", _("part of a lesson")
        TERM = "term", _("glossary term")
        QUESTION = "question", _("question")

    course = models.ForeignKey(
        Course,
        models.CASCADE,
        related_name="search_texts",
        verbose_name=_("course"),
        db_index=False,
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    lesson = models.ForeignKey(
        Lesson,
        models.CASCADE,
        null=True,
        related_name="search_texts",
        verbose_name=_("lesson"),
    )
    term = models.ForeignKey(
        Term, models.CASCADE, null=True, related_name="search_texts", verbose_name=_("term")
    )
    version = models.ForeignKey(
        QuestionVersion,
        models.CASCADE,
        null=True,
        related_name="search_texts",
        verbose_name=_("question version"),
    )
    anchor = models.CharField(_("place"), max_length=300, blank=True)
    places = models.JSONField(_("paragraphs"), null=True, blank=True)
    title = models.TextField(_("title"), blank=True)
    text = models.TextField(_("text"), blank=True)
    title_words = models.TextField(_("words of the title"), blank=True)
    words = models.TextField(_("words"), blank=True)
    language = models.CharField(_("language"), max_length=3, blank=True)
    scope = models.CharField(_("scope"), max_length=40)
    stamp = models.CharField(_("stamp"), max_length=64, blank=True)
    revision = models.UUIDField(null=True)

    class Meta:
        verbose_name = _("searched text")
        verbose_name_plural = _("searched texts")
        ordering = ["pk"]
        indexes = [models.Index(fields=["course", "kind"], name="cx_courses_searchtext_kind")]

    def __str__(self) -> str:
        return self.title or self.text[:60]
