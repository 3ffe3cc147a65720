"""A person in a course, and how far they are in its lessons."""

import uuid
from datetime import datetime
from typing import cast

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from courses.models import limits
from courses.models.course import Course
from courses.models.lesson import Lesson
from courses.models.section import Section


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def active(self) -> "EnrolmentQuerySet":
        return self.filter(state=Enrolment.State.ACTIVE)

    def learners(self) -> "EnrolmentQuerySet":
        """Return enrolments whose work counts: without staff and test learners."""
        return self.filter(role=Enrolment.Role.LEARNER)

    def staff(self) -> "EnrolmentQuerySet":
        """Return enrolments of those who teach, mark, write or watch."""
        return self.exclude(role__in=(Enrolment.Role.LEARNER, Enrolment.Role.TESTER))

    def current(self) -> "EnrolmentQuerySet":
        """Return the active ones in this order: the class entered last first, its latest cycle."""
        return self.active().order_by("-enrolled_at", "-cycle", "-pk")

    def latest_cycle(self) -> "EnrolmentQuerySet":
        """Return those that no later cycle of the same person in the same class follows."""
        later = Enrolment.objects.alias(in_class=Coalesce("section", 0)).filter(
            course=OuterRef("course"),
            user=OuterRef("user"),
            in_class=Coalesce(OuterRef("section"), 0),
            cycle__gt=OuterRef("cycle"),
        )
        return self.filter(~Exists(later))

    def updated_since(self, moment: datetime) -> "EnrolmentQuerySet":
        """Return enrolments with a change since then in a lesson, a quiz or themselves.

        As far back as events are kept.
        """
        events = apps.get_model(self.model._meta.app_label, "Event")._default_manager
        happened = events.filter(enrolment=OuterRef("pk"), occurred_at__gte=moment)
        visited = LessonProgress.objects.filter(enrolment=OuterRef("pk"), visited_at__gte=moment)
        return self.filter(Exists(happened) | Exists(visited))


_AllEnrolments = models.Manager.from_queryset(EnrolmentQuerySet)


class EnrolmentManager(_AllEnrolments["Enrolment"]):
    def get_queryset(self) -> EnrolmentQuerySet:
        """Leave trials out, which nobody means who counts or lists people."""
        return cast("EnrolmentQuerySet", super().get_queryset().exclude(state=Enrolment.TRIAL))


class Enrolment(models.Model):
    TRIAL = "trial"
    """Role and state of a trial; see `Trial`. No choice, because nobody is given them."""

    class Role(models.TextChoices):
        LEARNER = "learner", _("Learner")
        INSTRUCTOR = "instructor", _("Instructor")
        AUTHOR = "author", _("Author")
        MARKER = "marker", _("Marker")
        OBSERVER = "observer", _("Observer")
        TESTER = "tester", _("Test learner")

    class State(models.TextChoices):
        ACTIVE = "active", _("Active")
        SUSPENDED = "suspended", _("Suspended")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        ENDED = "ended", _("Ended")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    course = models.ForeignKey(
        Course, models.PROTECT, related_name="enrolments", verbose_name=_("course")
    )
    section = models.ForeignKey(
        Section,
        models.PROTECT,
        related_name="enrolments",
        null=True,
        blank=True,
        verbose_name=_("class"),
        help_text=_("Without one, the role holds for the whole course."),
    )
    """A class of the course; only `domain/enrolments.py` writes the pair."""
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="course_enrolments",
        verbose_name=_("person"),
    )
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.LEARNER)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.ACTIVE)
    cycle = models.PositiveSmallIntegerField(_("cycle"), default=1)
    enrolled_at = models.DateTimeField(_("enrolled at"))
    completed_at = models.DateTimeField(_("completed at"), null=True, blank=True)
    ends_at = models.DateTimeField(
        _("ends at"),
        null=True,
        blank=True,
        validators=limits.DATES,
        help_text=_("From then on the person is no longer in the class; their work is kept."),
    )

    objects = EnrolmentManager()
    with_trials = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        ordering = ["course", "user", "-cycle"]
        constraints = [
            models.UniqueConstraint(
                fields=["section", "user", "cycle"],
                condition=Q(section__isnull=False),
                name="cx_courses_enrolment_class_cycle",
                violation_error_message=_("The person is in the class already."),
            ),
            models.UniqueConstraint(
                fields=["course", "user", "cycle"],
                condition=Q(section__isnull=True) & ~Q(state="trial"),
                name="cx_courses_enrolment_course_cycle",
                violation_error_message=_("The person has a role in the whole course already."),
            ),
            models.CheckConstraint(
                condition=Q(section__isnull=False) | ~Q(role="learner"),
                name="cx_courses_enrolment_learner_in_class",
                violation_error_message=_("A learner is always in a class."),
            ),
            models.CheckConstraint(
                condition=Q(section__isnull=True) | ~Q(role="author"),
                name="cx_courses_enrolment_author_of_course",
                violation_error_message=_(
                    "Authors write for the whole course, so they are in no class."
                ),
            ),
            models.CheckConstraint(
                condition=Q(role="trial", state="trial", section__isnull=True)
                | ~(Q(role="trial") | Q(state="trial")),
                name="cx_courses_enrolment_trial",
                violation_error_message=_("A trial is nobody's place in a class."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["ends_at"],
                condition=Q(state="active", ends_at__isnull=False),
                name="cx_courses_enrolment_ends",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.course}"

    @property
    def is_learner(self) -> bool:
        """Whether this work counts; what staff and test learners try counts nowhere."""
        return self.role == self.Role.LEARNER

    @property
    def is_trial(self) -> bool:
        """Whether it is a trial, in which staff do as a learner would and leave nothing."""
        return self.role == self.TRIAL


class LessonProgress(models.Model):
    """How far a person is in a lesson. A completed lesson stays completed."""

    enrolment = models.ForeignKey(
        Enrolment,
        models.PROTECT,
        related_name="lesson_progress",
        verbose_name=_("enrolment"),
        db_index=False,
    )
    lesson = models.ForeignKey(
        Lesson, models.PROTECT, related_name="progress", verbose_name=_("lesson")
    )
    started_at = models.DateTimeField(_("started at"))
    visited_at = models.DateTimeField(_("last visited at"))
    position = models.CharField(
        _("position"), max_length=120, blank=True, help_text=_("The heading last reached.")
    )
    completed_at = models.DateTimeField(_("completed at"), null=True, blank=True)
    has_notes = models.BooleanField(
        _("has notes"),
        default=False,
        db_default=False,
        editable=False,
        help_text=_("Whether the person has notes in the lesson, so that its page reads them."),
    )

    class Meta:
        verbose_name = _("lesson progress")
        verbose_name_plural = _("lesson progress")
        ordering = ["enrolment", "lesson"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "lesson"],
                name="cx_courses_lessonprogress_once",
                violation_error_message=_(
                    "The person's progress in this lesson is already recorded."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment}: {self.lesson}"
