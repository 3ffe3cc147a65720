"""Marking by people: who is at work on a response, marks before they count, a bank of comments."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models.attempt import AppendOnly, AttemptItem
from courses.models.client import ApiClient
from courses.models.course import Course
from courses.models.fields import FractionField


class MarkingClaim(models.Model):
    """Who marks a response at present, and what they have noted so far; free again when it lapses.

    A person or a program holds it. Marking needs no claim: it only keeps others away.
    """

    item = models.OneToOneField(
        AttemptItem, models.CASCADE, related_name="marking_claim", verbose_name=_("item")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by whom"),
    )
    client = models.ForeignKey(
        ApiClient,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by which platform"),
    )
    until = models.DateTimeField(_("until"))
    draft = models.JSONField(_("noted so far"), default=dict, blank=True)

    class Meta:
        verbose_name = _("claim on a response")
        verbose_name_plural = _("claims on responses")
        ordering = ["until", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(by__isnull=False, client=None) | Q(by=None, client__isnull=False),
                name="cx_courses_markingclaim_holder",
                violation_error_message=_("A person or a platform holds the claim, not both."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.until}"


class Mark(models.Model):
    """What one of two markers gave a response. It counts once both agree: then it is graded."""

    class Round(models.TextChoices):
        FIRST = "first", _("first marker")
        SECOND = "second", _("second marker")
        AGREED = "agreed", _("agreed")

    item = models.ForeignKey(
        AttemptItem, models.PROTECT, related_name="marks", verbose_name=_("item"), db_index=False
    )
    sequence = models.PositiveSmallIntegerField(_("sequence"))
    round = models.CharField(_("round"), max_length=6, choices=Round.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by whom"),
    )
    client = models.ForeignKey(
        ApiClient,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by which platform"),
    )
    scaled = FractionField(_("scaled"))
    parts = models.JSONField(_("parts"), default=list)
    feedback = models.TextField(_("feedback"), blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    given_at = models.DateTimeField(_("given at"))

    objects = AppendOnly.as_manager()

    class Meta:
        verbose_name = _("mark")
        verbose_name_plural = _("marks")
        ordering = ["item", "sequence"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "sequence"],
                name="cx_courses_mark_sequence",
                violation_error_message=_("The item has a mark with this number."),
            ),
            models.UniqueConstraint(
                fields=["item", "round"],
                name="cx_courses_mark_round",
                violation_error_message=_("The item has a mark of this round."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} m{self.sequence}"


class MarkingComment(models.Model):
    """A comment to use again in a course: of one person, or of everybody who marks there."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    course = models.ForeignKey(
        Course, models.CASCADE, related_name="marking_comments", verbose_name=_("course")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner"),
        help_text=_("Empty: everybody who marks in the course."),
    )
    text = models.TextField(_("text"), max_length=2000, help_text=_("Markdown"))
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("comment for marking")
        verbose_name_plural = _("comments for marking")
        ordering = ["course", "pk"]

    def __str__(self) -> str:
        return self.text[:60]
