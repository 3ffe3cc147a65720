"""What an author writes before it is published: kept as typed, seen by no learner."""

import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.models.client import ApiClient
from courses.models.course import Course


class WorkingCopyQuerySet(models.QuerySet["WorkingCopy"]):
    """Queries about working copies."""

    def open(self) -> "WorkingCopyQuerySet":
        """Return those that are neither discarded nor decided on."""
        return self.filter(ended_at=None)

    def of_people(self) -> "WorkingCopyQuerySet":
        return self.filter(owner__isnull=False)

    def proposals(self) -> "WorkingCopyQuerySet":
        """Return those that a program sent."""
        return self.filter(owner=None)


class WorkingCopy(models.Model):
    """The draft that one person, or one program, has of one thing of a course.

    `kind` and `key` name the thing as course files do; the key is "" for a new one. The kind
    `quick` is a text of which questions are made. `fields` are
    the names and texts of its editor's form, in their order, also where they make no sense yet.
    `base` is the thing as it was when the draft began. A program's draft has no owner: it is a
    proposal, and a person decides on it.
    """

    class Outcome(models.TextChoices):
        DISCARDED = "discarded", _("discarded")
        ACCEPTED = "accepted", _("accepted")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    course = models.ForeignKey(
        Course, models.CASCADE, related_name="working_copies", verbose_name=_("course")
    )
    kind = models.CharField(_("kind"), max_length=12)
    key = models.CharField(_("key"), max_length=210, blank=True)
    type = models.CharField(_("question type"), max_length=40, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person"),
    )
    client = models.ForeignKey(
        ApiClient,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("API client"),
    )
    tool = models.CharField(_("made with"), max_length=120, blank=True)
    fields = models.JSONField(_("fields"), default=list)
    base = models.JSONField(_("began from"), default=dict)
    base_hash = models.CharField(max_length=64, editable=False, blank=True)
    revision = models.PositiveIntegerField(_("revision"), default=1)
    tab = models.CharField(
        max_length=36,
        blank=True,
        editable=False,
        help_text=_("The page in a browser that saved it last."),
    )
    turn = models.PositiveIntegerField(
        default=0, editable=False, help_text=_("The number of that page's save.")
    )
    publish_at = models.DateTimeField(_("publish at"), null=True, blank=True)
    record = models.JSONField(
        _("record"),
        null=True,
        blank=True,
        help_text=_("What a program proposed, or what will be published at the time."),
    )
    refusal = models.TextField(_("why it was not published"), blank=True)
    outcome = models.CharField(_("outcome"), max_length=9, choices=Outcome.choices, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"))
    updated_at = models.DateTimeField(_("updated at"))

    objects = WorkingCopyQuerySet.as_manager()

    class Meta:
        verbose_name = _("working copy")
        verbose_name_plural = _("working copies")
        ordering = ["-updated_at", "pk"]
        indexes = [
            models.Index(fields=["updated_at"], name="cx_courses_copy_updated"),
            models.Index(
                fields=["publish_at"],
                name="cx_courses_copy_scheduled",
                condition=models.Q(publish_at__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "course", "kind", "key"],
                name="cx_courses_copy_of_person",
                condition=models.Q(ended_at=None) & ~models.Q(key=""),
                violation_error_message=_("This person has a working copy of it."),
            ),
            models.UniqueConstraint(
                fields=["client", "course", "kind", "key"],
                name="cx_courses_copy_of_client",
                condition=models.Q(ended_at=None, owner=None) & ~models.Q(key=""),
                violation_error_message=_("This client has proposed a change of it."),
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at=None, outcome="")
                | (models.Q(ended_at__isnull=False) & ~models.Q(outcome="")),
                name="cx_courses_copy_ended",
                violation_error_message=_("What has ended has an outcome."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}".strip()

    @property
    def is_proposal(self) -> bool:
        return self.owner_id is None

    @property
    def is_new(self) -> bool:
        """Whether it is of something that the course does not have yet."""
        return not self.base_hash

    @property
    def state(self) -> str:
        """Return "waiting" until somebody has decided, and then the outcome."""
        return self.outcome or "waiting"

    def value(self, name: str) -> str:
        """Return the text of a field; "" where there is none."""
        return next((text for each, text in self.fields if each == name), "")

    def end(self, outcome: str, *, by: Any, now: datetime, reason: str = "") -> None:
        """Give it an outcome. Saves nothing."""
        self.outcome, self.reason, self.decided_by = outcome, reason, by
        self.ended_at, self.publish_at = now, None
