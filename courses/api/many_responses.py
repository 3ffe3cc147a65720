"""Many responses of one attempt in one request: each has its own report, and none stops another."""

from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.response import Response

from courses.api import problems
from courses.api.attempts import AttemptView
from courses.api.bulk import MOST_ERRORS, rows_of
from courses.api.credentials import ApiRequest
from courses.api.idempotent import HEADER, idempotent
from courses.api.lessons import response_in
from courses.api.schema import extend_schema
from courses.api.serializers_learning import (
    ItemSerializer,
    RespondRequest,
    Text,
    Truth,
    Whole,
)
from courses.api.serializers_people import PlaceSerializer
from courses.api.values import StrictSerializer, UtcTime
from courses.domain import attempts, deadlines
from courses.errors import CoursesError, Invalid, Problem
from courses.questions.raw import ResponseError

NAME = "responses"


class RespondItem(RespondRequest):
    position = Whole(min_value=1, max_value=9999, help_text="Of the item in the attempt.")


class RespondManyRequest(StrictSerializer):
    responses = rows_of("Each as for one item, with its `position`; every position once.")


class SavedRow(StrictSerializer):
    """What became of one response."""

    index = Whole(help_text="The place of the response in the request, from 0.")
    position = Whole(required=False, help_text="As it was sent; missing where none was.")
    status = Whole(help_text="201 stored, 200 stored before, else refused.")
    code = Text(required=False, help_text="Why it was refused, as for one response.")
    revision = Whole(required=False, help_text="Of what is stored now.")
    value = serializers.JSONField(required=False, help_text="After `stale_revision`: it.")
    received_at = UtcTime(required=False)
    is_new = Truth(required=False, help_text="False when the same was stored before.")
    item = ItemSerializer(required=False, help_text="Where the quiz gives feedback at once.")
    errors: Any = PlaceSerializer(many=True, required=False, help_text="Where it was refused.")


class SavedReport(StrictSerializer):
    results = SavedRow(many=True)
    seconds_left = Whole(allow_null=True)


class AttemptResponses(AttemptView):
    tag = "attempts"

    @extend_schema("save_responses", request=RespondManyRequest, responses=SavedReport)
    @idempotent
    def put(self, request: ApiRequest, **_names: Any) -> Response:
        """Store many responses under one lock, up to 200. Each is stored or refused on its own."""
        rows = RespondManyRequest.validated(request.data)[NAME]
        reports: dict[int, dict[str, Any]] = {}
        readable = _Rows()
        for index, row in enumerate(rows):
            try:
                readable.add(index, row)
            except (serializers.ValidationError, CoursesError) as error:
                reports[index] = _refusal(index, error)
        now = timezone.now()
        done = attempts.save_many(
            attempt=self.attempt,
            sent=readable.sent,
            by=self.learner,
            now=now,
            channel="api",
            idempotency_key=request.headers.get(HEADER),
        )
        for position, outcome in done.items():
            index = readable.index[position]
            if isinstance(outcome, CoursesError):
                reports[index] = _refusal(index, outcome)
            else:
                reports[index] = _report(outcome)
        results = [
            {"index": index, **_position(row), **reports[index]} for index, row in enumerate(rows)
        ]
        left = deadlines.seconds_left(deadline_at=self.attempt.deadline_at, now=now)
        return Response({"results": results, "seconds_left": left})


class _Rows:
    """The responses that can be read, by their position."""

    def __init__(self) -> None:
        self.sent: dict[int, attempts.SentResponse] = {}
        self.index: dict[int, int] = {}

    def add(self, index: int, row: Any) -> None:
        """Read one row. Raises ValidationError, ResponseError, Invalid for a second one."""
        values = RespondItem.validated(row)
        position = values["position"]
        if position in self.index:
            text = _("There is another response to this position in the request.")
            raise Invalid(text, problems=[Problem("position", text)])
        raw = response_in(values)
        self.index[position] = index
        self.sent[position] = attempts.SentResponse(raw, values["based_on"], values["clear"])


def _position(row: Any) -> dict[str, int]:
    position = row.get("position") if isinstance(row, dict) else None
    return {"position": position} if type(position) is int else {}


def _report(saved: attempts.Saved) -> dict[str, Any]:
    found: dict[str, Any] = {
        "status": 201 if saved.is_new else 200,
        "revision": saved.revision,
        "received_at": saved.received_at,
        "is_new": saved.is_new,
    }
    if saved.policy.is_graded_at_once:
        found["item"] = ItemSerializer.serialize(saved.view)
    return found


def _refusal(index: int, error: Exception) -> dict[str, Any]:
    code = problems.code_of(error)
    found = {"status": problems.TITLES[code][0], "code": code}
    if isinstance(error, CoursesError):
        names = ("revision", "value")
        found |= {name: error.details[name] for name in names if name in error.details}
    return {**found, **problems.listed(_places(index, error), most=MOST_ERRORS)}


def _places(index: int, error: Any) -> Iterator[dict[str, str]]:
    """Return what is wrong, each with a pointer into the whole request."""
    here = (NAME, str(index))
    if isinstance(error, serializers.ValidationError):
        yield from problems.pointed(error.detail, *here)
        return
    above = (*here, "response") if isinstance(error, ResponseError) else here
    if not isinstance(error, Invalid) or not error.problems:
        yield {"pointer": problems.pointer(*above), "message": str(error.message)}
        return
    for one in error.problems:
        pointer = problems.pointer(*above, *filter(None, one.path.split(".")))
        yield {"pointer": pointer, "message": str(one.message)}
