"""A learner's lessons: read them, answer the checks in them, complete them."""

from functools import cached_property
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.response import Response

from courses.api import serializers_learning as serializers
from courses.api.base import ApiView
from courses.api.credentials import ApiRequest, reader_of
from courses.api.idempotent import HEADER, idempotent
from courses.api.links import ApiLinks
from courses.api.schema import extend_schema
from courses.api.values import StrictSerializer
from courses.domain import access, lessons
from courses.errors import Invalid, Problem
from courses.questions.raw import NAMES_LIMIT, ResponseError, flatten


class LearningView(ApiView):
    """A view for the learner in the address; a person in the browser is `me`."""

    scopes = "learning:write"
    reads_section = True

    @cached_property
    def reader(self) -> access.Reader:
        """The learner in the course. Raises NotFound, NotEnrolled, Deactivated."""
        names = self.kwargs["external_id"], self.kwargs["course"], self.section_key
        return reader_of(self.request, *names)

    @property
    def learner(self) -> Any:
        """The learner who acts. Raises NotEnrolled."""
        return self.reader.enrolled().user

    def sent(self) -> dict[str, Any]:
        """Return the response in the body as arguments for the domain. Raises Invalid."""
        values = serializers.RespondRequest.validated(self.request.data)
        if values["clear"]:
            raise Invalid(_("This response is final and cannot be removed."))
        return {
            "reader": self.reader,
            "raw": response_in(values),
            "based_on": values["based_on"],
            "by": self.learner,
            "now": timezone.now(),
            "channel": "api",
            "idempotency_key": self.request.headers.get(HEADER),
        }


def stored(serializer: type[StrictSerializer], done: Any) -> Response:
    """Answer 201 for what is new, and 200 for what had been stored before."""
    return Response(serializer.serialize(done), status=201 if done.is_new else 200)


def response_in(values: dict[str, Any]) -> Any:
    """Return the response; nothing when the stored response is to be taken away.

    Raises ResponseError when neither is there, or both are.
    """
    sent = values.get("response", {})
    if nulls := [name for name, value in sent.items() if value is None]:
        text = _("Expected a text.")
        raise ResponseError(text, [Problem(name, text) for name in nulls[:NAMES_LIMIT]])
    raw = flatten(sent)
    if not raw and not values["clear"]:
        text = _("There is no response here. Send a response, or `clear` to remove the stored one.")
        raise ResponseError(text, [Problem("", text)])
    if raw and values["clear"]:
        text = _("Send a response or `clear`, not both.")
        raise ResponseError(text, [Problem("", text)])
    return raw


class LessonView(LearningView):
    tag = "lessons"

    def state(self, key: str) -> Response:
        page = lessons.open_lesson(reader=self.reader, lesson_key=key)
        context = {"links": ApiLinks(self.request, self.reader.course.key, page.module.key)}
        return Response(serializers.LessonStateSerializer(page, context=context).data)


class OneLesson(LessonView):
    @extend_schema("open_lesson", responses=serializers.LessonStateSerializer)
    def get(self, request: ApiRequest, lesson: str, **_names: str) -> Response:
        """Return the lesson for this learner, with the state of each check. Changes nothing."""
        return self.state(lesson)


class Visit(LessonView):
    @extend_schema("visit_lesson", request=serializers.VisitRequest, responses={204: None})
    def post(self, request: ApiRequest, lesson: str, **_names: str) -> Response:
        """Store that the learner is in this lesson, and where."""
        values = serializers.VisitRequest.validated(request.data)
        lessons.visit(reader=self.reader, lesson_key=lesson, now=timezone.now(), **values)
        return Response(status=204)


class Confirm(LessonView):
    @extend_schema("confirm_lesson", responses=serializers.ConfirmedSerializer)
    @idempotent
    def post(self, request: ApiRequest, lesson: str, **_names: str) -> Response:
        """Complete the lesson for the learner, where no checks complete it."""
        done = lessons.confirm(
            reader=self.reader, lesson_key=lesson, by=self.learner, now=timezone.now()
        )
        return Response({"is_lesson_completed": done})


class Restart(LessonView):
    @extend_schema("restart_lesson", responses=serializers.LessonStateSerializer)
    @idempotent
    def post(self, request: ApiRequest, lesson: str, **_names: str) -> Response:
        """Start the lesson's checks again; the responses so far are kept."""
        lessons.practise_again(
            reader=self.reader, lesson_key=lesson, by=self.learner, now=timezone.now()
        )
        return self.state(lesson)


class CheckResponses(LessonView):
    @extend_schema(
        "respond_to_check",
        request=serializers.RespondRequest,
        responses=dict.fromkeys((200, 201), serializers.CheckResponseSerializer),
    )
    @idempotent
    def post(self, request: ApiRequest, lesson: str, question: str, **_names: str) -> Response:
        """Store a response to a check of the lesson; it is judged at once."""
        done = lessons.respond(lesson_key=lesson, question_key=question, **self.sent())
        return stored(serializers.CheckResponseSerializer, done)
