"""The history of what a course holds: each published change as a whole record."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.models.attempt import AppendOnly
from courses.models.client import ApiClient
from courses.models.course import Course
from courses.models.question import QuestionVersion


class Edition(models.Model):
    """What one thing of a course was after a change: one row a change, never updated.

    `kind` and `key` name the thing as course files do. `values` is its record; an `order` holds
    the keys of what a module shows, or the course where its key is "", in their order. A `tag`
    holds those of the questions that have it.
    """

    class Action(models.TextChoices):
        BASELINE = "baseline", _("as it was before its history began")
        UNRECORDED = "unrecorded", _("changed outside the pages, the API and course files")
        CREATED = "created", _("created")
        CHANGED = "changed", _("changed")
        ARCHIVED = "archived", _("archived")
        BROUGHT_BACK = "brought back", _("brought back")
        RESTORED = "restored", _("an earlier state restored")
        DELETED = "deleted", _("deleted")
        QUESTIONS = "questions", _("changed with its questions")

    class Channel(models.TextChoices):
        STUDIO = "studio", _("task pages")
        ADMIN = "admin", _("admin")
        API = "api", _("API")
        FILES = "files", _("course files")
        IMPORT = "import", _("import")
        COPY = "copy", _("copy")
        SCHEDULE = "schedule", _("schedule")

    course = models.ForeignKey(
        Course, models.CASCADE, related_name="editions", verbose_name=_("course"), db_index=False
    )
    kind = models.CharField(_("kind"), max_length=12)
    key = models.CharField(_("key"), max_length=210, blank=True)
    number = models.PositiveIntegerField(_("number"))
    values = models.JSONField(_("values"), default=dict)
    hash = models.CharField(max_length=64, editable=False, blank=True)
    file_hash = models.CharField(
        max_length=64,
        editable=False,
        blank=True,
        help_text=_("The hash of the file that it was written from."),
    )
    version = models.ForeignKey(
        QuestionVersion,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("question version"),
    )
    action = models.CharField(_("action"), max_length=12, choices=Action.choices)
    channel = models.CharField(_("channel"), max_length=8, choices=Channel.choices, blank=True)
    client = models.ForeignKey(
        ApiClient,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("API client"),
    )
    tool = models.CharField(_("made with"), max_length=120, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by whom"),
    )
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("reviewed by"),
    )
    note = models.CharField(_("what changed"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("created at"))

    objects = AppendOnly.as_manager()

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ["course", "kind", "key", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["course", "kind", "key", "number"],
                name="cx_courses_edition_number",
                violation_error_message=_("There is an edition with this number."),
            ),
            models.CheckConstraint(
                condition=models.Q(number__gte=1),
                name="cx_courses_edition_from_1",
                violation_error_message=_("Numbers begin at 1."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key} {self.number}"
