"""What a learner is granted on top of the rules: in all quizzes, or in one. Never the reason."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from courses.api import etags
from courses.api.credentials import course_of, reader_of
from courses.api.filters import CohortFilter, FilterSet
from courses.api.people import PlatformView
from courses.api.progress import named
from courses.api.schema import IF_MATCH, extend_schema
from courses.api.values import Exact, Moment, StrictSerializer
from courses.domain import grants, locks
from courses.domain.attempts import starting
from courses.errors import NotAllowed
from courses.models import Accommodation, Course, Enrolment, Extension, Quiz
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
    closes_later_s = Whole(min_value=0, max_value=LONGEST_GRANT_S, default=0)


class ExtensionSerializer(StrictSerializer):
    extra_time_s = Whole(min_value=0, max_value=LONGEST_GRANT_S, default=0)
    extra_attempts = Whole(min_value=0, max_value=SMALL, default=0)
    closes_at = Moment(allow_null=True, default=None, validators=DATES)


class GrantedExtension(ExtensionSerializer):
    quiz = serializers.CharField(source="quiz.key")


class GrantRow(StrictSerializer):
    external_id = serializers.CharField()
    accommodation = AccommodationSerializer(allow_null=True)
    course_accommodation = AccommodationSerializer(allow_null=True)
    extensions = GrantedExtension(many=True)


class GrantsView(PlatformView):
    tag = "grants"
    scopes = {
        "GET": "gradebook:read",
        "PUT": "gradebook:write",
        "DELETE": "gradebook:write",
    }


class GeneralAccommodation(GrantsView):
    @extend_schema("get_accommodation", responses=AccommodationSerializer)
    def get(self, request: Request, external_id: str) -> Response:
        """What the learner is granted in all courses; the neutral values when nothing is."""
        user = self.identity.user
        return etags.tagged(_accommodation(user, None))

    @extend_schema(
        "put_accommodation",
        parameters=[IF_MATCH],
        request=AccommodationSerializer,
        responses=AccommodationSerializer,
    )
    def put(self, request: Request, external_id: str) -> Response:
        """Grant it in all courses, also in attempts under way. A limited key may not."""
        user = self.identity.user
        if request.auth.is_limited:
            raise NotAllowed
        return _set_accommodation(
            request, user, None, AccommodationSerializer.validated(request.data)
        )

    @extend_schema("delete_accommodation", parameters=[IF_MATCH], responses=AccommodationSerializer)
    def delete(self, request: Request, external_id: str) -> Response:
        """Back to the neutral values; time that was given is never taken back. Safe to repeat."""
        user = self.identity.user
        if request.auth.is_limited:
            raise NotAllowed
        return _set_accommodation(request, user, None, AccommodationSerializer.validated({}))


class CourseAccommodation(GrantsView):
    @extend_schema("get_course_accommodation", responses=AccommodationSerializer)
    def get(self, request: Request, external_id: str, course: str) -> Response:
        """What the learner is granted in this course; the neutral values when nothing is."""
        user = self.identity.user
        return etags.tagged(_accommodation(user, course_of(request, course)))

    @extend_schema(
        "put_course_accommodation",
        parameters=[IF_MATCH],
        request=AccommodationSerializer,
        responses=AccommodationSerializer,
    )
    def put(self, request: Request, external_id: str, course: str) -> Response:
        """Grant it in this course, also in attempts under way. Time is never taken back."""
        user, row = self.identity.user, course_of(request, course)
        return _set_accommodation(
            request, user, row, AccommodationSerializer.validated(request.data)
        )

    @extend_schema(
        "delete_course_accommodation", parameters=[IF_MATCH], responses=AccommodationSerializer
    )
    def delete(self, request: Request, external_id: str, course: str) -> Response:
        """Back to the neutral values; time that was given is never taken back. Safe to repeat."""
        user, row = self.identity.user, course_of(request, course)
        return _set_accommodation(request, user, row, AccommodationSerializer.validated({}))


class OneExtension(GrantsView):
    @extend_schema("get_extension", responses=ExtensionSerializer)
    def get(self, request: Request, external_id: str, course: str, quiz: str) -> Response:
        """What the learner is granted in this quiz; the neutral values when nothing is."""
        enrolment, row = _place(request, external_id, course, quiz)
        return etags.tagged(_extension(enrolment, row))

    @extend_schema(
        "put_extension",
        parameters=[IF_MATCH],
        request=ExtensionSerializer,
        responses=ExtensionSerializer,
    )
    def put(self, request: Request, external_id: str, course: str, quiz: str) -> Response:
        """Grant more time, more attempts or a later close, also in an attempt under way."""
        return self._set(
            request, external_id, course, quiz, ExtensionSerializer.validated(request.data)
        )

    @extend_schema("delete_extension", parameters=[IF_MATCH], responses=ExtensionSerializer)
    def delete(self, request: Request, external_id: str, course: str, quiz: str) -> Response:
        """Back to the neutral values; time that was given is never taken back. Safe to repeat."""
        return self._set(request, external_id, course, quiz, ExtensionSerializer.validated({}))

    def _set(
        self, request: Request, external_id: str, course: str, quiz: str, values: dict[str, Any]
    ) -> Response:
        enrolment, row = _place(request, external_id, course, quiz)
        with transaction.atomic():
            locks.client(pk=self.client.pk)
            etags.require_match(request, _extension(enrolment, row))
            grants.set_extension(
                enrolment=enrolment, quiz=row, by=self.client, now=timezone.now(), **values
            )
        return etags.tagged(_extension(enrolment, row))


class GrantFilters(FilterSet):
    cohort = CohortFilter()


class Grants(GrantsView):
    queryset = Enrolment.objects.none()
    filterset_class = GrantFilters

    @extend_schema("list_grants", responses=GrantRow(many=True))
    def get(self, request: Request, course: str) -> Response:
        """Those of this platform's learners in the course to whom anything is granted."""
        place = course_of(request, course)
        rows = named(Enrolment.objects.filter(course=place), self.client, "user")
        rows = rows.latest_cycle().filter(grants.is_granted(course=place))
        return self.page(rows, lambda found: _granted(place, found))


def _granted(course: Course, found: Sequence[Any]) -> list[Any]:
    given = grants.of_many(enrolments=found, course=course)
    told = [
        {
            "external_id": one.external_id,
            "accommodation": given[one.pk].general,
            "course_accommodation": given[one.pk].in_course,
            "extensions": given[one.pk].extensions,
        }
        for one in found
    ]
    return list(GrantRow(told, many=True).data)


def _set_accommodation(
    request: Request, user: Any, course: Course | None, values: dict[str, Any]
) -> Response:
    with transaction.atomic():
        locks.client(pk=request.auth.client.pk)
        etags.require_match(request, _accommodation(user, course))
        by, now = request.auth.client, timezone.now()
        grants.set_accommodation(user=user, course=course, by=by, now=now, **values)
    return etags.tagged(_accommodation(user, course))


def _accommodation(user: Any, course: Course | None) -> Any:
    row = Accommodation.objects.filter(user=user, course=course).first()
    return AccommodationSerializer(row or Accommodation()).data


def _extension(enrolment: Enrolment, quiz: Quiz) -> Any:
    row = Extension.objects.filter(enrolment=enrolment, quiz=quiz).first()
    return ExtensionSerializer(row or Extension()).data


def _place(request: Request, external_id: str, course: str, quiz: str) -> tuple[Enrolment, Quiz]:
    reader = reader_of(request, external_id, course)
    return reader.enrolled(), starting.find_quiz(reader=reader, quiz_key=quiz)
