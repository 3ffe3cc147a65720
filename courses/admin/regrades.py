"""Corrections of results, as records."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from courses.admin.mixins import CourseAdmin, ReadOnlyAdmin, names_of
from courses.admin.own import OwnFilter
from courses.models import RegradeBatch, RegradeOutcome, RegradeTarget


@admin.register(RegradeBatch)
class RegradeBatchAdmin(ReadOnlyAdmin, CourseAdmin):
    sortable_by = None
    list_display = ["created_at", "course", "transform", "spares", "reason", "state", "by"]
    list_filter = [("course", OwnFilter), "transform", "state"]
    list_select_related = ["course", "by"]
    search_fields = ["reason", "course__title"]


@admin.register(RegradeTarget)
class RegradeTargetAdmin(ReadOnlyAdmin, CourseAdmin):
    sortable_by = None
    course_path = "line_item__course"
    list_display = ["batch", "course_name", "line_item", "is_running"]
    list_filter = [("line_item__course", OwnFilter), "is_running"]
    list_select_related = ["batch__course", "line_item__course", "line_item__quiz"]
    search_fields = ["line_item__quiz__title"]


@admin.register(RegradeOutcome)
class RegradeOutcomeAdmin(ReadOnlyAdmin, CourseAdmin):
    course_path = "line_item__course"
    enrolment_path = "enrolment"
    list_display = [
        "enrolment", "line_item", "state", "percent_before", "percent_after", "undone_at",
    ]  # fmt: skip
    list_filter = [("line_item__course", OwnFilter), ("line_item__quiz", OwnFilter), "state"]
    search_fields = [*names_of("enrolment__user"), "line_item__quiz__title"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[RegradeOutcome]:
        paths = ["enrolment__user", "enrolment__course", "line_item__quiz"]
        return super().get_queryset(request).select_related(*paths)
