"""A platform's day, in which every operation of the API is used once.

What is sent here and what comes back are the examples of the description: the story is told by
`test_story.py`, which keeps its answers in `courses/api/examples/`. An operation that is new
gets a line here, with a body that it accepts.
"""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import time_machine
from django.test import Client
from django.utils import timezone

from courses.api.schema import document
from courses.domain import certificates, jobs
from courses.models import CertificateRule, Course, Delivery, DeliveryTry, Job, Quiz, SectionQuiz
from tests.api.judges import course as content
from tests.api.platform import ROOT, Platform
from tests.factories import NOW

HOST = "courses.example.org"
OPERATIONS = {
    operation["operationId"]: (method, path.removeprefix(ROOT))
    for path, methods in document()["paths"].items()
    for method, operation in methods.items()
}
"""Operation → its method and path."""


class StoryRunner:
    """Calls operations by their names, a minute apart, and stores the first answer of each."""

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
            "class_key": "evening",
            "cycle": 2,
        }
        self.platform = Platform("admin")
        # With a header, as clients send it: the test client would give the port of its own.
        self.platform.http = Client(HTTP_HOST=HOST, HTTP_X_FORWARDED_PROTO="https")

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
        record = {name: part for name, part in given.items() if part is not None}
        record["status"] = answer.status_code
        if content:
            is_json = answer.headers["Content-Type"] == "application/json"
            record["response"] = json.loads(content) if is_json else content.decode()
        self.examples.setdefault(operation, record)
        return record.get("response")

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


def run_story(make: Callable[[Any], Any] = StoryRunner) -> Any:
    """Run the story; `examples` of the result are by operation: path, request, status, response."""
    with time_machine.travel(NOW, tick=False) as clock:
        content.make_course()
        story = make(clock)
        for chapter in CHAPTERS:
            chapter(story)
    return story


def _catalogue(story: StoryRunner) -> None:
    for name in ("list_courses", "get_course", "list_modules", "list_lessons", "get_lesson"):
        story(name)
    for name in ("list_objectives", "list_terms", "list_quizzes", "get_quiz", "get_asset"):
        story(name)


def _people(story: StoryRunner) -> None:
    ada = {"first_name": "Ada", "last_name": "Byron", "email": "ada@example.org"}
    story("put_learner", ada)
    story("get_learner")
    story("bulk_put_learners", {"learners": [{"external_id": "g-2", "first_name": "Grace"}, {}]})
    story("list_learners")
    story("put_enrolment", {"role": "learner"})
    story("get_enrolment")
    story("list_enrolments")
    story("put_enrolment", {}, external_id="g-2")
    story("delete_enrolment", external_id="g-2")


def _lessons(story: StoryRunner) -> None:
    story("visit_lesson", {"position": "the-bill"}, lesson=content.READING)
    story("confirm_lesson", lesson=content.READING)
    story("respond_to_check", {"response": {"choice": "b"}, "based_on": 0})
    story("open_lesson")
    story("restart_lesson")


def _quiz(story: StoryRunner) -> None:
    story("put_course_accommodation", {"time_factor": 1.50, "extra_attempts": 1})
    story("get_course_accommodation")
    story("put_accommodation", {"time_factor": 1.25})
    story("get_accommodation")
    story("put_extension", {"extra_time_s": 600, "closes_at": "2026-04-01T12:00:00Z"})
    story("get_extension")
    story("get_quiz_standing")
    story.ids["uuid"] = story("start_attempt")["attempt"]["id"]
    story("save_response", {"response": {"choice": "b"}, "based_on": 0})
    text = {"response": {"text": "What she lives through."}, "based_on": 0}
    story("save_response", text, position=2)
    again = {"position": 1, "response": {"choice": "a"}, "based_on": 1}
    stale = {"position": 2, "response": {"text": "Late."}, "based_on": 0}
    story("save_responses", {"responses": [again, stale]})
    story("flag_item", {"is_flagged": True}, position=2)
    story("list_responses")
    story("get_attempt")
    story("submit_attempt")
    story("get_review")
    story("list_attempts")


