"""The log of an item: what was answered, and how it was judged. Rows are never updated."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models.attempt import AppendOnly, AttemptItem
from courses.models.fields import FractionField
from courses.models.question import QuestionVersion
from courses.models.regrade import RegradeBatch


class Response(models.Model):
    """What was answered: one row per save, never updated."""

    item = models.ForeignKey(
        AttemptItem,
        models.PROTECT,
        related_name="responses",
        verbose_name=_("item"),
        db_index=False,
    )
    revision = models.PositiveIntegerField(_("revision"))
    value = models.JSONField(_("value"), null=True, blank=True)
    size = models.PositiveIntegerField(_("size in bytes"), default=0, editable=False)
    received_at = models.DateTimeField(_("received at"))
    channel = models.CharField(_("channel"), max_length=10)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("by whom"),
        db_index=False,
    )
    idempotency_key = models.CharField(
        max_length=80, null=True, blank=True, verbose_name=_("idempotency key")
    )
    certainty = models.PositiveSmallIntegerField(_("certainty"), null=True, blank=True)

    objects = AppendOnly.as_manager()

    class Meta:
        verbose_name = _("response")
        verbose_name_plural = _("responses")
        ordering = ["item", "revision"]
        indexes = [
            models.Index(fields=["by", "received_at"], name="cx_courses_response_by_time"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "revision"],
                name="cx_courses_response_revision",
                violation_error_message=_("The item has a response with this revision."),
            ),
            models.UniqueConstraint(
                fields=["item", "idempotency_key"],
                name="cx_courses_response_idempotency",
                violation_error_message=_("The item has a response with this idempotency key."),
            ),
            models.CheckConstraint(
                condition=Q(revision__gte=1),
                name="cx_courses_response_from_1",
                violation_error_message=_("Numbers begin at 1."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} r{self.revision}"


class Grading(models.Model):
    """A judgement on a response: one row each time it is judged, never updated."""

    class Kind(models.TextChoices):
        AUTO = "auto", _("by rule")
        PERSON = "person", _("by a person")
        REGRADE = "regrade", _("by a regrade")
        REPEAT = "repeat", _("the same response again")
        REOPEN = "reopen", _("reopened: not answered yet")

    item = models.ForeignKey(
        AttemptItem,
        models.PROTECT,
        related_name="gradings",
        verbose_name=_("item"),
        db_index=False,
        db_constraint=False,
    )
    """As with the version of an item, PostgreSQL does not check this key and the response's. What
    writes a grading, and what deletes an item, holds the lock of the attempt."""
    sequence = models.PositiveIntegerField(_("sequence"))
    response = models.ForeignKey(
        Response,
        models.PROTECT,
        related_name="gradings",
        null=True,
        blank=True,
        verbose_name=_("response"),
        db_constraint=False,
    )
    kind = models.CharField(_("kind"), max_length=7, choices=Kind.choices, default=Kind.AUTO)
    scaled = FractionField(_("scaled"), null=True, blank=True)
    credit = FractionField(_("credit of this try"), default="1/1")
    score = FractionField(_("score"), null=True, blank=True)
    parts = models.JSONField(_("parts"), default=list)
    feedback = models.TextField(_("feedback"), blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by whom"),
        db_index=False,
    )
    graded_at = models.DateTimeField(_("graded at"))
    batch = models.ForeignKey(
        RegradeBatch,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="gradings",
        verbose_name=_("regrade"),
        db_index=False,
    )
    version = models.ForeignKey(
        QuestionVersion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("judged by this version"),
        db_index=False,
    )
    points = models.DecimalField(
        _("points from now on"), max_digits=7, decimal_places=3, null=True, blank=True
    )
    is_undo = models.BooleanField(_("undoes the regrade"), default=False)

    objects = AppendOnly.as_manager()

    class Meta:
        verbose_name = _("grading")
        verbose_name_plural = _("gradings")
        ordering = ["item", "sequence"]
        # A judgement by rule, as most are, is in none of these.
        indexes = [
            models.Index(
                fields=["kind"], condition=~Q(kind="auto"), name="cx_courses_grading_seldom"
            ),
            models.Index(
                fields=["by"], condition=Q(by__isnull=False), name="cx_courses_grading_by_person"
            ),
            models.Index(
                fields=["batch"],
                condition=Q(batch__isnull=False),
                name="cx_courses_grading_of_batch",
            ),
            models.Index(
                fields=["version"],
                condition=Q(version__isnull=False),
                name="cx_courses_grading_of_version",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "sequence"],
                name="cx_courses_grading_sequence",
                violation_error_message=_("The item has a grading with this number."),
            ),
            models.UniqueConstraint(
                fields=["item", "batch", "is_undo"],
                condition=Q(batch__isnull=False),
                name="cx_courses_grading_batch",
                violation_error_message=_("The regrade has judged this item already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} g{self.sequence}"
