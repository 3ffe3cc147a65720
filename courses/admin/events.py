"""Events and their deliveries."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy, ngettext

from courses.admin.filters import EventTypes, Subscribers
from courses.admin.mixins import CourseAdmin, ReadOnlyAdmin, names_of
from courses.admin.own import OwnFilter
from courses.domain import deliveries
from courses.domain.rights import Can, rights
from courses.models import Delivery, Event


def _own(rows: QuerySet[Any], user: Any, can: Can | None, path: str = "") -> QuerySet[Any]:
    """Return what happened to one's learners, and to the content of one's courses."""
    if user.is_superuser:
        return rows
    granted = rights(by=user)
    of_content = {f"{path}enrolment": None, f"{path}course__in": granted.courses(can or Can.READ)}
    return rows.filter(Q(**of_content) | granted.reaches(can or Can.PEOPLE, f"{path}enrolment"))


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin, CourseAdmin):
    list_display = ["occurred_at", "type", "course", "enrolment", "by", "by_client"]
    list_display_links = ["occurred_at", "type"]
    list_filter = [("course", OwnFilter), EventTypes]
    list_select_related = ["course", "enrolment__user", "enrolment__course", "by", "by_client"]
    search_fields = ["=uuid", *names_of("enrolment__user")]

    def own(self, rows: QuerySet[Any], user: Any, can: Can | None = None) -> QuerySet[Any]:
        return _own(rows, user, can)


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
    list_filter = ["state", Subscribers, ("event__course", OwnFilter)]
    list_select_related = ["event__course"]
    search_fields = ["=event__uuid", "subscriber", "last_answer"]
    actions = ["send_again"]

    def own(self, rows: QuerySet[Any], user: Any, can: Can | None = None) -> QuerySet[Any]:
        return _own(rows, user, can, "event__")

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
