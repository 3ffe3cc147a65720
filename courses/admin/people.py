"""People in courses, and what they are granted. Saving goes through the rules of the domain."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from courses import moments
from courses.admin.bases import AdminMixin, Fields, ModelForm
from courses.admin.mixins import CourseAdmin, OwnFilter, ReadOnlyAdmin, SameCourseForm, names_of
from courses.admin.person import PersonAdmin
from courses.admin.personal_data import HandlesPeople
from courses.domain import enrolments, grants, sections
from courses.domain.rights import Can, rights
from courses.errors import CoursesError
from courses.models import Accommodation, Enrolment, Extension, LessonProgress, ReviewCard


class EnrolmentForm(SameCourseForm):
    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        course, user = cleaned.get("course"), cleaned.get("user")
        section, role = cleaned.get("section"), cleaned.get("role")
        if course and user:
            row = enrolments.latest(course=course, user=user, section=section, role=role)
            if row is not None and row.state == Enrolment.State.ACTIVE:
                self.add_error("user", _("This person is already enrolled in the course."))
        course = self.course()
        if course and "section" in cleaned and not section and role == Enrolment.Role.LEARNER:
            cleaned["section"] = sections.default_of(course=course, now=timezone.now())
        return cleaned


@admin.register(Enrolment)
class EnrolmentAdmin(HandlesPeople, PersonAdmin):
    form = EnrolmentForm
    finds_others = True
    enrolment_path = ""
    fields = ["course", "section", "user", "role"]
    fixed = ("course", "user")
    list_display = [
        "user", "course", "section", "role", "state", "cycle", "enrolled_at", "completed_at",
    ]  # fmt: skip
    list_filter = [("course", OwnFilter), ("section", OwnFilter), "role", "state"]
    list_select_related = ["user", "course", "section"]
    search_fields = [*names_of("user"), "course__title"]
    autocomplete_fields = ["course", "section"]
    show_full_result_count = False
    actions = ["withdraw", "enrol_again", "start_cycle"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Enrolment]:
        return super().get_queryset(request).select_related("user", "course", "section")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Fields:
        shown = ["state", "cycle", "enrolled_at", "completed_at"] if obj else []
        return ["course", "section", "user", "role", *shown]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        names = super().get_readonly_fields(request, obj)
        if obj is None:
            return names
        names += ["state", "cycle", "enrolled_at", "completed_at"]
        return names if _is_current(obj) else [*names, "section", "role"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Allow no deletion: people are taken out of a course, and their records stay."""
        return False

    def save_model(self, request: HttpRequest, obj: Enrolment, form: Any, change: bool) -> None:
        if change and not form.has_changed():
            return
        by, now, section = request.user, timezone.now(), obj.section
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


class AccommodationForm(ModelForm):
    """Ask for a confirmation that names the closing dates which the grant moves."""

    is_confirmed = forms.BooleanField(
        label=gettext_lazy("Move the closing dates"),
        required=False,
        help_text=gettext_lazy(
            "A closing date would cut the extra time short, so it moves too, for this learner "
            "only. You will see which dates move before anything is saved."
        ),
    )

    class Meta:
        model = Accommodation
        fields = ["user", "course", "time_factor", "extra_attempts", "closes_later_s"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        moved = grants.moved_closings(
            user=cleaned.get("user") or self.instance.user,
            course=cleaned.get("course", self.instance.course),
            time_factor=cleaned["time_factor"],
            closes_later_s=cleaned["closes_later_s"],
            now=timezone.now(),
        )
        if moved and not cleaned.get("is_confirmed"):
            intro = _("These closing dates will move for this learner. Tick the box to confirm:")
            self.add_error("is_confirmed", [intro, *(_sentence(one) for one in moved)])
        return cleaned


def _sentence(moved: grants.MovedClosing) -> str:
    values = {
        "quiz": moved.quiz.title,
        "old": moments.written(moved.closes_at),
        "new": moments.written(moved.moves_to),
    }
    return _("%(quiz)s: closes on %(new)s instead of %(old)s.") % values


class Grant(AdminMixin):
    """Time that was given is set back to nothing, never taken out of the records."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Accommodation)
class AccommodationAdmin(Grant, PersonAdmin):
    form = AccommodationForm
    fixed = ("user", "course")
    list_display = [
        "user", "course", "time_factor", "extra_attempts", "closes_later_s", "updated_at",
    ]  # fmt: skip
    list_filter = [("course", OwnFilter)]
    list_select_related = ["user", "course"]
    search_fields = names_of("user")
    autocomplete_fields = ["course"]

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Require a course, except for administrators, who may grant something in all courses."""
        form = super().get_form(request, obj, change, **kwargs)
        if "course" in form.base_fields and not request.user.is_superuser:
            form.base_fields["course"].required = True
        return form

    def known_people(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the people whom this user may grant something; instructors, to their learners."""
        people = get_user_model()._default_manager.all()
        if request.user.is_superuser:
            return people
        own = rights(by=request.user).enrolments(Can.GRANT).active()
        return people.filter(pk__in=own.values("user"))

    def own(self, rows: QuerySet[Any], user: Any) -> QuerySet[Any]:
        """Those in whole courses, and those of the learners of one's classes."""
        granted = rights(by=user)
        mine = granted.enrolments(Can.PEOPLE)
        in_class = mine.filter(user=OuterRef("user"), course=OuterRef("course"))
        whole = Q(course__in=granted.whole_courses(Can.PEOPLE))
        return rows if user.is_superuser else rows.filter(whole | Exists(in_class))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        row = grants.set_accommodation(
            user=obj.user,
            course=obj.course,
            time_factor=obj.time_factor,
            extra_attempts=obj.extra_attempts,
            closes_later_s=obj.closes_later_s,
            by=request.user,
            now=timezone.now(),
        )
        obj.pk = row.pk
        obj.refresh_from_db()


@admin.register(Extension)
class ExtensionAdmin(Grant, CourseAdmin):
    course_path = "enrolment__course"
    enrolment_path = "enrolment"
    form = SameCourseForm
    fixed = ("enrolment", "quiz")
    list_display = ["enrolment", "quiz", "extra_time_s", "extra_attempts", "closes_at"]
    list_filter = [("enrolment__course", OwnFilter), ("quiz", OwnFilter)]
    list_select_related = ["enrolment__user", "enrolment__course", "quiz"]
    search_fields = [*names_of("enrolment__user"), "quiz__title"]
    autocomplete_fields = ["enrolment", "quiz"]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if obj.closes_at and obj.closes_at <= timezone.now() and "closes_at" in form.changed_data:
            text = _("The extension ends in the past, on %(when)s, so it has no effect.")
            self.ask(request, [text % {"when": moments.written(obj.closes_at)}])
        row = grants.set_extension(
            enrolment=obj.enrolment,
            quiz=obj.quiz,
            extra_time_s=obj.extra_time_s,
            extra_attempts=obj.extra_attempts,
            closes_at=obj.closes_at,
            by=request.user,
            now=timezone.now(),
        )
        obj.pk = row.pk
        obj.refresh_from_db()


@admin.register(LessonProgress)
class LessonProgressAdmin(ReadOnlyAdmin, CourseAdmin):
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
