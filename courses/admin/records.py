"""What learners did and what counts: to read, never to write."""

import json
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy

from courses.admin.attempt_log import item_logs
from courses.admin.filters import Channels, PassedOrNot
from courses.admin.grading import GradesByPerson
from courses.admin.mixins import CourseAdmin, ReadOnlyAdmin, names_of
from courses.admin.own import OwnFilter, rights_of
from courses.domain import scoring, votes
from courses.domain.response_words import in_words
from courses.domain.rights import Can
from courses.models import (
    Attempt,
    AttemptDecision,
    AttemptItem,
    Grading,
    LineItem,
    LineItemRule,
    Response,
    Result,
    ResultOverride,
    VoteTally,
)


def _mark(value: Any) -> str | None:
    """Return an exact number as people write it."""
    return None if value is None else f"{scoring.rounded(value, places=3).normalize():f}"


@admin.register(Attempt)
class AttemptAdmin(ReadOnlyAdmin, CourseAdmin):
    course_path = "enrolment__course"
    enrolment_path = "enrolment"
    heavy = ("policy",)
    change_form_template = "admin/cx_courses/attempt/change_form.html"
    list_display = ["enrolment", "quiz", "number", "state", "percent", "has_passed", "started_at"]
    list_filter = [
        ("enrolment__course", OwnFilter),
        ("quiz", OwnFilter),
        "enrolment__role",
        "state",
        ("has_passed", PassedOrNot),
    ]
    search_fields = ["=uuid", *names_of("enrolment__user"), "quiz__title"]
    fields = [
        "uuid", "enrolment", "quiz", "number", "state", "started_at", "deadline_at",
        "submitted_at", "closed_by", "reopened_at", "voided_at", "gave_up_at", "given", "maximum",
        "percent", "has_passed", "rules",
    ]  # fmt: skip
    readonly_fields = ["given", "maximum", "rules"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Attempt]:
        paths = ["enrolment__user", "enrolment__course", "quiz"]
        return super().get_queryset(request).select_related(*paths)

    @admin.display(description=gettext_lazy("score"))
    def given(self, attempt: Attempt) -> str | None:
        return _mark(attempt.score)

    @admin.display(description=gettext_lazy("maximum score"))
    def maximum(self, attempt: Attempt) -> str | None:
        return _mark(attempt.score_maximum)

    @admin.display(description=gettext_lazy("rules frozen at the start"))
    def rules(self, attempt: Attempt) -> str:
        return json.dumps(attempt.policy, indent=2, ensure_ascii=False)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        attempt = kwargs["obj"]
        context["logs"] = item_logs(attempt)
        may_grade = request.user.has_perm("cx_courses.add_grading")
        may_grade &= rights_of(request).may(Can.MARK, enrolment=attempt.enrolment)
        context["may_grade"] = may_grade and not attempt.is_open
        return super().render_change_form(request, context, *args, **kwargs)


