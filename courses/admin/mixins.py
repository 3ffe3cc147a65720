"""What the admin pages share: whose rows one sees, and what nobody edits here."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from courses.admin.bases import AdminMixin, ModelAdmin, ModelForm
from courses.admin.confirming import SaveConfirmation, confirmation_for
from courses.admin.conflicts import SeesConflicts
from courses.admin.history import RecordsEditions, recording_rows
from courses.admin.own import OwnCourses
from courses.admin.paging import NewestPaginator, RecordList
from courses.admin.related import LinksRowsThatOpen
from courses.admin.rows import OWNERS, course_id_of, is_archived
from courses.admin.searching import SearchesByKeys
from courses.domain import people
from courses.domain.authoring import marks
from courses.models import Asset, Course

USERNAME = get_user_model().USERNAME_FIELD
"""A host's people may sign in with something else than a user name."""


RESTORE = gettext_lazy("Restore the selected entries")


def names_of(path: str) -> list[str]:
    """Return search fields: the names and the address of the person at the end of the path."""
    return [f"{path}__{name}" for name in people.name_fields()]


class CourseAdmin(
    SaveConfirmation, SeesConflicts, RecordsEditions, LinksRowsThatOpen, OwnCourses, ModelAdmin
):
    """The base of every admin here."""

    actions_on_top = True  # Without any, Django writes a style into the page.
    list_per_page = 50
    fixed: tuple[str, ...] = ()
    """Fields that are chosen once: addresses, files and records hang on them."""
    heavy: tuple[str, ...] = ()
    """Columns that a list does without."""

    @admin.display(description=gettext_lazy("course"))
    def course_name(self, row: Any) -> str:
        """Return the course's title, for lists of rows that do not name their course."""
        for name in (self.course_path or "").split("__"):
            row = getattr(row, name)
        return str(row)

    class Media:
        css = {"all": ["cx_courses/admin/admin.css"]}
        js = [forms.Script("cx_courses/admin/admin.js", type="module")]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        match = request.resolver_match
        is_one = match is not None and str(match.url_name).endswith("_change")
        return rows if is_one else rows.defer(*self.heavy)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Label the two boxes of a date and time with the part that each takes."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(field, forms.SplitDateTimeField):
            for widget, part in zip(field.widget.widgets, (_("date"), _("time")), strict=True):
                widget.attrs["aria-label"] = f"{capfirst(field.label)}, {part}"
        return field

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        names = list(super().get_readonly_fields(request, obj))
        return [*names, *self.fixed] if obj else names

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        return {} if obj else super().get_prepopulated_fields(request, obj)

    def view_on_site(self, obj: Any) -> str | None:
        """Return the page as learners get it; None for what has no page."""
        if not hasattr(obj, "get_absolute_url") or is_archived(obj):
            return None
        return str(obj.get_absolute_url())


