"""What the `data` of each type of event holds as others get it, as JSON Schema.

The description of the API takes its `webhooks` from here; a test holds every event to it.
"""

from typing import Any

from courses.domain import events
from courses.models import Attempt, Certificate, Enrolment, Result, WebhookEndpoint

Json = dict[str, Any]


def _text(description: str, **more: Any) -> Json:
    return {"type": "string", "description": description, **more}


def _id(description: str) -> Json:
    return _text(description, format="uuid")


def _whole(description: str) -> Json:
    return {"type": "integer", "description": description}


def _or_null(kind: Json) -> Json:
    """Return the schema that also allows null; an enumeration names null as well."""
    values = {"enum": [*kind["enum"], None]} if "enum" in kind else {}
    return {**kind, "type": [kind["type"], "null"], **values}


def _record(description: str, **fields: Json) -> Json:
    return {
        "type": "object",
        "description": description,
        "properties": fields,
        "required": list(fields),
    }


_COURSE = _record("The course.", id=_id("Its id."), key=_text("Its key."))
_LEARNER = _record(
    "The learner.", id=_id("The id here."), external_id=_text("Your own id of the learner.")
)
_PERSON: Json = {
    "course": _COURSE,
    "enrolment": _id("The learner's enrolment in the course."),
    "section": _or_null(_text("The key of the class; null for staff of the whole course.")),
    "learner": _or_null(_LEARNER)
    | {"description": "The learner; null for one that you have not named."},
}
_ROLE = _text("The role in the course.", enum=Enrolment.Role.values)
_SCORE: Json = {
    "is_shown": {
        "type": "boolean",
        "description": "Whether the quiz showed the score to the learner.",
    },
    "percent": {"type": ["number", "null"], "description": "Null while it is hidden or unknown."},
    "has_passed": {
        "type": ["boolean", "null"],
        "description": "Null while it is hidden, or where nothing is passed.",
    },
    "submitted_at": _or_null(_text("When it was handed in.", format="date-time")),
}
_ATTEMPT: Json = {
    "attempt": _id("The attempt."),
    "quiz": _text("The key of the quiz."),
    "number": _whole("Which attempt of the learner at this quiz, from 1."),
}
_HANDED_IN: Json = {
    **_ATTEMPT,
    "state": _text("The state of the attempt.", enum=Attempt.State.values),
    **_SCORE,
}
_RESULT: Json = {
    "line_item": _id("The column of the gradebook."),
    **_SCORE,
    "pass_mark": {"type": ["number", "null"], "description": "In per cent; null without one."},
    "activity_progress": _text("How far the learner is.", enum=Result.ActivityProgress.values),
    "grading_progress": _text("How far the grading is.", enum=Result.GradingProgress.values),
}
_CLIENT = _or_null(_id("The API client that is notified; null for an endpoint of the site."))

_CERTIFICATE: Json = {
    "certificate": _id("The certificate."),
    "number": _text("Its public number, by which anybody may verify it."),
}

