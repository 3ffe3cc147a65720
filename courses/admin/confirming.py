"""Confirmation pages: state what a change would do, and ask, before it is saved."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.actions import delete_selected
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.admin.bases import AdminMixin, ModelAdmin
from courses.admin.rows import course_id_of, sure_course_id
from courses.domain.authoring import starving, uses

BOX = "is_agreed"
"""The box that is ticked to go on."""
_SHOWN = 20
"""So many places are named where something is used."""


class NotAgreed(Exception):
    """Raised where a change needs a confirmation before it is saved."""

    def __init__(self, texts: Sequence[str]) -> None:
        super().__init__(*texts)
        self.texts = texts


class SaveConfirmation(AdminMixin):
    """Show the page again, with a box to tick, when saving raises NotAgreed."""

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return super().changeform_view(request, *args, **kwargs)
        try:
            with transaction.atomic():
                return super().changeform_view(request, *args, **kwargs)
        except NotAgreed as asked:
            request.asked = asked.texts  # type: ignore[attr-defined]  # get_form reads it
            return super().changeform_view(request, *args, **kwargs)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        texts = getattr(request, "asked", ())
        return _confirmed(form, texts) if texts and kwargs.get("fields") is not None else form

    def ask(self, request: HttpRequest, texts: Sequence[str]) -> None:
        """Continue when there is nothing to report, or when the box is ticked."""
        if texts and BOX not in request.POST:
            raise NotAgreed(texts)


def _confirmed(form: Any, texts: Sequence[str]) -> Any:
    class ConfirmationForm(form):  # type: ignore[misc]  # known at run time only
        is_agreed = forms.BooleanField(label=gettext_lazy("Save anyway"), required=False)
        asked = tuple(texts)

        def clean(self) -> dict[str, Any]:
            cleaned: dict[str, Any] = super().clean() or self.cleaned_data
            text = _(
                "Nothing has been saved yet. Read what will happen, then tick the box to confirm."
            )
            self.add_error(None, forms.ValidationError(text, code="not_agreed"))
            return cleaned

    return ConfirmationForm


class BankConfirmation(SaveConfirmation):
    """Ask when a change of questions or lessons would leave a quiz with too few to draw."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        form.short_before = starving.short_quizzes(course_ids=[sure_course_id(obj)])
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        before, course_id = form.short_before, sure_course_id(form.instance)
        self.ask(request, starving.newly_short(course_id=course_id, before=before))


def confirmation_for(
    page: ModelAdmin, request: HttpRequest, rows: QuerySet[Any], values: dict[str, Any]
) -> HttpResponse | None:
    """Return the page that asks before all these rows get the values, or None.

    Tried out and taken back: what is reported is what would happen.
    """
    if BOX in request.POST:
        return None
    texts: list[str] = []
    courses = {pk for row in rows if (pk := course_id_of(row)) is not None}
    with transaction.atomic():
        before = {pk: starving.short_quizzes(course_ids=[pk]) for pk in courses}
        page.model._default_manager.filter(pk__in=[row.pk for row in rows]).update(**values)
        for pk, short in before.items():
            texts += starving.newly_short(course_id=pk, before=short)
        transaction.set_rollback(True)
    if not texts:
        return None
    return _confirmation_page(page, request, texts, rows)


class DeletionConfirmation(AdminMixin):
    """Ask before a row is deleted, naming where it is used."""

    actions = ["delete_selected"]

    def delete_view(
        self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        may_delete = row is not None and self.has_delete_permission(request, row)
        texts = _uses([row]) if may_delete and BOX not in request.POST else []
        if texts:
            return _confirmation_page(self, request, texts, (), post="yes")
        return super().delete_view(request, object_id, *args, **kwargs)

    @admin.action(
        description=gettext_lazy("Delete selected %(verbose_name_plural)s"), permissions=["delete"]
    )
    def delete_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        texts = _uses(queryset) if BOX not in request.POST else []
        if texts:
            return _confirmation_page(self, request, texts, queryset, post="yes")
        return delete_selected(self, request, queryset)


def _uses(rows: Iterable[Any]) -> list[str]:
    found = [(row, uses.uses_of(row)) for row in rows]
    text = _("“%(row)s” is in use and would be missing from: %(places)s.")
    return [
        text % {"row": row, "places": ", ".join(places[:_SHOWN] + ["…"] * (len(places) > _SHOWN))}
        for row, places in found
        if places
    ]


def _confirmation_page(
    page: Any, request: HttpRequest, texts: Sequence[str], rows: Iterable[Any], **more: str
) -> HttpResponse:
    """Return the page that states what would happen, with a button that confirms it."""
    sent = {"action": request.POST.get("action", ""), BOX: "on", **more}
    context = {
        **page.admin_site.each_context(request),
        "title": _("Are you sure?"),
        "opts": page.model._meta,
        "texts": texts,
        "rows": rows,
        "sent": [(name, value) for name, value in sent.items() if value],
    }
    return TemplateResponse(request, "admin/cx_courses/confirm_action.html", context)