def _grades(story: StoryRunner) -> None:
    words = {"feedback": "Clear, and hers.", "reason": "Marked by two."}
    story("grade_item", {"scaled": 0.75, **words}, position=2)
    story("list_gradings", position=2)
    story("list_progress")
    story("get_progress")
    story("list_course_progress")
    column = story("list_line_items")["results"][0]["id"]
    story("list_results", uuid=column)
    story("list_learner_results")


def _embed(story: StoryRunner) -> None:
    origin = "https://platform.example.org"
    wanted = {
        "external_id": "a-1",
        "target": {"course": content.COURSE, "quiz": content.QUIZ},
        "origin": origin,
        "return_url": f"{origin}/my/courses",
        "locale": "en",
        "theme": "auto",
    }
    made = story("create_launch", wanted)["id"]
    story("end_launch", uuid=made)
    page = f"https://{HOST}/courses/{content.COURSE}/"
    story("get_oembed", query={"url": page, "maxwidth": 480, "format": "json"})


def _webhooks(story: StoryRunner) -> None:
    url, types = "https://platform.example.org/courses", ["attempt.graded", "lesson.completed"]
    made = story("create_webhook", {"url": url, "event_types": types})["id"]
    story("get_webhook", uuid=made)
    story("change_webhook", {"description": "Grades for the LMS"}, uuid=made)
    story("list_webhooks")
    story("rotate_webhook_secret", uuid=made)
    story("ping_webhook", uuid=made)
    story("redeliver", {"since": "2026-03-02T09:00:00Z"}, uuid=made)
    _a_call_failed()
    story("list_deliveries", uuid=made)
    story("delete_webhook", uuid=made)


def _events(story: StoryRunner) -> None:
    story("list_events", query={"type": "attempt.graded", "limit": 2})


def _tokens(story: StoryRunner) -> None:
    token = story("create_learner_token", {"expires_in": 3600, "label": "Phone app"})["id"]
    story("list_learner_tokens")
    story("revoke_learner_token", uuid=token)


def _authoring(story: StoryRunner) -> None:
    for name in ("list_authored_courses", "get_authored_course", "list_question_types"):
        story(name)
    aim = {"text": "Name what a customer came for.", "bloom": "apply"}
    story.ids |= {"objective": "DEF-2", "stimulus": "two-letters"}
    story("create_objective", {"key": "DEF-2", "module": content.MODULE, **aim})
    story("get_objective")
    story("put_objective", {"module": content.MODULE, **aim, "bloom": "analyse"})
    story("list_authored_objectives", query={"module": content.MODULE})
    letters = "> Your ticket is closed.\n\n> My parcel is still lost."
    story("create_stimulus", {"key": "two-letters", "title": "Two letters", "body": letters})
    story("get_stimulus")
    story("put_stimulus", {"title": "Two letters about one parcel", "body": letters})
    story("list_stimuli")
    _a_question(story)
    _a_quiz(story)
    story("create_objective", {"key": "DEF-3", "module": content.MODULE, **aim})
    story("delete_objective", objective="DEF-3")
    story("create_stimulus", {"key": "not-needed", "body": "Nothing."})
    story("delete_stimulus", stimulus="not-needed")


def _proposals(story: StoryRunner) -> None:
    options = [
        {"key": "a", "text": "Hers", "feedback": "She lived it.", "correct": True},
        {"key": "b", "text": "Ours", "feedback": "We only counted it."},
    ]
    data = {"stem": "Whose story does the letter tell?", "options": options}
    about = {"module": content.MODULE, "difficulty": "easy", "tool": "Drafting desk 2.1"}
    drafted = {**about, "type": "single_choice", "data": data}
    story.ids["proposal"] = story("propose_question", drafted, question="q-story")["id"]
    text = {"title": "Two stories", "body": "Tell it twice: as hers, and as ours."}
    del about["difficulty"]
    story("propose_lesson", {**about, **text}, lesson="two-stories")
    story("list_proposals", query={"state": "waiting"})
    story("get_proposal")
    story("withdraw_proposal")


