"""Mails about learning: one row for each, stored before it is sent, so that none is sent twice."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models.enrolment import Enrolment


class LearningMail(models.Model):
    """A mail to one person about one event. `data` holds what is needed to write it."""

    class Kind(models.TextChoices):
        MARKED = "marked", _("texts marked")
        CORRECTED = "corrected", _("result corrected")
        CARDS_DUE = "cards_due", _("cards due")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        DROPPED = "dropped", _("no longer needed")
        REFUSED = "refused", _("refused by the mail server")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="+",
        verbose_name=_("person"),
        db_index=False,
    )
    enrolment = models.ForeignKey(
        Enrolment,
        models.CASCADE,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("enrolment"),
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    about = models.CharField(_("event"), max_length=120)
    """The event: a person gets one mail of a kind about it."""
    data = models.JSONField(_("facts"), default=dict)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(_("times refused"), default=0)
    due_at = models.DateTimeField(_("not before"))
    created_at = models.DateTimeField(_("created at"))
    sent_at = models.DateTimeField(_("handed to the mail server at"), null=True, blank=True)

    class Meta:
        verbose_name = _("mail about learning")
        verbose_name_plural = _("mails about learning")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind", "about"],
                name="cx_courses_learningmail_once",
                violation_error_message=_("The person has a mail about this event."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(state="waiting"),
                name="cx_courses_learningmail_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.kind}"
