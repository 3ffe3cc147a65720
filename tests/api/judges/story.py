"""A platform's day, in which every operation of the API is used once.

What is sent here and what comes back are the examples of the description: the story is told by
`test_examples.py`, which keeps its answers in `courses/api/examples/`. An operation that is new
gets a line here, with a body that it accepts.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import time_machine
from django.test import Client

from courses.api.schema import document
from courses.models import Delivery, DeliveryTry
from tests.api.judges import course as content
from tests.api.platform import ROOT, Platform
from tests.factories import NOW

HOST = "courses.example.org"
OPERATIONS = {
    said["operationId"]: (method, path.removeprefix(ROOT))
    for path, methods in document()["paths"].items()
    for method, said in methods.items()
}
"""Operation → its method and path."""


class Storyteller:
    """Calls operations by their names, a minute apart, and remembers what was said first."""

    def __init__(self, clock: Any) -> None:
        self.clock = clock
        self.examples: dict[str, dict[str, Any]] = {}
        self.ids: dict[str, Any] = {
            "course": content.COURSE,
            "module": content.MODULE,
            "name": content.ASSET,
            "lesson": content.LESSON,
            "quiz": content.QUIZ,
            "question": content.CHECK,
            "external_id": "a-1",
            "position": 1,
            "cohort": "spring-2026",
            "cycle": 2,
        }
        self.platform = Platform("admin")
        self.platform.http = Client(
            SERVER_NAME=HOST, SERVER_PORT="443", HTTP_X_FORWARDED_PROTO="https"
        )

    def __call__(
        self, operation: str, body: Any = None, query: dict[str, Any] | None = None, **ids: Any
    ) -> Any:
        """The answer, which must be a success."""
        self.clock.shift(timedelta(minutes=1))
        method, path = OPERATIONS[operation]
        used = self.path_of(operation, **ids)
        address = path.format(**used) + (f"?{urlencode(query)}" if query else "")
        answer = self.platform.call(method, address, body)
        content = answer.getvalue()
        assert 200 <= answer.status_code < 300, (operation, content)
        given = {"path": used or None, "query": query, "request": body}
        told = {name: part for name, part in given.items() if part is not None}
        told["status"] = answer.status_code
        if content:
            is_json = answer.headers["Content-Type"] == "application/json"
            told["response"] = answer.json() if is_json else content.decode()
        self.examples.setdefault(operation, told)
        return told.get("response")

    def as_files(self, operation: str) -> None:
        """The same list in its other formats, which stand beside its example."""
        method, path = OPERATIONS[operation]
        address = path.format(**self.path_of(operation))
        for media in ("application/x-ndjson", "text/csv"):
            answer = self.platform.call(method, address, accept=media)
            assert answer.headers["Content-Type"] == f"{media}; charset=utf-8"
            text = answer.getvalue().decode()
            self.examples[operation].setdefault("files", {})[media] = text

    def path_of(self, operation: str, **ids: Any) -> dict[str, Any]:
        """What stands for the names in the operation's path."""
        _method, path = OPERATIONS[operation]
        known = {**self.ids, **ids}
        return {name: value for name, value in known.items() if f"{{{name}}}" in path}


def tell(make: Callable[[Any], Any] = Storyteller) -> Any:
    """Who told the story; `examples` are by operation: path, request, status and response."""
    with time_machine.travel(NOW, tick=False) as clock:
        content.make_course()
        say = make(clock)
        for chapter in CHAPTERS:
            chapter(say)
    return say


def _catalogue(say: Storyteller) -> None:
    for name in ("list_courses", "get_course", "list_modules", "list_lessons", "get_lesson"):
        say(name)
    for name in ("list_objectives", "list_terms", "list_quizzes", "get_quiz", "get_asset"):
        say(name)


def _people(say: Storyteller) -> None:
    ada = {"first_name": "Ada", "last_name": "Byron", "email": "ada@example.org"}
    say("put_learner", ada)
    say("get_learner")
    say("bulk_put_learners", {"learners": [{"external_id": "g-2", "first_name": "Grace"}, {}]})
    say("list_learners")
    say("put_enrolment", {"role": "learner"})
    say("get_enrolment")
    say("list_enrolments")
    say("put_enrolment", {}, external_id="g-2")
    say("delete_enrolment", external_id="g-2")


