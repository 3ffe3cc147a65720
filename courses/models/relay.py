"""Which relay processes run, so that an operator can see it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RelayProcess(models.Model):
    """A process of `manage.py relay`, and when it last finished a run."""

    name = models.CharField(_("host and process"), max_length=200, unique=True)
    started_at = models.DateTimeField(_("started at"))
    seen_at = models.DateTimeField(_("last seen at"), db_index=True)

    class Meta:
        verbose_name = _("relay process")
        verbose_name_plural = _("relay processes")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
