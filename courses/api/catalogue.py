"""What can be learned here: courses and what is in them, with ETags. Contents go by their keys."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from rest_framework.response import Response

from courses.api import etags
from courses.api import serializers_catalogue as serializers
from courses.api.credentials import ApiRequest, course_of
from courses.api.filters import SinceFilters
from courses.api.links import ApiLinks
from courses.api.paging import CursorPagination, WholeList
from courses.api.schema import IF_NONE_MATCH, extend_schema
from courses.api.values import StrictSerializer
from courses.api.viewsets import ApiViewSet
from courses.domain import access, glossary, shutting
from courses.domain.assets import find_asset
from courses.domain.outline import LessonOutline, ObjectiveOutline, Outline, outline
from courses.errors import NotFound
from courses.file_responses import FileToSend, send_whole
from courses.file_store import FileMissing
from courses.lru_cache import LRUCache
from courses.models import Course, Lesson, Quiz

CACHE_SIZE = 128
"""Answers cached by their ETags in one process: a course with its lessons is some forty."""

_cache: LRUCache[str, Any] = LRUCache(CACHE_SIZE, name="catalogue")


class CatalogueViewSet(ApiViewSet):
    """Contents of one course; reading them again costs little while it stays as it is."""

    tag = "catalogue"
    scopes = "catalogue:read"
    queryset = Course.objects.none()
    header_parameters = (IF_NONE_MATCH,)
    pagination_class: type[CursorPagination | WholeList] | None = WholeList

    def get_queryset(self) -> QuerySet[Any]:
        return self.request.auth.courses()

    @cached_property
    def course(self) -> Course:
        """The course in the address. Raises NotFound."""
        return course_of(self.request, self.kwargs["course"])

    @cached_property
    def readable_course(self) -> Course:
        """The course, for its texts: a person must be enrolled. Raises NotFound, NotEnrolled."""
        if self.request.auth.client is None:
            access.reader(course_key=self.course.key, by=self.request.user)
        return self.course

    @cached_property
    def open_course(self) -> Course:
        """The course, for what it teaches. Raises as `readable_course`, and CourseShut."""
        if self.request.auth.client is None:
            reader = access.reader(course_key=self.course.key, by=self.request.user)
            shutting.refuse_while_shut(enrolment=reader.enrolment)
        return self.course

    @property
    def plan(self) -> Outline:
        return outline(self.course)

    def answer(self, build: Callable[[], Any]) -> Any:
        """Answer what `build` makes of the course, or 304 to who has this revision already."""
        course, address = self.course, self.request.build_absolute_uri()
        etag = etags.of(course.revision, course.state, address)
        return etags.catalogue(
            self.request, etag, lambda: Response(_cache.get_or_create(etag, build))
        )

    def answer_list(
        self, serializer: type[StrictSerializer], find: Callable[[], Iterable[Any]]
    ) -> Any:
        """Answer those of the rows that `find` returns which are as new as is asked for."""
        since = self.query.get("updated_since")

        def build() -> Any:
            rows = (row for row in find() if since is None or row.updated_at >= since)
            return {"results": serializer.serialize_all(rows)}

        return self.answer(build)


class CourseViewSet(CatalogueViewSet):
    pagination_class = CursorPagination
    filterset_class = SinceFilters
    lookup_url_kwarg = "course"
    lookup_value_converter = "slug"

    @extend_schema("list_courses", responses=serializers.CourseSerializer(many=True))
    def list(self, request: ApiRequest) -> Any:
        """Return the courses that this credential reaches."""
        response = self.page(
            request.auth.courses().with_certificates(), serializers.CourseSerializer
        )
        return etags.catalogue(request, etags.of_body(response.data), lambda: response)

    @extend_schema("get_course", responses=serializers.CourseSerializer)
    def retrieve(self, request: ApiRequest, course: str) -> Any:
        """Return one course."""

        def build() -> Any:
            found = Course.objects.with_certificates().get(pk=self.course.pk)
            return serializers.CourseSerializer.serialize(found)

        return self.answer(build)


class ModuleViewSet(CatalogueViewSet):
    @extend_schema(
        "list_modules",
        query=serializers.SinceQuery,
        responses=serializers.ModuleSerializer(many=True),
    )
    def list(self, request: ApiRequest, course: str) -> Any:
        """Return the modules of a course in their order, with the keys of their contents."""
        return self.answer_list(serializers.ModuleSerializer, lambda: self.plan.modules)


class LessonViewSet(CatalogueViewSet):
    lookup_url_kwarg = "lesson"
    lookup_value_converter = "slug"

    @extend_schema(
        "list_lessons",
        query=serializers.LessonQuery,
        responses=serializers.LessonSerializer(many=True),
    )
    def list(self, request: ApiRequest, course: str) -> Any:
        """Return the lessons of a course in their order, without their text."""
        return self.answer_list(serializers.LessonSerializer, self.lessons)

    def lessons(self) -> Iterator[LessonOutline]:
        asked = self.query.get("module")
        for module in self.plan.modules:
            if asked in (None, module.key):
                yield from module.lessons

    @extend_schema("get_lesson", responses=serializers.LessonDetailSerializer)
    def retrieve(self, request: ApiRequest, course: str, lesson: str) -> Any:
        """Return one lesson, as its authors wrote it and as HTML, with the places of its checks."""
        key = self.open_course.key

        def build() -> Any:
            found = self.plan.lesson(lesson)
            row = Lesson.objects.select_related("module").get(pk=found.id)
            context = {"links": ApiLinks(request, key, row.module.key)}
            found = replace(found, row=row)
            return serializers.LessonDetailSerializer(found, context=context).data

        return self.answer(build)


class ObjectiveViewSet(CatalogueViewSet):
    @extend_schema(
        "list_objectives",
        query=serializers.SinceQuery,
        responses=serializers.ObjectiveSerializer(many=True),
    )
    def list(self, request: ApiRequest, course: str) -> Any:
        """Return the objectives: what a learner can do after each module."""
        return self.answer_list(serializers.ObjectiveSerializer, self.objectives)

    def objectives(self) -> Iterator[ObjectiveOutline]:
        for module in self.plan.modules:
            yield from module.objectives


class TermViewSet(CatalogueViewSet):
    @extend_schema(
        "list_terms", query=serializers.TermQuery, responses=serializers.TermSerializer(many=True)
    )
    def list(self, request: ApiRequest, course: str) -> Any:
        """Return the glossary of a course in alphabetical order."""
        reader = access.Reader(self.open_course, None, is_author=False)
        return self.answer_list(
            serializers.TermSerializer,
            lambda: glossary.terms(reader=reader, query=self.query.get("q", "")),
        )


class QuizViewSet(CatalogueViewSet):
    lookup_url_kwarg = "quiz"
    lookup_value_converter = "slug"

    def get_queryset(self) -> QuerySet[Quiz]:
        rows = Quiz.objects.offered().filter(course=self.course, lesson=None)
        rows = rows.select_related("module", "compares_with")
        rows = rows.prefetch_related("items", "requires_modules")
        return rows.order_by("module__position", "position", "pk")

    @extend_schema(
        "list_quizzes",
        query=serializers.SinceQuery,
        responses=serializers.QuizSerializer(many=True),
    )
    def list(self, request: ApiRequest, course: str) -> Any:
        """Return what a learner may know of each quiz before starting it."""
        return self.answer_list(serializers.QuizSerializer, self.get_queryset)

    @extend_schema("get_quiz", responses=serializers.QuizSerializer)
    def retrieve(self, request: ApiRequest, course: str, quiz: str) -> Any:
        """Return what a learner may know of this quiz before starting it."""

        def build() -> Any:
            found = self.get_queryset().filter(key=quiz).first()
            if found is None:
                raise NotFound
            return serializers.QuizSerializer.serialize(found)

        return self.answer(build)


class AssetViewSet(CatalogueViewSet):
    lookup_url_kwarg = "name"
    lookup_value_converter = "str"

    @extend_schema("get_asset", query=serializers.AssetQuery, responses={(200, "*/*"): bytes})
    def retrieve(self, request: ApiRequest, course: str, module: str, name: str) -> Any:
        """Return a figure or data file of a module, as its HTML or an attempt names it."""
        found = find_asset(
            course=self.readable_course, module_key=module, name=name, pin=self.query.get("v", "")
        )
        file = FileToSend(name, found.content_type, found.content_hash)
        try:
            return etags.catalogue(request, file.etag, lambda: send_whole(request, file))
        except FileMissing as error:
            raise NotFound from error