def _lessons(say: Storyteller) -> None:
    say("visit_lesson", {"position": "the-bill"}, lesson=content.READING)
    say("confirm_lesson", lesson=content.READING)
    say("respond_to_check", {"response": {"choice": "b"}, "based_on": 0})
    say("open_lesson")
    say("restart_lesson")


def _quiz(say: Storyteller) -> None:
    say("put_course_accommodation", {"time_factor": 1.50, "extra_attempts": 1})
    say("get_course_accommodation")
    say("put_accommodation", {"time_factor": 1.25})
    say("get_accommodation")
    say("put_extension", {"extra_time_s": 600, "closes_at": "2026-04-01T12:00:00Z"})
    say("get_extension")
    say("get_quiz_standing")
    say.ids["uuid"] = say("start_attempt")["attempt"]["id"]
    say("save_response", {"response": {"choice": "b"}, "based_on": 0})
    text = {"response": {"text": "What she lives through."}, "based_on": 0}
    say("save_response", text, position=2)
    say("flag_item", {"is_flagged": True}, position=2)
    say("list_responses")
    say("get_attempt")
    say("submit_attempt")
    say("get_review")
    say("list_attempts")


def _grades(say: Storyteller) -> None:
    words = {"feedback": "Clear, and hers.", "reason": "Marked by two."}
    say("grade_item", {"scaled": 0.75, **words}, position=2)
    say("list_gradings", position=2)
    say("list_progress")
    say("get_progress")
    say("list_course_progress")
    column = say("list_line_items")["results"][0]["id"]
    say("list_results", uuid=column)
    say("list_learner_results")


def _embed(say: Storyteller) -> None:
    origin = "https://platform.example.org"
    wanted = {
        "external_id": "a-1",
        "target": {"course": content.COURSE, "quiz": content.QUIZ},
        "origin": origin,
        "return_url": f"{origin}/my/courses",
        "locale": "en",
        "theme": "auto",
    }
    made = say("create_launch", wanted)["id"]
    say("end_launch", uuid=made)
    page = f"https://{HOST}/courses/{content.COURSE}/"
    say("get_oembed", query={"url": page, "maxwidth": 480, "format": "json"})


def _webhooks(say: Storyteller) -> None:
    url, types = "https://platform.example.org/courses", ["attempt.graded", "lesson.completed"]
    made = say("create_webhook", {"url": url, "event_types": types})["id"]
    say("get_webhook", uuid=made)
    say("change_webhook", {"description": "Grades for the LMS"}, uuid=made)
    say("list_webhooks")
    say("rotate_webhook_secret", uuid=made)
    say("ping_webhook", uuid=made)
    say("redeliver", {"since": "2026-03-02T09:00:00Z"}, uuid=made)
    _a_call_failed()
    say("list_deliveries", uuid=made)
    say("delete_webhook", uuid=made)


def _events(say: Storyteller) -> None:
    say("list_events", query={"type": "attempt.graded", "limit": 2})


def _tokens(say: Storyteller) -> None:
    token = say("create_learner_token", {"expires_in": 3600, "label": "Phone app"})["id"]
    say("list_learner_tokens")
    say("revoke_learner_token", uuid=token)


def _authoring(say: Storyteller) -> None:
    for name in ("list_authored_courses", "get_authored_course", "list_question_types"):
        say(name)
    aim = {"text": "Name what a customer came for.", "bloom": "apply"}
    say.ids |= {"objective": "DEF-2", "stimulus": "two-letters"}
    say("create_objective", {"key": "DEF-2", "module": content.MODULE, **aim})
    say("get_objective")
    say("put_objective", {"module": content.MODULE, **aim, "bloom": "analyse"})
    say("list_authored_objectives", query={"module": content.MODULE})
    letters = "> Your ticket is closed.\n\n> My parcel is still lost."
    say("create_stimulus", {"key": "two-letters", "title": "Two letters", "body": letters})
    say("get_stimulus")
    say("put_stimulus", {"title": "Two letters about one parcel", "body": letters})
    say("list_stimuli")
    _a_question(say)
    _a_quiz(say)
    say("create_objective", {"key": "DEF-3", "module": content.MODULE, **aim})
    say("delete_objective", objective="DEF-3")
    say("create_stimulus", {"key": "not-needed", "body": "Nothing."})
    say("delete_stimulus", stimulus="not-needed")


