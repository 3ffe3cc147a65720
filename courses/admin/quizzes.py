"""Tests: their rules and the places in them."""

from collections import Counter
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.admin.bases import StackedInline
from courses.admin.mixins import (
    Archivable,
    CourseAdmin,
    LinesField,
    MarkedForm,
    ReadOnlyAdmin,
    SameCourseForm,
)
from courses.admin.own import OwnCourses, OwnFilter
from courses.admin.places import OrderedFormSet
from courses.admin.questions import PrettyJSONField
from courses.admin.rows import is_archived
from courses.admin.studio.pages import TaskPages
from courses.admin.widgets import KnownAutocomplete, set_known
from courses.coursefiles.quizzes import check_key, settings_in
from courses.domain import quiz_changes
from courses.domain.authoring import edits
from courses.domain.reveal import policy
from courses.models import Question, Quiz, QuizItem

TIMES = {"time_limit_s", "closes_at"}
GROUPS = {
    "opening": gettext_lazy("When may they take it?"),
    "attempts": gettext_lazy("How many tries and how long?"),
    "feedback": gettext_lazy("What do they see afterwards?"),
    "marking": gettext_lazy("Who marks texts, and when are marks shown?"),
    "passing": gettext_lazy("What counts as passed?"),
    "order": gettext_lazy("In what order?"),
}
_CHOSEN = ["question", "version", "draw_objective", "draw_tag"]


