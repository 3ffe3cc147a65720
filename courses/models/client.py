"""Programs that call us: a platform, its keys, the learners it knows, their own tokens, and the
requests that are repeated."""

import uuid
from datetime import datetime

from django.conf import settings
from django.core.validators import MinLengthValidator
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from courses import users
from courses.models.course import Course

SCOPES = (
    "catalogue:read",
    "learners:write",
    "learning:write",
    "gradebook:read",
    "gradebook:write",
    "authoring:draft",
    "authoring:write",
    "events:read",
    "webhooks:write",
    "admin",
    "platforms:write",
)
"""What a key may be allowed to do. `…:write` includes reading the same; `admin` includes all that a
platform does with its own learners, and so not `platforms:write`, which reaches every platform."""


class ApiClient(models.Model):
    """A platform. Learners, webhooks and repeated requests belong to it and not to one key."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=120, unique=True)
    is_active = models.BooleanField(_("active"), default=True)
    origins = models.JSONField(_("origins of web pages"), default=list, blank=True)
    """Origins, as browsers write them, whose pages may call the API with this client's tokens."""
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("API client")
        verbose_name_plural = _("API clients")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ApiKey(models.Model):
    """A credential and what it may do. The secret is shown once; only its hash is kept.

    An OAuth client is one too: its secret is with the OAuth toolkit, under `prefix` as its id.
    """

    class Kind(models.TextChoices):
        KEY = "key", _("API key")
        OAUTH = "oauth", _("OAuth client")

    client = models.ForeignKey(ApiClient, models.CASCADE, related_name="keys")
    kind = models.CharField(_("kind"), max_length=5, choices=Kind.choices, default=Kind.KEY)
    prefix = models.CharField(_("prefix"), max_length=16, unique=True, editable=False)
    secret_hash = models.CharField(max_length=64, editable=False, blank=True)
    label = models.CharField(_("label"), max_length=120, blank=True)
    scopes = models.JSONField(_("scopes"), default=list)
    courses = models.ManyToManyField(
        Course,
        verbose_name=_("courses"),
        related_name="+",
        blank=True,
        help_text=_(
            "Only these courses. If none is chosen: all published courses, and all courses for "
            "authoring."
        ),
    )
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used at"), null=True, blank=True)

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        ordering = ["client", "-created_at"]

    def __str__(self) -> str:
        return f"{self.client} {self.prefix}"

    def is_usable(self, *, now: datetime) -> bool:
        """Return whether it is neither revoked nor expired, and its client is active."""
        is_expired = self.expires_at is not None and now >= self.expires_at
        return self.revoked_at is None and not is_expired and self.client.is_active


class LearnerToken(models.Model):
    """A learner's own credential: what they may do when they are signed in, for programs.

    They make it themselves, or a platform asks for it; then it has no more rights than the key that
    asked, and ends with it.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="course_tokens",
        verbose_name=_("person"),
    )
    issuer = models.ForeignKey(
        ApiKey,
        models.CASCADE,
        related_name="learner_tokens",
        null=True,
        blank=True,
        verbose_name=_("issued by"),
    )
    prefix = models.CharField(_("prefix"), max_length=16, unique=True, editable=False)
    secret_hash = models.CharField(max_length=64, editable=False)
    password_mark = models.CharField(max_length=64, editable=False, default="")
    """Of the password that the person had: with another one the token opens nothing."""
    label = models.CharField(_("label"), max_length=120, blank=True)
    scopes = models.JSONField(_("scopes"), default=list)
    created_at = models.DateTimeField(_("created at"))
    expires_at = models.DateTimeField(_("expires at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used at"), null=True, blank=True)

    class Meta:
        verbose_name = _("learner token")
        verbose_name_plural = _("learner tokens")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.user} {self.prefix}"

    def is_usable(self, *, now: datetime) -> bool:
        """Return whether it is valid, and its person and the key that asked for it are active."""
        if self.revoked_at is not None or now >= self.expires_at or not self.user.is_active:
            return False
        return self.issuer is None or self.issuer.is_usable(now=now)


LONGEST_SUBJECT = 255
"""Characters of a platform's name for a person: as many as LTI allows."""


class ExternalIdentity(models.Model):
    """A platform's own name for a learner. A client sees only learners whom it has named."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client = models.ForeignKey(ApiClient, models.CASCADE, related_name="identities", db_index=False)
    subject = models.CharField(
        _("external id"), max_length=LONGEST_SUBJECT, validators=[MinLengthValidator(1)]
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="course_identities"
    )
    created_at = models.DateTimeField(_("created at"))
    updated_at = models.DateTimeField(_("updated at"))
    deactivated_at = models.DateTimeField(
        _("deactivated at"),
        null=True,
        blank=True,
        help_text=_("From this time on, nobody can learn under this id of the platform."),
    )

    class Meta:
        verbose_name = _("external identity")
        verbose_name_plural = _("external identities")
        ordering = ["client", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["client", "subject"],
                name="cx_courses_externalidentity_subject",
                violation_error_message=_("The platform calls another person by this external id."),
            ),
            models.UniqueConstraint(
                fields=["client", "user"],
                name="cx_courses_externalidentity_user",
                violation_error_message=_("The platform has an external id for this person."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client}: {self.subject}"

    @cached_property
    def user_names(self) -> users.Names:
        """The learner's names from the account, read once."""
        return users.names(self.user)

    @property
    def is_active(self) -> bool:
        return self.deactivated_at is None


class IdempotencyRecord(models.Model):
    """The answer to a request that may be repeated.

    Written in the transaction of its effect, so that neither is stored without the other.
    """

    owner = models.CharField(_("owner"), max_length=40)
    method = models.CharField(_("method"), max_length=7)
    path = models.CharField(_("path"), max_length=1000)
    key = models.CharField(_("key"), max_length=255)
    body_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(_("status"), null=True)
    headers = models.JSONField(_("headers"), default=dict)
    body = models.TextField(_("body"), blank=True)
    created_at = models.DateTimeField(_("created at"), db_index=True)

    class Meta:
        verbose_name = _("idempotency record")
        verbose_name_plural = _("idempotency records")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "method", "path", "key"],
                name="cx_courses_idempotencyrecord_once",
                violation_error_message=_("The request was answered already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.owner} {self.method} {self.path}"
