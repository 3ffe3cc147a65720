"""Certificates: the rules of a course for them, the issued ones, and the keys that sign."""

import uuid
from decimal import ROUND_HALF_UP, Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models.course import Course
from courses.models.enrolment import Enrolment
from courses.models.quiz import Quiz

MOST_MONTHS = 600


class CertificateRule(models.Model):
    """What a learner of the course does for a certificate, and what it says."""

    class Basis(models.TextChoices):
        COMPLETION = "completion", _("the course is completed")
        EXAM = "exam", _("the exam is passed")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    course = models.ForeignKey(
        Course,
        models.PROTECT,
        related_name="certificate_rules",
        verbose_name=_("course"),
        db_index=False,
    )
    basis = models.CharField(
        _("issued when"), max_length=10, choices=Basis.choices, default=Basis.COMPLETION
    )
    quiz = models.ForeignKey(
        Quiz,
        models.PROTECT,
        related_name="certificate_rules",
        null=True,
        blank=True,
        verbose_name=_("exam"),
        help_text=_("The quiz that is passed, or whose score the certificate shows."),
    )
    shows_score = models.BooleanField(
        _("shows the score of the exam"),
        default=False,
        help_text=_("A corrected score then replaces the certificate."),
    )
    valid_months = models.PositiveSmallIntegerField(
        _("valid for months"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_MONTHS)],
        help_text=_("Empty: it does not run out."),
    )
    description = models.TextField(
        _("what the holder can do"),
        max_length=400,
        blank=True,
        help_text=_("Plain text for the certificate; empty: the summary of the course."),
    )
    is_active = models.BooleanField(
        _("in use"), default=True, help_text=_("Without it no new certificates are issued.")
    )

    class Meta:
        verbose_name = _("rule for certificates")
        verbose_name_plural = _("rules for certificates")
        ordering = ["course", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["course", "basis"],
                name="cx_courses_certificaterule_once",
                violation_error_message=_("The course has such a rule."),
            ),
            models.CheckConstraint(
                condition=Q(quiz__isnull=False) | Q(basis="completion", shows_score=False),
                name="cx_courses_certificaterule_exam",
                violation_error_message=_("Choose the exam."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.course}: {self.get_basis_display()}"


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def current(self) -> "CertificateQuerySet":
        """Return those that no later one replaces, whether valid or revoked."""
        return self.filter(superseded_by=None)


class Certificate(models.Model):
    """One issued certificate, with everything it says as it was then."""

    class Cause(models.TextChoices):
        """Why a certificate was revoked."""

        RESULT = "result", _("the result was corrected")
        STAFF = "staff", _("revoked by staff")
        ERASED = "erased", _("the person was erased")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField(_("number"), max_length=14, unique=True, editable=False)
    """Public and random: what somebody types who verifies it."""
    course = models.ForeignKey(
        Course, models.PROTECT, related_name="certificates", verbose_name=_("course")
    )
    rule = models.ForeignKey(
        CertificateRule,
        models.PROTECT,
        related_name="certificates",
        verbose_name=_("rule"),
        db_index=False,
    )
    enrolment = models.ForeignKey(
        Enrolment,
        models.PROTECT,
        related_name="certificates",
        null=True,
        blank=True,
        verbose_name=_("enrolment"),
        help_text=_("Empty after the person was erased."),
    )
    edition = models.PositiveSmallIntegerField(_("edition"), default=1)
    """Of this enrolment and rule: a corrected certificate is the next one."""
    name = models.CharField(_("name"), max_length=120, blank=True)
    course_title = models.CharField(_("title of the course"), max_length=200)
    description = models.TextField(_("what the holder can do"), blank=True)
    language = models.CharField(_("language"), max_length=16, default="en")
    exam_title = models.CharField(_("title of the exam"), max_length=200, blank=True)
    percent = models.DecimalField(
        _("score in per cent"), max_digits=6, decimal_places=3, null=True, blank=True
    )
    minutes = models.PositiveIntegerField(_("length of the course in minutes"), default=0)
    cycle = models.PositiveSmallIntegerField(_("cycle"), default=1)
    issued_at = models.DateTimeField(_("issued at"))
    valid_until = models.DateTimeField(_("valid until"), null=True, blank=True)
    changed_at = models.DateTimeField(_("changed at"))
    """When its signed text changed last: a new name."""
    is_public = models.BooleanField(
        _("can be verified by its number"),
        default=True,
        help_text=_("The holder decides."),
    )
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    cause = models.CharField(_("why"), max_length=6, choices=Cause.choices, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by whom"),
    )
    superseded_by = models.OneToOneField(
        "self",
        models.PROTECT,
        related_name="supersedes",
        null=True,
        blank=True,
        verbose_name=_("replaced by"),
    )

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "enrolment", "edition"],
                name="cx_courses_certificate_once",
                violation_error_message=_("It is issued already."),
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None, cause="")
                | (Q(revoked_at__isnull=False) & ~Q(cause="")),
                name="cx_courses_certificate_revoked",
                violation_error_message=_("Say why it is revoked."),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def shown_percent(self) -> Decimal | None:
        """The score with at most one decimal, as pages and the PDF write it."""
        if self.percent is None:
            return None
        return self.percent.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP).normalize()

    @property
    def is_superseded(self) -> bool:
        return self.superseded_by_id is not None

    @property
    def is_void(self) -> bool:
        """Whether it no longer counts: revoked, or replaced by a later one."""
        return self.revoked_at is not None or self.is_superseded


class SigningKey(models.Model):
    """A key pair (Ed25519) that signs credentials. Public halves stay published unless revoked."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    public_key = models.CharField(max_length=43, editable=False)
    """32 bytes in base64url without padding, as a JWK has them."""
    sealed_private_key = models.TextField(editable=False)
    created_at = models.DateTimeField(_("created at"))
    retired_at = models.DateTimeField(_("retired at"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    is_active = models.BooleanField(_("signs at present"), default=True)

    class Meta:
        verbose_name = _("signing key")
        verbose_name_plural = _("signing keys")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_active"],
                condition=Q(is_active=True),
                name="cx_courses_signingkey_active",
                violation_error_message=_("Another key signs at present."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.uuid)