def _a_question(say: Storyteller) -> None:
    say.ids |= {"question": "q-letters", "number": "1"}
    about = {"module": content.MODULE, "objective": "DEF-2", "tags": ["bank"]}
    options = [
        {"key": "a", "text": "The first", "feedback": "It counts what we did."},
        {"key": "b", "text": "The second", "feedback": "She came for it.", "correct": True},
    ]
    data = {"stem": "Which letter tells the experience?", "options": options}
    version = {"type": "single_choice", "data": data}
    say("create_question", {"key": "q-letters", **about, "stimulus": "two-letters", **version})
    say("preview_version", query={"seed": 7, "solution": "true"})
    data = {**data, "stem": "Which letter tells what she lived through?"}
    say("put_version", {**version, "data": data})
    say("publish_version")
    harder = {**version, "data": {**data, "hints": ["Who writes?"]}, "note": "With a hint."}
    say("create_version", harder)
    say("get_version", number="2")
    say("list_versions")
    say("put_question", {**about, "stimulus": "two-letters", "difficulty": "easy"})
    say("get_question")
    say("list_questions", query={"tag": "bank", "status": "ready"})
    say("retire_question")
    say("restore_question")


def _a_quiz(say: Storyteller) -> None:
    say.ids["quiz"] = "m1-letters"
    rules = {"module": content.MODULE, "title": "Two letters", "kind": "graded"}
    draw = {"draw": {"count": 1, "objective": "DEF-2", "tag": "bank"}}
    say("create_quiz", {"key": "m1-letters", **rules, "items": [draw]})
    pinned = {"question": content.CHECK, "version": 1, "points": 2}
    say("put_quiz", {**rules, "time_limit_s": 600, "items": [draw, pinned]})
    say("publish_quiz")
    say("get_authored_quiz")
    say("list_authored_quizzes")
    say("archive_quiz")
    say("restore_quiz")


def _groups(say: Storyteller) -> None:
    say("bulk_put_enrolments", {"enrolments": [{"external_id": "a-1"}, {"external_id": "unknown"}]})
    say("put_cohort", {"name": "Spring 2026"})
    say("list_cohorts")
    say("get_cohort")
    say("put_cohort_learner")
    say("bulk_put_cohort_learners", {"learners": [{"external_id": "g-2"}]})
    say("list_cohort_learners")
    say("delete_cohort_learner", external_id="g-2")


def _sheet(say: Storyteller) -> None:
    say.ids["quiz"] = content.QUIZ
    column = say("list_line_items")["results"][0]["id"]
    say("override_result", {"scaled": 0.9, "reason": "After her appeal."}, uuid=column)
    say("override_result", {"scaled": None}, uuid=column)
    say("list_overrides", uuid=column)
    say("list_gradebook", query={"cohort": "spring-2026"})
    say("get_gradebook_csv")
    say("list_grants")
    say("delete_extension")
    say("delete_course_accommodation")
    say("delete_accommodation")
    say("put_cycle")
    say("get_cycle")
    say("delete_cohort")


def _a_call_failed() -> None:
    delivery = Delivery.objects.order_by("pk").first()
    DeliveryTry.objects.create(
        delivery=delivery, tried_at=NOW, duration_ms=10_000, status=None, answer="timed out"
    )


def _lists(say: Storyteller) -> None:
    """Ends with the whole of each list as files."""
    for name in ("list_course_results", "list_course_attempts", "list_course_responses"):
        say(name, query={"quiz": content.QUIZ})
        say.as_files(name)


def _days_later(say: Storyteller) -> None:
    """The cycle that began above has its own cards: they come with the lesson."""
    body = {"response": {"choice": "b"}, "based_on": 0}
    say("respond_to_check", body, question=content.CHECK)
    say.clock.shift(timedelta(days=3))
    say("open_daily_review")
    say("respond_to_card", body, question=content.CHECK)
    say("begin_next_cards")


def _leaving(say: Storyteller) -> None:
    say("export_learner")
    say("deactivate_learner")
    say("activate_learner")
    say("put_learner", {}, external_id="z-9")
    say("delete_learner", external_id="z-9")


CHAPTERS = (
    _catalogue,
    _people,
    _lessons,
    _quiz,
    _grades,
    _webhooks,
    _events,
    _tokens,
    _authoring,
    _groups,
    _sheet,
    _embed,
    _days_later,
    _lists,
    _leaving,
)
"""A new one comes last: what was told before stays as it is."""
