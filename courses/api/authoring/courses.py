"""Courses as their authors find them: in any state, with their modules."""

from django.db.models import QuerySet
from rest_framework.response import Response

from courses.api.authoring.base import AuthoringViewSet
from courses.api.authoring.fields import Text
from courses.api.credentials import ApiRequest
from courses.api.filters import FilterSet, WordFilter
from courses.api.schema import extend_schema
from courses.api.values import StrictModelSerializer
from courses.models import Course, Module


class AuthoredModuleSerializer(StrictModelSerializer):
    key = Text()

    class Meta:
        model = Module
        fields = ("key", "title", "position", "is_optional", "is_archived")
        extra_kwargs = {"is_archived": {"help_text": "Whether it is archived."}}


class AuthoredCourseSerializer(StrictModelSerializer):
    key = Text()

    class Meta:
        model = Course
        fields = ("id", "key", "title", "language", "state", "revision", "updated_at")
        extra_kwargs = {
            "revision": {"help_text": "New with every change that learners may see."},
        }


class AuthoredCourseDetail(AuthoredCourseSerializer):
    modules = AuthoredModuleSerializer(many=True)


class CourseFilters(FilterSet):
    state = WordFilter(Course.State.values, help_text="Only courses in this state.")


class AuthoredCourseViewSet(AuthoringViewSet):
    tag = "authoring-courses"
    queryset = Course.objects.none()
    filterset_class = CourseFilters
    lookup_url_kwarg = "course"

    def get_queryset(self) -> QuerySet[Course]:
        return self.request.auth.authored()

    @extend_schema("list_authored_courses", responses=AuthoredCourseSerializer(many=True))
    def list(self, request: ApiRequest) -> Response:
        """Return the courses that this credential may write in, drafts and archived ones too."""
        return self.page(self.get_queryset(), AuthoredCourseSerializer)

    @extend_schema("get_authored_course", responses=AuthoredCourseDetail)
    def retrieve(self, request: ApiRequest, **_names: str) -> Response:
        """Return one course in any state, with its modules."""
        return Response(AuthoredCourseDetail.serialize(self.course()))
