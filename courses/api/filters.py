"""Filters of lists by query parameters, with django-filter: the kinds that our filter sets use."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import django_filters
from django import forms
from django.core.validators import RegexValidator
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import serializers
from rest_framework.request import Request

from courses.api.parameters import YesNo, first_message, refused
from courses.api.values import AnyField, UtcTime
from courses.domain import cohorts
from courses.errors import NotFound


class FilterSet(django_filters.FilterSet):
    """Filters of a list. A request copies those that it names; the class of its form is kept."""

    base_filters: Mapping[str, Any]

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        named = data or {}
        self.base_filters = {
            name: one for name, one in type(self).base_filters.items() if name in named
        }
        super().__init__(data, *args, **kwargs)

    def get_form_class(self) -> type[forms.Form]:
        kind: Any = type(self)
        return _form_class(kind, tuple(self.base_filters))


@cache
def _form_class(kind: Any, names: tuple[str, ...]) -> type[forms.Form]:
    fields = {name: kind.base_filters[name].field for name in names}
    return type(f"{kind.__name__}Form", (kind._meta.form,), fields)


class FilterBackend(DjangoFilterBackend):
    """Apply a view's filter set where the query string names one of its filters."""

    def filter_queryset(self, request: Request, queryset: Any, view: Any) -> Any:
        known = view.filterset_class.base_filters if view.filterset_class else {}
        is_filtered = not known.keys().isdisjoint(request.query_params)
        return super().filter_queryset(request, queryset, view) if is_filtered else queryset


class ParameterField(forms.Field):
    """Read a filter's value with a serializer field, as other parameters and bodies are read."""

    def __init__(self, reader: AnyField, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.reader = reader

    def clean(self, value: Any) -> Any:
        try:
            return self.reader.run_validation(value) if value else None
        except serializers.ValidationError as error:
            raise forms.ValidationError(first_message(error)) from None


class SinceFilter(django_filters.IsoDateTimeFilter):
    """Rows whose time is this one or a later one."""

    field_class = ParameterField

    def __init__(self, field_name: str = "updated_at", **kwargs: Any) -> None:
        super().__init__(field_name, lookup_expr="gte", reader=UtcTime(), **kwargs)


class SinceFilters(FilterSet):
    updated_since = SinceFilter(help_text="Only what changed from this time on.")


class WordFilter(django_filters.ChoiceFilter):
    """Rows that hold one of these words."""

    def __init__(self, words: Iterable[str], field_name: str | None = None, **kwargs: Any) -> None:
        choices = [(word, word) for word in words]
        super().__init__(field_name, choices=choices, null_label=None, **kwargs)


class YesNoFilter(django_filters.BooleanFilter):
    """Rows for which something holds (`true`) or does not (`false`)."""

    field_class = ParameterField

    def __init__(self, field_name: str | None = None, **kwargs: Any) -> None:
        super().__init__(field_name, reader=YesNo(), **kwargs)


class KeyFilter(django_filters.CharFilter):
    """Rows that belong to something with this key; `form` is what a key may look like."""

    def __init__(self, form: str, field_name: str | None = None, **kwargs: Any) -> None:
        text = gettext_lazy("This is not a valid key.")
        checks = [RegexValidator(rf"^(?:{form})\Z", text)]
        super().__init__(field_name, validators=checks, strip=False, **kwargs)


class SectionFilter(KeyFilter):
    """Rows of one class of the course, at `field_name`."""

    def __init__(self, field_name: str = "section") -> None:
        text = "Only the class with this key."
        super().__init__(r"[-\w]{1,80}", f"{field_name}__key", help_text=text)


class CohortFilter(django_filters.CharFilter):
    """Rows whose learner, at `field_name`, is in this cohort of the platform. Raises Invalid."""

    def __init__(self, field_name: str = "user") -> None:
        text = "Only the learners of this cohort, by its key."
        super().__init__(field_name, help_text=text, strip=False)

    def filter(self, qs: QuerySet[Any], value: str) -> QuerySet[Any]:
        if not value:
            return qs
        try:
            cohort = cohorts.find(client=self.parent.request.auth.client, key=value)
        except NotFound:
            raise refused("cohort", _("There is no such cohort.")) from None
        return qs.filter(**{f"{self.field_name}__in": cohort.learners.values("user")})
