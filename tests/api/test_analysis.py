"""Item analysis over the API: of a platform's own learners, and of nobody else's."""

import pytest

from courses.domain import sections
from courses.domain.analysis import storing
from courses.models import Job, QuizAnalysis
from tests.admin.analysed import hand_in, planted_quiz
from tests.api.platform import Platform, problem
from tests.factories import NOW
from tests.proofs.test_query_budgets import queries

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


def path(quiz, query=""):
    return f"/courses/{quiz.course.key}/quizzes/{quiz.key}/analysis{query}"


@pytest.fixture
def quiz():
    """Taken by 24 learners of no platform."""
    return planted_quiz()


@pytest.fixture
def acme(quiz):
    """A platform whose six learners took the quiz."""
    platform = Platform("gradebook:write", "learning:write")
    for number in range(6):
        platform.learner(f"a-{number}", course=quiz.course)
        chosen = {position: "ab"[position > number] for position in range(1, 6)}
        hand_in(platform.enrolment(f"a-{number}"), quiz, chosen)
    return platform


def test_figures_are_those_of_the_platforms_learners(acme, quiz):
    found = acme.get(path(quiz)).json()
    assert (found["quiz"], found["section"], found["attempts"]) == (quiz.key, None, "first")
    assert found["figures"]["attempts"] == 6
    assert not found["is_stale"]
    by_key = {one["question"]: one for one in found["questions"]}
    first = by_key[quiz.items.get(position=1).question.key]
    assert first["answers"] == 6
    assert first["facility"]["value"] == pytest.approx(5 / 6)
    assert {one["key"]: sum(one["thirds"]) for one in first["options"]} == {
        "a": 5, "b": 1, "c": 0, "d": 0,
    }  # fmt: skip
    other = Platform("gradebook:read", name="Other")
    assert other.get(path(quiz)).json()["figures"]["attempts"] == 0
    assert not QuizAnalysis.objects.exists()


def test_class_and_attempts_are_chosen(acme, quiz):
    section = sections.default_of(course=quiz.course, now=NOW)
    assert acme.get(path(quiz, f"?section={section.key}")).json()["figures"]["attempts"] == 6
    hand_in(acme.enrolment("a-1"), quiz, {1: "a"})
    assert acme.get(path(quiz, "?attempts=all")).json()["figures"]["attempts"] == 7
    foreign = Platform(name="Other").client
    sections.create(course=quiz.course, key="theirs", title="", client=foreign, now=NOW)
    for unknown in ("?section=theirs", "?section=none"):
        assert acme.get(path(quiz, unknown)).status_code == 404
    assert acme.get(path(quiz, "?attempts=some")).status_code == 400
    assert acme.get(f"/courses/{quiz.course.key}/quizzes/none/analysis").status_code == 404


def test_figures_of_many_attempts_are_asked_for(acme, quiz, monkeypatch):
    monkeypatch.setattr(storing, "AT_ONCE", 2)
    assert acme.get(path(quiz)).json()["figures"] is None
    for _time in range(2):
        answer = acme.post(path(quiz))
        assert answer.status_code == 202
        assert answer.json()["is_stale"]
    assert Job.objects.filter(kind=storing.KIND).count() == 1
    row = QuizAnalysis.objects.get()
    assert row.client == acme.client
    storing.compute(analysis=row, now=NOW)
    assert acme.get(path(quiz)).json()["figures"]["attempts"] == 6


def test_reading_is_not_enough_to_ask(quiz):
    reader = Platform("gradebook:read")
    problem(reader.post(path(quiz)), 403, "missing_scope")


def test_queries_do_not_depend_on_questions(acme, quiz):
    few = planted_quiz(items=2, learners=5, planted=1)
    counts = []
    for one in (few, quiz):
        acme.get(path(one))
        counts.append(queries(lambda one=one: acme.get(path(one)))[0])
    assert counts[0] <= counts[1] <= 16
