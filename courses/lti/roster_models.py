"""Where platforms list the people of their courses, and what came of reading it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LtiRoster(models.Model):
    """The list of people that a platform offers for one of its courses (NRPS)."""

    context = models.OneToOneField(
        "cx_courses_lti.LtiContext",
        models.CASCADE,
        related_name="roster",
        verbose_name=_("LTI context"),
    )
    url = models.CharField(_("address"), max_length=2000)
    """As a signed launch named it."""
    changes_url = models.CharField(_("address of changes"), max_length=2000, blank=True)
    """Where the platform lists who changed since it was read last, if it offers that."""
    asked_at = models.DateTimeField(_("last asked for at"), null=True, blank=True)
    read_at = models.DateTimeField(_("last read at"), null=True, blank=True)
    full_read_at = models.DateTimeField(_("last read as a whole at"), null=True, blank=True)
    problem = models.CharField(
        _("problem"),
        max_length=500,
        blank=True,
        help_text=_("Why it could not be read when it was tried last; nothing was changed then."),
    )

    class Meta:
        verbose_name = _("list of people of a platform")
        verbose_name_plural = _("lists of people of platforms")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return str(self.context)


class LtiRosterRead(models.Model):
    """What came of reading a list, for those who look after the platform. It names no person."""

    roster = models.ForeignKey(
        LtiRoster,
        models.CASCADE,
        related_name="reads",
        verbose_name=_("list of people of a platform"),
    )
    asked_at = models.DateTimeField(_("asked for at"))
    at = models.DateTimeField(_("time"), db_index=True)
    is_full = models.BooleanField(
        _("the whole list"), default=True, help_text=_("Otherwise only who changed.")
    )
    people = models.PositiveIntegerField(_("people listed"), default=0)
    joined = models.PositiveIntegerField(_("joined"), default=0)
    changed = models.PositiveIntegerField(_("roles changed"), default=0)
    left = models.PositiveIntegerField(_("left"), default=0)
    ignored = models.PositiveIntegerField(
        _("ignored"), default=0, help_text=_("They neither learn nor teach, or cannot be read.")
    )
    problem = models.CharField(
        _("problem"), max_length=500, blank=True, help_text=_("Empty: the list was read.")
    )

    class Meta:
        verbose_name = _("reading of a list of people")
        verbose_name_plural = _("readings of lists of people")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.roster}: {self.problem or self.people}"
