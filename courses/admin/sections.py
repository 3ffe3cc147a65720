"""The classes of a course."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from courses.admin.bases import Fields
from courses.admin.mixins import Archivable, CourseAdmin, SameCourseForm
from courses.admin.own import OwnFilter, rights_of
from courses.admin.studio.pages import TaskPages
from courses.domain import sections
from courses.domain.rights import Can, rights
from courses.models import Quiz, Section, SectionQuiz


@admin.register(Section)
class SectionAdmin(TaskPages, Archivable, CourseAdmin):
    changes = Can.GRANT
    fixed = ("course", "key")
    list_display = ["__str__", "key", "course", "learners", "is_archived"]
    list_filter = [("course", OwnFilter), "is_archived"]
    list_select_related = ["course"]
    search_fields = ["title", "key", "course__title"]
    autocomplete_fields = ["course"]
    prepopulated_fields = {"key": ["title"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Section]:
        rows: Any = super().get_queryset(request)
        counted: QuerySet[Section] = rows.with_learner_counts()
        return counted

    def own(self, rows: QuerySet[Any], user: Any, can: Can | None = None) -> QuerySet[Any]:
        """Return the classes in which the person may do it; without `can`, see people."""
        if user.is_superuser:
            return rows
        return rows.filter(pk__in=rights(by=user).sections(can or Can.PEOPLE).values("pk"))

    def may(self, request: HttpRequest, obj: Any = None) -> bool:
        """Allow a change to who may enrol into the whole course: classes are of the course."""
        granted = rights_of(request)
        if obj is None:
            return granted.is_all or granted.whole_courses(self.changes).exists()
        return granted.may_everywhere(self.changes, course=obj.course)

    def archive_rows(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Archive the classes but for default ones, which stay open."""
        return super().archive_rows(request, queryset.exclude(is_default=True))

    archive_rows.short_description = Archivable.archive_rows.short_description  # type: ignore[attr-defined]
    archive_rows.allowed_permissions = ["change"]  # type: ignore[attr-defined]

    @admin.display(description=gettext_lazy("learners"), ordering="learner_count")
    def learners(self, section: Any) -> int:
        count: int = section.learner_count
        return count

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Fields:
        shown = ["is_default", "is_archived", "client", "created_at"] if obj else []
        return ["course", "title", "key", *shown]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        names = super().get_readonly_fields(request, obj)
        return [*names, "is_default", "is_archived", "client", "created_at"]

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        """Allow no deletion: records depend on a class; it is archived instead."""
        return False

    def save_model(self, request: HttpRequest, obj: Section, form: Any, change: bool) -> None:
        if change:
            obj.save(update_fields=["title"])
            return
        row = sections.create(course=obj.course, key=obj.key, title=obj.title, now=timezone.now())
        obj.pk = row.pk
        obj.refresh_from_db()


@admin.register(SectionQuiz)
class SectionQuizAdmin(CourseAdmin):
    """A class's own dates for a quiz, set by those who enrol into the class."""

    changes = Can.GRANT
    course_path = "section__course"
    form = SameCourseForm
    fixed = ("section", "quiz")
    list_display = ["section", "section__course", "quiz", "opens_at", "closes_at"]
    list_filter = [("section", OwnFilter), ("quiz", OwnFilter)]
    list_select_related = ["section__course", "quiz"]
    search_fields = ["section__title", "section__key", "quiz__title"]
    autocomplete_fields = ["section", "quiz"]

    def own(self, rows: QuerySet[Any], user: Any, can: Can | None = None) -> QuerySet[Any]:
        if user.is_superuser:
            return rows
        mine = rights(by=user).sections(can or Can.PEOPLE)
        return rows.filter(section__in=mine.values("pk"))

    def may(self, request: HttpRequest, obj: Any = None) -> bool:
        granted = rights_of(request)
        if obj is None or granted.is_all:
            return granted.may(self.changes)
        return granted.sections(self.changes).filter(pk=obj.section_id).exists()

    def get_field_queryset(self, db: Any, db_field: Any, request: HttpRequest) -> Any:
        """Offer quizzes of the courses of one's classes, which staff of a class do not edit."""
        if db_field.name != "quiz" or request.user.is_superuser:
            return super().get_field_queryset(db, db_field, request)
        return Quiz.objects.filter(course__in=rights_of(request).courses(self.changes))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Allow no deletion: without dates of its own a class has those of the quiz."""
        return False

    def save_model(self, request: HttpRequest, obj: SectionQuiz, form: Any, change: bool) -> None:
        row = sections.set_dates(
            section=obj.section, quiz=obj.quiz, opens_at=obj.opens_at, closes_at=obj.closes_at
        )
        obj.pk = row.pk
        obj.refresh_from_db()
