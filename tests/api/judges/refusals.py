"""Every refusal that the API knows, provoked once: the examples of problems."""

from collections.abc import Callable
from typing import Any
from unittest.mock import patch

from django.core.cache import cache
from django.db import OperationalError
from django.test import override_settings

from courses.api import idempotent
from courses.domain import learners
from courses.domain.attempts import limits
from courses.models import AttemptItem, Quiz
from tests.api.judges import course as content
from tests.api.judges.story import StoryRunner
from tests.api.platform import Platform

ADA, QUIZ = "/learners/a-1", "/learners/a-1/courses/customer-experience/quizzes/m1-quiz"
ROWS = {"learners": [{"external_id": "a-1"}]}


def refused(story: StoryRunner) -> dict[str, dict[str, Any]]:
    """Code → the problem that was answered. Call it at the end of the story."""
    found = {}
    for code, provoke in PROVOKE.items():
        cache.clear()
        answer = provoke(story)
        body = answer.json()
        assert body["code"] == code, (code, answer.content)
        found[code] = body
    return found


def _with_key(story: StoryRunner, *scopes: str, **more: Any) -> Platform:
    other = Platform(*scopes, **more)
    other.http = story.platform.http
    return other


def _unknown_key(story: StoryRunner) -> Any:
    other = _with_key(story, "admin")
    other.key = "cxk_00_00"
    return other.get("/courses")


def _open(story: StoryRunner) -> str:
    answer = story.platform.post(f"{QUIZ}/attempts")
    return f"{ADA}/attempts/{answer.json()['attempt']['id']}"


def _shut(story: StoryRunner) -> Any:
    quiz = Quiz.objects.get(key="m1-quiz")
    story.platform.post(f"{_open(story)}/submit")
    quiz.shuts_course = True
    quiz.save()
    _open(story)
    answer = story.platform.get(f"{ADA}/courses/customer-experience/daily-review")
    quiz.shuts_course = False
    quiz.save()
    return answer


def _save(story: StoryRunner, response: Any, based_on: int = 0) -> Any:
    body = {"response": response, "based_on": based_on}
    return story.platform.post(f"{_open(story)}/items/1/responses", body)


def _stale(story: StoryRunner) -> Any:
    _save(story, {"choice": "a"})
    return _save(story, {"choice": "b"})


def _too_much(story: StoryRunner) -> Any:
    uuid = _open(story).rpartition("/")[2]
    items = AttemptItem.objects.filter(attempt__uuid=uuid, position=1)
    stored = items.get()
    items.update(revision=limits.REVISIONS)
    try:
        other = "a" if stored.value == {"choice": "b"} else "b"
        return _save(story, {"choice": other}, based_on=limits.REVISIONS)
    finally:
        items.update(revision=stored.revision)


def _in_flight(story: StoryRunner) -> Any:
    with patch.object(idempotent.cache, "add", lambda *_: False):
        return story.platform.post("/learners", ROWS, idempotency_key="k-0")


def _reused(story: StoryRunner) -> Any:
    story.platform.post("/learners", ROWS, idempotency_key="k-1")
    other = {"learners": [{"external_id": "g-2"}]}
    return story.platform.post("/learners", other, idempotency_key="k-1")


def _too_often(story: StoryRunner) -> Any:
    rates = {"client": "1/min"}
    with override_settings(COURSES_API_RATES=rates):
        story.platform.get("/courses")
        return story.platform.get("/courses")


def _fault(story: StoryRunner) -> Any:
    story.platform.http.raise_request_exception = False
    with patch.object(learners, "known", side_effect=ZeroDivisionError):
        return story.platform.get("/learners")


def _limited(story: StoryRunner) -> Any:
    courses = story.platform.enrolment().course
    return _with_key(story, "admin", courses=[courses]).put(f"{ADA}/accommodation")


def _words(story: StoryRunner) -> Any:
    given = {"authorization": f"Bearer {story.platform.key}"}
    url = f"/api/v1{ADA}"
    return story.platform.http.put(url, "Ada", content_type="text/plain", headers=given)


def _unmeasured(story: StoryRunner) -> Any:
    given = {"authorization": f"Bearer {story.platform.key}", "transfer-encoding": "chunked"}
    return story.platform.http.generic("PUT", f"/api/v1{ADA}", headers=given)


def _away(story: StoryRunner) -> Any:
    error = OperationalError("the connection is lost")
    with patch.object(learners, "known", side_effect=error):
        return story.platform.get("/learners")


def _deactivated(story: StoryRunner) -> Any:
    story.platform.post(f"{ADA}/deactivate")
    try:
        return story.platform.post(f"{QUIZ}/attempts")
    finally:
        story.platform.post(f"{ADA}/activate")


PROVOKE: dict[str, Callable[[StoryRunner], Any]] = {
    "invalid": lambda story: story.platform.put(ADA, {"email": "ada", "age": 36}),
    "unreadable": lambda story: story.platform.put(ADA, b'{"first_name": '),
    "unreadable_response": lambda story: _save(story, {"choice": ["a", "b"]}),
    "not_authenticated": _unknown_key,
    "not_allowed": _limited,
    "missing_scope": lambda story: _with_key(story, "catalogue:read").put(ADA),
    "origin_not_allowed": lambda story: story.platform.get(
        "/courses", origin="https://other.example"
    ),
    "not_enrolled": lambda story: story.platform.post(f"{QUIZ.replace('a-1', 'g-2')}/attempts"),
    "course_shut": _shut,
    "not_reportable": lambda story: story.platform.post(
        f"{_open(story)}/items/1/reports", {"text": "The key is wrong."}
    ),
    "learner_deactivated": _deactivated,
    "not_found": lambda story: story.platform.get("/courses/no-such-course"),
    "method_not_allowed": lambda story: story.platform.delete("/courses"),
    "not_acceptable": lambda story: story.platform.get("/courses", accept="text/html"),
    "conflict": lambda story: story.platform.post(
        f"{_open(story)}/items/1/gradings", {"scaled": 1}
    ),
    "closed": lambda story: story.platform.post(
        f"{ADA}/attempts/{story.ids['uuid']}/items/1/responses",
        {"response": {"choice": "a"}, "based_on": 1},
    ),
    "stale_revision": _stale,
    "stale_note": lambda story: story.platform.put(
        f"{ADA}/courses/{content.COURSE}/lessons/{content.READING}/notes/{content.paragraph()}",
        {"text": "Seen elsewhere.", "based_on": 7},
    ),
    "blank_refused": lambda story: _save(story, {"choice": ""}, based_on=1),
    "in_flight": _in_flight,
    "precondition_failed": lambda story: story.platform.put(ADA, if_match='"an-older-state"'),
    "length_required": _unmeasured,
    "too_large": lambda story: story.platform.put(ADA, b" " * (1024 * 1024 + 1)),
    "too_much": _too_much,
    "unsupported_media_type": _words,
    "idempotency_key_reused": _reused,
    "too_many_requests": _too_often,
    "not_implemented": lambda story: story.platform.get("/oembed?url=x&format=xml"),
    "unavailable": _away,
    "server_error": _fault,
}
