"""The classes of a course: made, renamed, archived, and their own dates for quizzes."""

from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.response import Response

from courses.api.credentials import ApiRequest
from courses.api.people import PlatformViewSet
from courses.api.problems import Refusal
from courses.api.schema import IF_MATCH, extend_schema
from courses.api.values import StrictModelSerializer, StrictSerializer, UtcTime
from courses.domain import sections
from courses.errors import NotFound
from courses.models import Quiz, Section, SectionQuiz
from courses.models.limits import DATES


class SectionValues(StrictSerializer):
    title = serializers.CharField(max_length=200, allow_blank=True, default="")
    is_archived = serializers.BooleanField(
        default=False, help_text="An archived class takes no new learners."
    )


class SectionSerializer(StrictModelSerializer):
    class Meta:
        model = Section
        fields = ("id", "key", "title", "is_default", "is_archived", "created_at")
        extra_kwargs = {
            "is_archived": {"help_text": "Whether it takes no new learners."},
            "is_default": {"help_text": "Whether learners come into it where no class is named."},
        }


class SectionDatesValues(StrictSerializer):
    opens_at = UtcTime(allow_null=True, default=None, validators=DATES)
    closes_at = UtcTime(allow_null=True, default=None, validators=DATES)


class SectionDatesSerializer(SectionDatesValues):
    quiz = serializers.CharField(source="quiz.key")


class OfClass(PlatformViewSet):
    """Shared by classes and their dates: which of them a platform sees, and may change."""

    tag = "enrolments"

    def seen(self) -> QuerySet[Section]:
        """Return the classes of the course but for those that another platform made."""
        rows = Section.objects.filter(course=self.course)
        return rows.filter(Q(client=None) | Q(client=self.client))

    def section(self, *, is_locked: bool = False) -> Section:
        """Return the class that the address names. Raises NotFound."""
        rows = self.seen().filter(key=self.kwargs["class_key"])
        row = (rows.select_for_update(no_key=True) if is_locked else rows).first()
        if row is None:
            raise NotFound
        return row

    def require_own(self, row: Section) -> None:
        """Raise Refusal for a class of the course itself, unless with the scope `admin`."""
        if row.client_id is None and not self.request.auth.has("admin"):
            text = _("The scope admin is needed for a class that you did not make.")
            raise Refusal("missing_scope", text)


class SectionViewSet(OfClass):
    """The classes of one course, by their keys."""

    scopes = "learners:write"
    queryset = Section.objects.none()
    serializer_class = SectionSerializer
    lookup_url_kwarg = "class_key"
    lookup_value_converter = "slug"

    def get_queryset(self) -> QuerySet[Section]:
        return self.seen()

    @extend_schema("list_sections", responses=SectionSerializer(many=True))
    def list(self, request: ApiRequest, **_names: str) -> Response:
        """Return the classes of the course, those of other platforms left out."""
        return self.page(self.get_queryset(), SectionSerializer)

    @extend_schema("get_section")
    def retrieve(self, request: ApiRequest, class_key: str, **_names: str) -> Response:
        """Return one class."""
        return self.answer(self.section())

    @extend_schema("put_section", parameters=[IF_MATCH], request=SectionValues, statuses=(200, 201))
    def update(self, request: ApiRequest, class_key: str, **_names: str) -> Response:
        """Create the class, rename it, or archive it. Safe to repeat.

        409 for a key that another platform uses, and for the default class, which stays open.
        """
        values = SectionValues.validated(request.data)
        with transaction.atomic():
            row = self.seen().select_for_update(no_key=True).filter(key=class_key).first()
            self.require_match(row)
            if row is not None:
                self.require_own(row)
            done, is_new = sections.put(
                course=self.course,
                key=class_key,
                client=self.client,
                now=timezone.now(),
                **values,
            )
        return self.answer(done, is_new=is_new)


class SectionDatesViewSet(OfClass):
    """The dates that a class has for quizzes instead of their own."""

    scopes = {"list": "gradebook:read", "retrieve": "gradebook:read", "update": "gradebook:write"}
    queryset = SectionQuiz.objects.none()
    serializer_class = SectionDatesSerializer
    lookup_url_kwarg = "quiz"
    lookup_value_converter = "slug"

    def get_queryset(self) -> QuerySet[SectionQuiz]:
        rows = SectionQuiz.objects.filter(section=self.section(), quiz__course=self.course)
        return rows.select_related("quiz")

    @extend_schema("list_section_dates", responses=SectionDatesSerializer(many=True))
    def list(self, request: ApiRequest, **_names: str) -> Response:
        """Return the quizzes for which the class has dates of its own."""
        return self.page(self.get_queryset(), SectionDatesSerializer)

    @extend_schema("get_section_dates")
    def retrieve(self, request: ApiRequest, quiz: str, **_names: str) -> Response:
        """Return the class's own dates for a quiz; null: as in the quiz."""
        found = self._quiz(quiz)
        return self.answer(self._dates(found))

    @extend_schema("put_section_dates", parameters=[IF_MATCH], request=SectionDatesValues)
    def update(self, request: ApiRequest, quiz: str, **_names: str) -> Response:
        """Give the class dates of its own for a quiz; null: as in the quiz. Safe to repeat.

        Open attempts get time that is added; none is taken away.
        """
        values = SectionDatesValues.validated(request.data)
        found = self._quiz(quiz)
        with transaction.atomic():
            section = self.section(is_locked=True)
            self.require_own(section)
            self.require_match(self._dates(found))
            row = sections.set_dates(section=section, quiz=found, **values)
        return self.answer(row)

    def _quiz(self, key: str) -> Quiz:
        row = Quiz.objects.offered().filter(course=self.course, lesson=None, key=key).first()
        if row is None:
            raise NotFound
        return row

    def _dates(self, quiz: Quiz) -> Any:
        """Return the row, one without dates where there is none."""
        section = self.section()
        found = SectionQuiz.objects.filter(section=section, quiz=quiz).select_related("quiz")
        return found.first() or SectionQuiz(section=section, quiz=quiz)
