"""Quizzes as their authors see them: every rule, and the items in their order."""

from typing import Any

from django.db.models import Count, Prefetch, QuerySet
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from courses.api.authoring.base import KEY, AuthoringViewSet, place_of
from courses.api.authoring.fields import (
    NEW_STATUS,
    Key,
    Text,
    Whole,
    WordChoice,
    answered,
    changes,
    new_key,
    no_key,
    place,
)
from courses.api.authoring.records import fields_of
from courses.api.credentials import ApiRequest
from courses.api.filters import FilterSet, KeyFilter, WordFilter
from courses.api.idempotent import idempotent
from courses.api.schema import IF_MATCH, extend_schema
from courses.api.values import AnyField, StrictSerializer
from courses.coursefiles.records import record_of
from courses.coursefiles.rules import SMALL_LIMIT
from courses.coursefiles.schema import DrawFile, QuizFile, QuizItemFile
from courses.domain import quiz_changes
from courses.domain.authoring import edits
from courses.models import Course, Quiz, QuizItem
from courses.questions.base import Reveal

MOST_ITEMS = 500
STATUS = ("draft", "ready", "archived")


@fields_of(DrawFile)
class DrawSerializer(StrictSerializer):
    tag = no_key(60)

    def get_attribute(self, instance: QuizItem) -> dict[str, Any] | None:
        """Return the columns of a place that hold its draw; None where it names a question."""
        if not instance.draw_count:
            return None
        return {name: getattr(instance, f"draw_{name}") for name in self.field_names()}


class VersionNumber(Whole):
    def to_representation(self, value: Any) -> int:
        return int(value.number)


@fields_of(QuizItemFile)
class QuizItemSerializer(StrictSerializer):
    """A question or a draw."""

    version = VersionNumber(
        min_value=1,
        max_value=SMALL_LIMIT,
        allow_null=True,
        default=None,
        help_text="Pinned; null: the latest that is ready.",
    )
    draw = DrawSerializer(allow_null=True, default=None)


def _shown() -> AnyField:
    return serializers.ListField(
        child=WordChoice(choices=Reveal.names()), required=False, max_length=len(Reveal.names())
    )


class ReviewTable(StrictSerializer):
    """What is shown when; a moment that is left out follows the kind's defaults."""

    during = _shown()
    just_after = _shown()
    later = _shown()
    after_last_try = _shown()
    after_close = _shown()

    def get_attribute(self, instance: Quiz) -> Any:
        return instance.review or None


@fields_of(QuizFile, exclude=("key", "status"))
class QuizValues(StrictSerializer):
    module = no_key(help_text="null: a quiz of the whole course.")
    position = place()
    review = ReviewTable(allow_null=True, default=None, help_text="null: the kind's defaults.")
    items: Any = serializers.ListSerializer(
        child=QuizItemSerializer(), default=list, max_length=MOST_ITEMS
    )


class NewQuiz(QuizValues):
    key = new_key()
    status = WordChoice(choices=NEW_STATUS, default="draft")


AuthoredQuiz = answered(
    QuizValues, "AuthoredQuiz", key=Text(), status=WordChoice(choices=STATUS), position=Whole()
)
QuizChanges = changes(QuizValues, AuthoredQuiz, "QuizChanges")


class QuizRow(StrictSerializer):
    key = Text()
    title = Text()
    module = Key(allow_null=True)
    position = Whole()
    kind = WordChoice(choices=Quiz.Kind.values)
    status = WordChoice(choices=STATUS)
    item_count = Whole(help_text="Places; a draw is one.")


_IN_STATUS = {
    "draft": {"is_draft": True, "is_archived": False},
    "ready": {"is_draft": False, "is_archived": False},
    "archived": {"is_archived": True},
}


class QuizFilters(FilterSet):
    module = KeyFilter(KEY, "module__key", help_text="Only quizzes of this module.")
    kind = WordFilter(Quiz.Kind.values, help_text="Only quizzes of this kind.")
    status = WordFilter(STATUS, method="in_status", help_text="Only quizzes in this state.")

    def in_status(self, rows: Any, _name: str, value: str) -> Any:
        return rows.filter(**_IN_STATUS[value])


