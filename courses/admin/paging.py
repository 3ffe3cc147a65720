"""Pages of long lists of records."""

from typing import Any

from django.core.paginator import Page
from django.db.models import QuerySet
from django.utils.functional import cached_property

from courses.admin.bases import Paginator


class RecordPaginator(Paginator):
    """Finds the rows of a page first, and then reads what is shown of them.

    Otherwise the database sorts every row together with all that it names.
    """

    object_list: QuerySet[Any]

    def page(self, number: Any) -> "Page[Any]":
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        ids = self.object_list.values_list("pk", flat=True)[start : start + self.per_page]
        return Page(self.object_list.filter(pk__in=list(ids)), number, self)


class NewestPaginator(RecordPaginator):
    """Counts no further than the first rows, which are the newest: older ones are searched for."""

    limit = 10_000

    @cached_property
    def count(self) -> int:
        return min(self._found, self.limit)

    @property
    def is_cut_off(self) -> bool:
        """Whether there are more rows than are counted and listed."""
        return self._found > self.limit

    @cached_property
    def _found(self) -> int:
        return self.object_list.order_by().values("pk")[: self.limit + 1].count()
