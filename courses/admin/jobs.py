"""Work in the background, as records."""

from django.contrib import admin
from django.utils.translation import gettext_lazy

from courses.admin.mixins import CourseAdmin, ReadOnlyAdmin
from courses.admin.own import OwnFilter
from courses.domain import jobs
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
        "kind", "subject", "course", "by",
        "state", "done", "total", "tries", "failures", "errors", "result",
        "due_at", "lease_until", "created_at", "started_at", "finished_at",
        "file_name", "file_expires_at",
    ]  # fmt: skip

    @admin.display(description=gettext_lazy("about"))
    def subject(self, row: Job) -> str:
        """Return what the job is about, of kinds that belong to no course."""
        try:
            return jobs.kind_of(row.kind).subject(row)
        except (LookupError, ImportError):  # a kind of an app that is no longer installed
            return ""
