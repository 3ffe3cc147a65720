"""Lessons and attempts over the API, by the same rules as in the browser."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from courses.domain import attempts
from courses.models import (
    Attempt,
    AttemptItem,
    Enrolment,
    Event,
    Grading,
    LessonProgress,
    Response,
    Result,
    VoteTally,
)
from tests.api.platform import Platform, problem
from tests.factories import RIGHT, WRONG, make_debate, make_learner, make_lesson, make_quiz

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


@pytest.fixture
def quiz():
    return make_quiz(questions=2, time_limit_s=3600)


@pytest.fixture
def platform(quiz):
    platform = Platform("learning:write")
    platform.learner("a-1", course=quiz.course)
    return platform


def quiz_path(quiz, who="a-1"):
    return f"/learners/{who}/courses/{quiz.course.key}/quizzes/{quiz.key}"


def begin(platform, quiz):
    return platform.post(f"{quiz_path(quiz)}/attempts").json()["attempt"]["id"]


def save(platform, uuid, position, response=None, based_on=0, **extra):
    headers = {"idempotency_key": extra.pop("key")} if "key" in extra else {}
    body = {"based_on": based_on, **extra}
    if response is not None:
        body["response"] = response
    path = f"/learners/a-1/attempts/{uuid}/items/{position}/responses"
    return platform.post(path, body, **headers)


def test_a_quiz_from_start_to_review(platform, quiz):
    standing = platform.get(quiz_path(quiz)).json()
    started = platform.post(f"{quiz_path(quiz)}/attempts")
    again = platform.post(f"{quiz_path(quiz)}/attempts")
    body = started.json()
    uuid = body["attempt"]["id"]

    assert (standing["may_start"], standing["time_limit_s"]) == (True, 3600)
    assert (started.status_code, again.status_code) == (201, 200)
    assert again.json()["attempt"] == body["attempt"]
    read = platform.get(started.headers["Location"]).json()
    assert (read["attempt"], read["items"]) == (body["attempt"], body["items"])
    assert 3590 <= body["seconds_left"] <= 3600
    item = body["items"][0]
    assert (item["position"], item["revision"], item["response"]) == (1, 0, None)
    assert sorted(one["key"] for one in item["content"]["options"]) == ["a", "b", "c"]

    assert save(platform, uuid, 1, RIGHT).json()["revision"] == 1
    assert save(platform, uuid, 2, WRONG).json()["item"]["response"] == WRONG
    flag = platform.put(f"/learners/a-1/attempts/{uuid}/items/2/flag", {"is_flagged": True})
    assert flag.json()["is_flagged"] is True
    submitted = platform.post(f"/learners/a-1/attempts/{uuid}/submit")
    assert submitted.json()["state"] == "graded"
    assert platform.post(f"/learners/a-1/attempts/{uuid}/submit").json() == submitted.json()

    review = platform.get(f"/learners/a-1/attempts/{uuid}/review").json()
    assert (review["score"], review["score_maximum"], review["percent"]) == (1.0, 2.0, 50.0)
    assert [one["is_correct"] for one in review["items"]] == [True, False]
    assert "That counts work." in str(review["items"][1]["content"])
    closed = platform.get(f"/learners/a-1/attempts/{uuid}").json()
    assert (closed["is_open"], closed["items"]) == (False, [])
    assert [one["id"] for one in platform.get(f"{quiz_path(quiz)}/attempts").json()["results"]] == [
        uuid
    ]
    assert platform.get(quiz_path(quiz)).json()["result"] == {
        "percent": 50.0,
        "has_passed": False,
        "pass_mark": 80.0,
        "is_overridden": False,
        "is_excused": False,
    }


def test_open_attempt_reveals_nothing(platform, quiz):
    uuid = begin(platform, quiz)
    saved = save(platform, uuid, 1, RIGHT).text
    read = platform.get(f"/learners/a-1/attempts/{uuid}").text

    for secret in ("It follows her goal", 'correct": true', '"score":1', '"weight"'):
        assert secret not in saved + read
    problem(platform.get(f"/learners/a-1/attempts/{uuid}/review"), 409, "conflict")


def test_who_leaves_the_course_at_that_moment_sees_no_question(platform, quiz, monkeypatch):
    start = attempts.start

    def left(**kwargs):
        Enrolment.objects.update(state=Enrolment.State.WITHDRAWN)
        return start(**kwargs)

    monkeypatch.setattr(attempts, "start", left)

    problem(platform.post(f"{quiz_path(quiz)}/attempts"), 404, "not_found")


def test_an_exam_keeps_its_secrets_after_it(platform):
    exam = make_quiz(kind="exam", attempts_allowed=2)
    platform.learner("a-1", course=exam.course)
    uuid = begin(platform, exam)
    save(platform, uuid, 1, RIGHT)
    platform.post(f"/learners/a-1/attempts/{uuid}/submit")

    review = platform.get(f"/learners/a-1/attempts/{uuid}/review").json()
    assert (review["percent"], review["shows_more_later"]) == (50.0, True)
    assert {one["is_correct"] for one in review["items"]} == {None}
    assert {one["feedback"] for one in review["items"]} == {""}


def test_save_based_on_an_older_revision_is_refused_and_loses_nothing(platform, quiz):
    uuid = begin(platform, quiz)
    save(platform, uuid, 1, RIGHT)

    refusal = problem(save(platform, uuid, 1, WRONG), 409, "stale_revision")
    assert (refusal["revision"], refusal["value"]) == (1, RIGHT)
    problem(save(platform, uuid, 1, {"choice": ""}, 1), 409, "blank_refused")
    assert save(platform, uuid, 1, WRONG, 1).status_code == 201
    assert save(platform, uuid, 1, WRONG, 2).status_code == 200
    assert save(platform, uuid, 1, None, 2, clear=True).json()["item"]["response"] is None

    path = f"/learners/a-1/attempts/{uuid}/items/1/responses"
    history = platform.get(path).json()["results"]
    assert [(row["revision"], row["value"], row["channel"]) for row in history] == [
        (1, RIGHT, "api"),
        (2, WRONG, "api"),
        (3, None, "api"),
    ]


def test_a_repeated_save_is_stored_once(platform, quiz):
    uuid = begin(platform, quiz)
    first = save(platform, uuid, 1, RIGHT, key="k1")
    again = save(platform, uuid, 1, RIGHT, key="k1")

    assert (again.status_code, again.json()) == (201, first.json())
    assert Response.objects.count() == 1
    problem(save(platform, uuid, 1, WRONG, key="k1"), 422, "idempotency_key_reused")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"based_on": -1, "response": RIGHT},
        {"based_on": 2**31, "response": RIGHT},
        {"based_on": 2**63, "response": RIGHT},
        {"based_on": 0, "response": "b"},
        {"based_on": 0, "response": [1]},
        {"based_on": 0, "response": RIGHT, "score": 1},
        {"based_on": 0, "response": {"choice": "no-such-option"}},
        {"based_on": 0, "response": {"choice": {"a": {"b": {"c": {"d": {"e": 1}}}}}}},
    ],
)
def test_wrong_responses_are_refused_and_nothing_is_stored(platform, quiz, body):
    uuid = begin(platform, quiz)
    response = platform.post(f"/learners/a-1/attempts/{uuid}/items/1/responses", body)

    assert response.status_code == 400, response.content
    assert Response.objects.count() == 0


def test_places_that_do_not_exist(platform, quiz):
    uuid = begin(platform, quiz)
    for place in ("3", "0", "9999", "99999", "-1", "2147483648"):
        path = f"/learners/a-1/attempts/{uuid}/items/{place}/responses"
        problem(platform.get(path), 404, "not_found")
        problem(platform.post(path, {"based_on": 0, "response": RIGHT}), 404, "not_found")


def test_after_the_end_nothing_is_stored(platform, quiz):
    uuid = begin(platform, quiz)
    platform.post(f"/learners/a-1/attempts/{uuid}/submit")

    problem(save(platform, uuid, 1, RIGHT), 409, "closed")
    flag = platform.put(f"/learners/a-1/attempts/{uuid}/items/1/flag", {"is_flagged": True})
    problem(flag, 409, "closed")


def test_without_a_try_left_nothing_starts(platform):
    quiz = make_quiz(attempts_allowed=1)
    platform.learner("a-1", course=quiz.course)
    uuid = begin(platform, quiz)
    platform.post(f"/learners/a-1/attempts/{uuid}/submit")

    refusal = problem(platform.post(f"{quiz_path(quiz)}/attempts"), 409, "conflict")
    assert "all your attempts" in refusal["detail"]


def test_learner_without_enrolment_gets_nothing(platform):
    other = make_quiz()
    problem(platform.post(f"{quiz_path(other)}/attempts"), 403, "not_enrolled")


def test_foreign_attempts_are_unknown(platform, quiz):
    """Another client's, another learner's, and one's own under another name: all the same."""
    other_client = Platform("learning:write", name="Other")
    other_client.learner("a-1", course=quiz.course)
    platform.learner("a-2", course=quiz.course)
    foreign = begin(other_client, quiz)
    own = begin(platform, quiz)
    found = set()
    for who, uuid in (("a-1", foreign), ("a-2", own), ("nobody", own), ("a-1", uuid4())):
        for method, part, body in (
            ("get", "", None),
            ("post", "/submit", {}),
            ("get", "/review", None),
            ("get", "/items/1/responses", None),
            ("post", "/items/1/responses", {"based_on": 0, "response": RIGHT}),
            ("put", "/items/1/flag", {"is_flagged": True}),
        ):
            answer = platform.call(method, f"/learners/{who}/attempts/{uuid}{part}", body)
            found.add(str(problem(answer, 404, "not_found") | {"instance": ""}))

    assert len(found) == 1
    assert Response.objects.count() == 0


