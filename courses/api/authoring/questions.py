"""The bank: what questions are about. What they ask is in their versions."""

from typing import Any

from django.db import transaction
from django.urls import reverse
from rest_framework.request import Request
from rest_framework.response import Response

from courses.api import etags
from courses.api.authoring import bank, shapes
from courses.api.authoring.base import KEY, OBJECTIVE, AuthoringView, one
from courses.api.filters import FilterSet, KeyFilter, SinceFilter, WordFilter, choice
from courses.api.idempotent import idempotent
from courses.api.schema import IF_MATCH, extend_schema, query
from courses.coursefiles.schema import DIFFICULTIES, QuestionFile
from courses.domain.authoring import edits
from courses.models import Question


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
        shapes.QUESTION_STATUS, method="in_status", help_text="Only questions in this state."
    )
    updated_since = SinceFilter(help_text="Only what changed from this time on.")

    def in_status(self, rows: Any, _name: str, value: str) -> Any:
        return bank.in_status(rows, value)


_CONFIRM = query(
    "confirm",
    "`true`: also when a quiz could then no longer be started.",
    {"type": "boolean", "default": False},
)


class QuestionView(AuthoringView):
    tag = "authoring-questions"

    def question(self, course: str, key: str, *, is_locked: bool = False) -> Question:
        return one(bank.questions(self.course(course, is_locked=is_locked)), key=key)

    def answer(self, question: Question, **more: Any) -> Response:
        """The question as it is now, after whatever was done."""
        found = bank.questions(question.course).get(pk=question.pk)
        return etags.tagged(bank.told(found), **more)


class Questions(QuestionView):
    queryset = Question.objects.none()
    filterset_class = QuestionFilters

    @extend_schema("list_questions", responses=shapes.QuestionPage)
    def get(self, request: Request, course: str) -> Response:
        """The bank of a course by key, without what the questions ask."""
        return self.page(
            bank.questions(self.course(course)),
            lambda found: shapes.QuestionRow(map(bank.row_of, found), many=True).data,
        )

    @extend_schema(
        "create_question", request=shapes.NewQuestion, responses={201: shapes.AuthoredQuestion}
    )
    @idempotent
    def post(self, request: Request, course: str) -> Response:
        """A new question with its first version, a draft or ready. 409 when its key is taken.

        Tags are made on the way.
        """
        found = self.course(course)
        values = shapes.NewQuestion.read(request.data)
        module, note = values.pop("module") or "", values.pop("note")
        row = edits.create_question(
            course=found, record=_record(**values), module=module, note=note, by=None
        )
        place = reverse("cx_courses:api:question", args=[course, row.key])
        return self.answer(row, status=201, Location=request.build_absolute_uri(place))


class OneQuestion(QuestionView):
    @extend_schema("get_question", responses=shapes.AuthoredQuestion)
    def get(self, request: Request, course: str, question: str) -> Response:
        """One question with the version that learners get and the newest draft."""
        return etags.tagged(bank.told(self.question(course, question)))

    @extend_schema(
        "put_question",
        parameters=[_CONFIRM, IF_MATCH],
        request=shapes.QuestionChanges,
        responses=shapes.AuthoredQuestion,
    )
    def put(self, request: Request, course: str, question: str) -> Response:
        """Change what the question is about. What it asks is changed by a new version.

        409 names the quizzes that could no longer be started, unless that is confirmed.
        """
        is_confirmed = choice(request, "confirm", ("true", "false")) == "true"
        with transaction.atomic():
            row = self.question(course, question, is_locked=True)
            values = self.values(shapes.QuestionChanges, row.key)
            etags.require_match(request, bank.told(row))
            module = values.pop("module") or ""
            record = _record(key=row.key, type=row.kind or "", data={}, **values)
            edits.change_question(
                question=row, record=record, module=module, is_confirmed=is_confirmed
            )
            return self.answer(row)


class Retire(QuestionView):
    @extend_schema(
        "retire_question", parameters=[_CONFIRM, IF_MATCH], responses=shapes.AuthoredQuestion
    )
    @idempotent
    def post(self, request: Request, course: str, question: str) -> Response:
        """No draw takes it any more; where a quiz names it, it stays. Safe to repeat.

        409 names the quizzes that could no longer be started, unless that is confirmed.
        """
        is_confirmed = choice(request, "confirm", ("true", "false")) == "true"
        with transaction.atomic():
            row = self.question(course, question, is_locked=True)
            etags.require_match(request, bank.told(row))
            return self.answer(edits.retire_question(question=row, is_confirmed=is_confirmed))


class Restore(QuestionView):
    @extend_schema("restore_question", parameters=[IF_MATCH], responses=shapes.AuthoredQuestion)
    @idempotent
    def post(self, request: Request, course: str, question: str) -> Response:
        """Bring a retired question back. Safe to repeat."""
        with transaction.atomic():
            row = self.question(course, question, is_locked=True)
            etags.require_match(request, bank.told(row))
            return self.answer(edits.restore_question(question=row))


def _record(**values: Any) -> QuestionFile:
    """What was sent, as a course file would say it."""
    day = values["reviewed_on"]
    return QuestionFile(
        **{
            **values,
            "objective": values["objective"] or "",
            "bloom": values["bloom"] or "",
            "stimulus": values["stimulus"] or "",
            "tags": tuple(dict.fromkeys(values["tags"])),
            "enemies": tuple(dict.fromkeys(values["enemies"])),
            "source": tuple(values["source"]),
            "reviewed_on": day and day.isoformat(),
        }
    )