def _a_question(story: StoryRunner) -> None:
    story.ids |= {"question": "q-letters", "number": "1"}
    about = {"module": content.MODULE, "objective": "DEF-2", "tags": ["bank"]}
    options = [
        {"key": "a", "text": "The first", "feedback": "It counts what we did."},
        {"key": "b", "text": "The second", "feedback": "She came for it.", "correct": True},
    ]
    data = {"stem": "Which letter tells the experience?", "options": options}
    version = {"type": "single_choice", "data": data}
    story("create_question", {"key": "q-letters", **about, "stimulus": "two-letters", **version})
    story("preview_version", query={"seed": 7, "solution": "true"})
    data = {**data, "stem": "Which letter tells what she lived through?"}
    story("put_version", {**version, "data": data})
    story("publish_version")
    harder = {**version, "data": {**data, "hints": ["Who writes?"]}, "note": "With a hint."}
    story("create_version", harder)
    story("get_version", number="2")
    story("list_versions")
    story("put_question", {**about, "stimulus": "two-letters", "difficulty": "easy"})
    story("get_question")
    story("list_questions", query={"tag": "bank", "status": "ready"})
    story("retire_question")
    story("restore_question")


def _a_quiz(story: StoryRunner) -> None:
    story.ids["quiz"] = "m1-letters"
    rules = {"module": content.MODULE, "title": "Two letters", "kind": "graded"}
    draw = {"draw": {"count": 1, "objective": "DEF-2", "tag": "bank"}}
    story("create_quiz", {"key": "m1-letters", **rules, "items": [draw]})
    pinned = {"question": content.CHECK, "version": 1, "points": 2}
    story("put_quiz", {**rules, "time_limit_s": 600, "items": [draw, pinned]})
    story("publish_quiz")
    story("get_authored_quiz")
    story("list_authored_quizzes")
    story("archive_quiz")
    story("restore_quiz")


def _groups(story: StoryRunner) -> None:
    story(
        "bulk_put_enrolments", {"enrolments": [{"external_id": "a-1"}, {"external_id": "unknown"}]}
    )
    story("put_cohort", {"name": "Spring 2026"})
    story("list_cohorts")
    story("get_cohort")
    story("put_cohort_learner")
    story("bulk_put_cohort_learners", {"learners": [{"external_id": "g-2"}]})
    story("list_cohort_learners")
    story("delete_cohort_learner", external_id="g-2")


def _sheet(story: StoryRunner) -> None:
    story.ids["quiz"] = content.QUIZ
    column = story("list_line_items")["results"][0]["id"]
    story("override_result", {"scaled": 0.9, "reason": "After her appeal."}, uuid=column)
    story("override_result", {"scaled": None}, uuid=column)
    story("list_overrides", uuid=column)
    story("list_gradebook", query={"cohort": "spring-2026"})
    story("get_gradebook_csv")
    story("get_quiz_analysis")
    story("ask_quiz_analysis")
    story("list_grants")
    story("delete_extension")
    story("delete_course_accommodation")
    story("delete_accommodation")
    story("put_cycle")
    story("get_cycle")
    story("delete_cohort")


def _corrections(story: StoryRunner) -> None:
    """A question of the finished quiz is given away, and that is undone."""
    made = story("start_attempt")["attempt"]["id"]
    wrong = {"response": {"choice": "a"}, "based_on": 0}
    story("save_response", wrong, uuid=made)
    story("submit_attempt", uuid=made)
    change = {"question": "q-delay", "points": 2}
    wanted = {"quizzes": [content.QUIZ], "changes": [change]}
    preview = story("create_regrade_preview", wanted)["id"]
    story("get_regrade_preview", uuid=preview)
    reason = {"policy": "full", "reason": "Two answers were right."}
    batch = story("apply_regrade_preview", reason, uuid=preview)["id"]
    work(story)
    story("list_regrades")
    story("get_regrade", uuid=batch)
    story("list_regrade_outcomes", regrade=batch)
    notice = story("list_notices")["results"][0]["id"]
    story("read_notice", notice=notice)
    story("undo_regrade", uuid=batch)
    jobs.cancel(job=Job.objects.get(kind="regrade_undo"), now=timezone.now())
    story("resume_regrade", uuid=batch)


