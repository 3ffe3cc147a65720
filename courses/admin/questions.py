"""The bank: questions, their frozen versions, and what several of them share."""

from dataclasses import replace
from typing import Any, cast

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.admin.bases import Fields, ModelForm, StackedInline
from courses.admin.confirming import BankConfirmation, DeletionConfirmation
from courses.admin.conflicts import FieldConflict, TagField, in_json
from courses.admin.courses import RefreshesLessons
from courses.admin.history import origin_of
from courses.admin.mixins import Archivable, CourseAdmin, LinesField, MarkedForm, SameCourseForm
from courses.admin.own import OwnCourses, OwnFilter
from courses.admin.studio.pages import TaskPages
from courses.admin.studio.posted import row_number
from courses.domain.authoring.apart import enemy_problems
from courses.domain.authoring.editions import recording
from courses.domain.authoring.edits import lock_course
from courses.domain.authoring.marks import data_mark_problems
from courses.domain.authoring.questions import publish_version
from courses.domain.states import is_seen
from courses.models import Question, QuestionVersion, Stimulus, Tag
from courses.questions import registry


class PrettyJSONField(forms.JSONField):
    """JSON that a person can read."""

    widget = forms.Textarea(attrs={"rows": 24, "cols": 90, "spellcheck": "false"})

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, dict | list):
            return in_json(value)
        return super().prepare_value(value)


class VersionInline(OwnCourses, StackedInline):
    """What became of a question; a new version is written on a page of its own."""

    course_path = "question__course"
    model = QuestionVersion
    fk_name = "question"
    readonly_fields = ["type", "status", "note", "created_at"]
    fields = [*readonly_fields]
    ordering = ["-number"]
    extra = max_num = 0
    can_delete = False
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("question").defer("data")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    has_add_permission = has_delete_permission = has_change_permission


class QuestionForm(SameCourseForm):
    source = LinesField(
        label=gettext_lazy("Sources"),
        required=False,
        help_text=gettext_lazy("One per line: the key of a reference, or free text."),
    )
    enemies = LinesField(
        label=gettext_lazy("Enemies"),
        required=False,
        help_text=gettext_lazy(
            "One per line: the key of a question that must not appear in the same attempt, "
            "because one gives the other away. It is enough to enter it for one of the two."
        ),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        keys = list(dict.fromkeys(cleaned.get("enemies") or ()))
        known = Question.objects.filter(course=self.course_id(), key__in=keys)
        missing = sorted(set(keys) - set(known.values_list("key", flat=True)))
        for key in missing:
            text = _("The course has nothing with the key “%(key)s”.") % {"key": key}
            self.add_error("enemies", text)
        if keys and not missing:
            for problem in enemy_problems(question=self.instance, enemies=keys):
                self.add_error("enemies", problem.message)
        return {**cleaned, "enemies": keys}


@admin.register(Question)
class QuestionAdmin(TaskPages, BankConfirmation, RefreshesLessons, Archivable, CourseAdmin):
    form = QuestionForm
    fixed = ("course", "key")
    archived = {"is_retired": True}
    restored = {"is_retired": False}
    change_form_template = "admin/cx_courses/question/change_form.html"
    list_display = [
        "key", "type_label", "course", "module", "objective", "difficulty", "ready_version",
        "is_retired",
    ]  # fmt: skip
    list_filter = [
        ("course", OwnFilter),
        ("module", OwnFilter),
        ("objective", OwnFilter),
        ("tags", OwnFilter),
        "difficulty",
        "is_retired",
    ]
    list_select_related = ["course", "module", "objective", "ready_version__question"]
    search_fields = ["key", "ready_version__text", "objective__key", "tags__key"]
    autocomplete_fields = ["course", "module", "objective", "tags", "stimulus"]
    inlines = [VersionInline]

    @admin.display(description=gettext_lazy("type"), ordering="ready_version__type")
    def type_label(self, question: Question) -> str:
        version = question.ready_version
        known = registry.all_types()
        return str(known[version.type].label) if version and version.type in known else ""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*super().get_readonly_fields(request, obj), *(["ready_version"] if obj else [])]