class ReadOnlyAdmin(SearchesByKeys):
    """Written by the rules alone: nobody adds, changes or deletes a row here."""

    paginator = NewestPaginator
    show_full_result_count = False
    ordering = ["-pk"]
    """Newest first, by an index that every table has."""
    sortable_by: ClassVar[list[str] | tuple[str, ...] | None] = ()
    """Not by a column of a million rows; None: by all, where there are few."""

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[RecordList]:
        return RecordList

    def get_paginator(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        found: Any = super().get_paginator(request, *args, **kwargs)
        if not request.user.is_superuser:
            found.limit = min(found.limit, found.limit_of_few)
        return found

    def response_action(
        self, request: HttpRequest, queryset: QuerySet[Any], *args: Any, **kwargs: Any
    ) -> HttpResponse | None:
        """Apply an action to all rows only if these are no more than the list counts."""
        is_for_all = any(one not in ("", "0") for one in request.POST.getlist("select_across"))
        if is_for_all and self.get_paginator(request, queryset, self.list_per_page).is_cut_off:
            text = _(
                "There are older entries than those listed: search for them or filter the list."
            )
            self.message_user(request, text, messages.ERROR)
            return None
        return super().response_action(request, queryset, *args, **kwargs)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class Archivable(AdminMixin):
    """What learners have met cannot be deleted; it is put aside and can be brought back."""

    actions = ["archive_rows", "restore_rows"]
    archived: dict[str, Any] = {"is_archived": True}
    restored: dict[str, Any] = {"is_archived": False}

    @admin.action(description=gettext_lazy("Archive the selected entries"), permissions=["change"])
    def archive_rows(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        confirmation = confirmation_for(self, request, queryset, self.archived)
        if confirmation is not None:
            return confirmation
        count = self._set(request, queryset, self.archived)
        text = ngettext(
            "%(count)d entry has been archived.", "%(count)d entries have been archived.", count
        )
        self.message_user(request, text % {"count": count}, messages.SUCCESS)
        return None

    @admin.action(description=RESTORE, permissions=["change"])
    def restore_rows(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        confirmation = confirmation_for(self, request, queryset, self.restored)
        if confirmation is not None:
            return confirmation
        count = self._set(request, queryset, self.restored)
        text = ngettext(
            "%(count)d entry has been restored.", "%(count)d entries have been restored.", count
        )
        self.message_user(request, text % {"count": count}, messages.SUCCESS)
        return None

    def render_delete_form(self, request: HttpRequest, context: dict[str, Any]) -> Any:
        """Offer to put aside what cannot be deleted, because records or other parts need it."""
        if not (context["perms_lacking"] or context["protected"]):
            return super().render_delete_form(request, context)
        context["is_retired"] = "is_retired" in self.archived
        context["is_archivable"] = self.has_change_permission(request, context["object"])
        return TemplateResponse(request, "admin/cx_courses/keep_instead.html", context)

    def _set(self, request: HttpRequest, rows: Iterable[Any], values: dict[str, Any]) -> int:
        changed = [row for row in rows if any(getattr(row, n) != v for n, v in values.items())]
        with recording_rows(request, changed):
            for row in changed:
                for name, value in values.items():
                    setattr(row, name, value)
                row.save(update_fields=list(values))
        for row in changed:
            self.log_change(request, row, [{"changed": {"fields": list(values)}}])
        return len(changed)


class SameCourseForm(ModelForm):
    """A form in which everything chosen must belong to the same course."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        course_id = self.course_id()
        for name, value in list(cleaned.items()):
            chosen = value if isinstance(value, QuerySet) else [value]
            rows = [one for one in chosen if isinstance(one, models.Model)]
            if course_id and any(course_id_of(row) not in (None, course_id) for row in rows):
                self.add_error(name, _("This belongs to another course."))
        return cleaned

    def course(self) -> Course | None:
        course_id = self.course_id()
        return None if course_id is None else Course.objects.filter(pk=course_id).first()

    def course_id(self) -> int | None:
        """Return the row's course; of a new row, that of what it belongs to."""
        if self.instance.pk:
            return course_id_of(self.instance)
        for name in OWNERS:
            if isinstance(self.cleaned_data.get(name), models.Model):
                return course_id_of(self.cleaned_data[name])
        return None


class MarkedForm(SameCourseForm):
    """A form whose new texts name only what is there."""

    marked: tuple[str, ...] = ()
    has_files_of_course = False
    """May the texts show the figures of every module, or of their own alone?"""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        course = self.course()
        texts = [(name, cleaned[name]) for name in self.marked if self._is_new(name)]
        if course is not None and texts:
            for problem in marks.mark_problems(
                course=course, files=self._files(course), texts=texts
            ):
                self.add_error(problem.path, problem.message)
        return cleaned

    def _is_new(self, name: str) -> bool:
        return name in self.changed_data and isinstance(self.cleaned_data.get(name), str)

    def _files(self, course: Course) -> QuerySet[Any]:
        if self.has_files_of_course:
            return Asset.objects.filter(module__course=course)
        return marks.files_of(module=self.cleaned_data.get("module"))


class LinesField(forms.CharField):
    """A list of short texts, one per line."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=admin.widgets.AdminTextareaWidget(attrs={"rows": 4}), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(str(part) for part in value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        lines = str(value or "").splitlines()
        return [line.strip() for line in lines if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.to_python(self.prepare_value(initial)) != self.to_python(data)