def test_a_key_for_another_course_reaches_no_attempt(platform, quiz):
    uuid = begin(platform, quiz)
    limited = Platform("learning:write", courses=[make_quiz().course])

    problem(limited.get(f"/learners/a-1/attempts/{uuid}"), 404, "not_found")


def test_a_person_in_the_browser_is_me(quiz):
    enrolment = make_learner(quiz.course)
    browser = Client()
    browser.force_login(enrolment.user)
    path = f"/api/v1{quiz_path(quiz, 'me')}"

    assert browser.post(f"{path}/attempts").status_code == 201
    problem(browser.get(path.replace("/me/", "/a-1/")), 404, "not_found")


# --- lessons


def test_a_lesson_is_completed_by_its_checks(platform):
    lesson = make_lesson(checks=2)
    course = lesson.module.course
    platform.learner("a-1", course=course)
    path = f"/learners/a-1/courses/{course.key}/lessons/{lesson.key}"
    keys = [place.question.key for place in lesson.checks.items.order_by("position")]
    before = platform.get(path).json()
    assert (before["state"], before["checks_total"], before["checks_answered"]) == ("new", 2, 0)
    assert [piece["kind"] for piece in before["segments"]] == ["html", "check", "html", "check"]
    assert LessonProgress.objects.count() == 0

    assert platform.post(f"{path}/visit", {"position": "part-2"}).status_code == 204
    assert platform.get(path).json()["position"] == "part-2"
    problem(platform.post(f"{path}/confirm"), 403, "not_allowed")
    answer = {"response": RIGHT, "based_on": 0}
    first = platform.post(f"{path}/checks/{keys[0]}/responses", answer)
    second = platform.post(f"{path}/checks/{keys[1]}/responses", answer, idempotency_key="k")
    again = platform.post(f"{path}/checks/{keys[1]}/responses", answer, idempotency_key="k")

    assert (first.status_code, first.json()["is_lesson_completed"]) == (201, False)
    assert first.json()["item"]["is_correct"] is True
    assert second.json() == again.json()
    assert second.json()["is_lesson_completed"] is True
    assert platform.get(path).json()["state"] == "completed"
    afresh = platform.post(f"{path}/restart").json()
    assert (afresh["state"], afresh["checks_answered"]) == ("completed", 0)
    problem(platform.post(f"{path}/checks/no-such/responses", answer), 404, "not_found")
    problem(platform.get(path.replace(lesson.key, "no-such")), 404, "not_found")


