"""People in courses. Saving goes through the rules of the domain."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth import get_permission_codename, get_user_model
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from courses.admin.bases import Fields
from courses.admin.mixins import CourseAdmin, ReadOnlyAdmin, SameCourseForm, names_of
from courses.admin.own import OwnFilter
from courses.admin.paging import RecordPaginator
from courses.admin.person import PersonAdmin
from courses.admin.personal_data import HandlesPeople
from courses.admin.searching import SearchesByKeys
from courses.admin.studio.pages import TaskPages
from courses.domain import enrolments, sections, staff
from courses.domain.rights import Can
from courses.errors import CoursesError
from courses.models import Enrolment, LessonProgress, ReviewCard


class EnrolmentForm(SameCourseForm):
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        course, user = cleaned.get("course"), cleaned.get("user")
        section, role = cleaned.get("section"), cleaned.get("role")
        if course and user:
            row = enrolments.latest(course=course, user=user, section=section, role=role)
            if row is not None and row.state == Enrolment.State.ACTIVE:
                self.add_error("user", _("This person is already enrolled in the course."))
        ends_at = cleaned.get("ends_at")
        if "ends_at" in self.changed_data and ends_at and ends_at <= timezone.now():
            self.add_error("ends_at", _("Choose a time that is still to come."))
        course = self.course()
        if course and "section" in cleaned and not section and role == Enrolment.Role.LEARNER:
            cleaned["section"] = sections.default_of(course=course, now=timezone.now())
        return cleaned


@admin.register(Enrolment)
class EnrolmentAdmin(TaskPages, HandlesPeople, SearchesByKeys, PersonAdmin):
    paginator = RecordPaginator
    form = EnrolmentForm
    finds_others = True
    enrolment_path = ""
    changes = Can.GRANT
    fields = ["course", "section", "user", "role"]
    fixed = ("course", "user")
    list_display = [
        "user", "course", "section", "role", "state", "cycle", "enrolled_at", "completed_at",
        "ends_at",
    ]  # fmt: skip
    list_filter = [("course", OwnFilter), ("section", OwnFilter), "role", "state"]
    list_select_related = ["user", "course", "section"]
    search_fields = [*names_of("user"), "course__title"]
    autocomplete_fields = ["course", "section"]
    show_full_result_count = False
    actions = ["withdraw", "enrol_again", "start_cycle", "make_instructor"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Enrolment]:
        return super().get_queryset(request).select_related("user", "course", "section")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Fields:
        shown = ["ends_at", "state", "cycle", "enrolled_at", "completed_at"] if obj else []
        return ["course", "section", "user", "role", *shown]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        names = super().get_readonly_fields(request, obj)
        if obj is None:
            return names
        names += ["state", "cycle", "enrolled_at", "completed_at"]
        return names if _is_current(obj) else [*names, "section", "role", "ends_at"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Allow no deletion: people are taken out of a course, and their records stay."""
        return False

    def save_model(self, request: HttpRequest, obj: Enrolment, form: Any, change: bool) -> None:
        if change and not form.has_changed():
            return
        by, now, section = request.user, timezone.now(), obj.section
        if change and "ends_at" in form.changed_data:
            enrolments.set_end(enrolment=obj, ends_at=obj.ends_at, by=by, now=now)
        if change and section is not None and "section" in form.changed_data:
            enrolments.move(enrolment=obj, section=section, by=by, now=now)
        row = enrolments.enrol(
            course=obj.course, user=obj.user, role=obj.role, section=section, by=by, now=now
        )
        obj.pk = row.pk
        obj.refresh_from_db()

    @admin.action(description=gettext_lazy("Remove from the course"), permissions=["change"])
    def withdraw(self, request: HttpRequest, queryset: QuerySet[Enrolment]) -> None:
        rows = list(queryset.exclude(state=Enrolment.State.WITHDRAWN))
        for row in rows:
            enrolments.withdraw(enrolment=row, by=request.user, now=timezone.now())
            self.log_change(request, row, [{"changed": {"fields": ["state"]}}])
        text = ngettext(
            "%(count)d person has been removed from the course; their work is kept.",
            "%(count)d people have been removed from the course; their work is kept.",
            len(rows),
        )
        self.message_user(request, text % {"count": len(rows)}, messages.SUCCESS)

    @admin.action(description=gettext_lazy("Readmit to the course"), permissions=["change"])
    def enrol_again(self, request: HttpRequest, queryset: QuerySet[Enrolment]) -> None:
        rows = list(queryset.exclude(state=Enrolment.State.ACTIVE))
        for row in rows:
            enrolments.enrol(
                course=row.course,
                user=row.user,
                role=row.role,
                section=row.section,
                by=request.user,
                now=timezone.now(),
            )
            self.log_change(request, row, [{"changed": {"fields": ["state"]}}])
        text = ngettext(
            "%(count)d person has been readmitted.",
            "%(count)d people have been readmitted.",
            len(rows),
        )
        self.message_user(request, text % {"count": len(rows)}, messages.SUCCESS)

    def has_accounts_permission(self, request: HttpRequest) -> bool:
        """Allow it to those who may change accounts: it opens the admin to somebody."""
        meta = get_user_model()._meta
        return request.user.has_perm(f"{meta.app_label}.{get_permission_codename('change', meta)}")

    @admin.action(
        description=gettext_lazy("Make instructors, with access to the admin"),
        permissions=["accounts"],
    )
    def make_instructor(self, request: HttpRequest, queryset: QuerySet[Enrolment]) -> None:
        done = 0
        for row in queryset.select_related("user", "course", "section"):
            try:
                staff.make_instructor(enrolment=row, by=request.user, now=timezone.now())
            except CoursesError as error:
                self.message_user(request, f"{row}: {error.message}", messages.ERROR)
                continue
            self.log_change(request, row, [{"changed": {"fields": ["role"]}}])
            done += 1
        text = ngettext(
            "%(count)d person is an instructor now.", "%(count)d people are instructors now.", done
        )
        self.message_user(request, text % {"count": done}, messages.SUCCESS)

    @admin.action(description=gettext_lazy("Restart the course"), permissions=["change"])
    def start_cycle(self, request: HttpRequest, queryset: QuerySet[Enrolment]) -> None:
        """Start a new cycle for each; earlier records are kept."""
        done = 0
        for row in queryset:
            try:
                enrolments.start_cycle(enrolment=row, by=request.user, now=timezone.now())
            except CoursesError as error:
                self.message_user(request, f"{row}: {error.message}", messages.ERROR)
                continue
            self.log_change(request, row, [{"changed": {"fields": ["cycle"]}}])
            done += 1
        text = ngettext(
            "%(count)d person restarts the course.", "%(count)d people restart the course.", done
        )
        self.message_user(request, text % {"count": done}, messages.SUCCESS)


