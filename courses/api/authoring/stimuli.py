"""Stimuli: texts and tables that several questions share."""

from django.db.models import QuerySet
from rest_framework.response import Response

from courses.api.authoring.base import AuthoringViewSet
from courses.api.authoring.fields import Text, answered, changes, new_key
from courses.api.authoring.records import fields_of
from courses.api.credentials import ApiRequest
from courses.api.idempotent import idempotent
from courses.api.schema import IF_MATCH, extend_schema
from courses.api.values import StrictSerializer
from courses.coursefiles.records import record_of
from courses.coursefiles.schema import StimulusFile
from courses.domain.authoring import edits
from courses.models import Course, Stimulus


@fields_of(StimulusFile, exclude=("key",))
class StimulusValues(StrictSerializer):
    pass


class NewStimulus(StimulusValues):
    key = new_key()


AuthoredStimulus = answered(StimulusValues, "AuthoredStimulus", key=Text())
StimulusChanges = changes(StimulusValues, AuthoredStimulus, "StimulusChanges")


class StimulusViewSet(AuthoringViewSet):
    tag = "authoring-stimuli"
    queryset = Stimulus.objects.none()
    serializer = AuthoredStimulus
    lookup_url_kwarg = "stimulus"

    def rows(self, course: Course) -> QuerySet[Stimulus]:
        return Stimulus.objects.filter(course=course).select_related("course")

    @extend_schema("list_stimuli", responses=AuthoredStimulus(many=True))
    def list(self, request: ApiRequest, **_names: str) -> Response:
        """Return the stimuli of a course by key."""
        return self.page(self.get_queryset(), AuthoredStimulus)

    @extend_schema("create_stimulus", request=NewStimulus, responses={201: AuthoredStimulus})
    @idempotent
    def create(self, request: ApiRequest, **_names: str) -> Response:
        """Create a stimulus, for questions to name. 409 when its key is taken."""
        course = self.course()
        values = NewStimulus.validated(request.data)
        record = record_of(StimulusFile, values)
        row = edits.create_stimulus(course=course, record=record, origin=self.origin)
        return self.created(row, row.key)

    @extend_schema("get_stimulus", responses=AuthoredStimulus)
    def retrieve(self, request: ApiRequest, **_names: str) -> Response:
        """Return one stimulus."""
        return self.answer(self.row())

    @extend_schema(
        "put_stimulus", parameters=[IF_MATCH], request=StimulusChanges, responses=AuthoredStimulus
    )
    def update(self, request: ApiRequest, **_names: str) -> Response:
        """Change a stimulus, also where attempts under way show it."""
        with self.changing() as row:
            values = self.values(StimulusChanges, row.key)
            record = record_of(StimulusFile, values, key=row.key)
            return self.answer(
                edits.change_stimulus(stimulus=row, record=record, origin=self.origin)
            )

    @extend_schema("delete_stimulus", parameters=[IF_MATCH], responses={204: None})
    def destroy(self, request: ApiRequest, **_names: str) -> Response:
        """Delete a stimulus. 409 while a question shows it."""
        with self.changing() as row:
            edits.delete_stimulus(stimulus=row, origin=self.origin)
        return Response(status=204)
