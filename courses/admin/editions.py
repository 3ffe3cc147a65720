"""The history of what courses hold, as records."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from courses.admin.bases import Fields
from courses.admin.conflicts import in_json
from courses.admin.mixins import CourseAdmin, ReadOnlyAdmin
from courses.admin.own import OwnFilter
from courses.models import Edition


@admin.register(Edition)
class EditionAdmin(ReadOnlyAdmin, CourseAdmin):
    heavy = ("values",)
    list_display = ["created_at", "course", "kind", "key", "number", "action", "channel", "by"]
    list_display_links = ["created_at", "key"]
    list_filter = [("course", OwnFilter), "kind", "action", "channel"]
    list_select_related = ["course", "by"]
    search_fields = ["key", "note"]

    def get_fields(self, request: HttpRequest, obj: Edition | None = None) -> Fields:
        return [
            "course", "kind", "key", "number", "action", "readable_values", "version", "channel",
            "client", "tool", "by", "reviewed_by", "note", "created_at",
        ]  # fmt: skip

    @admin.display(description=gettext_lazy("values"))
    def readable_values(self, edition: Edition) -> str:
        return in_json(edition.values)