class QuizItemForm(SameCourseForm):
    """Either a question, or a draw of several."""

    class Meta:
        model = QuizItem
        fields = [
            "position", "points", "question", "version",
            "draw_count", "draw_objective", "draw_tag", "draw_difficulty",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_known(self)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        question, version = cleaned.get("question"), cleaned.get("version")
        is_draw = cleaned.get("draw_count") is not None
        if not self.has_error("question") and is_draw == (question is not None):
            text = _("Choose a question or enter how many to draw, not both.")
            self.add_error("question", text)
        elif version is not None and (question is None or version.question_id != question.pk):
            self.add_error("version", _("This is not a version of the question."))
        elif question is not None and not _is_scored(question):
            text = _("“%(key)s” is a vote. Votes belong in lessons; a quiz cannot score them.")
            self.add_error("question", text % {"key": question.key})
        elif cleaned.get("draw_count") == 0:
            self.add_error("draw_count", _("Draw at least one question."))
        return cleaned


def _is_scored(question: Question) -> bool:
    version = question.ready_version
    return version is None or version.question_type.is_scored


class QuizItemInline(OwnCourses, StackedInline):
    course_path = "quiz__course"
    model = QuizItem
    form = QuizItemForm
    formset = OrderedFormSet
    extra = 0
    autocomplete_fields = _CHOSEN
    fieldsets = [
        (None, {"fields": [("position", "points")]}),
        (gettext_lazy("One question"), {"fields": ["question", "version"]}),
        (
            gettext_lazy("Or a draw from the bank"),
            {"fields": ["draw_count", "draw_objective", "draw_tag", "draw_difficulty"]},
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        paths = ["quiz", "question", "version__question", "draw_objective", "draw_tag"]
        return super().get_queryset(request).select_related(*paths).defer("version__data")

    def has_change_permission(self, request: HttpRequest, obj: Quiz | None = None) -> bool:
        """Refuse the checks of a lesson: they are in its text and are changed there."""
        is_checks = obj is not None and obj.lesson_id is not None
        return not is_checks and super().has_change_permission(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Quiz | None = None) -> bool:
        is_checks = obj is not None and obj.lesson_id is not None
        return not is_checks and super().has_add_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Quiz | None = None) -> bool:
        is_checks = obj is not None and obj.lesson_id is not None
        return not is_checks and super().has_delete_permission(request, obj)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in _CHOSEN:
            kwargs["widget"] = KnownAutocomplete(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class QuizForm(MarkedForm):
    marked = ("intro",)
    credit = LinesField(
        label=gettext_lazy("Credit by try"),
        required=False,
        help_text=gettext_lazy(
            "With several tries only: the share of the points that each try earns, one per line: "
            "1, then 1/2."
        ),
    )
    review = PrettyJSONField(
        widget=forms.Textarea(attrs={"rows": 8, "cols": 90, "spellcheck": "false"}),
        label=gettext_lazy("What is shown when"),
        required=False,
        help_text=gettext_lazy(
            'Empty: the defaults of the kind. Else moments with fields: {"just_after": '
            '["response", "correctness"], "later": ["response", "feedback", "solution"]}.'
        ),
    )

    def clean_review(self) -> dict[str, list[str]]:
        review = self.cleaned_data["review"] or {}
        if not isinstance(review, dict):
            raise forms.ValidationError(_("A mapping of moments to lists of fields is expected."))
        problems = [str(problem) for problem in policy.check_reveal_table(review)]
        for name, fields in review.items():
            if not isinstance(fields, list):
                problems.append(_("review.%(name)s: A list is expected here.") % {"name": name})
        if problems:
            raise forms.ValidationError(problems)
        return review

    def clean_credit(self) -> list[str]:
        credit: list[str] = self.cleaned_data["credit"]
        problems = policy.check_credit(credit)
        if problems:
            raise forms.ValidationError([problem.message for problem in problems])
        return credit

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for problem in check_key(cleaned.get("key", "")):
            self.add_error("key", problem.message)
        is_practice = cleaned.get("kind", Quiz.Kind.PRACTICE) == Quiz.Kind.PRACTICE
        if cleaned.get("compares_with") and not (is_practice and cleaned.get("module")):
            self.add_error("compares_with", _("A post-test is a practice quiz of a module."))
        return cleaned


@admin.register(Quiz)
class QuizAdmin(TaskPages, Archivable, CourseAdmin):
    form = QuizForm
    fixed = ("course", "key", "lesson")
    list_display = ["title", "key", "course", "module", "kind", "places", "is_draft", "is_archived"]
    list_filter = [("course", OwnFilter), ("module", OwnFilter), "kind", "is_draft", "is_archived"]
    ordering = ["course", "module__position", "position", "pk"]
    search_fields = ["title", "key", "course__title"]
    autocomplete_fields = ["course", "module", "requires_modules", "compares_with"]
    prepopulated_fields = {"key": ["title"]}
    inlines = [QuizItemInline]
    fieldsets: ClassVar[list[Any]] = [
        (None, {"fields": ["course", "module", "lesson", "title", "key", "position", "intro"]}),
        *((title, {"fields": settings_in(group)}) for group, title in GROUPS.items()),
        (gettext_lazy("State"), {"fields": ["is_draft", "is_archived"]}),
    ]

    def get_fieldsets(self, request: HttpRequest, obj: Quiz | None = None) -> list[Any]:
        """Leave out the lesson of a new quiz: checks of a lesson are made with its text."""
        if obj is not None and obj.lesson_id is not None:
            return self.fieldsets
        first, *others = self.fieldsets
        names = [name for name in first[1]["fields"] if name != "lesson"]
        return [(None, {"fields": names}), *others]

    def get_readonly_fields(self, request: HttpRequest, obj: Quiz | None = None) -> list[str]:
        """Add the state of a lesson's checks: they exist as long as the text shows them."""
        is_checks = obj is not None and obj.lesson_id is not None
        names = super().get_readonly_fields(request, obj)
        return [*names, "is_draft", "is_archived"] if is_checks else names

    def get_queryset(self, request: HttpRequest) -> QuerySet[Quiz]:
        rows: QuerySet[Quiz] = super().get_queryset(request).filter(is_review=False)
        rows = rows.annotate(place_count=Count("items"))
        return rows.select_related("course", "module", "lesson__module__course")

    @admin.display(description=gettext_lazy("places"), ordering="place_count")
    def places(self, quiz: Any) -> int:
        return int(quiz.place_count)

    def save_model(self, request: HttpRequest, obj: Quiz, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        changed = set(form.changed_data)
        if change and {"grade_method", "pass_mark"} & changed and obj.attempts.exists():
            text = _(
                "A lower pass mark or a more generous method applies to everybody at once. A "
                "higher mark or a stricter method takes nothing away from learners who have "
                "already started."
            )
            self.message_user(request, text, messages.WARNING)
        unchanged = quiz_changes.count_unchanged(quiz=obj) if change and TIMES & changed else 0
        if unchanged:
            self.message_user(request, quiz_changes.unchanged_warning(unchanged), messages.WARNING)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Warn the author of what learners would run into."""
        super().save_related(request, form, formsets, change)
        quiz = form.instance
        if any(formset.has_changed() for formset in formsets):
            self.ask(request, _placed_twice(quiz))
        if quiz.lesson_id is None and not is_archived(quiz):
            reasons = "; ".join(problem.message for problem in edits.quiz_problems(quiz))
            if reasons:
                text = _("Learners cannot take this quiz as it stands: %(reasons)s")
                self.message_user(request, text % {"reasons": reasons}, messages.WARNING)


def _placed_twice(quiz: Quiz) -> list[str]:
    """Return a sentence for each question that stands in the quiz more than once."""
    keys = quiz.items.filter(question__isnull=False).values_list("question__key", flat=True)
    text = _("The question “%(key)s” appears in this quiz %(count)d times.")
    return [
        text % {"key": key, "count": count}
        for key, count in sorted(Counter(keys).items())
        if count > 1
    ]


@admin.register(QuizItem)
class QuizItemAdmin(ReadOnlyAdmin, CourseAdmin):
    """To look something up; places are edited on the page of their quiz."""

    sortable_by = None
    course_path = "quiz__course"
    list_display = [
        "quiz",
        "course_name",
        "position",
        "points",
        "question",
        "version",
        "draw_count",
    ]
    list_filter = [("quiz__course", OwnFilter)]
    list_select_related = ["quiz__course", "question", "version__question"]
    search_fields = ["quiz__title", "quiz__key", "question__key"]