def _is_current(enrolment: Enrolment) -> bool:
    """Return whether it is active and the latest cycle: only there does a role mean anything."""
    is_latest = Enrolment.objects.latest_cycle().filter(pk=enrolment.pk).exists()
    return enrolment.state == Enrolment.State.ACTIVE and is_latest


@admin.register(LessonProgress)
class LessonProgressAdmin(ReadOnlyAdmin, CourseAdmin):
    exclude = ["has_notes"]
    course_path = "enrolment__course"
    enrolment_path = "enrolment"
    list_display = ["enrolment", "lesson", "started_at", "visited_at", "completed_at"]
    list_filter = [("enrolment__course", OwnFilter), ("lesson__module", OwnFilter)]
    list_select_related = ["enrolment__user", "enrolment__course", "lesson"]
    search_fields = [*names_of("enrolment__user"), "lesson__title"]


@admin.register(ReviewCard)
class ReviewCardAdmin(ReadOnlyAdmin, CourseAdmin):
    course_path = "enrolment__course"
    enrolment_path = "enrolment"
    list_display = ["enrolment", "question", "due_on", "review_count", "lapse_count"]
    list_filter = [("enrolment__course", OwnFilter), ("question__module", OwnFilter), "due_on"]
    list_select_related = ["enrolment__user", "enrolment__course", "question"]
    search_fields = [*names_of("enrolment__user"), "question__key"]
