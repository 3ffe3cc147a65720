"""Work in the background, as records."""

from django.contrib import admin

from courses.admin.mixins import CourseAdmin, ReadOnlyAdmin
from courses.admin.own import OwnFilter
from courses.models import Job


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin, CourseAdmin):
    sortable_by = None
    heavy = ("args", "cursor", "result")
    list_display = ["created_at", "kind", "course", "state", "done", "total", "by", "finished_at"]
    list_filter = [("course", OwnFilter), "kind", "state"]
    list_select_related = ["course", "by"]
    search_fields = ["kind", "course__title"]
    fields = [
        "kind", "course", "by", "state", "done", "total", "tries", "failures", "errors", "result",
        "due_at", "lease_until", "created_at", "started_at", "finished_at",
        "file_name", "file_expires_at",
    ]  # fmt: skip
