"""Rows that know when they were last written, however that was done."""

from collections.abc import Iterable
from typing import Any, TypeVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

_OURS = frozenset(("source_hash",))
"""Columns that nobody outside is shown."""

_Row = TypeVar("_Row", bound=models.Model)


class DatedQuerySet(models.QuerySet[_Row]):
    def update(self, **values: Any) -> int:
        """Update the rows and their date; `bulk_update` calls this too.

        Columns that nobody outside is shown leave the date as it is.
        """
        if _OURS.issuperset(values):
            return super().update(**values)
        return super().update(**{"updated_at": timezone.now(), **values})

    def touch(self) -> int:
        """Date the rows as changed now, because their parts changed. Returns how many."""
        return super().update(updated_at=timezone.now())


class Dated(models.Model):
    updated_at = models.DateTimeField(auto_now=True, verbose_name=_("updated at"))

    class Meta:
        abstract = True

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **more: Any) -> None:
        """Save `updated_at` too, however few fields are saved."""
        if update_fields is not None:
            update_fields = {*update_fields, "updated_at"}
        super().save(*args, update_fields=update_fields, **more)
