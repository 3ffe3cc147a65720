"""The field in which a person is chosen: found by typing, among those whom one may know."""

from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, JsonResponse
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from courses import users
from courses.admin.mixins import CourseAdmin
from courses.admin.widgets import ChooseOne
from courses.domain import people

_FOUND = "cx_courses_people_found"
"""In the session: the accounts that were named exactly, the newest last."""
_FOUND_LIMIT = 100
_PAGE = 20


class PersonSelect(ChooseOne):
    """Django's box for typing, which asks here instead of the admin of all accounts."""

    def get_url(self) -> str:
        meta = self.field.model._meta
        name = f"{meta.app_label}_{meta.model_name}_people"
        return reverse(f"{self.admin_site.name}:{name}")


class PersonAdmin(CourseAdmin):
    """The base of admins with a `user`: no right to see all accounts is needed to choose one."""

    finds_others = False
    """May somebody be chosen who is in none of one's courses, by an exact name or address?"""

    def get_urls(self) -> list[Any]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_people"
        view = self.admin_site.admin_view(require_safe(self.people_view))
        return [path("people/", view, name=name), *super().get_urls()]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "user":
            kwargs["widget"] = PersonSelect(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_field_queryset(self, db: Any, db_field: Any, request: HttpRequest) -> Any:
        """Accept a person only if they are known here, or were found by name before."""
        if db_field.name != "user":
            return super().get_field_queryset(db, db_field, request)
        known = self.known_people(request)
        found = request.session.get(_FOUND, []) if self.finds_others else []
        everybody = get_user_model()._default_manager.all()
        return everybody.filter(Q(pk__in=known.values("pk")) | Q(pk__in=found))

    def known_people(self, request: HttpRequest) -> QuerySet[Any]:
        return people.known(by=request.user)

    def people_view(self, request: HttpRequest) -> JsonResponse:
        """Return people found by the typed text, in the form that Django's select box reads."""
        if not (self.has_add_permission(request) or self.has_change_permission(request)):
            raise PermissionDenied
        text = request.GET.get("term", "").strip().replace("\0", "")
        known = people.matching(people=self.known_people(request), text=text)
        others = list(self._others(request, text))
        number = request.GET.get("page", "1")
        page = Paginator(known, _PAGE).get_page(number)
        rows = [{"id": str(one.pk), "text": _label(one)} for one in page]
        if page.number == 1:  # Of somebody else only the user name is shown.
            rows = [*({"id": str(one.pk), "text": one.get_username()} for one in others), *rows]
        return JsonResponse({"results": rows, "pagination": {"more": page.has_next()}})

    def _others(self, request: HttpRequest, text: str) -> QuerySet[Any] | list[Any]:
        """Return people outside one's courses whom the text names exactly; they may be chosen."""
        if not self.finds_others or not text:
            return []
        if not people.may_guess(by=request.user):
            return []
        known = self.known_people(request)
        others = people.named_exactly(text=text).exclude(pk__in=known.values("pk"))
        before = request.session.get(_FOUND, [])
        new = [key for key in (users.plain_key(one.pk) for one in others) if key not in before]
        if new:
            request.session[_FOUND] = [*before, *new][-_FOUND_LIMIT:]
        return others


def _label(user: Any) -> str:
    name = users.names(user).full_name
    return f"{name} ({user.get_username()})" if name else str(user.get_username())
