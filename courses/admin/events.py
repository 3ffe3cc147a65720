"""What happened, and its way to those who want to know."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy, ngettext

from courses.admin.mixins import CourseAdmin, OwnFilter, ReadOnlyAdmin, names_of
from courses.domain import deliveries
from courses.models import Delivery, Event


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin, CourseAdmin):
    list_display = ["occurred_at", "type", "course", "enrolment", "by", "by_client"]
    list_display_links = ["occurred_at", "type"]
    list_filter = [("course", OwnFilter), "type"]
    list_select_related = ["course", "enrolment__user", "enrolment__course", "by", "by_client"]
    search_fields = ["=uuid", "=type", *names_of("enrolment__user")]
    date_hierarchy = "occurred_at"


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin, CourseAdmin):
    course_path = "event__course"
    list_display = [
        "event",
        "course_name",
        "subscriber",
        "state",
        "tries",
        "next_try_at",
        "last_answer",
    ]
    list_filter = ["state", "subscriber", ("event__course", OwnFilter)]
    list_select_related = ["event__course"]
    search_fields = ["=event__uuid", "=event__type", "subscriber", "last_answer"]
    actions = ["send_again"]

    def has_send_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("cx_courses.change_delivery")

    @admin.action(description=gettext_lazy("Send again"), permissions=["send"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        count = deliveries.redeliver(deliveries=queryset, now=timezone.now())
        text = ngettext(
            "%(count)d delivery will be sent again in the relay's next run.",
            "%(count)d deliveries will be sent again in the relay's next run.",
            count,
        )
        self.message_user(request, text % {"count": count}, messages.SUCCESS)
