"""Related rows on a change page: a link for those who may open the row, its name for others.

Django makes a link of every foreign key that is only shown, whatever the person may open.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import flatten
from django.http import HttpRequest, HttpResponse

from courses.admin.bases import AdminMixin


class LinksRowsThatOpen(AdminMixin):
    """Names a related row without a link where the person may not open it."""

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **more: Any
    ) -> HttpResponse:
        if more.get("obj") is not None:
            self._name_closed_rows(request, context["adminform"], more["obj"])
        return super().render_change_form(request, context, *args, **more)

    def _name_closed_rows(self, request: HttpRequest, form: Any, row: Any) -> None:
        """Replace, in Django's helper for the form, the shown fields whose row stays closed."""
        shown = {name for name in flatten(form.readonly_fields) if isinstance(name, str)}
        fields = [one for one in self.opts.fields if one.many_to_one or one.one_to_one]
        plain = {
            one.name: _plain(one)
            for one in fields
            if one.name in shown and not self._opens(request, getattr(row, one.name, None))
        }
        form.readonly_fields = [plain.get(one, one) for one in form.readonly_fields]
        form.fieldsets = [
            (title, {**rest, "fields": _replaced(rest["fields"], plain)})
            for title, rest in form.fieldsets
        ]

    def _opens(self, request: HttpRequest, other: Any) -> bool:
        """Return whether the person may open the row in the admin. At most one query."""
        pages = self.admin_site._registry.get(type(other))
        if pages is None:
            return True  # Nothing to open: Django makes no link.
        if not pages.has_view_permission(request):
            return False
        user: Any = request.user
        return user.is_superuser or pages.get_queryset(request).filter(pk=other.pk).exists()


def _replaced(names: Any, plain: Mapping[str, Any]) -> list[Any]:
    """Return the names of fields, which may be grouped in lines, with some of them replaced."""
    return [plain.get(one, one) if isinstance(one, str) else _replaced(one, plain) for one in names]


def _plain(field: Any) -> Callable[[Any], str]:
    """Return a column that shows the name of a related row."""

    def shown(row: Any) -> str:
        return str(getattr(row, field.name) or "")

    shown.__name__ = field.name
    return admin.display(description=field.verbose_name)(shown)
