"""What learners are granted. Saving goes through the rules of the domain."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import moments
from courses.admin.bases import AdminMixin, ModelForm
from courses.admin.mixins import CourseAdmin, SameCourseForm, names_of
from courses.admin.own import OwnFilter, rights_of
from courses.admin.person import PersonAdmin
from courses.domain import closings, grants
from courses.domain.rights import Can, rights
from courses.models import Accommodation, Extension


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
        moved = closings.moved_closings(
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


def _sentence(moved: closings.MovedClosing) -> str:
    values = {
        "quiz": moved.quiz.title,
        "old": moments.written(moved.closes_at),
        "new": moments.written(moved.moves_to),
    }
    return _("%(quiz)s: closes on %(new)s instead of %(old)s.") % values


class Grant(AdminMixin):
    """Time that was given is set back to nothing, never taken out of the records."""

    changes = Can.GRANT

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Accommodation)
class AccommodationAdmin(Grant, PersonAdmin):
    form = AccommodationForm
    fixed = ("user", "course")
    list_display = [
        "user", "course", "time_factor", "extra_attempts", "closes_later_s", "updated",
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

    def own(self, rows: QuerySet[Any], user: Any, can: Can | None = None) -> QuerySet[Any]:
        """Return those in whole courses, and those of the learners of one's classes."""
        granted, can = rights(by=user), can or Can.PEOPLE
        mine = granted.enrolments(can)
        in_class = mine.filter(user=OuterRef("user"), course=OuterRef("course"))
        whole = Q(course__in=granted.whole_courses(can))
        return rows if user.is_superuser else rows.filter(whole | Exists(in_class))

    def may(self, request: HttpRequest, obj: Any = None) -> bool:
        """Allow it to staff of the whole course, or of any class of the person."""
        granted = rights_of(request)
        if obj is None or granted.is_all:
            return granted.may(self.changes)
        if obj.course is None:
            return False
        mine = granted.enrolments(self.changes).filter(user=obj.user, course=obj.course)
        return granted.may_everywhere(self.changes, course=obj.course) or mine.exists()

    def get_list_display(self, request: HttpRequest) -> Any:
        """Show when it was granted to those alone who see the whole course."""
        names = list(super().get_list_display(request))
        granted = rights_of(request)
        sees_all = granted.is_all or not granted.sees_parts_alone(Can.PEOPLE)
        return names if sees_all else [name for name in names if name != "updated"]

    @admin.display(description=gettext_lazy("updated at"), ordering="updated_at")
    def updated(self, row: Accommodation) -> Any:
        return row.updated_at

    def history_view(self, request: HttpRequest, object_id: str, *args: Any, **more: Any) -> Any:
        """Show who granted it and when to those alone who see the whole course."""
        row = self.get_object(request, object_id)
        if row is not None and not _reads_history(request, row):
            raise PermissionDenied
        return super().history_view(request, object_id, *args, **more)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **more: Any
    ) -> HttpResponse:
        row = more.get("obj")
        context["is_history_closed"] = row is not None and not _reads_history(request, row)
        return super().render_change_form(request, context, *args, **more)

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


def _reads_history(request: HttpRequest, row: Accommodation) -> bool:
    granted = rights_of(request)
    if granted.is_all or row.course is None:
        return granted.is_all
    return granted.may_everywhere(Can.PEOPLE, course=row.course)


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
