"""What a person prefers on the pages, beside the host's own user model."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Preferences(models.Model):
    """Time zone, language and unconfirmed address of one person.

    Empty: as the site or the browser has it.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        primary_key=True,
        related_name="course_preferences",
        verbose_name=_("person"),
    )
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    is_time_zone_chosen = models.BooleanField(
        _("time zone chosen"),
        default=False,
        help_text=_("Chosen by the person; otherwise it is what the browser said last."),
    )
    language = models.CharField(_("language"), max_length=20, blank=True)
    gets_notice_mails = models.BooleanField(
        _("gets mails about corrected results"),
        default=True,
        help_text=_("The notice on the pages of the course is shown all the same."),
    )
    new_address = models.EmailField(
        _("new e-mail address"),
        blank=True,
        help_text=_("In the account once the person has opened the link sent to it."),
    )
    new_address_at = models.DateTimeField(_("new address given at"), null=True, blank=True)

    class Meta:
        verbose_name = _("preferences")
        verbose_name_plural = _("preferences")

    def __str__(self) -> str:
        return str(self.user)
