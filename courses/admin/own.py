"""Which rows somebody sees, chooses and changes in the admin: what `domain.rights` answers."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest

from courses.admin.bases import BaseAdminMixin
from courses.admin.choices import RowsField
from courses.admin.rows import OWNERS, course_id_of
from courses.admin.widgets import ChooseMany, ChooseOne
from courses.domain.rights import Can, Rights, rights


def rights_of(request: HttpRequest) -> Rights:
    """Return the rights of the request's person, read once for the request."""
    found: Rights | None = getattr(request, "_cx_rights", None)
    if found is None:
        found = rights(by=request.user)
        request._cx_rights = found  # type: ignore[attr-defined]
    return found


class OwnCourses(BaseAdminMixin):
    """An instructor sees, finds and chooses rows of their courses and classes, and no others."""

    course_path: str | None = "course"
    """From a row to its course; None: rows of no course, for administrators alone."""
    enrolment_path: str | None = None
    """From a row to the learner whose record it is; None: rows that belong to no learner."""
    changes: Can = Can.EDIT
    """What somebody must be allowed to do who adds or changes a row."""
    action_rights: dict[str, Can] = {}
    """What an action needs where that is not `changes`."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows, action = super().get_queryset(request), request.POST.get("action")
        if action and str(getattr(request.resolver_match, "url_name", "")).endswith("_changelist"):
            return self.own(rows, request.user, self.action_rights.get(action, self.changes))
        return self.own(rows, request.user)

    def own(self, rows: QuerySet[Any], user: Any, can: Can | None = None) -> QuerySet[Any]:
        """Return the rows with which the person may do it; without `can`, those they may read."""
        if user.is_superuser:
            return rows
        granted = rights(by=user)
        if self.enrolment_path is not None:
            return rows.filter(granted.reaches(can or Can.PEOPLE, self.enrolment_path))
        if self.course_path is None:
            return rows.none()
        return rows.filter(**{f"{self.course_path}__in": granted.courses(can or Can.READ)})

    def may(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the person may change this row, or some row where none is given."""
        if self.course_path is None:
            return True
        granted = rights_of(request)
        if obj is None:
            return granted.may(self.changes)
        if self.enrolment_path is None:
            return granted.may(self.changes, course=course_id_of(obj))
        enrolment = obj
        for name in filter(None, self.enrolment_path.split("__")):
            enrolment = getattr(enrolment, name)
        return granted.may(self.changes, enrolment=enrolment)

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        is_allowed: bool = super().has_add_permission(request, *args)
        return is_allowed and self.may(request, *args)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and self.may(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and self.may(request, obj)

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        """Return the row as it will be. Raises PermissionDenied for one nobody may make so."""
        row = super().save_form(request, form, change)  # type: ignore[misc]
        if not self.may(request, row):
            raise PermissionDenied
        return row

    def get_field_queryset(
        self, db: Any, db_field: Any, request: HttpRequest
    ) -> QuerySet[Any] | None:
        rows = super().get_field_queryset(db, db_field, request)
        model = db_field.remote_field.model
        if not self.admin_site.is_registered(model):
            return rows
        related = self.admin_site.get_model_admin(model)
        if not isinstance(related, OwnCourses):
            return rows
        if rows is None:
            rows = model._default_manager.using(db)
        return related.own(rows, request.user, self.changes if db_field.name in OWNERS else None)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", ChooseOne(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", ChooseMany(db_field, self.admin_site))
        kwargs.setdefault("form_class", RowsField)
        return super().formfield_for_manytomany(db_field, request, **kwargs)


class OwnFilter(admin.RelatedFieldListFilter):
    """A filter by another row that offers only what the person may see."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[Any]:
        related = model_admin.admin_site.get_model_admin(field.remote_field.model)
        choices: list[Any] = field.get_choices(
            include_blank=False,
            ordering=self.field_admin_ordering(field, request, model_admin),
            limit_choices_to={"pk__in": related.get_queryset(request).values("pk")},
        )
        return choices
