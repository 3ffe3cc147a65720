"""What can be learned here: courses and what is in them, with ETags. Contents go by their keys."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from rest_framework.fields import CharField
from rest_framework.request import Request
from rest_framework.response import Response

from courses.api import etags
from courses.api import serializers_catalogue as serializers
from courses.api.base import ApiView
from courses.api.credentials import course_of
from courses.api.filters import SinceFilters
from courses.api.links import segments
from courses.api.paging import WholeList
from courses.api.schema import IF_NONE_MATCH, extend_schema
from courses.api.values import Moment, StrictSerializer
from courses.domain import access, glossary
from courses.domain.assets import find_asset
from courses.domain.outline import LessonOutline, ModuleOutline, outline
from courses.errors import NotFound
from courses.lru_cache import LRUCache
from courses.models import Course, Lesson, Quiz

CACHE_SIZE = 128
"""Answers cached by their ETags in one process: a course with its lessons is some forty."""

_cache: LRUCache[str, Any] = LRUCache(CACHE_SIZE)


class SinceQuery(StrictSerializer):
    updated_since = Moment(required=False, help_text="Only what changed from this time on.")


class LessonQuery(SinceQuery):
    module = CharField(required=False, help_text="Only lessons of this module.")


class TermQuery(SinceQuery):
    q = CharField(required=False, max_length=200, help_text="Only terms that hold these words.")


class AssetQuery(StrictSerializer):
    v = CharField(
        required=False,
        help_text="The hash that `files` of an attempt's item gives: the file as it was then.",
    )


class CatalogueView(ApiView):
    tag = "catalogue"
    scopes = "catalogue:read"
    headers = (IF_NONE_MATCH,)

    def whole(self, request: Request, course: Course, build: Any) -> Any:
        """What `build` makes of the course, unless the reader has this revision already."""
        etag = etags.of(course.revision, course.state, request.build_absolute_uri())
        return etags.catalogue(request, etag, lambda: Response(_cache.get_or_create(etag, build)))


class CatalogueListView(CatalogueView):
    pagination_class = WholeList

    def whole_list(self, request: Request, course: Course, rows: Any, serialize: Any) -> Any:
        """Those of the rows that `rows` finds that are as new as is asked for."""
        return self.whole(
            request,
            course,
            lambda: {"results": [serialize(one) for one in rows() if self.is_wanted(one)]},
        )

    def is_wanted(self, row: Any) -> bool:
        """Was it written after the time that is asked for?"""
        since = self.query.get("updated_since")
        return since is None or row.updated_at >= since


class Courses(CatalogueView):
    queryset = Course.objects.none()
    filterset_class = SinceFilters

    @extend_schema("list_courses", responses=serializers.CourseSerializer(many=True))
    def get(self, request: Request) -> Any:
        """The courses that this credential reaches."""
        rows = request.auth.courses()
        response = self.page(rows, serializers.CourseSerializer)
        return etags.catalogue(request, etags.of_body(response.data), lambda: response)


class OneCourse(CatalogueView):
    @extend_schema("get_course", responses=serializers.CourseSerializer)
    def get(self, request: Request, course: str) -> Response:
        """One course."""
        row = course_of(request, course)
        return self.whole(request, row, lambda: serializers.CourseSerializer.serialize(row))


class Modules(CatalogueListView):
    @extend_schema(
        "list_modules", query=SinceQuery, responses=serializers.ModuleSerializer(many=True)
    )
    def get(self, request: Request, course: str) -> Response:
        """The modules of a course in their order, with the keys of what is in them."""
        row = course_of(request, course)
        return self.whole_list(request, row, lambda: outline(row).modules, _module)


class Lessons(CatalogueListView):
    @extend_schema(
        "list_lessons", query=LessonQuery, responses=serializers.LessonSerializer(many=True)
    )
    def get(self, request: Request, course: str) -> Response:
        """The lessons of a course in their order, without their text."""
        row = course_of(request, course)
        only = self.query.get("module")
        return self.whole(
            request,
            row,
            lambda: {
                "results": [
                    _lesson(lesson, module)
                    for module in outline(row).modules
                    if only in (None, module.key)
                    for lesson in module.lessons
                    if self.is_wanted(lesson)
                ]
            },
        )


class OneLesson(CatalogueView):
    @extend_schema("get_lesson", responses=serializers.LessonDetailSerializer)
    def get(self, request: Request, course: str, lesson: str) -> Response:
        """One lesson, as its authors wrote it and as HTML; checks are named where they stand."""
        row = _readable(request, course)
        return self.whole(request, row, lambda: _whole_lesson(request, row, lesson))


class Objectives(CatalogueListView):
    @extend_schema(
        "list_objectives", query=SinceQuery, responses=serializers.ObjectiveSerializer(many=True)
    )
    def get(self, request: Request, course: str) -> Response:
        """What a learner can do after each module."""
        row = course_of(request, course)
        return self.whole(request, row, lambda: {"results": list(_objectives(row, self.is_wanted))})


class Glossary(CatalogueListView):
    @extend_schema("list_terms", query=TermQuery, responses=serializers.TermSerializer(many=True))
    def get(self, request: Request, course: str) -> Response:
        """The words of a course in alphabetical order."""
        row = _readable(request, course)
        reader = access.Reader(row, None, is_author=False)
        words = self.query.get("q", "")
        return self.whole_list(
            request,
            row,
            lambda: glossary.terms(reader=reader, query=words),
            serializers.TermSerializer.serialize,
        )


class Quizzes(CatalogueListView):
    @extend_schema(
        "list_quizzes", query=SinceQuery, responses=serializers.QuizSerializer(many=True)
    )
    def get(self, request: Request, course: str) -> Response:
        """What a learner may know of each quiz before starting it."""
        row = course_of(request, course)
        return self.whole_list(request, row, lambda: _quizzes(row), _quiz)


class OneQuiz(CatalogueView):
    @extend_schema("get_quiz", responses=serializers.QuizSerializer)
    def get(self, request: Request, course: str, quiz: str) -> Response:
        """What a learner may know of this quiz before starting it."""
        row = course_of(request, course)
        found = _quizzes(row).filter(key=quiz).first()
        if found is None:
            raise NotFound
        return self.whole(request, row, lambda: _quiz(found))


class OneAsset(CatalogueView):
    @extend_schema("get_asset", query=AssetQuery, responses={(200, "*/*"): bytes})
    def get(self, request: Request, course: str, module: str, name: str) -> Any:
        """A figure or data file of a module, as its HTML names it or as an attempt shows it."""
        row = _readable(request, course)
        found = find_asset(course=row, module_key=module, name=name, pin=self.query.get("v", ""))
        etag = f'"{found.content_hash}"'

        def build() -> HttpResponse:
            return HttpResponse(bytes(found.content), content_type=found.content_type)

        return etags.catalogue(request, etag, build)


def _readable(request: Request, key: str) -> Course:
    """A course whose texts this credential may read: a person must be enrolled in it."""
    row = course_of(request, key)
    if request.auth.client is None:
        access.reader(course_key=row.key, by=request.user)
    return row


_MOMENT = Moment()


def _moment(row: Any) -> str:
    return _MOMENT.to_representation(row.updated_at)


def _module(module: ModuleOutline) -> dict[str, Any]:
    return {
        "key": module.key,
        "number": module.number,
        "title": module.title,
        "summary": module.summary,
        "is_optional": module.is_optional,
        "minutes": module.minutes,
        "objectives": [one.key for one in module.objectives],
        "lessons": [{"key": one.key, "title": one.title} for one in module.lessons],
        "quizzes": [{"key": one.key, "title": one.title} for one in module.quizzes],
        "updated_at": _moment(module),
    }


def _lesson(lesson: LessonOutline, module: ModuleOutline) -> dict[str, Any]:
    return {
        "key": lesson.key,
        "number": lesson.number,
        "module": module.key,
        "title": lesson.title,
        "summary": lesson.summary,
        "minutes": lesson.minutes,
        "completion": lesson.completion,
        "check_count": lesson.check_count,
        "review_questions": [one.question.key for one in lesson.review_places if one.question],
        "objectives": [one.key for one in lesson.objectives],
        "updated_at": _moment(lesson),
    }


def _whole_lesson(request: Request, course: Course, key: str) -> dict[str, Any]:
    plan = outline(course)
    lesson, module = plan.lesson(key), plan.module_of(key)
    row = Lesson.objects.only("body", "rendered", "reviewed_on").get(pk=lesson.id)
    return {
        **_lesson(lesson, module),
        "sources": [serializers.SourceSerializer.serialize(one) for one in lesson.sources],
        "source": row.body,
        "segments": segments(request, course.key, module.key, row.rendered),
        "reviewed_on": row.reviewed_on and row.reviewed_on.isoformat(),
    }


def _objectives(course: Course, is_wanted: Callable[[Any], bool]) -> Iterator[dict[str, str]]:
    for module in outline(course).modules:
        for one in filter(is_wanted, module.objectives):
            yield {
                "key": one.key,
                "module": module.key,
                "text": one.text,
                "bloom": one.bloom,
                "updated_at": _moment(one),
            }


def _quizzes(course: Course) -> Any:
    rows = Quiz.objects.offered().filter(course=course, lesson=None)
    rows = rows.exclude(module__is_archived=True).select_related("module", "compares_with")
    return rows.prefetch_related("items", "requires_modules").order_by(
        "module__position", "position", "pk"
    )


def _quiz(quiz: Quiz) -> dict[str, Any]:
    places = list(quiz.items.all())
    values = {
        "module": quiz.module.key if quiz.module else None,
        "item_count": sum(place.count for place in places),
        "points_total": sum((place.points * place.count for place in places), Decimal(0)),
        "compares_with": quiz.compares_with.key if quiz.compares_with else None,
        "requires_modules": [module.key for module in quiz.requires_modules.all()],
    }
    named = [name for name in serializers.QuizSerializer.field_names() if name not in values]
    return serializers.QuizSerializer.serialize(
        {**{name: getattr(quiz, name) for name in named}, **values}
    )