def test_a_debate_is_voted_on_twice(platform):
    lesson, first, second = make_debate()
    course = lesson.module.course
    platform.learner("a-1", course=course)
    path = f"/learners/a-1/courses/{course.key}/lessons/{lesson.key}"
    VoteTally.objects.create(question=first, shown={"a": {"a": 1, "b": 4}})

    def vote(question, side, certainty):
        sent = {"response": {"choice": side, "certainty": certainty}, "based_on": 0}
        return platform.post(f"{path}/checks/{question.key}/responses", sent)

    problem(vote(first, "a", 55), 400, "unreadable_response")
    cast = vote(first, "a", 70).json()["item"]
    assert (cast["is_scored"], cast["score"], cast["is_correct"]) == (False, None, None)
    assert (cast["can_respond"], cast["move"]) == (False, None)
    problem(vote(first, "b", 70), 409, "stale_revision")
    move = vote(second, "b", 50).json()["item"]["move"]
    assert move == {
        "before": {"key": "a", "text": "Everyone owns it", "certainty": 70},
        "after": {"key": "b", "text": "One lead owns it", "certainty": 50},
        "everybody": {
            "people": 5,
            "positions": [
                {"key": "a", "text": "Everyone owns it", "before": 5, "after": 1},
                {"key": "b", "text": "One lead owns it", "before": 0, "after": 4},
            ],
        },
    }
    checks = platform.get(path).json()["checks"]
    assert [check["move"] for check in checks] == [None, None, move]


