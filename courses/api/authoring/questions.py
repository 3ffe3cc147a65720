"""The bank: what questions are about. What they ask is in their versions."""

from typing import Any

from django.db.models import QuerySet
from rest_framework.decorators import action
from rest_framework.response import Response

from courses.api.authoring import bank
from courses.api.authoring.base import KEY, OBJECTIVE, AuthoringViewSet
from courses.api.authoring.fields import (
    Text,
    Whole,
    WordChoice,
    answered,
    changes,
    keys,
    new_key,
    no_key,
)
from courses.api.authoring.records import fields_of
from courses.api.authoring.versions import NewVersion, VersionSerializer
from courses.api.credentials import ApiRequest
from courses.api.filters import FilterSet, KeyFilter, SinceFilter, WordFilter
from courses.api.idempotent import idempotent
from courses.api.parameters import YesNo
from courses.api.schema import IF_MATCH, extend_schema
from courses.api.values import StrictSerializer, UtcTime
from courses.coursefiles.records import record_of
from courses.coursefiles.schema import DIFFICULTIES, QuestionFile
from courses.domain.authoring import edits
from courses.models import Course, Question

QUESTION_STATUS = ("draft", "ready", "retired")


@fields_of(QuestionFile, exclude=("key", "type", "status", "data"))
class QuestionValues(StrictSerializer):
    module = no_key()
    tags = keys(60)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Name each tag and each enemy once."""
        return attrs | {name: list(dict.fromkeys(attrs[name])) for name in ("tags", "enemies")}


class NewQuestion(QuestionValues, NewVersion):
    key = new_key()


_READ: dict[str, Any] = {
    "key": Text(),
    "status": WordChoice(choices=QUESTION_STATUS),
    "type": Text(source="kind", allow_null=True, help_text="Of what is ready, else of the draft."),
    "ready_number": Whole(
        source="ready_version.number", allow_null=True, help_text="The version that learners get."
    ),
    "draft_number": Whole(allow_null=True, help_text="The newest draft, if none is ready since."),
    "updated_at": UtcTime(),
}

QuestionRow = answered(QuestionValues, "QuestionRow", **_READ)
AuthoredQuestion = answered(
    QuestionValues,
    "AuthoredQuestion",
    **_READ,
    ready=VersionSerializer(source="ready_version", allow_null=True),
    draft=VersionSerializer(allow_null=True),
)
QuestionChanges = changes(QuestionValues, AuthoredQuestion, "QuestionChanges")


class QuestionFilters(FilterSet):
    module = KeyFilter(KEY, "module__key", help_text="Only questions of this module.")
    objective = KeyFilter(
        OBJECTIVE, "objective__key", help_text="Only questions for this objective."
    )
    stimulus = KeyFilter(KEY, "stimulus__key", help_text="Only questions that show this stimulus.")
    tag = KeyFilter(KEY, "tags__key", help_text="Only questions with this tag.")
    type = KeyFilter(KEY, "kind", help_text="Only questions of this type.")
    difficulty = WordFilter(DIFFICULTIES, help_text="Only questions of this difficulty.")
    status = WordFilter(
        QUESTION_STATUS, method="in_status", help_text="Only questions in this state."
    )
    updated_since = SinceFilter(help_text="Only what changed from this time on.")

    def in_status(self, rows: Any, _name: str, value: str) -> Any:
        if value == "retired":
            return rows.filter(is_retired=True)
        return rows.filter(is_retired=False, ready_version__isnull=value == "draft")


class ConfirmQuery(StrictSerializer):
    confirm = YesNo(
        default=False, help_text="`true`: also when a quiz could then no longer be started."
    )


class QuestionViewSet(AuthoringViewSet):
    tag = "authoring-questions"
    queryset = Question.objects.none()
    filterset_class = QuestionFilters
    serializer = AuthoredQuestion
    has_more_rows = True
    lookup_url_kwarg = "question"

    def rows(self, course: Course) -> QuerySet[Question]:
        return bank.questions(course)

    def serialize(self, row: Any) -> dict[str, Any]:
        number = row.draft_number
        row.draft = row.versions.filter(number=number).first() if number else None
        return super().serialize(row)

    @extend_schema("list_questions", responses=QuestionRow(many=True))
    def list(self, request: ApiRequest, **_names: str) -> Response:
        """Return the bank of a course by key, without the content of the questions."""
        return self.page(self.get_queryset(), QuestionRow)

    @extend_schema("create_question", request=NewQuestion, responses={201: AuthoredQuestion})
    @idempotent
    def create(self, request: ApiRequest, **_names: str) -> Response:
        """Create a question with its first version, a draft or ready. 409 when its key is taken.

        Tags are made on the way.
        """
        course = self.course()
        values = NewQuestion.validated(request.data)
        record = record_of(QuestionFile, values)
        module, note = values["module"] or "", values["note"]
        row = edits.create_question(
            course=course, record=record, module=module, note=note, by=None, origin=self.origin
        )
        return self.created(row, row.key)

    @extend_schema("get_question", responses=AuthoredQuestion)
    def retrieve(self, request: ApiRequest, **_names: str) -> Response:
        """Return one question with the version that learners get and the newest draft."""
        return self.answer(self.row())

    @extend_schema(
        "put_question",
        query=ConfirmQuery,
        parameters=[IF_MATCH],
        request=QuestionChanges,
        responses=AuthoredQuestion,
    )
    def update(self, request: ApiRequest, **_names: str) -> Response:
        """Change what the question is about. What it asks is changed by a new version.

        409 names the quizzes that could no longer be started, unless that is confirmed.
        """
        with self.changing() as row:
            values = self.values(QuestionChanges, row.key)
            known = {"key": row.key, "type": row.kind or "", "data": {}}
            record = record_of(QuestionFile, values, **known)
            module = values["module"] or ""
            edits.change_question(
                question=row,
                record=record,
                module=module,
                is_confirmed=self.query["confirm"],
                origin=self.origin,
            )
            return self.changed(row)

    @extend_schema(
        "retire_question", query=ConfirmQuery, parameters=[IF_MATCH], responses=AuthoredQuestion
    )
    @action(detail=True, methods=["post"])
    @idempotent
    def retire(self, request: ApiRequest, **_names: str) -> Response:
        """Retire the question: no draw takes it any more; quizzes that name it keep it.

        Safe to repeat. 409 names the quizzes that could no longer be started, unless that
        is confirmed.
        """
        with self.changing() as row:
            return self.changed(
                edits.retire_question(
                    question=row, is_confirmed=self.query["confirm"], origin=self.origin
                )
            )

    @extend_schema("restore_question", parameters=[IF_MATCH], responses=AuthoredQuestion)
    @action(detail=True, methods=["post"])
    @idempotent
    def restore(self, request: ApiRequest, **_names: str) -> Response:
        """Bring a retired question back. Safe to repeat."""
        with self.changing() as row:
            return self.changed(edits.restore_question(question=row, origin=self.origin))
