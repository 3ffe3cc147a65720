"""What the check before publishing found, kept for courses that are too large to check at once."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.models.course import Course


class StoredCheck(models.Model):
    """The findings in one language, with the state of the course and the rules they come from."""

    course = models.ForeignKey(Course, models.CASCADE, related_name="stored_checks")
    language = models.CharField(max_length=20)
    state = models.CharField(max_length=80)
    rules = models.JSONField(default=dict)
    report = models.JSONField()
    checked_at = models.DateTimeField()

    class Meta:
        ordering = ["course", "language"]
        constraints = [
            models.UniqueConstraint(
                fields=["course", "language"],
                name="cx_courses_storedcheck_language",
                violation_error_message=_("This course has a check in this language."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.course} ({self.language})"
