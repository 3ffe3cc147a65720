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
from courses.models import AttemptItem
from tests.api.judges.story import Storyteller
from tests.api.platform import Platform

ADA, QUIZ = "/learners/a-1", "/learners/a-1/courses/customer-experience/quizzes/m1-quiz"
ROWS = {"learners": [{"external_id": "a-1"}]}


def refused(say: Storyteller) -> dict[str, dict[str, Any]]:
    """Code → the problem that was answered. Call it when the story is told."""
    found = {}
    for code, provoke in PROVOKE.items():
        cache.clear()
        answer = provoke(say)
        body = answer.json()
        assert body["code"] == code, (code, answer.content)
        found[code] = body
    return found


def _with_key(say: Storyteller, *scopes: str, **more: Any) -> Platform:
    other = Platform(*scopes, **more)
    other.http = say.platform.http
    return other


def _unknown_key(say: Storyteller) -> Any:
    other = _with_key(say, "admin")
    other.key = "cxk_00_00"
    return other.get("/courses")


def _open(say: Storyteller) -> str:
    answer = say.platform.post(f"{QUIZ}/attempts")
    return f"{ADA}/attempts/{answer.json()['attempt']['id']}"


def _save(say: Storyteller, response: Any, based_on: int = 0) -> Any:
    body = {"response": response, "based_on": based_on}
    return say.platform.post(f"{_open(say)}/items/1/responses", body)


def _stale(say: Storyteller) -> Any:
    _save(say, {"choice": "a"})
    return _save(say, {"choice": "b"})


def _too_much(say: Storyteller) -> Any:
    uuid = _open(say).rpartition("/")[2]
    items = AttemptItem.objects.filter(attempt__uuid=uuid, position=1)
    stored = items.get()
    items.update(revision=limits.REVISIONS)
    try:
        other = "a" if stored.value == {"choice": "b"} else "b"
        return _save(say, {"choice": other}, based_on=limits.REVISIONS)
    finally:
        items.update(revision=stored.revision)


def _in_flight(say: Storyteller) -> Any:
    with patch.object(idempotent.cache, "add", lambda *_: False):
        return say.platform.post("/learners", ROWS, idempotency_key="k-0")


def _reused(say: Storyteller) -> Any:
    say.platform.post("/learners", ROWS, idempotency_key="k-1")
    other = {"learners": [{"external_id": "g-2"}]}
    return say.platform.post("/learners", other, idempotency_key="k-1")


def _too_often(say: Storyteller) -> Any:
    rates = {"client": "1/min"}
    with override_settings(COURSES_API_RATES=rates):
        say.platform.get("/courses")
        return say.platform.get("/courses")


def _fault(say: Storyteller) -> Any:
    say.platform.http.raise_request_exception = False
    with patch.object(learners, "known", side_effect=ZeroDivisionError):
        return say.platform.get("/learners")


def _limited(say: Storyteller) -> Any:
    courses = say.platform.enrolment().course
    return _with_key(say, "admin", courses=[courses]).put(f"{ADA}/accommodation")


def _words(say: Storyteller) -> Any:
    given = {"authorization": f"Bearer {say.platform.key}"}
    url = f"/api/v1{ADA}"
    return say.platform.http.put(url, "Ada", content_type="text/plain", headers=given)


def _unmeasured(say: Storyteller) -> Any:
    given = {"authorization": f"Bearer {say.platform.key}", "transfer-encoding": "chunked"}
    return say.platform.http.generic("PUT", f"/api/v1{ADA}", headers=given)


def _away(say: Storyteller) -> Any:
    error = OperationalError("the connection is lost")
    with patch.object(learners, "known", side_effect=error):
        return say.platform.get("/learners")


def _deactivated(say: Storyteller) -> Any:
    say.platform.post(f"{ADA}/deactivate")
    try:
        return say.platform.post(f"{QUIZ}/attempts")
    finally:
        say.platform.post(f"{ADA}/activate")


PROVOKE: dict[str, Callable[[Storyteller], Any]] = {
    "invalid": lambda say: say.platform.put(ADA, {"email": "ada", "age": 36}),
    "unreadable": lambda say: say.platform.put(ADA, b'{"first_name": '),
    "unreadable_response": lambda say: _save(say, {"choice": ["a", "b"]}),
    "not_authenticated": _unknown_key,
    "not_allowed": _limited,
    "missing_scope": lambda say: _with_key(say, "catalogue:read").put(ADA),
    "origin_not_allowed": lambda say: say.platform.get("/courses", origin="https://other.example"),
    "not_enrolled": lambda say: say.platform.post(f"{QUIZ.replace('a-1', 'g-2')}/attempts"),
    "learner_deactivated": _deactivated,
    "not_found": lambda say: say.platform.get("/courses/no-such-course"),
    "method_not_allowed": lambda say: say.platform.delete("/courses"),
    "not_acceptable": lambda say: say.platform.get("/courses", accept="text/html"),
    "conflict": lambda say: say.platform.post(f"{_open(say)}/items/1/gradings", {"scaled": 1}),
    "closed": lambda say: say.platform.post(
        f"{ADA}/attempts/{say.ids['uuid']}/items/1/responses",
        {"response": {"choice": "a"}, "based_on": 1},
    ),
    "stale_revision": _stale,
    "blank_refused": lambda say: _save(say, {"choice": ""}, based_on=1),
    "in_flight": _in_flight,
    "precondition_failed": lambda say: say.platform.put(ADA, if_match='"an-older-state"'),
    "length_required": _unmeasured,
    "too_large": lambda say: say.platform.put(ADA, b" " * (1024 * 1024 + 1)),
    "too_much": _too_much,
    "unsupported_media_type": _words,
    "idempotency_key_reused": _reused,
    "too_many_requests": _too_often,
    "not_implemented": lambda say: say.platform.get("/oembed?url=x&format=xml"),
    "unavailable": _away,
    "server_error": _fault,
}
