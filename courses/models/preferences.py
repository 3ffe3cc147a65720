"""What a person prefers on the pages, beside the host's own user model."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Preferences(models.Model):
    """Time zone, language, mails and unconfirmed address of one person.

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
    gets_marked_mails = models.BooleanField(_("gets mails about marked texts"), default=True)
    cards_mail_day = models.PositiveSmallIntegerField(
        _("day of the mail about cards"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(6)],
        help_text=_("0 is Monday. Empty: the person gets no such mail."),
    )
    cards_mail_at = models.DateTimeField(_("next mail about cards"), null=True, blank=True)
    weekly_goal = models.PositiveSmallIntegerField(
        _("days to learn in a week"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(7)],
        help_text=_("Empty: the person has no goal."),
    )
    counts_days = models.BooleanField(_("sees on which days they learned"), default=True)
    new_address = models.EmailField(
        _("new e-mail address"),
        blank=True,
        help_text=_("In the account once the person has opened the link sent to it."),
    )
    new_address_at = models.DateTimeField(_("new address given at"), null=True, blank=True)

    class Meta:
        verbose_name = _("preferences")
        verbose_name_plural = _("preferences")
        indexes = [
            models.Index(
                fields=["cards_mail_at"],
                condition=Q(cards_mail_at__isnull=False),
                name="cx_courses_cards_mail_due",
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)
