"""A learner's lessons: read them, answer the checks in them, complete them."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from courses.api import serializers_learning as serializers
from courses.api.base import ApiView
from courses.api.credentials import reader_of
from courses.api.idempotent import HEADER, idempotent
from courses.api.links import ApiLinks
from courses.api.schema import extend_schema
from courses.domain import access, lessons
from courses.errors import Invalid, Problem
from courses.questions.raw import NAMES_LIMIT, ResponseError, flatten


class LearningView(ApiView):
    """On behalf of the learner in the address; a person in the browser is `me`."""

    scopes = "learning:write"


def response_in(values: dict[str, Any]) -> Any:
    """What was answered; nothing when the stored response is to be taken away.

    Raises ResponseError when neither is there, or both are.
    """
    sent = values.get("response", {})
    if nulls := [name for name, value in sent.items() if value is None]:
        text = _("A text was expected, something else was sent.")
        raise ResponseError(text, [Problem(name, text) for name in nulls[:NAMES_LIMIT]])
    raw = flatten(sent)
    if not raw and not values["clear"]:
        text = _("There is no response here. Name what was answered, or send `clear`.")
        raise ResponseError(text, [Problem("", text)])
    if raw and values["clear"]:
        text = _("Send a response or `clear`, not both.")
        raise ResponseError(text, [Problem("", text)])
    return raw


def sent(request: Request, reader: access.Reader) -> dict[str, Any]:
    """A response as the domain takes it, from the learners themselves and through the API."""
    values = serializers.RespondRequest.validated(request.data)
    if values["clear"]:
        raise Invalid(_("What was answered here stands; it cannot be taken away."))
    return {
        "reader": reader,
        "raw": response_in(values),
        "based_on": values["based_on"],
        "by": reader.enrolled().user,
        "now": timezone.now(),
        "channel": "api",
        "key": request.headers.get(HEADER),
    }


class Lesson(LearningView):
    tag = "lessons"

    @extend_schema("open_lesson", responses=serializers.LessonStateSerializer)
    def get(self, request: Request, external_id: str, course: str, lesson: str) -> Response:
        """The lesson as this learner has it, with the state of each check. Changes nothing."""
        reader = reader_of(request, external_id, course)
        return Response(_state(request, reader, lesson))


class Visit(LearningView):
    tag = "lessons"

    @extend_schema("visit_lesson", request=serializers.VisitRequest, responses={204: None})
    def post(self, request: Request, external_id: str, course: str, lesson: str) -> Response:
        """Remember that the learner is in this lesson, and where."""
        values = serializers.VisitRequest.validated(request.data)
        reader = reader_of(request, external_id, course)
        position = values.get("position")
        lessons.visit(reader=reader, lesson_key=lesson, position=position, now=timezone.now())
        return Response(status=204)


class Confirm(LearningView):
    tag = "lessons"

    @extend_schema("confirm_lesson", responses=serializers.ConfirmedSerializer)
    @idempotent
    def post(self, request: Request, external_id: str, course: str, lesson: str) -> Response:
        """The learner has done what the lesson asks, where no checks complete it."""
        reader = reader_of(request, external_id, course)
        by = reader.enrolled().user
        done = lessons.confirm(reader=reader, lesson_key=lesson, by=by, now=timezone.now())
        return Response({"is_lesson_completed": done})


class Restart(LearningView):
    tag = "lessons"

    @extend_schema("restart_lesson", responses=serializers.LessonStateSerializer)
    @idempotent
    def post(self, request: Request, external_id: str, course: str, lesson: str) -> Response:
        """Put the lesson's checks aside and begin them afresh; what was answered is kept."""
        reader = reader_of(request, external_id, course)
        by = reader.enrolled().user
        lessons.practise_again(reader=reader, lesson_key=lesson, by=by, now=timezone.now())
        return Response(_state(request, reader, lesson))


class CheckResponses(LearningView):
    tag = "lessons"

    @extend_schema(
        "respond_to_check",
        request=serializers.RespondRequest,
        responses={
            200: serializers.CheckResponseSerializer,
            201: serializers.CheckResponseSerializer,
        },
    )
    @idempotent
    def post(
        self, request: Request, external_id: str, course: str, lesson: str, question: str
    ) -> Response:
        """Store a response to a check of the lesson; it is judged at once."""
        reader = reader_of(request, external_id, course)
        done = lessons.respond(lesson_key=lesson, question_key=question, **sent(request, reader))
        status = 201 if done.is_new else 200
        return Response(serializers.CheckResponseSerializer(done).data, status=status)


def _state(request: Request, reader: access.Reader, key: str) -> Any:
    page = lessons.open_lesson(reader=reader, lesson_key=key)
    context = {"links": ApiLinks(request, reader.course.key, page.module.key)}
    return serializers.LessonStateSerializer(page, context=context).data
