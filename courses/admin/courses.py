"""What is learned: courses, modules, lessons, and what they name."""

from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.admin.bases import AdminMixin, ModelForm
from courses.admin.confirming import BankConfirmation, DeletionConfirmation
from courses.admin.mixins import (
    RESTORE,
    USERNAME,
    Archivable,
    CourseAdmin,
    LinesField,
    MarkedForm,
    SameCourseForm,
)
from courses.admin.own import OwnFilter, rights_of
from courses.admin.rows import sure_course_id
from courses.admin.studio.pages import TaskPages
from courses.domain import enrolments, gradesheet
from courses.domain.authoring import marks, refresh_lessons
from courses.domain.authoring.edits import lock_course
from courses.domain.rights import Can, rights
from courses.models import (
    Course,
    Edition,
    Enrolment,
    Lesson,
    Module,
    Objective,
    Reference,
    Section,
    Term,
)
from courses.streaming import streamed


class RefreshesLessons(AdminMixin):
    """The HTML of lessons holds names and numbers of other rows; it follows when they change."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        refresh_lessons(course=Course.objects.get(pk=sure_course_id(form.instance)))


class CourseForm(ModelForm):
    authors = LinesField(required=False, help_text=gettext_lazy("One name per line."))
    outcomes = LinesField(
        required=False, help_text=gettext_lazy("What one can do afterwards, one per line.")
    )


@admin.register(Course)
class CoursesAdmin(TaskPages, RefreshesLessons, Archivable, CourseAdmin):
    course_path = ""
    form = CourseForm
    fixed = ("key",)
    archived = {"state": Course.State.ARCHIVED}
    restored = {"state": Course.State.DRAFT}
    list_display = ["title", "key", "state", "is_open", "language", "reviewed_on"]
    list_filter = ["state", "language"]
    search_fields = ["title", "key"]
    prepopulated_fields = {"key": ["title"]}
    readonly_fields = ["created_at", "updated_at"]
    actions = [*Archivable.actions, "download_gradebook"]
    action_rights = {"download_gradebook": Can.PEOPLE}

    def own(self, rows: QuerySet[Any], user: Any, can: Can | None = None) -> QuerySet[Any]:
        """Return the courses in which the person may do it; without `can`, anything."""
        if user.is_superuser:
            return rows
        return rows.filter(pk__in=rights(by=user).courses(*((can,) if can else Can)))

    def may(self, request: HttpRequest, obj: Any = None) -> bool:
        """Allow everybody who may add courses a new one, in which they are the instructor."""
        is_new = obj is not None and obj.pk is None
        return is_new or super().may(request, obj)

    def has_add_permission(self, request: HttpRequest, *_args: Any) -> bool:
        return request.user.has_perm("cx_courses.add_course")

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Let a course that nobody has used go with its history and its empty classes.

        Nobody deletes these by themselves. Enrolments and content protect every other course.
        """
        shown, counts, needed, protected = super().get_deleted_objects(objs, request)
        goes_along = {model._meta.verbose_name for model in (Edition, Section)}
        return shown, counts, needed - goes_along, protected

    def has_results_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("cx_courses.view_result")

    @admin.action(description=gettext_lazy("Download the gradebook"), permissions=["results"])
    def download_gradebook(
        self, request: HttpRequest, queryset: QuerySet[Course]
    ) -> HttpResponseBase | None:
        """Download the gradebook of one course as CSV, with former learners."""
        course = queryset.first()
        if queryset.count() != 1 or course is None:
            self.message_user(request, _("Choose one course."), messages.ERROR)
            return None
        rows = Enrolment.objects.learners().filter(course=course).select_related("user")
        rows = rows.filter(rights_of(request).reaches(Can.PEOPLE))
        rows = rows.annotate(username=F(f"user__{USERNAME}"))
        return streamed(
            request,
            gradesheet.as_csv(course=course, rows=rows, name="username"),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{course.key}-gradebook.csv"'},
        )

    def save_model(self, request: HttpRequest, obj: Course, form: Any, change: bool) -> None:
        """Make the author of a new course its instructor, so that they can see it."""
        super().save_model(request, obj, form, change)
        if not change and not request.user.is_superuser:
            enrolments.enrol(
                course=obj,
                user=request.user,
                role=Enrolment.Role.INSTRUCTOR,
                by=request.user,
                now=timezone.now(),
            )


