"""Actions on people's data, for who may delete accounts: all of it as a file, and its erasure."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from courses.admin.bases import AdminMixin
from courses.domain import personal_data
from courses.errors import CoursesError
from courses.streaming import StreamedList, download, json_parts

MOST = 50
"""People in one file or one erasure."""


def may_handle(request: HttpRequest) -> bool:
    """Return whether this member of staff may delete accounts."""
    people = get_user_model()._meta
    return bool(request.user.has_perm(f"{people.app_label}.delete_{people.model_name}"))


@admin.action(description=gettext_lazy("Export the personal data of these people"))
def export_people(
    modeladmin: Any, request: HttpRequest, queryset: QuerySet[Any]
) -> HttpResponseBase | None:
    people = _people(modeladmin, request, queryset)
    if not people:
        return None
    now = timezone.now()
    stored = (personal_data.export(user=one, now=now, collect=StreamedList) for one in people)
    for one in people:
        modeladmin.log_change(request, one, _("Personal data exported."))
    parts = json_parts({"people": StreamedList(stored)}, indent=2)
    response = download(request, parts, name="personal-data.json", content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


@admin.action(description=gettext_lazy("Erase the personal data of these people …"))
def erase_people(
    modeladmin: Any, request: HttpRequest, queryset: QuerySet[Any]
) -> HttpResponse | None:
    """Ask, naming each person; then erase one after the other."""
    people = _people(modeladmin, request, queryset)
    if not people:
        return None
    if request.POST.get("is_sure") != "yes":
        return _question(modeladmin, request, queryset, people)
    erased = [one for one in people if _erase(modeladmin, request, one)]
    if erased:
        text = ngettext(
            "The personal data of %(count)d person has been erased.",
            "The personal data of %(count)d people has been erased.",
            len(erased),
        )
        modeladmin.message_user(request, text % {"count": len(erased)}, messages.SUCCESS)
    return None


def _erase(modeladmin: Any, request: HttpRequest, person: Any) -> bool:
    """Erase one of them; a refusal is shown with the person's name."""
    try:
        personal_data.erase(user=person, now=timezone.now())
    except CoursesError as error:
        modeladmin.message_user(request, f"{person}: {error.message}", messages.ERROR)
        return False
    modeladmin.log_change(request, person, _("Personal data erased."))
    return True


ACTIONS: tuple[Callable[..., Any], ...] = (export_people, erase_people)


class HandlesPeople(AdminMixin):
    """Offers the actions to those who may take them."""

    def get_actions(self, request: HttpRequest, action_location: Any = None) -> dict[str, Any]:
        # Django 6.1 asks for a list and for a form by turns; before, only lists have actions.
        given = {} if action_location is None else {"action_location": action_location}
        actions: dict[str, Any] = super().get_actions(request, **given)
        is_list = getattr(action_location, "name", "CHANGE_LIST") == "CHANGE_LIST"
        if is_list and may_handle(request) and "_popup" not in request.GET:
            for action in ACTIONS:
                name = action.__name__
                actions[name] = (action, name, action.short_description)  # type: ignore[attr-defined]
        return actions


def _people(modeladmin: Any, request: HttpRequest, queryset: QuerySet[Any]) -> list[Any]:
    """Return the people of the chosen rows, each once; none, and a message, where not allowed."""
    if not may_handle(request):
        modeladmin.message_user(
            request, _("You need the permission to delete accounts to do this."), "error"
        )
        return []
    rows = queryset if issubclass(queryset.model, AbstractBaseUser) else None
    if rows is None:
        users = queryset.order_by().values("user")
        rows = get_user_model()._default_manager.filter(pk__in=users)
    people = list(rows.order_by("pk")[: MOST + 1])
    if len(people) > MOST:
        text = _("Choose at most %(count)d people at a time.") % {"count": MOST}
        modeladmin.message_user(request, text, messages.ERROR)
        return []
    return people


def _question(
    modeladmin: Any, request: HttpRequest, queryset: QuerySet[Any], people: list[Any]
) -> TemplateResponse:
    context = {
        **modeladmin.admin_site.each_context(request),
        "title": _("Erase personal data"),
        "people": people,
        "chosen": queryset.values_list("pk", flat=True),
        "opts": modeladmin.opts,
        "action": "erase_people",
        "checkbox": ACTION_CHECKBOX_NAME,
    }
    return TemplateResponse(request, "admin/cx_courses/erase_people.html", context)