def work(story: StoryRunner) -> None:
    """Do what waits in the background, and what waits a minute longer."""
    for _look in range(2):
        jobs.work(clock=timezone.now, until=timezone.now() + timedelta(seconds=1))
        story.clock.shift(timedelta(seconds=61))


def _classes(story: StoryRunner) -> None:
    story("put_section", {"title": "Evening class"})
    story("get_section")
    story("list_sections")
    dates = {"opens_at": None, "closes_at": "2030-04-08T20:00:00Z"}
    story("put_section_dates", dates)
    story("get_section_dates")
    story("list_section_dates")
    invitation = story("create_invitation", {"expires_in": 604800, "uses": 20})["id"]
    story("list_invitations")
    story("revoke_invitation", uuid=invitation)
    story("move_enrolment", {"section": "evening"})
    story("put_enrolment_end", {"ends_at": "2030-07-31T22:00:00Z"})


def _reports(story: StoryRunner) -> None:
    text = {"text": "Both letters tell an experience."}
    report = story("report_item", text)["id"]
    story("list_item_reports")
    story("list_fault_reports", query={"state": "open"})
    answer = {"outcome": "corrected", "answer": "You are right, the key is corrected."}
    story("answer_fault_report", answer, uuid=report)


def _marking(story: StoryRunner) -> None:
    story.ids |= {"external_id": "m-1", "quiz": content.QUIZ}
    story("put_learner", {})
    story("put_enrolment", {})
    attempt = story("start_attempt")["attempt"]["id"]
    text = {"response": {"text": "What she lives through."}, "based_on": 0}
    story("save_response", text, uuid=attempt, position=2)
    story("submit_attempt", uuid=attempt)
    waiting = story("list_marking", query={"quiz": content.QUIZ})["results"][0]
    story("claim_item", uuid=waiting["id"])
    story("end_claim", uuid=waiting["id"])
    mark = {"levels": {"clear": 1}, "comments": {"clear": "Say *who*."}, "feedback": "Good."}
    story("mark_item", {**mark, "based_on": waiting["based_on"]}, uuid=waiting["id"])
    story("release_marks", {"quiz": content.QUIZ})


def _second_chances(story: StoryRunner) -> None:
    """A reopened attempt ends by its new deadline, and goes on when its learner gets more time."""
    attempt = story("list_attempts")["results"][-1]["id"]
    until = f"{timezone.now() + timedelta(minutes=30):%Y-%m-%dT%H:%M:%SZ}"
    failed = {"kind": "reopened", "deadline_at": until, "reason": "The network failed."}
    story("decide_on_attempt", failed, uuid=attempt)
    story.clock.shift(timedelta(hours=1))
    story("list_attempts")
    story("put_extension", {"extra_time_s": 86_400})
    closed = story("list_attempts_closed_by_time")["results"]
    wanted = {"attempts": [one["id"] for one in closed], "reason": "She was ill."}
    story("reopen_attempts", wanted)
    story("decide_on_attempt", {"kind": "voided", "reason": "Copied."}, uuid=attempt)
    story("decide_on_attempt", {"kind": "restored", "reason": "It was hers."}, uuid=attempt)
    story("list_attempt_decisions", uuid=attempt)