def test_a_lesson_is_confirmed(platform):
    lesson = make_lesson(checks=0, completion="confirm")
    platform.learner("a-1", course=lesson.module.course)
    path = f"/learners/a-1/courses/{lesson.module.course.key}/lessons/{lesson.key}/confirm"

    assert platform.post(path).json() == {"is_lesson_completed": True}
    assert platform.post(path).json() == {"is_lesson_completed": False}
    assert Event.objects.filter(type="lesson.completed").count() == 1


# --- one attempt, two entry points

SCRIPT = [(1, "a"), (2, "b"), (1, "b"), (3, "c")]


def by_web(quiz, user):
    client = Client()
    client.force_login(user)
    client.post(reverse("cx_courses:quiz-start", args=[quiz.course.key, quiz.key]))
    attempt = Attempt.objects.get(enrolment__user=user)
    for position, choice in SCRIPT:
        revision = AttemptItem.objects.get(attempt=attempt, position=position).revision
        data = {f"i{position}-choice": choice, f"i{position}-based_on": revision}
        client.post(reverse("cx_courses:attempt-save", args=[attempt.uuid, position]), data)
    client.post(reverse("cx_courses:attempt-submit", args=[attempt.uuid]))


def by_api(quiz, platform):
    uuid = begin(platform, quiz)
    for position, choice in SCRIPT:
        revision = AttemptItem.objects.get(attempt__uuid=uuid, position=position).revision
        save(platform, uuid, position, {"choice": choice}, revision)
    platform.post(f"/learners/a-1/attempts/{uuid}/submit")


def log_of(user):
    """Everything an attempt left behind, without ids, times and channels."""
    attempt = Attempt.objects.get(enrolment__user=user)
    of_attempt = {"item__attempt": attempt}
    responses = Response.objects.filter(**of_attempt).order_by("item__position", "revision")
    gradings = Grading.objects.filter(**of_attempt).order_by("item__position", "sequence")
    result = Result.objects.filter(enrolment__user=user)
    events = Event.objects.filter(enrolment__user=user).order_by("pk")
    return {
        "attempt": (attempt.state, attempt.score, attempt.percent, attempt.has_passed),
        "closed_by": attempt.closed_by,
        "responses": list(responses.values_list("item__position", "revision", "value")),
        "gradings": list(gradings.values_list("item__position", "sequence", "scaled", "parts")),
        "result": list(result.values_list("score_given", "percent", "grading_progress")),
        "events": list(events.values_list("type", flat=True)),
        "by": {user.pk} == {row.by_id for row in [*responses, *events]},
    }


@pytest.mark.parametrize("mode", ["deferred", "immediate", "interactive"])
def test_web_and_api_leave_the_same_score_and_log(mode):
    quiz = make_quiz(questions=3, feedback_mode=mode, credit=["1", "1/2"])
    platform = Platform("learning:write")
    api_user = platform.learner("a-1", course=quiz.course)
    web_user = make_learner(quiz.course).user
    by_web(quiz, web_user)
    by_api(quiz, platform)

    assert log_of(web_user) == log_of(api_user)