FIELDS: dict[str, Json] = {
    events.ENROLMENT_CREATED: {**_PERSON, "role": _ROLE},
    events.ENROLMENT_CHANGED: {**_PERSON, "role": _ROLE},
    events.ENROLMENT_WITHDRAWN: _PERSON,
    events.ENROLMENT_ENDED: _PERSON,
    events.LESSON_COMPLETED: {**_PERSON, "lesson": _text("The key of the lesson.")},
    events.COURSE_COMPLETED: _PERSON,
    events.COURSE_COMPLETION_WITHDRAWN: _PERSON,
    events.CERTIFICATE_ISSUED: {
        **_PERSON,
        **_CERTIFICATE,
        "valid_until": _or_null(_text("Until when; null: for good.", format="date-time")),
        "replaces": _or_null(_id("The certificate that it replaces after a correction.")),
    },
    events.CERTIFICATE_REVOKED: {
        **_PERSON,
        **_CERTIFICATE,
        "cause": _text("Why.", enum=Certificate.Cause.values),
    },
    events.ATTEMPT_STARTED: {**_PERSON, **_ATTEMPT},
    events.ATTEMPT_SUBMITTED: {**_PERSON, **_HANDED_IN},
    events.ATTEMPT_GRADED: {**_PERSON, **_HANDED_IN},
    events.ATTEMPT_REOPENED: {
        **_PERSON,
        **_ATTEMPT,
        "deadline_at": _or_null(_text("Until when; null: no limit.", format="date-time")),
    },
    events.ATTEMPT_VOIDED: {
        **_PERSON,
        **_ATTEMPT,
        "is_void": {"type": "boolean", "description": "False when it counts again."},
    },
    events.ATTEMPTS_GIVEN_UP: {**_PERSON, **_ATTEMPT},
    events.RESULT_CHANGED: {**_PERSON, **_RESULT},
    events.RESULT_SHOWN: {**_PERSON, **_RESULT},
    events.FAULT_REPORTED: {
        **_PERSON,
        "report": _id("The report; its text stands at the course's fault reports."),
        "attempt": _id("The attempt."),
        "position": _whole("The place of the question in the attempt, from 1."),
        "question": _text("The key of the question."),
        "version": _whole("The version that the learner saw."),
    },
    events.COURSE_SYNCED: {
        "course": _COURSE,
        "created": _whole("Records that were made."),
        "updated": _whole("Records that were changed."),
        "retired": _whole("Records that were retired."),
        "conflicts": _whole("Records that were changed here and in the files."),
    },
    events.WEBHOOK_DISABLED: {
        "endpoint": _id("The endpoint."),
        "url": _text("Its address."),
        "reason": _text("Why.", enum=WebhookEndpoint.Because.values),
        "client": _CLIENT,
    },
    events.LEARNER_ERASED: {"client": _CLIENT, "learner": _LEARNER},
    events.WEBHOOK_PING: {"endpoint": _id("The endpoint that is tested.")},
}
"""By type: the fields that are always there."""

OPTIONAL: dict[str, Json] = {
    events.ENROLMENT_CREATED: {"cycle": _whole("Which time the learner takes the course.")},
    events.RESULT_CHANGED: {
        "cause": _record("Why, where many results changed at once.", regrade=_id("The regrade."))
    },
}
"""By type: the fields that are there sometimes."""

SUMMARIES = {
    events.ENROLMENT_CREATED: "A learner is in a course.",
    events.ENROLMENT_CHANGED: "A learner has another role or class, or is back after leaving.",
    events.ENROLMENT_WITHDRAWN: "A learner left a course.",
    events.ENROLMENT_ENDED: "A learner is no longer in a course, because a set date was reached.",
    events.LESSON_COMPLETED: "A lesson is done.",
    events.COURSE_COMPLETED: "All that counts in a course is done, as far as the learner may know.",
    events.COURSE_COMPLETION_WITHDRAWN: "A correction took back the pass that completed a course.",
    events.CERTIFICATE_ISSUED: "A certificate is issued, or replaces one after a correction.",
    events.CERTIFICATE_REVOKED: "A certificate is no longer valid.",
    events.ATTEMPT_STARTED: "An attempt at a quiz began.",
    events.ATTEMPT_SUBMITTED: "An attempt is handed in, by the learner or by the clock.",
    events.ATTEMPT_GRADED: "Nothing is left to grade in an attempt; again after a change by hand.",
    events.ATTEMPT_REOPENED: "A member of staff lets a learner go on with a closed attempt.",
    events.ATTEMPT_VOIDED: "A member of staff made an attempt void, or let it count again.",
    events.ATTEMPTS_GIVEN_UP: "A learner who has passed gave up the attempts left at a quiz.",
    events.RESULT_CHANGED: "A cell of the gradebook changed.",
    events.RESULT_SHOWN: "A quiz shows a result that it hid until now.",
    events.FAULT_REPORTED: "A learner reports that something is wrong with a question.",
    events.COURSE_SYNCED: "The contents of a course changed.",
    events.WEBHOOK_DISABLED: "One of your endpoints was disabled.",
    events.LEARNER_ERASED: "One of your learners was erased here.",
    events.WEBHOOK_PING: "An endpoint is tried out.",
}


def schema(kind: str) -> Json:
    """Return the JSON Schema of the `data` of an event of this type. More fields may be added."""
    fields, more = FIELDS[kind], OPTIONAL.get(kind, {})
    return {"type": "object", "properties": {**fields, **more}, "required": list(fields)}
