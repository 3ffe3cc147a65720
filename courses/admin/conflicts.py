"""Two people on one page: the second sees what the first has saved, and nothing is lost.

A page carries the tags of what it was opened with. When it is saved they are compared with the
rows as they are by then, as the API compares the tag in `If-Match`.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.admin.utils import flatten_fieldsets
from django.db import models, transaction
from django.forms.models import _get_foreign_key, model_to_dict
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from courses.admin.bases import AdminMixin
from courses.admin.rows import course_id_of
from courses.domain import states
from courses.domain.authoring import edits
from courses.models import Course


@dataclass(frozen=True)
class StoredRows:
    """What stands beneath the row on the page, as it is stored."""

    title: str
    tag: str
    texts: tuple[str, ...]


@dataclass(frozen=True)
class StoredState:
    """The row that a page changes, as it is stored; `tag` is what the page carries."""

    own: str
    beneath: tuple[StoredRows, ...]

    @property
    def tag(self) -> str:
        return ".".join((self.own, *(rows.tag for rows in self.beneath)))


@dataclass(frozen=True)
class FieldConflict:
    label: str
    stored: str
    yours: str


class TagField(forms.CharField):
    """The state that a page was opened with; a hidden field that never counts as a change."""

    widget = forms.HiddenInput

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class SeesConflicts(AdminMixin):
    """Refuses to save a page over what somebody else has saved since it was opened."""

    also_compared: tuple[str, ...] = ()
    """Columns that no field of the form shows, but that a save replaces."""

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Wait for others who write in the same course, and then read the row."""
        if request.method != "POST" or not object_id:
            return super().changeform_view(request, object_id, *args, **kwargs)
        with transaction.atomic():
            self._hold(request, object_id)
            return super().changeform_view(request, object_id, *args, **kwargs)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        is_page = kwargs.get("fields") is not None
        if obj is None or not is_page or not self.has_change_permission(request, obj):
            return form
        return watched(form, self._state(request, obj, list(form.base_fields)))

    def _hold(self, request: HttpRequest, object_id: str) -> None:
        row = self.get_object(request, object_id)
        course_id = course_id_of(row)
        if course_id is not None:
            edits.lock_course(course=Course(pk=course_id))
        elif row is not None:
            self.model._default_manager.select_for_update(no_key=True).get(pk=row.pk)

    def _state(self, request: HttpRequest, obj: Any, names: list[str]) -> StoredState:
        columns = {name: getattr(obj, name) for name in self.also_compared}
        own = _tag([{**model_to_dict(obj, names), **columns}])
        inlines = self.get_inline_instances(request, obj)
        return StoredState(
            own,
            tuple(
                _rows(inline, request, obj)
                for inline in inlines
                if inline.has_change_permission(request, obj)
            ),
        )


def _rows(inline: Any, request: HttpRequest, parent: Any) -> StoredRows:
    link = _get_foreign_key(type(parent), inline.model, inline.fk_name).name
    names = flatten_fieldsets(inline.get_fieldsets(request, parent))
    rows = list(inline.get_queryset(request).filter(**{link: parent}).order_by("pk"))
    values = [{"pk": row.pk, **model_to_dict(row, names)} for row in rows]
    title = str(inline.verbose_name_plural)
    return StoredRows(title, _tag(values), tuple(_line(row, names) for row in rows))


def _line(row: Any, names: Iterable[str]) -> str:
    """Return a row in one line: its values, without the empty ones."""
    fields = [row._meta.get_field(name) for name in names]
    texts = [(field.verbose_name, _display_column(row, field)) for field in fields]
    return "; ".join(f"{label}: {text}" for label, text in texts if text)


def _tag(values: list[dict[str, Any]]) -> str:
    plain = json.dumps(values, sort_keys=True, default=_plain, ensure_ascii=False)
    return states.tag_of(plain)


def _plain(value: Any) -> Any:
    if isinstance(value, models.Model):
        return value.pk
    return sorted(value) if isinstance(value, set) else str(value)


def watched(form: Any, state: StoredState) -> Any:
    """Return the form with a tag of the state that it shows, so that it overwrites no newer one."""

    class FormWithConflicts(form):  # type: ignore[misc]  # known at run time only
        data: Any
        based_on = TagField(required=False, initial=state.tag)
        differences: tuple[FieldConflict, ...] = ()
        stored_beneath: tuple[StoredRows, ...] = ()

        def clean(self) -> dict[str, Any]:
            cleaned: dict[str, Any] = super().clean() or self.cleaned_data
            key = self.add_prefix("based_on")
            seen = self.data.get(key, "")
            if not states.is_seen(seen=seen, current=state.tag):
                self._refuse(seen.split("."))
                self.data = self.data.copy()
                self.data[key] = state.tag
            return cleaned

        def _refuse(self, seen: list[str]) -> None:
            """Add an error with what is stored by now and what was about to replace it."""
            self.differences = tuple(_differences(self))
            known = set(seen)
            self.stored_beneath = tuple(rows for rows in state.beneath if rows.tag not in known)
            text = _(
                "Somebody else has saved this page since you opened it. Your changes are not "
                "saved yet: compare below, enter what you want to keep, and save again."
            )
            self.add_error(None, forms.ValidationError(text, code="conflict"))

    return FormWithConflicts


def _differences(form: Any) -> Iterable[FieldConflict]:
    for bound in form:
        if isinstance(bound.field, TagField):
            continue
        field = _column(form.instance, bound.name)
        if field is None or bound.name in form.errors:
            continue
        stored = _display_column(form.instance, field)
        yours = _display(form.cleaned_data.get(bound.name), field)
        if stored != yours:
            yield FieldConflict(str(bound.label), stored, yours)


def _column(row: Any, name: str) -> Any:
    known = {field.name: field for field in (*row._meta.fields, *row._meta.many_to_many)}
    return known.get(name)


def _display_column(row: Any, field: Any) -> str:
    value = getattr(row, field.name)
    return _display(value.all() if field.many_to_many else value, field)


def in_json(value: Any) -> str:
    """Return the value as indented JSON."""
    return json.dumps(value, indent=2, ensure_ascii=False)


def _display(value: Any, field: Any) -> str:
    """Return a value as the page shows it."""
    if field.many_to_many:
        return ", ".join(sorted(str(row) for row in value or ()))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict | list):
        return in_json(value) if value else ""
    choices = dict(field.flatchoices) if field.choices else {}
    return "" if value is None else str(choices.get(value, value))
