"""What the courses know of platforms that speak LTI 1.3. The nouns are those of its text.

Registration, deployment, context and resource link have the shapes of django-lti 0.10 (MIT).
"""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.lti import roster_models, succession_model  # noqa: F401 (models of this app)
from courses.lti.invitation_model import LtiInvitation  # noqa: F401 (a model of this app)
from courses.lti.launch_models import LtiLaunchRecord, LtiNonce  # noqa: F401 (models of this app)
from courses.lti.legacy_model import LegacyConsumer
from courses.lti.notice_model import NoticeService
from courses.lti.score_models import GradebookColumn, LtiScore  # noqa: F401 (models)
from courses.models import ApiClient, Course, Launch, Section


class LtiPlatform(models.Model):
    """An issuer. Its `sub` names one person, whichever of its registrations they come by."""

    issuer = models.CharField(_("issuer"), max_length=255, unique=True)
    client = models.OneToOneField(
        ApiClient, models.PROTECT, related_name="lti_platform", verbose_name=_("API client")
    )
    guest = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        editable=False,
        verbose_name=_("account of guests"),
    )
    """Stands for everybody whom the platform does not name; made by the first of them."""

    class Meta:
        verbose_name = _("LTI platform")
        verbose_name_plural = _("LTI platforms")
        ordering = ["issuer"]

    def __str__(self) -> str:
        return self.issuer


