"""What platforms were sent of their people's results."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.models import ExternalIdentity


class GradebookColumn(models.Model):
    """What a link has to do with the platform's gradebook, besides its own line item."""

    class Rule(models.TextChoices):
        COMPLETED = "completed", _("the share completed")
        QUIZZES = "quizzes", _("the result of the quizzes")

    class Problem(models.TextChoices):
        """Why a platform has no column that a teacher asked for."""

        REFUSED = "refused", _("The platform does not let this site make columns.")
        ELSEWHERE = "elsewhere", _("The platform's list of columns goes on at another site.")
        LEADS_BACK = "leads_back", _("The platform's list of columns leads back to itself.")
        TOO_LONG = "too_long", _("The platform's list of columns is too long.")

    rule = models.CharField(
        _("number of a course or module"),
        max_length=9,
        choices=Rule.choices,
        default=Rule.COMPLETED,
    )
    is_further = models.BooleanField(_("a column without a link"), default=False)
    """Nobody can click it: the teacher asked for a column of this quiz at another link."""
    container = models.CharField(max_length=2000, blank=True, editable=False)
    """Where its line item is to be made; "" once there is nothing to make."""
    asked_at = models.DateTimeField(null=True, blank=True, editable=False)
    """When a relay last began to make the line item."""
    problem = models.CharField(
        _("problem of the column"),
        max_length=10,
        choices=Problem.choices,
        blank=True,
        editable=False,
    )
    """None is made until the scores of the class are sent again."""

    class Meta:
        abstract = True


class LtiScore(models.Model):
    """One learner's cell in the gradebook of a platform, as we sent it last."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waits to be sent")
        SENT = "sent", _("sent")
        REFUSED = "refused", _("refused by the platform")

    link = models.ForeignKey(
        "cx_courses_lti.LtiLink",
        models.CASCADE,
        related_name="scores",
        verbose_name=_("LTI resource link"),
    )
    identity = models.ForeignKey(
        ExternalIdentity, models.CASCADE, related_name="+", verbose_name=_("external id")
    )
    state = models.CharField(_("state"), max_length=7, choices=State.choices, default=State.WAITING)
    data = models.JSONField(_("what was sent"), default=dict, encoder=DjangoJSONEncoder)
    """The message without person and time; a new one that is the same is not sent."""
    timestamp = models.DateTimeField(_("time of the score"), null=True, blank=True)
    """Rises with each call: platforms ignore or refuse what is not newer."""
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("score for a platform")
        verbose_name_plural = _("scores for platforms")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["link", "identity"],
                name="cx_courses_ltiscore_once",
                violation_error_message=_("The person has a score at this link."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.link}: {self.identity_id}"