# --- the clock closes an attempt, whatever becomes of the request that meets it


def run_out(uuid):
    """Its time was over an hour ago."""
    past = timezone.now() - timedelta(hours=1)
    Attempt.objects.filter(uuid=uuid).update(started_at=past - timedelta(hours=1), deadline_at=past)


@pytest.mark.parametrize("key", [{}, {"key": "k-1"}], ids=["no key", "key"])
@pytest.mark.parametrize(
    ("response", "refusal"),
    [(WRONG, (409, "closed")), ({"choice": "z"}, (400, "unreadable_response"))],
)
def test_a_save_that_comes_too_late_closes_the_attempt(platform, quiz, key, response, refusal):
    uuid = begin(platform, quiz)
    save(platform, uuid, 1, RIGHT)
    run_out(uuid)
    found = [problem(save(platform, uuid, 2, response, **key), *refusal) for _try in range(2)]

    assert found[0] == found[1]
    attempt = Attempt.objects.get()
    assert (attempt.state, attempt.closed_by) == ("graded", "deadline")
    assert Response.objects.count() == 1
    assert Event.objects.filter(type="attempt.submitted").count() == 1


@pytest.mark.parametrize("headers", [{}, {"idempotency_key": "k-1"}], ids=["no key", "key"])
def test_a_start_that_is_refused_closes_what_had_run_out(platform, headers):
    quiz = make_quiz(time_limit_s=60, attempts_allowed=1)
    platform.learner("a-1", course=quiz.course)
    uuid = begin(platform, quiz)
    run_out(uuid)

    problem(platform.post(f"{quiz_path(quiz)}/attempts", **headers), 409, "conflict")
    assert Attempt.objects.get().closed_by == "deadline"


def test_a_list_of_attempts_comes_in_pages_and_closes_what_had_run_out(platform, quiz):
    uuids = []
    for _number in range(3):
        uuids.append(begin(platform, quiz))
        if len(uuids) < 3:
            platform.post(f"/learners/a-1/attempts/{uuids[-1]}/submit")
    run_out(uuids[-1])
    first = platform.get(f"{quiz_path(quiz)}/attempts?limit=2").json()
    last = platform.get(first["next"]).json()
    latest = platform.get(f"{quiz_path(quiz)}/attempts?limit=1&order=-created").json()["results"]

    found = [*first["results"], *last["results"]]
    assert [one["id"] for one in found] == uuids
    assert [one["number"] for one in found] == [1, 2, 3]
    assert last["next"] is None
    assert latest == last["results"]
    assert (latest[0]["closed_by"], latest[0]["course"]) == ("deadline", quiz.course.key)


def test_attempt_list_loads_only_what_it_shows(platform):
    """Key, learner, course, enrolment, quiz, what is open, the rows; nothing of the quiz page."""
    counts = set()
    for size in (1, 3):
        quiz = make_quiz(questions=size)
        platform.learner("a-1", course=quiz.course)
        for _number in range(size):
            uuid = begin(platform, quiz)
            platform.post(f"/learners/a-1/attempts/{uuid}/submit")
        platform.get(f"{quiz_path(quiz)}/attempts")
        with CaptureQueriesContext(connection) as queries:
            platform.get(f"{quiz_path(quiz)}/attempts")
        counts.add(len(queries))
    assert len(counts) == 1
    assert max(counts) <= 8, queries.captured_queries


def test_queries_do_not_grow(platform):
    counts = []
    for size in (1, 3):
        quiz = make_quiz(questions=size)
        platform.learner(f"q-{size}", course=quiz.course)
        path = quiz_path(quiz, f"q-{size}")
        uuid = platform.post(f"{path}/attempts").json()["attempt"]["id"]
        own = f"/learners/q-{size}/attempts/{uuid}"
        for address in (path, f"{path}/attempts", own):
            platform.get(address)
            with CaptureQueriesContext(
                connection,
            ) as queries:
                platform.get(address)
            counts.append(len(queries))
    assert counts[:3] == counts[3:]
    assert max(counts) <= 14
