"""A learner's way from a platform's page into the course: a code good once, then a session."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.models.client import ApiClient, ApiKey, ExternalIdentity
from courses.models.enrolment import Enrolment


class Launch(models.Model):
    """Made by a platform, opened once in a frame of its origins. Of secrets only hashes are kept.

    When the learner is erased the row forgets them and stays for a day, so that the page that still
    stands open somewhere can show why it ended.
    """

    class Target(models.TextChoices):
        COURSE = "course", _("course")
        MODULE = "module", _("module")
        LESSON = "lesson", _("lesson")
        QUIZ = "quiz", _("quiz")

    class Theme(models.TextChoices):
        AUTO = "auto", _("as the device")
        LIGHT = "light", _("light")
        DARK = "dark", _("dark")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client = models.ForeignKey(ApiClient, models.CASCADE, related_name="launches")
    api_key = models.ForeignKey(ApiKey, models.SET_NULL, related_name="+", null=True, blank=True)
    identity = models.ForeignKey(
        ExternalIdentity, models.SET_NULL, related_name="launches", null=True, blank=True
    )
    enrolment = models.ForeignKey(
        Enrolment, models.SET_NULL, related_name="launches", null=True, blank=True
    )
    target = models.CharField(_("target"), max_length=6, choices=Target.choices)
    target_key = models.SlugField(_("key of the target"), max_length=100)
    origin = models.CharField(_("origin"), max_length=270)
    frame_origins = models.JSONField(_("further origins of frames"), default=list, blank=True)
    """Other pages around the frame, where a platform shows its own pages inside of each other."""
    return_url = models.URLField(_("return address"), max_length=2000, blank=True)
    theme = models.CharField(_("colours"), max_length=5, choices=Theme.choices, default=Theme.AUTO)
    locale = models.CharField(_("language"), max_length=20, blank=True)

    code_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("created at"))
    expires_at = models.DateTimeField(_("expires at"))
    opened_at = models.DateTimeField(_("opened at"), null=True, blank=True)
    secret_hash = models.CharField(max_length=64, blank=True, editable=False)
    session_ends_at = models.DateTimeField(_("session ends at"), null=True, blank=True)
    confirmed_at = models.DateTimeField(
        _("confirmed at"),
        null=True,
        blank=True,
        help_text=_("When the browser first gave the session's cookie back."),
    )
    moved_at = models.DateTimeField(_("moved into a window at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    data = models.JSONField(default=dict, editable=False)
    """What a session holds between two pages: messages, and forms that came too late."""

    class Meta:
        verbose_name = _("launch")
        verbose_name_plural = _("launches")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["created_at"], name="cx_courses_launch_created")]

    def __str__(self) -> str:
        return f"{self.client}: {self.target} {self.target_key}"

    @property
    def origins(self) -> list[str]:
        """Every origin that may frame the session."""
        return [self.origin, *self.frame_origins]