class AuthoredQuizViewSet(AuthoringViewSet):
    tag = "authoring-quizzes"
    queryset = Quiz.objects.none()
    filterset_class = QuizFilters
    serializer = AuthoredQuiz
    has_more_rows = True
    lookup_url_kwarg = "quiz"

    def rows(self, course: Course) -> QuerySet[Quiz]:
        """Return quizzes with all that an answer holds, in three queries."""
        items = QuizItem.objects.select_related("question", "version", "draw_objective", "draw_tag")
        items = items.defer("version__data").order_by("position")
        return _quizzes(course).prefetch_related("requires_modules", Prefetch("items", items))

    @extend_schema("list_authored_quizzes", responses=QuizRow(many=True))
    def list(self, request: ApiRequest, **_names: str) -> Response:
        """Return the quizzes of a course by key. The checks of lessons are in the lessons' text."""
        rows = _quizzes(self.course()).annotate(item_count=Count("items"))
        return self.page(rows, QuizRow)

    @extend_schema("create_quiz", request=NewQuiz, responses={201: AuthoredQuiz})
    @idempotent
    def create(self, request: ApiRequest, **_names: str) -> Response:
        """Create a quiz with its items, a draft or ready at once. 409 when its key is taken."""
        course = self.course()
        values = NewQuiz.validated(request.data)
        record = record_of(QuizFile, values)
        row = edits.create_quiz(
            course=course, record=record, origin=self.origin, **place_of(values)
        )
        return self.created(row, row.key)

    @extend_schema("get_authored_quiz", responses=AuthoredQuiz)
    def retrieve(self, request: ApiRequest, **_names: str) -> Response:
        """Return one quiz with every rule and its items."""
        return self.answer(self.row())

    @extend_schema("put_quiz", parameters=[IF_MATCH], request=QuizChanges, responses=AuthoredQuiz)
    def update(self, request: ApiRequest, **_names: str) -> Response:
        """Change the rules and items, all at once; attempts keep what they began with.

        More time reaches attempts under way; time is never taken away from them. The header
        `Attempts-Kept` counts those that keep more than the new rules give.
        """
        with self.changing() as row:
            values = self.values(QuizChanges, row.key)
            record = record_of(QuizFile, values, key=row.key)
            edits.change_quiz(quiz=row, record=record, origin=self.origin, **place_of(values))
            unchanged = quiz_changes.count_unchanged(quiz=row)
            return self.changed(row, **{"Attempts-Kept": str(unchanged)})

    @extend_schema("publish_quiz", parameters=[IF_MATCH], responses=AuthoredQuiz)
    @action(detail=True, methods=["post"])
    @idempotent
    def publish(self, request: ApiRequest, **_names: str) -> Response:
        """Publish the draft. 400 lists what is missing or wrong. Safe to repeat."""
        with self.changing() as row:
            return self.changed(edits.publish_quiz(quiz=row, origin=self.origin))

    @extend_schema("archive_quiz", parameters=[IF_MATCH], responses=AuthoredQuiz)
    @action(detail=True, methods=["post"])
    @idempotent
    def archive(self, request: ApiRequest, **_names: str) -> Response:
        """Archive the quiz: nobody starts it any more; attempts and results stay.

        Safe to repeat.
        """
        with self.changing() as row:
            return self.changed(edits.archive_quiz(quiz=row, origin=self.origin))

    @extend_schema("restore_quiz", parameters=[IF_MATCH], responses=AuthoredQuiz)
    @action(detail=True, methods=["post"])
    @idempotent
    def restore(self, request: ApiRequest, **_names: str) -> Response:
        """Restore the quiz from the archive, as the draft or ready quiz it was. Safe to repeat."""
        with self.changing() as row:
            return self.changed(edits.restore_quiz(quiz=row, origin=self.origin))


def _quizzes(course: Course) -> QuerySet[Quiz]:
    return (
        Quiz.objects.standalone()
        .filter(course=course)
        .select_related("module", "course", "compares_with")
    )
