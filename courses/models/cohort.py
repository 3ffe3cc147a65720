"""A platform's own groups of its learners."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.models.client import ApiClient, ExternalIdentity


class Cohort(models.Model):
    """Learners that a platform looks at together, in whatever courses they are."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client = models.ForeignKey(
        ApiClient, models.CASCADE, related_name="cohorts", verbose_name=_("API client")
    )
    key = models.SlugField(_("key"), max_length=80)
    name = models.CharField(_("name"), max_length=200, blank=True)
    learners = models.ManyToManyField(
        ExternalIdentity, verbose_name=_("learners"), related_name="cohorts", blank=True
    )
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("cohort")
        verbose_name_plural = _("cohorts")
        ordering = ["client", "key"]
        constraints = [
            models.UniqueConstraint(
                fields=["client", "key"],
                name="cx_courses_cohort_key",
                violation_error_message=_("The platform has a cohort with this key."),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.key
