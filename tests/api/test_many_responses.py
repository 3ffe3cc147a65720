"""Many responses in one request: each is stored or refused on its own, and a repeat is harmless."""

import pytest

from courses.models import Attempt, Response
from tests.api.platform import Platform, problem
from tests.api.test_query_budgets import queries, sizes, within
from tests.factories import RIGHT, WRONG, make_quiz

pytestmark = pytest.mark.django_db


@pytest.fixture
def platform():
    return Platform()


def begin(platform, **quiz):
    """The address of a started attempt at two questions."""
    quiz = make_quiz(**quiz)
    platform.learner("a-1", course=quiz.course)
    path = f"/learners/a-1/courses/{quiz.course.key}/quizzes/{quiz.key}/attempts"
    return f"/learners/a-1/attempts/{platform.post(path).json()['attempt']['id']}/responses"


def row(position, response=RIGHT, based_on=0, **extra):
    return {"position": position, "response": response, "based_on": based_on, **extra}


def put(platform, path, *rows, **headers):
    return platform.put(path, {"responses": list(rows)}, **headers)


def test_each_response_has_its_own_report(platform):
    path = begin(platform)
    put(platform, path, row(1))

    answer = put(platform, path, row(2), row(1, WRONG), row(9), row(3, "b"), "no object", row(2))

    assert answer.status_code == 200
    results = answer.json()["results"]
    assert [one["index"] for one in results] == [0, 1, 2, 3, 4, 5]
    assert [one.get("position") for one in results] == [2, 1, 9, 3, None, 2]
    assert [one["status"] for one in results] == [201, 409, 404, 400, 400, 400]
    codes = [one.get("code") for one in results]
    assert codes == [None, "stale_revision", "not_found", "invalid", "invalid", "invalid"]
    assert (results[0]["revision"], results[0]["is_new"]) == (1, True)
    assert (results[1]["revision"], results[1]["value"]) == (1, RIGHT)
    pointers = [one["errors"][0]["pointer"] for one in results[1:]]
    assert pointers == [
        "/responses/1",
        "/responses/2",
        "/responses/3/response",
        "/responses/4",
        "/responses/5/position",
    ]
    assert Response.objects.count() == 2


def test_mistake_in_a_response_is_pointed_at_within_the_whole_request(platform):
    path = begin(platform)

    (unknown, nothing) = put(
        platform, path, row(1, {"choice": "no-such"}), row(2, {}, clear=False)
    ).json()["results"]

    assert unknown["errors"][0]["pointer"].startswith("/responses/0/response")
    assert unknown["code"] == "unreadable_response"
    assert nothing["errors"][0]["pointer"] == "/responses/1/response"
    assert Response.objects.count() == 0


def test_repeat_with_the_key_stores_nothing_and_answers_the_same(platform):
    path = begin(platform)
    first = put(platform, path, row(1), row(2), idempotency_key="k")
    again = put(platform, path, row(1), row(2), idempotency_key="k")

    assert again.json() == first.json()
    assert Response.objects.count() == 2
    other = put(platform, path, row(1, WRONG), idempotency_key="k")
    problem(other, 422, "idempotency_key_reused")


def test_feedback_at_once_comes_with_the_report(platform):
    practice = begin(platform, kind="practice", feedback_mode="immediate")
    results = put(platform, practice, row(1), row(2, WRONG)).json()["results"]
    assert [one["item"]["is_correct"] for one in results] == [True, False]

    exam = begin(platform, kind="exam", attempts_allowed=2)
    assert "item" not in put(platform, exam, row(1)).json()["results"][0]


def test_after_the_deadline_every_response_is_refused_and_the_attempt_is_closed(platform):
    path = begin(platform, time_limit_s=60)
    attempt = Attempt.objects.get()
    attempt.deadline_at = attempt.started_at = attempt.started_at.replace(year=2020)
    attempt.save()

    answer = put(platform, path, row(1), row(2)).json()

    assert [one["code"] for one in answer["results"]] == ["closed", "closed"]
    attempt.refresh_from_db()
    assert attempt.closed_by == "deadline"


@pytest.mark.parametrize("body", [{}, {"responses": []}, {"responses": [{}] * 201}, [], None])
def test_request_without_a_list_of_responses_is_refused(platform, body):
    assert platform.put(begin(platform), body).status_code == 400


def test_twenty_responses_take_as_many_queries_as_one():
    found = {}
    for size in sizes():
        platform = Platform(name=f"many-{size}")
        path = begin(platform, questions=size)
        rows = [row(position) for position in range(1, size + 1)]
        found[size] = queries(lambda p=platform, a=path, r=rows: put(p, a, *r, idempotency_key="k"))
    within(14, found)
