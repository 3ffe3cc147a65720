"""View sets of the API, the router that gives them their addresses, and a check of both."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.checks import CheckMessage, Error
from rest_framework.routers import SimpleRouter
from rest_framework.viewsets import ViewSetMixin

from courses.api.base import ApiView


class ApiViewSet(ViewSetMixin, ApiView):
    """One resource: its list, its rows and what can be done to them, each an action.

    It has the actions that it defines and no others: no mixin adds any. A subclass names its
    `scopes`, one for all or one for each action, and binds `get_queryset` to the credential.
    """

    def scope_for(self, method: str | None) -> str | None:
        if not self.action:
            return None  # a method that is not allowed here, whatever the credential
        if isinstance(self.scopes, Mapping):
            return self.scopes.get(str(self.action), "admin")
        return self.scopes

    @classmethod
    def as_view(cls, actions: Any = None, **initkwargs: Any) -> Any:
        """Leave out what `extend_schema` noted at an action: it is for the document alone."""
        initkwargs.pop("schema", None)
        return super().as_view(actions, **initkwargs)


class Router(SimpleRouter):
    """Addresses without a slash at the end, with Django's path converters."""

    def __init__(self) -> None:
        super().__init__(trailing_slash=False, use_regex_path=False)


def faults(viewset: type[ApiViewSet]) -> Iterable[CheckMessage]:
    """Yield what a view set lacks."""
    if viewset.scopes is ApiView.scopes:
        text = f"{viewset.__name__} does not name its scopes."
        yield Error(text, hint="Set `scopes`.", obj=viewset, id="cx_courses.E020")
    if viewset.get_queryset is ApiView.get_queryset:
        text = f"{viewset.__name__} does not bind its rows to the credential."
        yield Error(text, hint="Define `get_queryset`.", obj=viewset, id="cx_courses.E021")
