"""What a learner is granted on top of the rules: in all quizzes, or in one. Never the reason."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.db import models, transaction
from django.utils import timezone
from rest_framework import serializers
from rest_framework.permissions import SAFE_METHODS
from rest_framework.response import Response

from courses.api.credentials import ApiRequest, reader_of
from courses.api.filters import CohortFilter, FilterSet, SectionFilter
from courses.api.people import PlatformView
from courses.api.schema import IF_MATCH, extend_schema
from courses.api.values import Exact, StrictSerializer, UtcTime
from courses.domain import grants, locks
from courses.domain.attempts import starting
from courses.errors import NotAllowed
from courses.models import Accommodation, Enrolment, Extension
from courses.models.limits import DATES, LONGEST_GRANT_S

Whole = serializers.IntegerField
SMALL = 2**15 - 1


class AccommodationSerializer(StrictSerializer):
    time_factor = Exact(
        max_digits=4,
        decimal_places=2,
        min_value=1,
        max_value=10,
        default="1.00",
        help_text="1.5 gives half as much time again; closing dates move with it.",
    )
    extra_attempts = Whole(min_value=0, max_value=SMALL, default=0)
    closes_later_s = Whole(
        min_value=0,
        max_value=LONGEST_GRANT_S,
        default=0,
        help_text="Seconds by which quizzes close later for the learner.",
    )


class ExtensionSerializer(StrictSerializer):
    extra_time_s = Whole(
        min_value=0,
        max_value=LONGEST_GRANT_S,
        default=0,
        help_text="Seconds beyond the quiz's time limit.",
    )
    extra_attempts = Whole(min_value=0, max_value=SMALL, default=0)
    closes_at = UtcTime(allow_null=True, default=None, validators=DATES)


class GrantedExtension(ExtensionSerializer):
    quiz = serializers.CharField(source="quiz.key")


class GrantRow(StrictSerializer):
    external_id = serializers.CharField(source="enrolment.external_id")
    section = serializers.CharField(
        source="enrolment.section.key", allow_null=True, help_text="The learner's class."
    )
    accommodation = AccommodationSerializer(
        source="general", allow_null=True, help_text="What holds for the learner in all courses."
    )
    course_accommodation = AccommodationSerializer(
        source="in_course", allow_null=True, help_text="What holds for the learner in this course."
    )
    extensions = GrantedExtension(
        many=True, help_text="What holds for the learner in single quizzes."
    )


class GrantsView(PlatformView):
    tag = "grants"
    scopes = {"GET": "gradebook:read", "PUT": "gradebook:write", "DELETE": "gradebook:write"}


class GrantView(GrantsView):
    """What is granted in one place: the neutral values where nothing is."""

    model: ClassVar[type[models.Model]]
    grant: ClassVar[Callable[..., Any]]

    def place(self) -> dict[str, Any]:
        """Return who is granted it and where. Raises NotFound."""
        raise NotImplementedError

    def granted(self, place: dict[str, Any]) -> Any:
        """Return what is granted there now."""
        return self.model._default_manager.filter(**place).first() or self.model()

    def change(self, data: Any) -> Response:
        """Grant it, as long as what is granted is as the writer saw it."""
        place = self.place()
        values = self.serializer_class.validated(data)
        with transaction.atomic():
            locks.client(pk=self.client.pk)
            self.require_match(self.granted(place))
            row = type(self).grant(**place, **values, by=self.client, now=timezone.now())
        return self.answer(row)


class AccommodationView(GrantView):
    serializer_class, model = AccommodationSerializer, Accommodation
    grant = staticmethod(grants.set_accommodation)


class GeneralAccommodation(AccommodationView):
    def place(self) -> dict[str, Any]:
        user = self.identity.user
        if self.request.auth.is_limited and self.request.method not in SAFE_METHODS:
            raise NotAllowed
        return {"user": user, "course": None}

    @extend_schema("get_accommodation")
    def get(self, request: ApiRequest, **_names: str) -> Response:
        """Return what the learner is granted in all courses; neutral values when nothing is."""
        return self.answer(self.granted(self.place()))

    @extend_schema("put_accommodation", parameters=[IF_MATCH], request=AccommodationSerializer)
    def put(self, request: ApiRequest, **_names: str) -> Response:
        """Grant an accommodation in all courses, also in open attempts. Limited keys may not."""
        return self.change(request.data)

    @extend_schema("delete_accommodation", parameters=[IF_MATCH])
    def delete(self, request: ApiRequest, **_names: str) -> Response:
        """Reset to the neutral values; time that was given is never taken back. Safe to repeat."""
        return self.change({})


class CourseAccommodation(AccommodationView):
    def place(self) -> dict[str, Any]:
        return {"user": self.identity.user, "course": self.course}

    @extend_schema("get_course_accommodation")
    def get(self, request: ApiRequest, **_names: str) -> Response:
        """Return what the learner is granted in this course; neutral values when nothing is."""
        return self.answer(self.granted(self.place()))

    @extend_schema(
        "put_course_accommodation", parameters=[IF_MATCH], request=AccommodationSerializer
    )
    def put(self, request: ApiRequest, **_names: str) -> Response:
        """Grant an accommodation in this course and open attempts. Time is never taken back."""
        return self.change(request.data)

    @extend_schema("delete_course_accommodation", parameters=[IF_MATCH])
    def delete(self, request: ApiRequest, **_names: str) -> Response:
        """Reset to the neutral values; time that was given is never taken back. Safe to repeat."""
        return self.change({})


class OneExtension(GrantView):
    reads_section = True
    serializer_class, model = ExtensionSerializer, Extension
    grant = staticmethod(grants.set_extension)

    def place(self) -> dict[str, Any]:
        names = self.kwargs["external_id"], self.kwargs["course"], self.section_key
        reader = reader_of(self.request, *names)
        quiz = starting.find_quiz(reader=reader, quiz_key=self.kwargs["quiz"])
        return {"enrolment": reader.enrolled(), "quiz": quiz}

    @extend_schema("get_extension")
    def get(self, request: ApiRequest, **_names: str) -> Response:
        """Return what the learner is granted in this quiz; neutral values when nothing is."""
        return self.answer(self.granted(self.place()))

    @extend_schema("put_extension", parameters=[IF_MATCH], request=ExtensionSerializer)
    def put(self, request: ApiRequest, **_names: str) -> Response:
        """Grant more time, more attempts or a later close, also in an attempt under way."""
        return self.change(request.data)

    @extend_schema("delete_extension", parameters=[IF_MATCH])
    def delete(self, request: ApiRequest, **_names: str) -> Response:
        """Reset to the neutral values; time that was given is never taken back. Safe to repeat."""
        return self.change({})


class GrantFilters(FilterSet):
    section = SectionFilter()
    cohort = CohortFilter()


class GrantList(GrantsView):
    queryset = Enrolment.objects.none()
    filterset_class = GrantFilters

    @extend_schema("list_grants", responses=GrantRow(many=True))
    def get(self, request: ApiRequest, **_names: str) -> Response:
        """Return this platform's learners in the course to whom anything is granted."""
        course = self.course
        rows = self.named(Enrolment.objects.filter(course=course).select_related("section"))
        rows = rows.latest_cycle().filter(grants.is_granted(course=course))
        return self.page(
            rows, GrantRow, lambda found: grants.of_many(enrolments=found, course=course)
        )