class VersionForm(ModelForm):
    type = forms.ChoiceField(label=gettext_lazy("Type"))
    # Django takes the field away from the class: `self.data` is what was sent.
    data: Any = PrettyJSONField(
        label=gettext_lazy("Data"),
        help_text=gettext_lazy(
            'For a single choice: {"stem": "…", "options": [{"key": "a", "text": "…", '
            '"feedback": "…", "correct": true}]}. The data of every type is described in the '
            "documentation."
        ),
    )
    based_on = TagField(required=False)
    differences: tuple[FieldConflict, ...] = ()

    class Meta:
        model = QuestionVersion
        fields = ["question", "type", "data", "note"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "type" in self.fields:  # not on a page that only shows
            known = registry.all_types()
            field = cast("forms.ChoiceField", self.fields["type"])
            field.choices = [(key, one.label) for key, one in known.items()]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        question, data = cleaned.get("question"), cleaned.get("data")
        if question is not None and data is not None:
            for problem in data_mark_problems(
                course=question.course, module=question.module, data=data
            ):
                self.add_error("data", str(problem))
        if question is not None and self.data.get("based_on"):
            self._compare(question)
        return cleaned

    def _compare(self, question: Question) -> None:
        """Refuse to save over a newer version than the one that was read."""
        lock_course(course=question.course)
        latest = question.versions.order_by("-number").first()
        current = str(latest.number) if latest else ""
        if is_seen(seen=self.data["based_on"], current=current):
            return
        self.data = {**self.data.dict(), "based_on": current}
        label, mine = str(self.fields["data"].label), self.cleaned_data.get("data")
        stored = in_json(latest.data) if latest else ""
        self.differences = (FieldConflict(label, stored, in_json(mine)),)
        text = _(
            "Somebody else has saved a version since you opened this page. Yours is not saved "
            "yet: compare below, enter what you want to keep, and save again."
        )
        self.add_error(None, forms.ValidationError(text, code="conflict"))


_SHOWN = [
    "question", "number", "type", "status", "readable_data", "content_hash", "note", "created_at",
    "created_by",
]  # fmt: skip


@admin.register(QuestionVersion)
class QuestionVersionAdmin(CourseAdmin):
    """A version is written once; a change is a new version."""

    course_path = "question__course"
    heavy = ("data",)
    form = VersionForm
    change_form_template = "admin/cx_courses/questionversion/change_form.html"
    list_display = ["question", "course_name", "number", "type", "status", "note", "created_at"]
    list_filter = [("question__course", OwnFilter), "status", "type"]
    search_fields = ["question__key", "note"]
    autocomplete_fields = ["question"]
    ordering = ["-pk"]
    show_full_result_count = False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Fields:
        if obj is None:
            return ["question", "type", "data", "note"]
        return [*_SHOWN]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*_SHOWN] if obj else []

    @admin.display(description=gettext_lazy("data"))
    def readable_data(self, version: QuestionVersion) -> str:
        return in_json(version.data)

    def get_queryset(self, request: HttpRequest) -> QuerySet[QuestionVersion]:
        return super().get_queryset(request).select_related("question__course", "created_by")

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Start the form from the latest version of the question in `?question=`."""
        initial: dict[str, Any] = super().get_changeform_initial_data(request)
        number = row_number(str(initial.get("question", "")))
        if number is not None:
            latest = self.get_queryset(request).filter(question=number).order_by("-number")
            version = latest.first()
            if version is not None:
                initial.update(type=version.type, data=version.data, based_on=version.number)
        return initial

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        with recording(obj.question, origin=replace(origin_of(request), note=obj.note)):
            published = publish_version(
                question=obj.question,
                type=obj.type,
                data=obj.data,
                note=obj.note,
                by=request.user,
            )
        obj.pk = published.pk
        obj.refresh_from_db()

    def response_add(self, request: HttpRequest, obj: Any, *args: Any, **kwargs: Any) -> Any:
        self.message_user(request, _("Learners will see %s from their next attempt on.") % obj)
        return super().response_add(request, obj, *args, **kwargs)


class StimulusForm(MarkedForm):
    marked = ("body",)
    has_files_of_course = True


@admin.register(Stimulus)
class StimulusAdmin(TaskPages, DeletionConfirmation, CourseAdmin):
    form = StimulusForm
    fixed = ("course", "key")
    list_display = ["key", "title", "course"]
    list_filter = [("course", OwnFilter)]
    list_select_related = ["course"]
    search_fields = ["key", "title", "body"]
    autocomplete_fields = ["course"]


@admin.register(Tag)
class TagAdmin(TaskPages, CourseAdmin):
    fixed = ("course", "key")
    list_display = ["key", "course"]
    list_filter = [("course", OwnFilter)]
    list_select_related = ["course"]
    search_fields = ["key"]
    autocomplete_fields = ["course"]
