"""A test and its settings."""

from decimal import Decimal
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from courses.coursefiles.quizzes import FROZEN
from courses.coursefiles.schema import DAILY_REVIEW
from courses.models import limits
from courses.models.course import Course, Module, Synced
from courses.models.dated import Dated, DatedQuerySet
from courses.models.lesson import Lesson
from courses.models.published import Published


class QuizQuerySet(DatedQuerySet["Quiz"]):
    def offered(self) -> "QuizQuerySet":
        """Return quizzes that learners may know of: no drafts, not archived, nor their modules."""
        in_module = Q(module__is_draft=False, module__is_archived=False)
        return self.filter(
            Q(module=None) | in_module, is_draft=False, is_archived=False, is_review=False
        )

    def tried(self) -> "QuizQuerySet":
        """Return quizzes that may be tried: drafts too, but nothing that is archived."""
        is_kept = Q(module=None) | Q(module__is_archived=False)
        return self.filter(is_kept, is_archived=False, is_review=False)

    def standalone(self) -> "QuizQuerySet":
        """Return quizzes that somebody wrote: no checks of a lesson and no daily review."""
        return self.filter(lesson=None, is_review=False)


class Quiz(Published, Dated, Synced):
    class Kind(models.TextChoices):
        PRACTICE = "practice", _("Practice")
        GRADED = "graded", _("Graded quiz")
        EXAM = "exam", _("Exam")

    class FeedbackMode(models.TextChoices):
        DEFERRED = "deferred", _("after the attempt is submitted")
        IMMEDIATE = "immediate", _("after each response, once")
        INTERACTIVE = "interactive", _("after each response, with several tries")

    class GradeMethod(models.TextChoices):
        BEST = "best", _("the best attempt counts")
        LAST = "last", _("the last attempt counts")
        FIRST = "first", _("the first attempt counts")
        AVERAGE = "average", _("the average of all attempts counts")

    class GivingUp(models.TextChoices):
        BY_KIND = "by_kind", _("yes, but not in exams")
        ALLOWED = "allowed", _("yes")
        REFUSED = "refused", _("no")

    course = models.ForeignKey(
        Course, models.PROTECT, related_name="quizzes", verbose_name=_("course")
    )
    module = models.ForeignKey(
        Module,
        models.PROTECT,
        related_name="quizzes",
        null=True,
        blank=True,
        verbose_name=_("module"),
    )
    lesson = models.OneToOneField(
        Lesson,
        models.PROTECT,
        related_name="checks",
        null=True,
        blank=True,
        verbose_name=_("lesson"),
    )
    key = models.SlugField(_("key"), max_length=80)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    title = models.CharField(_("title"), max_length=200)
    intro = models.TextField(_("introduction"), blank=True, help_text=_("Markdown"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    feedback_mode = models.CharField(
        _("feedback"),
        max_length=11,
        choices=FeedbackMode.choices,
        default=FeedbackMode.DEFERRED,
    )
    credit = models.JSONField(
        _("credit by try"),
        default=list,
        blank=True,
        help_text=_('Interactive only: share of the points by try, e.g. ["1", "1/2"].'),
    )
    review = models.JSONField(
        _("what is shown when"),
        default=dict,
        blank=True,
        help_text=_(
            "Moments during, just_after, later, after_last_try, after_close; "
            "empty: the kind's defaults."
        ),
    )
    attempts_allowed = models.PositiveSmallIntegerField(
        _("attempts allowed"), null=True, blank=True, help_text=_("Empty: unlimited.")
    )
    attempt_delay_s = models.PositiveIntegerField(
        _("seconds between attempts"), default=0, validators=limits.QUIZ_S
    )
    giving_up = models.CharField(
        _("who has passed may give up the other attempts"),
        max_length=7,
        choices=GivingUp.choices,
        default=GivingUp.BY_KIND,
        help_text=_(
            "They then see what is shown after one's last attempt. Never in a quiz that closes."
        ),
    )
    grade_method = models.CharField(
        _("which attempt counts"),
        max_length=7,
        choices=GradeMethod.choices,
        default=GradeMethod.BEST,
    )
    time_limit_s = models.PositiveIntegerField(
        _("time limit in seconds"), null=True, blank=True, validators=limits.QUIZ_S
    )
    grace_s = models.PositiveIntegerField(
        _("grace in seconds"), default=0, validators=limits.QUIZ_S
    )
    opens_at = models.DateTimeField(_("opens at"), null=True, blank=True, validators=limits.DATES)
    closes_at = models.DateTimeField(_("closes at"), null=True, blank=True, validators=limits.DATES)
    pass_mark = models.DecimalField(
        _("pass mark in per cent"),
        max_digits=5,
        decimal_places=2,
        default=Decimal("80"),
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    shuffle_items = models.BooleanField(_("shuffle the items"), default=True)
    one_item_per_page = models.BooleanField(_("one item per page"), default=False)
    hides_last_try = models.BooleanField(
        _("hide right or wrong of the last try until the end"),
        default=False,
        help_text=_("With feedback after each response: of the last try it follows in the review."),
    )
    hides_running_total = models.BooleanField(
        _("hide points until the end"),
        default=False,
        help_text=_("With feedback after each response: nobody adds up the points while they go."),
    )
    shuts_course = models.BooleanField(
        _("shut the course during an attempt"),
        default=False,
        help_text=_(
            "Lessons, practice, reviews and the glossary are closed to the learner until it ends."
        ),
    )
    holds_marks = models.BooleanField(
        _("hold marks until they are released"),
        default=False,
        help_text=_("Learners see marks when somebody releases them, not one by one."),
    )
    second_marker = models.BooleanField(
        _("two people mark each text"),
        default=False,
        help_text=_("Neither sees the other's mark before both are given."),
    )
    marker_tolerance = models.DecimalField(
        _("difference of two marks that is averaged, in per cent"),
        max_digits=5,
        decimal_places=2,
        default=Decimal("10"),
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text=_("Marks that differ by more wait until somebody gives the agreed mark."),
    )
    anonymous_marking = models.BooleanField(
        _("mark without names"),
        default=False,
        help_text=_("Who marks does not see whose text it is."),
    )
    requires_modules = models.ManyToManyField(
        Module, related_name="+", blank=True, verbose_name=_("modules to pass first")
    )
    compares_with = models.ForeignKey(
        "self",
        models.SET_NULL,
        related_name="post_tests",
        null=True,
        blank=True,
        verbose_name=_("pre-test"),
        help_text=_(
            "This is a post-test: it opens after the module's lessons and is compared with the "
            "pre-test."
        ),
    )
    is_archived = models.BooleanField(_("archived"), default=False)
    is_review = models.BooleanField(
        _("set of cards"),
        default=False,
        editable=False,
        help_text=_("Its attempts are sets of cards: the daily review, or a learner's mistakes."),
    )

    objects = QuizQuerySet.as_manager()

    class Meta:
        verbose_name = _("quiz")
        verbose_name_plural = _("quizzes")
        ordering = ["course", "module__position", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["course", "key"],
                name="cx_courses_quiz_key",
                violation_error_message=_("The key is taken in this course."),
            ),
            models.CheckConstraint(
                condition=Q(pass_mark__gte=0, pass_mark__lte=100),
                name="cx_courses_quiz_pass_mark",
                violation_error_message=_("The pass mark lies between 0 and 100 per cent."),
            ),
            models.CheckConstraint(
                condition=Q(marker_tolerance__gte=0, marker_tolerance__lte=100),
                name="cx_courses_quiz_marker_tolerance",
                violation_error_message=_("The difference lies between 0 and 100 per cent."),
            ),
            models.CheckConstraint(
                condition=Q(closes_at=None) | Q(opens_at=None) | Q(closes_at__gt=F("opens_at")),
                name="cx_courses_quiz_opens_before_it_closes",
                violation_error_message=_("A quiz must close after it opens."),
            ),
            models.CheckConstraint(
                condition=Q(attempts_allowed=None) | Q(attempts_allowed__gte=1),
                name="cx_courses_quiz_attempts_allowed",
                violation_error_message=_("Allow one attempt or more, or leave it empty."),
            ),
            models.CheckConstraint(
                condition=Q(time_limit_s=None)
                | Q(time_limit_s__gte=1, time_limit_s__lte=limits.LONGEST_QUIZ_S),
                name="cx_courses_quiz_time_limit",
                violation_error_message=_("The time limit is 1 to 32061600 seconds (371 days)."),
            ),
            models.CheckConstraint(
                condition=Q(
                    grace_s__lte=limits.LONGEST_QUIZ_S, attempt_delay_s__lte=limits.LONGEST_QUIZ_S
                ),
                name="cx_courses_quiz_durations",
                violation_error_message=_("Grace and delay: at most 32061600 seconds (371 days)."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the quiz's page; the lesson's for the checks in it."""
        if self.lesson is not None:
            return self.lesson.get_absolute_url()
        return reverse("cx_courses:quiz", args=[self.course.key, self.key])

    @property
    def is_daily_review(self) -> bool:
        """Whether its attempts are sets of due cards, which move the cards."""
        return self.is_review and self.key == DAILY_REVIEW

    @property
    def is_graded(self) -> bool:
        """Whether it counts in the gradebook."""
        return self.kind != self.Kind.PRACTICE

    @property
    def lets_give_up(self) -> bool:
        """Whether it lets who has passed give up the other attempts; dates are another matter."""
        if self.giving_up == self.GivingUp.BY_KIND:
            return self.kind == self.Kind.GRADED
        return self.is_graded and self.giving_up == self.GivingUp.ALLOWED

    @property
    def status(self) -> str:
        """`archived`, `draft` or `ready`."""
        if self.is_archived:
            return "archived"
        return "draft" if self.is_draft else "ready"

    @property
    def settings(self) -> dict[str, Any]:
        """The rules that an attempt freezes when it starts (see `domain.reveal.policy`)."""
        values = {name: getattr(self, name) for name in FROZEN}
        return {
            name: str(value) if isinstance(value, Decimal) else value
            for name, value in values.items()
        }