def _giving_up(story: StoryRunner) -> None:
    """Who has passed an exam gives up the attempt that is left."""
    story.ids |= {"external_id": "m-1", "quiz": content.QUIZ}
    exam = {"kind": "exam", "giving_up": "allowed", "attempts_allowed": 9, "pass_mark": 0}
    Quiz.objects.filter(key=content.QUIZ).update(**exam, closes_at=None)
    SectionQuiz.objects.filter(quiz__key=content.QUIZ).delete()
    attempt = story("start_attempt")["attempt"]["id"]
    story("submit_attempt", uuid=attempt)
    story("give_up_attempts", uuid=attempt)


def _a_call_failed() -> None:
    delivery = Delivery.objects.order_by("pk").first()
    DeliveryTry.objects.create(
        delivery=delivery, tried_at=NOW, duration_ms=10_000, status=None, answer="timed out"
    )


def _lists(story: StoryRunner) -> None:
    """Ends with the whole of each list as files."""
    for name in ("list_course_results", "list_course_attempts", "list_course_responses"):
        story(name, query={"quiz": content.QUIZ})
        story.as_files(name)


def _days_later(story: StoryRunner) -> None:
    """The cycle that began above has its own cards: they come with the lesson."""
    body = {"response": {"choice": "b"}, "based_on": 0}
    story("respond_to_check", body, question=content.CHECK)
    story.clock.shift(timedelta(days=3))
    story("open_daily_review")
    story("respond_to_card", body, question=content.CHECK)
    story("snooze_card", question=content.CHECK)
    story("begin_next_cards")
    _mistakes(story)


def _mistakes(story: StoryRunner) -> None:
    """The check is answered wrong when it is practised again, and put right as a mistake."""
    lesson = f"/learners/a-1/courses/{content.COURSE}/lessons/{story.ids['lesson']}"
    story.platform.post(f"{lesson}/restart")
    wrong = {"response": {"choice": "a"}, "based_on": 0}
    story.platform.post(f"{lesson}/checks/{content.CHECK}/responses", wrong)
    story("open_mistakes")
    story("respond_to_mistake", {**wrong, "response": {"choice": "b"}}, question=content.CHECK)
    story("begin_next_mistakes")


def _leaving(story: StoryRunner) -> None:
    story("export_learner")
    story("deactivate_learner")
    story("activate_learner")
    story("put_learner", {}, external_id="z-9")
    story("delete_learner", external_id="z-9")


def _certificates(story: StoryRunner) -> None:
    course = Course.objects.get(key=content.COURSE)
    CertificateRule.objects.create(course=course, valid_months=24)
    story.ids["external_id"] = "a-1"
    own = course.enrolments.get(user__course_identities__subject="a-1", cycle=1)
    own.completed_at = timezone.now()
    own.save()
    certificates.issue_late(enrolment=own, now=timezone.now())
    found = story("list_certificates")["results"][0]["id"]
    story("get_certificate", certificate=found)
    story("list_course_certificates")


def _notes(story: StoryRunner) -> None:
    read = {"lesson": content.READING, "place": content.paragraph()}
    story("put_note", {"text": "Ask for our own bill.", "based_on": 0}, **read)
    story("list_notes")
    story("delete_note", **read)


def _search(story: StoryRunner) -> None:
    story("search_course", query={"q": "experience"})
    story("search", query={"q": "experience"})


def _platforms(story: StoryRunner) -> None:
    """The site's administration exports a platform and erases its people."""
    old = Platform("catalogue:read", name="Old platform")
    old.learner("o-1")
    story.ids["platform"] = str(old.client.uuid)
    own = story.platform.key
    story.platform.key = Platform("platforms:write", name="Administration").key
    for name in ("list_platforms", "get_platform", "export_platform"):
        story(name)
    story("erase_platform", {"name": "Old platform"})
    jobs.run(uuid=Job.objects.latest("pk").uuid, clock=timezone.now)
    story("get_platform_erasure")
    story.platform.key = own


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
    _classes,
    _proposals,
    _reports,
    _corrections,
    _marking,
    _second_chances,
    _certificates,
    _notes,
    _search,
    _giving_up,
    _platforms,
)
"""A new chapter comes last: the earlier ones stay as they are."""
