"""Objectives: what a learner can do after a module."""

from typing import Any

from django.db import transaction
from django.urls import reverse
from rest_framework.request import Request
from rest_framework.response import Response

from courses.api import etags
from courses.api.authoring import shapes
from courses.api.authoring.base import KEY, AuthoringView, one
from courses.api.filters import FilterSet, KeyFilter
from courses.api.idempotent import idempotent
from courses.api.schema import IF_MATCH, extend_schema
from courses.coursefiles.schema import ObjectiveFile
from courses.domain.authoring import edits
from courses.models import Objective


class ObjectiveFilters(FilterSet):
    module = KeyFilter(KEY, "module__key", help_text="Only objectives of this module.")


class Objectives(AuthoringView):
    tag = "authoring-objectives"
    queryset = Objective.objects.none()
    filterset_class = ObjectiveFilters

    @extend_schema(
        "list_authored_objectives",
        responses=shapes.ObjectivePage,
    )
    def get(self, request: Request, course: str) -> Response:
        """The objectives of a course by key."""
        rows = Objective.objects.filter(course=self.course(course)).select_related("module")
        return self.page(rows, lambda found: [told(row) for row in found])

    @extend_schema(
        "create_objective", request=shapes.NewObjective, responses={201: shapes.AuthoredObjective}
    )
    @idempotent
    def post(self, request: Request, course: str) -> Response:
        """A new objective of a module. 409 when its key is taken."""
        found = self.course(course)
        values = shapes.NewObjective.read(request.data)
        record = _record(values.pop("key"), values)
        row = edits.create_objective(course=found, record=record, **_place(values))
        place = reverse("cx_courses:api:authored-objective", args=[course, row.key])
        return etags.tagged(told(row), status=201, Location=request.build_absolute_uri(place))


class OneObjective(AuthoringView):
    tag = "authoring-objectives"

    def objective(self, course: str, key: str, *, is_locked: bool = False) -> Objective:
        rows = Objective.objects.filter(course=self.course(course, is_locked=is_locked))
        return one(rows.select_related("module", "course"), key=key)

    @extend_schema("get_objective", responses=shapes.AuthoredObjective)
    def get(self, request: Request, course: str, objective: str) -> Response:
        """One objective."""
        return etags.tagged(told(self.objective(course, objective)))

    @extend_schema(
        "put_objective",
        parameters=[IF_MATCH],
        request=shapes.ObjectiveChanges,
        responses=shapes.AuthoredObjective,
    )
    def put(self, request: Request, course: str, objective: str) -> Response:
        """Change an objective. 404 when there is none: `POST` makes one."""
        with transaction.atomic():
            row = self.objective(course, objective, is_locked=True)
            values = self.values(shapes.ObjectiveChanges, row.key)
            etags.require_match(request, told(row))
            record = _record(row.key, values)
            row = edits.change_objective(objective=row, record=record, **_place(values))
        return etags.tagged(told(row))

    @extend_schema("delete_objective", parameters=[IF_MATCH], responses={204: None})
    def delete(self, request: Request, course: str, objective: str) -> Response:
        """Delete an objective. 409 while a question, a lesson or a draw names it."""
        with transaction.atomic():
            row = self.objective(course, objective, is_locked=True)
            etags.require_match(request, told(row))
            edits.delete_objective(objective=row)
        return Response(status=204)


def told(row: Objective) -> Any:
    values = {
        "key": row.key,
        "module": row.module.key,
        "position": row.position,
        "text": row.text,
        "bloom": row.bloom,
    }
    return shapes.AuthoredObjective(values).data


def _record(key: str, values: dict[str, Any]) -> ObjectiveFile:
    return ObjectiveFile(key=key, text=values["text"], bloom=values["bloom"])


def _place(values: dict[str, Any]) -> dict[str, Any]:
    return {"module": values["module"], "position": values.get("position")}
