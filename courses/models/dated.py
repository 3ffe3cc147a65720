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
        """Says that the rows changed; `bulk_update` comes by here too.

        What only we remember of a row changes nothing. Without values: the rows' parts changed.
        """
        if values and _OURS.issuperset(values):
            return super().update(**values)
        return super().update(**{"updated_at": timezone.now(), **values})


class Dated(models.Model):
    updated_at = models.DateTimeField(auto_now=True, verbose_name=_("updated at"))

    class Meta:
        abstract = True

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **more: Any) -> None:
        """However little is saved, `updated_at` goes with it."""
        if update_fields is not None:
            update_fields = {*update_fields, "updated_at"}
        super().save(*args, update_fields=update_fields, **more)
