"""Objectives: what a learner can do after a module."""

from django.db.models import QuerySet
from rest_framework.response import Response

from courses.api.authoring.base import KEY, AuthoringViewSet, place_of
from courses.api.authoring.fields import Key, Text, Whole, answered, changes, new_key, place
from courses.api.authoring.records import fields_of
from courses.api.credentials import ApiRequest
from courses.api.filters import FilterSet, KeyFilter
from courses.api.idempotent import idempotent
from courses.api.schema import IF_MATCH, extend_schema
from courses.api.values import StrictSerializer
from courses.coursefiles.records import record_of
from courses.coursefiles.rules import OBJECTIVE_KEY
from courses.coursefiles.schema import ObjectiveFile
from courses.domain.authoring import edits
from courses.models import Course, Objective


@fields_of(ObjectiveFile, exclude=("key",))
class ObjectiveValues(StrictSerializer):
    module = Key(max_length=80)
    position = place()


class NewObjective(ObjectiveValues):
    key = new_key(OBJECTIVE_KEY, 40)


AuthoredObjective = answered(
    ObjectiveValues,
    "AuthoredObjective",
    key=Text(),
    module=Key(max_length=80),
    position=Whole(),
)
ObjectiveChanges = changes(ObjectiveValues, AuthoredObjective, "ObjectiveChanges")


class ObjectiveFilters(FilterSet):
    module = KeyFilter(KEY, "module__key", help_text="Only objectives of this module.")


class AuthoredObjectiveViewSet(AuthoringViewSet):
    tag = "authoring-objectives"
    queryset = Objective.objects.none()
    filterset_class = ObjectiveFilters
    serializer = AuthoredObjective
    lookup_url_kwarg = "objective"
    lookup_value_converter = "objective_key"

    def rows(self, course: Course) -> QuerySet[Objective]:
        return Objective.objects.filter(course=course).select_related("module", "course")

    @extend_schema("list_authored_objectives", responses=AuthoredObjective(many=True))
    def list(self, request: ApiRequest, **_names: str) -> Response:
        """Return the objectives of a course by key."""
        return self.page(self.get_queryset(), AuthoredObjective)

    @extend_schema("create_objective", request=NewObjective, responses={201: AuthoredObjective})
    @idempotent
    def create(self, request: ApiRequest, **_names: str) -> Response:
        """Create an objective of a module. 409 when its key is taken."""
        course = self.course()
        values = NewObjective.validated(request.data)
        record = record_of(ObjectiveFile, values)
        row = edits.create_objective(
            course=course, record=record, origin=self.origin, **place_of(values)
        )
        return self.created(row, row.key)

    @extend_schema("get_objective", responses=AuthoredObjective)
    def retrieve(self, request: ApiRequest, **_names: str) -> Response:
        """Return one objective."""
        return self.answer(self.row())

    @extend_schema(
        "put_objective",
        parameters=[IF_MATCH],
        request=ObjectiveChanges,
        responses=AuthoredObjective,
    )
    def update(self, request: ApiRequest, **_names: str) -> Response:
        """Change an objective. 404 when there is none: `POST` makes one."""
        with self.changing() as row:
            values = self.values(ObjectiveChanges, row.key)
            record = record_of(ObjectiveFile, values, key=row.key)
            changed = edits.change_objective(
                objective=row, record=record, origin=self.origin, **place_of(values)
            )
            return self.answer(changed)

    @extend_schema("delete_objective", parameters=[IF_MATCH], responses={204: None})
    def destroy(self, request: ApiRequest, **_names: str) -> Response:
        """Delete an objective. 409 while a question, a lesson or a draw names it."""
        with self.changing() as row:
            edits.delete_objective(objective=row, origin=self.origin)
        return Response(status=204)
