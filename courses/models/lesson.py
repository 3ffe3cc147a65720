"""A lesson: its source, what it renders to, and what completes it."""

from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from courses.models.course import Course, Module, Objective, Reference, Synced
from courses.models.dated import Dated, DatedQuerySet
from courses.models.published import Published


class LessonQuerySet(DatedQuerySet["Lesson"]):
    def offered(self) -> "LessonQuerySet":
        """Return lessons that learners may know of: no drafts, not archived, nor their modules."""
        return self.filter(
            is_draft=False,
            is_archived=False,
            module__is_draft=False,
            module__is_archived=False,
        )


class Lesson(Published, Dated, Synced):
    class Completion(models.TextChoices):
        CHECKS = "checks", _("every check in it is answered")
        CONFIRM = "confirm", _("the learner confirms having done what it asks")

    course = models.ForeignKey(
        Course,
        models.PROTECT,
        related_name="lessons",
        editable=False,
        verbose_name=_("course"),
        help_text=_("The course of its module; a lesson's key is unique in it."),
    )
    module = models.ForeignKey(
        Module, models.PROTECT, related_name="lessons", verbose_name=_("module")
    )
    key = models.SlugField(_("key"), max_length=80)
    position = models.PositiveSmallIntegerField(_("position"))
    title = models.CharField(_("title"), max_length=200)
    summary = models.CharField(_("summary"), max_length=400, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=15)
    completion = models.CharField(
        _("complete when"),
        max_length=10,
        choices=Completion.choices,
        default=Completion.CHECKS,
    )
    body = models.TextField(_("text"), help_text=_("Markdown"))
    rendered = models.JSONField(
        default=dict,
        editable=False,
        help_text=_("The rendered text, with the hash of the text and renderer that it came from."),
    )
    review = models.JSONField(
        _("daily review"),
        default=list,
        blank=True,
        help_text=_("The keys of the checks that come back in the daily review."),
    )
    reviewed_on = models.DateField(_("reviewed on"), null=True, blank=True)
    objectives = models.ManyToManyField(
        Objective, related_name="lessons", blank=True, verbose_name=_("objectives")
    )
    sources = models.ManyToManyField(
        Reference, related_name="lessons", blank=True, verbose_name=_("sources")
    )
    is_archived = models.BooleanField(_("archived"), default=False)

    objects = LessonQuerySet.as_manager()

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")
        ordering = ["module__position", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["course", "key"],
                name="cx_courses_lesson_key",
                violation_error_message=_("Another lesson of this course already has this key."),
            ),
        ]

    def save(self, *args: Any, **more: Any) -> None:
        """Save the course of the module with it, unless only other columns are saved."""
        fields = more.get("update_fields")
        if fields is None or "module" in fields:
            self.course_id = self.module.course_id
            if fields is not None:
                more["update_fields"] = {*fields, "course"}
        super().save(*args, **more)

    @property
    def segments(self) -> list[dict[str, str]]:
        """The rendered text in order: each segment is `html`, or the key of a `check`."""
        return list(self.rendered.get("segments", []))

    @property
    def html(self) -> str:
        """The rendered text without its checks."""
        return "".join(segment.get("html", "") for segment in self.segments)

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("cx_courses:lesson", args=[self.module.course.key, self.key])
