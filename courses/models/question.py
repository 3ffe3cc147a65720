"""The bank: a question's identity, and its frozen revisions."""

from functools import cached_property
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.errors import CoursesError
from courses.models.course import Course, Module, Objective, Synced
from courses.models.dated import Dated, DatedQuerySet
from courses.questions import registry
from courses.questions.base import QuestionType


class Tag(models.Model):
    course = models.ForeignKey(
        Course, models.CASCADE, related_name="tags", verbose_name=_("course")
    )
    key = models.SlugField(_("key"), max_length=60)

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["key"]
        constraints = [
            models.UniqueConstraint(
                fields=["course", "key"],
                name="cx_courses_tag_key",
                violation_error_message=_("The key is taken in this course."),
            )
        ]

    def __str__(self) -> str:
        return self.key


class Stimulus(Synced):
    """A text or table that several questions share; shown once above them."""

    course = models.ForeignKey(
        Course, models.PROTECT, related_name="stimuli", verbose_name=_("course")
    )
    key = models.SlugField(_("key"), max_length=80)
    title = models.CharField(_("title"), max_length=200, blank=True)
    body = models.TextField(_("text"), help_text=_("Markdown"))

    class Meta:
        verbose_name = _("stimulus")
        verbose_name_plural = _("stimuli")
        ordering = ["course", "key"]
        constraints = [
            models.UniqueConstraint(
                fields=["course", "key"],
                name="cx_courses_stimulus_key",
                violation_error_message=_("The key is taken in this course."),
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.key


class QuestionQuerySet(DatedQuerySet["Question"]):
    def drawable(self) -> "QuestionQuerySet":
        """Return questions that have a version ready for learners and are not retired."""
        return self.filter(is_retired=False, ready_version__isnull=False)


class Question(Dated, Synced):
    class Difficulty(models.TextChoices):
        EASY = "easy", _("easy")
        MEDIUM = "medium", _("medium")
        HARD = "hard", _("hard")

    course = models.ForeignKey(
        Course, models.PROTECT, related_name="questions", verbose_name=_("course")
    )
    module = models.ForeignKey(
        Module,
        models.PROTECT,
        related_name="questions",
        null=True,
        blank=True,
        verbose_name=_("module"),
    )
    key = models.SlugField(_("key"), max_length=80)
    objective = models.ForeignKey(
        Objective,
        models.PROTECT,
        related_name="questions",
        null=True,
        blank=True,
        verbose_name=_("objective"),
    )
    bloom = models.CharField(
        _("Bloom level"), max_length=10, choices=Objective.Bloom.choices, blank=True
    )
    difficulty = models.CharField(
        _("difficulty"), max_length=6, choices=Difficulty.choices, default=Difficulty.MEDIUM
    )
    tags = models.ManyToManyField(Tag, related_name="questions", blank=True, verbose_name=_("tags"))
    source = models.JSONField(_("sources"), default=list, blank=True)
    reviewed_on = models.DateField(_("reviewed on"), null=True, blank=True)
    stimulus = models.ForeignKey(
        Stimulus,
        models.PROTECT,
        related_name="questions",
        null=True,
        blank=True,
        verbose_name=_("stimulus"),
    )
    enemies = models.JSONField(
        _("enemies"),
        default=list,
        blank=True,
        help_text=_("Keys of questions that must not appear in the same attempt as this one."),
    )
    is_retired = models.BooleanField(_("retired"), default=False)
    ready_version = models.ForeignKey(
        "QuestionVersion",
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        help_text=_("The latest version that is ready for learners."),
        verbose_name=_("version in use"),
    )

    updated_at = models.DateTimeField(
        auto_now=True,
        verbose_name=_("updated at"),
        help_text=_("When the question or one of its versions was last written."),
    )

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["course", "key"]
        constraints = [
            models.UniqueConstraint(
                fields=["course", "key"],
                name="cx_courses_question_key",
                violation_error_message=_("The key is taken in this course."),
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def status(self) -> str:
        """`retired`, `draft` or `ready`: what learners get of it."""
        if self.is_retired:
            return "retired"
        return "draft" if self.ready_version_id is None else "ready"


class QuestionVersion(models.Model):
    """One frozen revision. What an attempt has used is never updated; an edit makes a new row."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        READY = "ready", _("Ready")
        RETIRED = "retired", _("Retired")

    question = models.ForeignKey(
        Question, models.PROTECT, related_name="versions", verbose_name=_("question")
    )
    number = models.PositiveIntegerField(_("number"))
    type = models.CharField(_("type"), max_length=40)
    data = models.JSONField(_("data"))
    status = models.CharField(
        _("status"), max_length=8, choices=Status.choices, default=Status.DRAFT
    )
    text = models.TextField(
        _("text"),
        blank=True,
        editable=False,
        help_text=_("The stem and the options without markup, to be searched."),
    )
    content_hash = models.CharField(max_length=64, editable=False)
    note = models.CharField(_("what changed"), max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True, verbose_name=_("created at"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("created by"),
    )

    class Meta:
        verbose_name = _("question version")
        verbose_name_plural = _("question versions")
        ordering = ["question", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["question", "number"],
                name="cx_courses_questionversion_number",
                violation_error_message=_("The question has a version with this number."),
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1),
                name="cx_courses_questionversion_from_1",
                violation_error_message=_("Numbers begin at 1."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question} v{self.number}"

    @property
    def question_type(self) -> QuestionType[Any]:
        return registry.get(self.type)

    @cached_property
    def parsed(self) -> Any:
        """The author's data as the type's own record."""
        return self.question_type.load(self.data)

    def clean(self) -> None:
        """Run the type's own checks, so that the admin shows their errors."""
        try:
            question_type = registry.get(self.type)
            problems = list(question_type.check(question_type.load(self.data)))
        except CoursesError as error:
            found = getattr(error, "problems", ()) or (error,)
            raise ValidationError({"data": [str(problem) for problem in found]}) from error
        if problems:
            raise ValidationError({"data": [str(problem) for problem in problems]})