@admin.register(Module)
class ModuleAdmin(TaskPages, BankConfirmation, Archivable, CourseAdmin):
    fixed = ("course", "key")
    list_display = ["title", "key", "course", "position", "is_optional", "is_draft", "is_archived"]
    list_filter = [("course", OwnFilter), "is_draft", "is_archived", "is_optional"]
    list_select_related = ["course"]
    search_fields = ["title", "key", "course__title"]
    autocomplete_fields = ["course"]
    prepopulated_fields = {"key": ["title"]}


class LessonForm(SameCourseForm):
    review = LinesField(
        label=gettext_lazy("Daily review"),
        required=False,
        help_text=gettext_lazy(
            "The keys of the checks that come back once the lesson is complete, one per line."
        ),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        course = self.course()
        if course is not None:  # so that nobody takes the key between this and the saving
            lock_course(course=course)
        key = cleaned.get("key") or self.instance.key
        same = Lesson.objects.filter(module__course=self.course_id(), key=key)
        if same.exclude(pk=self.instance.pk).exists():
            # In a page's address the key stands behind the course, without the module.
            name = "key" if "key" in self.fields else "module"
            self.add_error(name, _("Another lesson of this course already has this key."))
        body, keys = cleaned.get("body"), cleaned.get("review")
        if course is not None and body is not None and keys:
            for message in marks.review_problems(course=course, body=body, keys=keys):
                self.add_error("review", message)
        return cleaned


@admin.register(Lesson)
class LessonAdmin(TaskPages, BankConfirmation, RefreshesLessons, Archivable, CourseAdmin):
    course_path = "module__course"
    form = LessonForm
    fixed = ("key",)
    heavy = ("body", "rendered")
    list_display = [
        "title",
        "key",
        "course_name",
        "module",
        "position",
        "minutes",
        "completion",
        "is_draft",
        "is_archived",
    ]
    list_filter = [("module__course", OwnFilter), ("module", OwnFilter), "is_draft", "is_archived"]
    search_fields = ["title", "key", "body"]
    autocomplete_fields = ["module", "objectives", "sources"]
    prepopulated_fields = {"key": ["title"]}
    fieldsets = [
        (None, {"fields": ["module", "title", "key", "position", "summary", "body"]}),
        (gettext_lazy("Learning"), {"fields": ["minutes", "completion", "review", "objectives"]}),
        (
            gettext_lazy("Sources and state"),
            {"fields": ["sources", "reviewed_on", "is_draft", "is_archived"]},
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Lesson]:
        return super().get_queryset(request).select_related("module__course")

    @admin.action(description=RESTORE, permissions=["change"])
    def restore_rows(self, request: HttpRequest, queryset: QuerySet[Lesson]) -> HttpResponse | None:
        """Restore lessons and render them: archived ones were not rendered with the others."""
        courses = {row.module.course for row in queryset.select_related("module__course")}
        confirmation = super().restore_rows(request, queryset)
        for course in courses if confirmation is None else ():
            refresh_lessons(course=course)
        return confirmation

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        for line, message in marks.lesson_oddities(lesson=form.instance):
            text = _("Line %(line)d of the text: %(message)s")
            values = {"line": line, "message": message}
            self.message_user(request, text % values, messages.WARNING)


@admin.register(Objective)
class ObjectiveAdmin(TaskPages, DeletionConfirmation, CourseAdmin):
    form = SameCourseForm
    fixed = ("course", "key")
    list_display = ["key", "text", "course_name", "bloom", "module", "position"]
    list_filter = [("course", OwnFilter), ("module", OwnFilter), "bloom"]
    list_select_related = ["course", "module"]
    search_fields = ["key", "text"]
    autocomplete_fields = ["course", "module"]


@admin.register(Reference)
class ReferenceAdmin(TaskPages, DeletionConfirmation, RefreshesLessons, CourseAdmin):
    fixed = ("course", "key")
    list_display = ["key", "citation", "kind", "recheck_by", "course"]
    list_filter = [("course", OwnFilter), "kind"]
    list_select_related = ["course"]
    search_fields = ["key", "citation"]
    autocomplete_fields = ["course"]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}


class TermForm(MarkedForm):
    marked = ("definition",)


@admin.register(Term)
class TermAdmin(TaskPages, DeletionConfirmation, RefreshesLessons, CourseAdmin):
    form = TermForm
    fixed = ("course", "key")
    list_display = ["term", "key", "course", "source"]
    list_filter = [("course", OwnFilter)]
    list_select_related = ["course", "source"]
    search_fields = ["term", "key", "definition"]
    autocomplete_fields = ["course", "source"]
    prepopulated_fields = {"key": ["term"]}
