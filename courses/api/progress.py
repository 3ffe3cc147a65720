"""How far learners are: one of them in detail, or everybody of the platform in a course."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from courses.api.credentials import course_of, reader_of
from courses.api.filters import CohortFilter, FilterSet, SinceFilter, WordFilter, YesNoFilter
from courses.api.lessons import LearningView
from courses.api.paging import WholeList
from courses.api.people import PlatformView
from courses.api.schema import extend_schema
from courses.api.values import Moment, Number, StrictSerializer
from courses.domain import mastery, progress
from courses.domain.outline import Step, outline
from courses.models import ApiClient, Course, Enrolment, ExternalIdentity

Text = serializers.CharField
Whole = serializers.IntegerField
Truth = serializers.BooleanField


class ProgressSerializer(StrictSerializer):
    course = Text()
    enrolment = serializers.UUIDField()
    role = Text()
    state = Text(help_text="Of the enrolment: `active`, `suspended` or `withdrawn`.")
    cycle = Whole()
    percent = Whole(help_text="Of the required lessons and graded quizzes.")
    lessons_completed = Whole()
    lessons_total = Whole()
    is_complete = Truth()
    completed_at = Moment(allow_null=True)


class CohortRow(ProgressSerializer):
    external_id = Text()


class StepState(StrictSerializer):
    key = Text()
    kind = Text(help_text="`lesson` or `quiz`")
    state = Text(help_text="`new`, `started` or `completed`")


class ModuleProgress(StrictSerializer):
    key = Text()
    percent = Whole()
    steps = StepState(many=True)


class MasterySerializer(StrictSerializer):
    objective = Text(source="objective.key")
    count = Whole(help_text="Questions answered so far.")
    share = Number(allow_null=True, help_text="0 to 1; null before the first.")
    is_met = Truth(help_text="From 0.8 on.")


class ProgressDetail(ProgressSerializer):
    next_step = Text(allow_null=True)
    modules = ModuleProgress(many=True)
    objectives = MasterySerializer(many=True)


class ProgressView(LearningView):
    """Read by who lets people learn and by who keeps their grades."""

    tag = "progress"

    def scope_for(self, method: str | None) -> str | None:
        auth = self.request and self.request.auth
        return "gradebook:read" if auth and auth.has("gradebook:read") else "learning:write"


class MyCourses(ProgressView):
    pagination_class = WholeList

    @extend_schema("list_progress", responses=ProgressSerializer(many=True))
    def get(self, request: Request, external_id: str) -> Response:
        """The learner's courses and how far they are in each."""
        person = request.auth.person(external_id)
        reached = set(request.auth.courses().values_list("pk", flat=True))
        rows = [
            _summary(one.enrolment, one.progress)
            for one in progress.my_courses(by=person, now=timezone.now())
            if one.course.pk in reached
        ]
        return self.page(rows, ProgressSerializer)


class OneProgress(ProgressView):
    @extend_schema("get_progress", responses=ProgressDetail)
    def get(self, request: Request, external_id: str, course: str) -> Response:
        """Every step of the course, and mastery by objective, as the learner may know it."""
        reader = reader_of(request, external_id, course)
        enrolment, now = reader.enrolled(), timezone.now()
        plan = outline(reader.course)
        found = progress.course_progress(enrolment=enrolment, outline=plan, now=now)
        body = {
            **_summary(enrolment, found),
            "next_step": found.next_step.key if found.next_step else None,
            "modules": [
                {
                    "key": module.key,
                    "percent": found.module_percent(module),
                    "steps": [_step(found, step) for step in module.steps],
                }
                for module in plan.modules
            ],
            "objectives": mastery.by_objective(enrolment=enrolment, now=now),
        }
        return Response(ProgressDetail(body).data)


class EnrolmentFilters(FilterSet):
    """What lists of the people in a course are asked for."""

    state = WordFilter(Enrolment.State.values, help_text="Of the enrolment.")
    role = WordFilter(Enrolment.Role.values, help_text="In the course.")
    cycle = WordFilter(
        ["latest"], method="in_cycle", help_text="`latest`: without the cycles before."
    )
    cohort = CohortFilter()

    def in_cycle(self, rows: Any, _name: str, _value: str) -> Any:
        return rows.latest_cycle()


class ProgressFilters(EnrolmentFilters):
    completed = YesNoFilter(
        "completed_at",
        lookup_expr="isnull",
        exclude=True,
        help_text="Only who has, or has not, completed it.",
    )
    updated_since = SinceFilter(
        method="changed", help_text="Only where something happened from this time on."
    )

    def changed(self, rows: Any, _name: str, value: datetime) -> Any:
        return rows.updated_since(value)


class Cohort(PlatformView):
    tag = "progress"
    queryset = Enrolment.objects.none()
    filterset_class = ProgressFilters
    scopes = "gradebook:read"

    @extend_schema("list_course_progress", responses=CohortRow(many=True))
    def get(self, request: Request, course: str) -> Response:
        """This platform's people in the course, each with their progress.

        Ask `updated_since` with a minute of overlap: what happened may be stored a moment later.
        """
        row = course_of(request, course)
        rows = named(Enrolment.objects.filter(course=row), self.client, "user")
        return self.page(rows, lambda found: _cohort(row, found))


def named(rows: QuerySet[Any], client: ApiClient, user_path: str) -> Any:
    """Rows of the client's learners, with their `external_id`."""
    identities = ExternalIdentity.objects.filter(client=client)
    subject = identities.filter(user=OuterRef(user_path)).values("subject")[:1]
    return rows.annotate(external_id=Subquery(subject)).filter(
        **{f"{user_path}__in": identities.values("user")}
    )


def _cohort(course: Course, rows: Sequence[Any]) -> list[Any]:
    enrolments = list(rows)
    for one in enrolments:
        one.course = course
    found = progress.of_all(enrolments=enrolments, outline=outline(course), now=timezone.now())
    told = [{**_summary(one, found[one.pk]), "external_id": one.external_id} for one in enrolments]
    return CohortRow.serialize_all(told)


def _summary(enrolment: Enrolment, found: progress.CourseProgress) -> dict[str, Any]:
    return {
        "course": enrolment.course.key,
        "enrolment": enrolment.uuid,
        "role": enrolment.role,
        "state": enrolment.state,
        "cycle": enrolment.cycle,
        "percent": found.percent,
        "lessons_completed": found.completed_count,
        "lessons_total": found.lesson_count,
        "is_complete": found.is_complete,
        "completed_at": enrolment.completed_at,
    }


def _step(found: progress.CourseProgress, step: Step) -> dict[str, str]:
    if step.url_kind == "lesson":
        state = found.lesson_state(step).state
    else:
        state = progress.COMPLETED if found.is_done(step) else progress.NEW
    return {"key": step.key, "kind": step.url_kind, "state": state}