@admin.register(AttemptItem)
class AttemptItemAdmin(GradesByPerson, ReadOnlyAdmin, CourseAdmin):
    course_path = "attempt__enrolment__course"
    enrolment_path = "attempt__enrolment"
    heavy = ("params", "version__data")
    list_display = ["attempt", "position", "version", "revision", "points", "mark", "is_closed"]
    list_filter = [("attempt__enrolment__course", OwnFilter), ("attempt__quiz", OwnFilter)]
    search_fields = ["=uuid", "=attempt__uuid", "version__question__key"]
    exclude = ["score", "scaled"]
    readonly_fields = ["mark"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[AttemptItem]:
        paths = ["attempt__enrolment__user", "attempt__enrolment__course", "attempt__quiz"]
        return super().get_queryset(request).select_related(*paths, "version__question")

    @admin.display(description=gettext_lazy("score"))
    def mark(self, item: AttemptItem) -> str | None:
        return _mark(item.score)


@admin.register(Response)
class ResponseAdmin(ReadOnlyAdmin, CourseAdmin):
    course_path = "item__attempt__enrolment__course"
    enrolment_path = "item__attempt__enrolment"
    list_display = ["item", "revision", "received_at", "channel", "by"]
    list_filter = [("item__attempt__quiz", OwnFilter), Channels]
    search_fields = ["=item__uuid", "=item__attempt__uuid"]
    readonly_fields = ["in_words"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Response]:
        rows = super().get_queryset(request)
        return rows.select_related(*_ITEM_PATHS, "by")

    @admin.display(description=gettext_lazy("as the learner saw it"))
    def in_words(self, response: Response) -> str:
        return "\n".join(in_words(item=response.item, value=response.value))


@admin.register(Grading)
class GradingAdmin(ReadOnlyAdmin, CourseAdmin):
    course_path = "item__attempt__enrolment__course"
    enrolment_path = "item__attempt__enrolment"
    list_display = ["item", "sequence", "kind", "mark", "graded_at", "by"]
    list_filter = [("item__attempt__quiz", OwnFilter), "kind"]
    search_fields = ["=item__uuid", "=item__attempt__uuid"]
    readonly_fields = ["mark"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Grading]:
        rows = super().get_queryset(request)
        return rows.select_related(*_ITEM_PATHS, "response__item", "by")

    @admin.display(description=gettext_lazy("score"))
    def mark(self, row: Grading) -> str | None:
        return _mark(row.score)


_ITEM_PATHS = [
    "item__attempt__enrolment__user",
    "item__attempt__enrolment__course",
    "item__attempt__quiz",
    "item__version__question",
]


@admin.register(LineItem)
class LineItemAdmin(ReadOnlyAdmin, CourseAdmin):
    sortable_by = None
    list_display = ["label", "course", "quiz", "score_maximum"]
    list_filter = [("course", OwnFilter)]
    list_select_related = ["course", "quiz"]
    search_fields = ["quiz__title", "own_label"]


@admin.register(LineItemRule)
class LineItemRuleAdmin(ReadOnlyAdmin, CourseAdmin):
    sortable_by = None
    course_path = "line_item__course"
    list_display = ["line_item", "course_name", "sequence", "pass_mark", "grade_method", "at"]
    list_filter = [("line_item__course", OwnFilter), "grade_method"]
    list_select_related = ["line_item__course", "line_item__quiz"]
    search_fields = ["line_item__quiz__title"]


@admin.register(Result)
class ResultAdmin(ReadOnlyAdmin, CourseAdmin):
    course_path = "line_item__course"
    enrolment_path = "enrolment"
    list_display = [
        "enrolment", "line_item", "percent", "pass_mark", "has_passed", "grading_progress",
    ]  # fmt: skip
    list_filter = [
        ("line_item__course", OwnFilter),
        ("line_item__quiz", OwnFilter),
        ("has_passed", PassedOrNot),
    ]
    search_fields = [*names_of("enrolment__user"), "line_item__quiz__title"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Result]:
        paths = ["enrolment__user", "enrolment__course", "line_item__quiz", "attempt"]
        return super().get_queryset(request).select_related(*paths)


@admin.register(AttemptDecision)
class AttemptDecisionAdmin(ReadOnlyAdmin, CourseAdmin):
    course_path = "attempt__enrolment__course"
    enrolment_path = "attempt__enrolment"
    list_display = ["attempt", "kind", "reason", "by", "decided_at"]
    list_filter = [("attempt__enrolment__course", OwnFilter), "kind"]
    search_fields = [*names_of("attempt__enrolment__user"), "attempt__quiz__title", "reason"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[AttemptDecision]:
        paths = ["attempt__enrolment__user", "attempt__enrolment__course", "attempt__quiz", "by"]
        return super().get_queryset(request).select_related(*paths)


@admin.register(ResultOverride)
class ResultOverrideAdmin(ReadOnlyAdmin, CourseAdmin):
    course_path = "line_item__course"
    enrolment_path = "enrolment"
    list_display = ["enrolment", "line_item", "sequence", "scaled", "by", "given_at"]
    list_filter = [("line_item__course", OwnFilter), ("line_item__quiz", OwnFilter)]
    search_fields = [*names_of("enrolment__user"), "line_item__quiz__title", "reason"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ResultOverride]:
        paths = ["enrolment__user", "enrolment__course", "line_item__quiz", "by"]
        return super().get_queryset(request).select_related(*paths)


@admin.register(VoteTally)
class VoteTallyAdmin(ReadOnlyAdmin, CourseAdmin):
    sortable_by = None
    course_path = "question__course"
    list_display = ["question", "course_name", "people"]
    list_filter = [("question__course", OwnFilter)]
    list_select_related = ["question__course"]
    search_fields = ["question__key"]
    fields = ["question", "people", "moves", "shown"]
    readonly_fields = ["people"]

    @admin.display(description=gettext_lazy("people who voted both times"))
    def people(self, tally: VoteTally) -> int:
        return votes.people_in(tally.moves)
