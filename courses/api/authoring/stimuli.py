"""Stimuli: texts and tables that several questions share."""

from typing import Any

from django.db import transaction
from django.urls import reverse
from rest_framework.request import Request
from rest_framework.response import Response

from courses.api import etags
from courses.api.authoring import shapes
from courses.api.authoring.base import AuthoringView, one
from courses.api.idempotent import idempotent
from courses.api.schema import IF_MATCH, extend_schema
from courses.coursefiles.schema import StimulusFile
from courses.domain.authoring import edits
from courses.models import Stimulus


class Stimuli(AuthoringView):
    tag = "authoring-stimuli"

    @extend_schema("list_stimuli", responses=shapes.StimulusPage)
    def get(self, request: Request, course: str) -> Response:
        """The stimuli of a course by key."""
        rows = Stimulus.objects.filter(course=self.course(course))
        return self.page(rows, shapes.AuthoredStimulus)

    @extend_schema(
        "create_stimulus", request=shapes.NewStimulus, responses={201: shapes.AuthoredStimulus}
    )
    @idempotent
    def post(self, request: Request, course: str) -> Response:
        """A new stimulus, for questions to name. 409 when its key is taken."""
        found = self.course(course)
        record = StimulusFile(**shapes.NewStimulus.read(request.data))
        row = edits.create_stimulus(course=found, record=record)
        place = reverse("cx_courses:api:stimulus", args=[course, row.key])
        return etags.tagged(told(row), status=201, Location=request.build_absolute_uri(place))


class OneStimulus(AuthoringView):
    tag = "authoring-stimuli"

    def stimulus(self, course: str, key: str, *, is_locked: bool = False) -> Stimulus:
        rows = Stimulus.objects.filter(course=self.course(course, is_locked=is_locked))
        return one(rows.select_related("course"), key=key)

    @extend_schema("get_stimulus", responses=shapes.AuthoredStimulus)
    def get(self, request: Request, course: str, stimulus: str) -> Response:
        """One stimulus."""
        return etags.tagged(told(self.stimulus(course, stimulus)))

    @extend_schema(
        "put_stimulus",
        parameters=[IF_MATCH],
        request=shapes.StimulusChanges,
        responses=shapes.AuthoredStimulus,
    )
    def put(self, request: Request, course: str, stimulus: str) -> Response:
        """Change a stimulus, also where attempts under way show it."""
        with transaction.atomic():
            row = self.stimulus(course, stimulus, is_locked=True)
            values = self.values(shapes.StimulusChanges, row.key)
            etags.require_match(request, told(row))
            record = StimulusFile(key=row.key, **values)
            row = edits.change_stimulus(stimulus=row, record=record)
        return etags.tagged(told(row))

    @extend_schema("delete_stimulus", parameters=[IF_MATCH], responses={204: None})
    def delete(self, request: Request, course: str, stimulus: str) -> Response:
        """Delete a stimulus. 409 while a question shows it."""
        with transaction.atomic():
            row = self.stimulus(course, stimulus, is_locked=True)
            etags.require_match(request, told(row))
            edits.delete_stimulus(stimulus=row)
        return Response(status=204)


def told(row: Stimulus) -> Any:
    return shapes.AuthoredStimulus(row).data