class LtiRegistration(LegacyConsumer):
    """This site as one tool of a platform: an issuer and a client id."""

    class Privacy(models.TextChoices):
        NOTHING = "nothing", _("nothing: everybody is anonymous")
        ID = "id", _("the platform's id of the person")
        NAME = "name", _("id and name")
        MAIL = "mail", _("id, name and e-mail address")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    platform = models.ForeignKey(
        LtiPlatform, models.PROTECT, related_name="registrations", verbose_name=_("platform")
    )
    name = models.CharField(_("name"), max_length=120)
    client_id = models.CharField(_("client id"), max_length=255)
    auth_url = models.URLField(_("authentication address"), max_length=1000)
    keyset_url = models.URLField(_("address of the key set"), max_length=1000)
    token_url = models.URLField(_("address for access tokens"), max_length=1000, blank=True)
    token_audience = models.CharField(
        _("audience of token requests"),
        max_length=1000,
        blank=True,
        help_text=_("Empty: the address for access tokens. Brightspace wants another one."),
    )
    frame_origins = models.JSONField(
        _("further origins of frames"),
        default=list,
        blank=True,
        help_text=_(
            "Origins of the platform's pages, besides those of its authentication and return "
            "addresses, one per line. For Open edX: its learning and its LMS address."
        ),
    )
    privacy = models.CharField(
        _("what is kept of people"), max_length=7, choices=Privacy.choices, default=Privacy.NAME
    )
    gets_hidden_scores = models.BooleanField(
        _("gets scores that the quiz still hides from the learner"), default=False
    )
    accepts_deployments = models.BooleanField(
        _("accepts new deployments"),
        default=False,
        help_text=_("Otherwise a deployment waits until an administrator approves it."),
    )
    sends_reviews = models.BooleanField(
        _("the platform sends submission reviews"),
        default=False,
        help_text=_("Columns that are made here then offer to open a learner's work."),
    )
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created at"))
    keys = models.JSONField(default=list, editable=False)
    """The platform's key set as it was read last."""
    keys_read_at = models.DateTimeField(_("keys read at"), null=True, blank=True, editable=False)
    keys_tried_at = models.DateTimeField(
        _("keys last asked for at"), null=True, blank=True, editable=False
    )
    keys_problem = models.CharField(
        _("why the keys could not be read"), max_length=300, blank=True, editable=False
    )

    class Meta:
        verbose_name = _("LTI registration")
        verbose_name_plural = _("LTI registrations")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["platform", "client_id"],
                name="cx_courses_ltiregistration_client",
                violation_error_message=_("This client id of the platform is registered already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class LtiDeployment(NoticeService):
    """One place of a platform in which the tool was put up, such as an institution."""

    class State(models.TextChoices):
        PENDING = "pending", _("waits for approval")
        ACTIVE = "active", _("approved")
        BLOCKED = "blocked", _("blocked")

    registration = models.ForeignKey(
        LtiRegistration,
        models.CASCADE,
        related_name="deployments",
        verbose_name=_("LTI registration"),
    )
    deployment_id = models.CharField(_("deployment id"), max_length=255)
    state = models.CharField(_("state"), max_length=7, choices=State.choices, default=State.PENDING)
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("LTI deployment")
        verbose_name_plural = _("LTI deployments")
        ordering = ["registration", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["registration", "deployment_id"],
                name="cx_courses_ltideployment_id",
                violation_error_message=_("The deployment is known already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.registration}: {self.deployment_id}"


class LtiKey(models.Model):
    """A key with which we sign for one registration. The private part is sealed."""

    registration = models.ForeignKey(
        LtiRegistration, models.CASCADE, related_name="own_keys", verbose_name=_("LTI registration")
    )
    kid = models.CharField(_("key id"), max_length=64, unique=True)
    sealed = models.TextField(editable=False)
    public = models.JSONField(_("public key"), editable=False)
    created_at = models.DateTimeField(_("created at"))
    retired_at = models.DateTimeField(_("replaced at"), null=True, blank=True)

    class Meta:
        verbose_name = _("LTI key")
        verbose_name_plural = _("LTI keys")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.kid


class LtiContext(models.Model):
    """A course of the platform; a link outside of every course is one of its own."""

    deployment = models.ForeignKey(
        LtiDeployment, models.CASCADE, related_name="contexts", verbose_name=_("LTI deployment")
    )
    context_id = models.CharField(_("context id"), max_length=255)
    is_link = models.BooleanField(_("a link without a context"), default=False)
    title = models.CharField(_("title"), max_length=255, blank=True)
    label = models.CharField(_("label"), max_length=255, blank=True)
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("LTI context")
        verbose_name_plural = _("LTI contexts")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["deployment", "context_id", "is_link"],
                name="cx_courses_lticontext_id",
                violation_error_message=_("The context is known already."),
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.label or self.context_id


class LtiClass(models.Model):
    """The class in which the people of a context take one of our courses."""

    context = models.ForeignKey(
        LtiContext, models.CASCADE, related_name="classes", verbose_name=_("LTI context")
    )
    course = models.ForeignKey(
        Course, models.CASCADE, related_name="lti_classes", verbose_name=_("course")
    )
    section = models.OneToOneField(
        Section, models.CASCADE, related_name="lti_class", verbose_name=_("class")
    )

    class Meta:
        verbose_name = _("class of an LTI context")
        verbose_name_plural = _("classes of LTI contexts")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["context", "course"],
                name="cx_courses_lticlass_course",
                violation_error_message=_("The context has a class in this course already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.context}: {self.section}"


class LtiLink(GradebookColumn):
    """A resource link: where in the platform's course somebody clicks, and what it opens."""

    lti_class = models.ForeignKey(
        LtiClass, models.CASCADE, related_name="links", verbose_name=_("class of an LTI context")
    )
    link_id = models.CharField(_("resource link id"), max_length=255)
    title = models.CharField(_("title"), max_length=255, blank=True)
    target = models.CharField(_("target"), max_length=6, choices=Launch.Target.choices)
    target_key = models.SlugField(_("key of the target"), max_length=100)
    line_item = models.CharField(_("line item"), max_length=2000, blank=True)
    """Where the platform takes scores of this link, as its signed launch named it."""
    scopes = models.JSONField(_("scopes"), default=list, blank=True)
    has_scores = models.BooleanField(_("the platform takes scores"), default=False)
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("LTI resource link")
        verbose_name_plural = _("LTI resource links")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["lti_class", "link_id"],
                name="cx_courses_ltilink_id",
                violation_error_message=_("The resource link is known already."),
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.link_id
