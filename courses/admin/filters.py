"""Filters of long lists: they offer what there can be, and do not look through all rows for it."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from courses.conf import settings as own
from courses.domain import events
from courses.models import (
    Delivery,
    Event,
    IdempotencyRecord,
    Preferences,
    Response,
    WebhookEndpoint,
)


class KnownValues(admin.SimpleListFilter):
    """Rows with one of these values in the column that is called like the parameter."""

    def names(self) -> Iterable[str]:
        raise NotImplementedError

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, name) for name in self.names()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = self.value()
        return queryset if chosen is None else queryset.filter(**{str(self.parameter_name): chosen})


class PassedOrNot(admin.BooleanFieldListFilter):
    """All, passed or not; what is not known yet are the open attempts, which their state finds."""

    def choices(self, changelist: Any) -> Iterator[Any]:
        return islice(super().choices(changelist), 3)


class EventTypes(KnownValues):
    parameter_name = "type"
    title = Event._meta.get_field("type").verbose_name

    def names(self) -> Iterable[str]:
        return events.ALL_TYPES


class Channels(KnownValues):
    parameter_name = "channel"
    title = Response._meta.get_field("channel").verbose_name

    def names(self) -> Iterable[str]:
        return ("web", "api")


class Subscribers(KnownValues):
    parameter_name = "subscriber"
    title = Delivery._meta.get_field("subscriber").verbose_name

    def names(self) -> Iterable[str]:
        endpoints = WebhookEndpoint.objects.order_by("pk")
        return (*own.SUBSCRIBERS, *(one.subscriber for one in endpoints))


class Languages(KnownValues):
    parameter_name = "language"
    title = Preferences._meta.get_field("language").verbose_name

    def names(self) -> Iterable[str]:
        return (code for code, _name in settings.LANGUAGES)


class Methods(KnownValues):
    parameter_name = "method"
    title = IdempotencyRecord._meta.get_field("method").verbose_name

    def names(self) -> Iterable[str]:
        return ("DELETE", "PATCH", "POST", "PUT")
