"""Courses as their authors find them: in any state, with their modules."""

from rest_framework.request import Request
from rest_framework.response import Response

from courses.api import paging
from courses.api.authoring import shapes
from courses.api.authoring.base import KEY, AuthoringView
from courses.api.schema import extend_schema, query
from courses.models import Course


class Courses(AuthoringView):
    tag = "authoring-courses"

    @extend_schema(
        "list_authored_courses",
        parameters=[
            *paging.PARAMETERS,
            query("state", "Only courses in this state.", {"enum": Course.State.values}),
        ],
        responses=shapes.CoursePage,
    )
    def get(self, request: Request) -> Response:
        """The courses that this credential may write in, drafts and archived ones too."""
        rows = request.auth.authored()
        state = paging.choice(request, "state", Course.State.values)
        rows = rows.filter(state=state) if state else rows
        return paging.page_by(
            request,
            rows,
            lambda found: shapes.AuthoredCourseShape(found, many=True).data,
            name="key",
            pattern=KEY,
        )


class OneCourse(AuthoringView):
    tag = "authoring-courses"

    @extend_schema("get_authored_course", responses=shapes.AuthoredCourseDetail)
    def get(self, request: Request, course: str) -> Response:
        """One course in any state, with the modules that its contents belong to."""
        row = self.course(course)
        told = shapes.AuthoredCourseShape(row).data
        modules = shapes.AuthoredModuleShape(row.modules.all(), many=True).data
        return Response({**told, "modules": modules})
