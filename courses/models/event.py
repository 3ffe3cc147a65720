"""What happened, once and for all, and its way to those who want to know."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models.client import ApiClient
from courses.models.course import Course
from courses.models.enrolment import Enrolment

FREQUENT = (
    "attempt.graded",
    "attempt.started",
    "attempt.submitted",
    "lesson.completed",
    "result.changed",
)
"""Types of which some are always among the newest events; others are found by an index."""


class Event(models.Model):
    """Written in the same transaction as the change it reports; updated once, to be numbered."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    type = models.CharField(_("type"), max_length=60)
    course = models.ForeignKey(
        Course,
        models.PROTECT,
        related_name="events",
        null=True,
        blank=True,
        verbose_name=_("course"),
    )
    enrolment = models.ForeignKey(
        Enrolment,
        models.PROTECT,
        related_name="events",
        null=True,
        blank=True,
        verbose_name=_("enrolment"),
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by whom"),
    )
    by_client = models.ForeignKey(
        ApiClient,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by which platform"),
        db_index=False,
    )
    data = models.JSONField(_("data"), default=dict)
    occurred_at = models.DateTimeField(_("occurred at"))
    position = models.BigIntegerField(_("position"), null=True, unique=True, editable=False)
    """Its place in the feed, given once others can see it: keys are drawn before a transaction
    ends, so a reader who goes by them overlooks what is committed late."""

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["id"], condition=Q(position=None), name="cx_courses_event_unnumbered"
            ),
            models.Index(
                fields=["by_client"],
                condition=Q(by_client__isnull=False),
                name="cx_courses_event_by_client",
            ),
            models.Index(
                fields=["type"],
                condition=~Q(type__in=FREQUENT),
                name="cx_courses_event_seldom",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.pk}"


class Delivery(models.Model):
    """One event on its way to one subscriber."""

    class State(models.TextChoices):
        PENDING = "pending", _("Pending")
        DONE = "done", _("Delivered")
        DEAD = "dead", _("Given up")

    event = models.ForeignKey(
        Event, models.PROTECT, related_name="deliveries", verbose_name=_("event"), db_index=False
    )
    subscriber = models.CharField(_("subscriber"), max_length=120)
    state = models.CharField(_("state"), max_length=7, choices=State.choices, default=State.PENDING)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    next_try_at = models.DateTimeField(_("next try at"))
    locked_until = models.DateTimeField(_("held until"), null=True, blank=True)
    last_answer = models.TextField(_("last answer"), blank=True)
    delivered_at = models.DateTimeField(_("delivered at"), null=True, blank=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "subscriber"],
                name="cx_courses_delivery_once",
                violation_error_message=_("The event is delivered to this subscriber already."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"], condition=Q(state="pending"), name="cx_courses_delivery_due"
            ),
            models.Index(
                fields=["subscriber", "event"],
                condition=Q(state="pending"),
                name="cx_courses_delivery_queue",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} → {self.subscriber}"
