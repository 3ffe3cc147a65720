"""Pages of long lists of records."""

from typing import Any

from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property

from courses.admin.bases import Paginator


class RecordPaginator(Paginator):
    """Finds the rows of a page first, and then reads what is shown of them.

    Otherwise the database sorts every row together with all that it names.
    """

    object_list: QuerySet[Any]

    @cached_property
    def count(self) -> int:
        """The number of rows; of distinct ones too the keys alone are compared."""
        return self.object_list.order_by().values("pk").count()

    def page(self, number: Any) -> "Page[Any]":
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        ids = self.object_list.values_list("pk", flat=True)[start : start + self.per_page]
        return Page(self.object_list.filter(pk__in=list(ids)), number, self)


class NewestPaginator(RecordPaginator):
    """Counts no further than the first rows, which are the newest: older ones are searched for."""

    limit = 10_000
    """So many at most are also changed by one action."""
    limit_of_few = 2_000
    """For people who see some rows of the table: each is joined to its course to be counted."""

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


class RecordList(ChangeList):
    """A list that finds its few rows as they are counted, and then reads what is shown of them.

    Otherwise PostgreSQL may look for them in the order of the list, through a million others.
    """

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        if not self.multi_page:
            found = self.queryset.order_by().values("pk")[: self.list_max_show_all]
            self.result_list = self.queryset.filter(pk__in=found)
