"""Where events are sent over the web, and how each try went."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.models.client import ApiClient
from courses.models.course import Course
from courses.models.event import Delivery
from courses.models.fields import SealedSecretsField


class WebhookEndpoint(models.Model):
    """An address that receives events: those of its client's learners, or of the whole site."""

    class Because(models.TextChoices):
        BY_HAND = "by_hand", _("Switched off by hand")
        FAILING = "failing", _("Did not answer for three days")
        GONE = "gone", _("Answered that it is gone (410)")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client = models.ForeignKey(
        ApiClient,
        models.CASCADE,
        related_name="webhooks",
        null=True,
        blank=True,
        verbose_name=_("API client"),
        help_text=_(
            "Only events of this client's learners. If none is chosen: events of all learners."
        ),
    )
    url = models.CharField(_("address"), max_length=500)
    description = models.CharField(_("description"), max_length=200, blank=True)
    event_types = models.JSONField(
        _("event types"), default=list, blank=True, help_text=_("Empty: every type.")
    )
    courses = models.ManyToManyField(
        Course,
        verbose_name=_("courses"),
        related_name="+",
        blank=True,
        help_text=_("Only events of these courses. If none is chosen: events of all courses."),
    )
    include_hidden_scores = models.BooleanField(
        _("receives hidden scores"),
        default=False,
        help_text=_("Also scores that the quiz does not show the learner yet."),
    )
    sender = models.CharField(
        _("sender"),
        max_length=40,
        blank=True,
        editable=False,
        help_text=_("The part of the site that sends something else than events to it."),
    )
    secrets = SealedSecretsField(default=list, editable=False)
    """Newest first, as `{"secret": "whsec_…", "until": ISO time or null}`. Sealed in the table and
    not hashed: signing needs the secret itself."""
    created_at = models.DateTimeField(_("created at"))
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    failing_since = models.DateTimeField(_("failing since"), null=True, blank=True)
    paused_until = models.DateTimeField(_("paused until"), null=True, blank=True)
    last_success_at = models.DateTimeField(_("last success at"), null=True, blank=True)
    disabled_at = models.DateTimeField(_("disabled at"), null=True, blank=True)
    disabled_reason = models.CharField(
        _("disabled because"), max_length=8, choices=Because.choices, blank=True
    )

    class Meta:
        verbose_name = _("webhook endpoint")
        verbose_name_plural = _("webhook endpoints")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.url

    @property
    def is_enabled(self) -> bool:
        return self.disabled_at is None

    @property
    def subscriber(self) -> str:
        """Its name among the subscribers of deliveries."""
        return f"{WEBHOOK}{self.uuid}"


WEBHOOK = "webhook:"
"""What the subscribers that are endpoints begin with."""


class DeliveryTry(models.Model):
    """One call for one delivery, and its response."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="log")
    tried_at = models.DateTimeField(_("tried at"))
    duration_ms = models.PositiveIntegerField(_("duration (ms)"))
    status = models.PositiveSmallIntegerField(
        _("status"), null=True, blank=True, help_text=_("Empty: no answer came.")
    )
    answer = models.CharField(_("answer"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("try of a delivery")
        verbose_name_plural = _("tries of deliveries")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.delivery} {self.status or '–'}"
