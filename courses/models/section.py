"""The classes of a course."""

import uuid

from django.apps import apps
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courses.models.client import ApiClient
from courses.models.course import Course


class SectionQuerySet(models.QuerySet["Section"]):
    def with_learner_counts(self) -> "SectionQuerySet":
        """Each with the number of its active learners, as `learner_count`."""
        enrolments = apps.get_model(self.model._meta.app_label, "Enrolment")._base_manager
        learns = enrolments.filter(section=OuterRef("pk"), role="learner", state="active")
        people = learns.order_by().values("section").annotate(count=Count("user", distinct=True))
        # Counted apart, for the classes of a page alone, and not for all in a join.
        count = Coalesce(Subquery(people.values("count")), 0)
        return self.annotate(learner_count=count).order_by("course", "-is_default", "key")


class Section(models.Model):
    """Learners who take a course together, with the people who teach them. In pages: class.

    Every course has its default class; its course never changes.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    course = models.ForeignKey(
        Course, models.CASCADE, related_name="sections", verbose_name=_("course")
    )
    key = models.SlugField(_("key"), max_length=80)
    title = models.CharField(_("title"), max_length=200, blank=True)
    is_default = models.BooleanField(_("default class of the course"), default=False)
    client = models.ForeignKey(
        ApiClient,
        models.SET_NULL,
        related_name="sections",
        null=True,
        blank=True,
        verbose_name=_("API client"),
        help_text=_("The platform that it came from."),
    )
    is_archived = models.BooleanField(_("archived"), default=False)
    created_at = models.DateTimeField(_("created at"))

    objects = SectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("class")
        verbose_name_plural = _("classes")
        ordering = ["course", "-is_default", "key"]
        constraints = [
            models.UniqueConstraint(
                fields=["course", "key"],
                name="cx_courses_section_key",
                violation_error_message=_("The course has a class with this key."),
            ),
            models.UniqueConstraint(
                fields=["course"],
                condition=Q(is_default=True),
                name="cx_courses_section_default",
                violation_error_message=_("The course has a default class already."),
            ),
        ]

    def __str__(self) -> str:
        if self.title:
            return self.title
        return gettext("Default class") if self.is_default else self.key
