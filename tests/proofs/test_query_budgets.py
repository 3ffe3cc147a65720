"""Each page makes as many queries for many rows as for one.

Not counted: BEGIN, COMMIT and savepoints. The outline of a course is warm, as it is in a running
process after the first page of a revision.
"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.domain import enrolments
from courses.models import Term, VoteTally
from tests.factories import (
    ESSAY,
    NOW,
    add_item,
    make_debate,
    make_learner,
    make_lesson,
    make_question,
    make_quiz,
)
from tests.lengths import is_long
from tests.web.seat import Seat

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.engines,
    pytest.mark.slow,
    pytest.mark.two_lengths,
]

NOT_COUNTED = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")


def sizes():
    return (1, 3, 20) if is_long() else (1, 3)


def queries(act):
    """(number of queries, their texts for the report) of one request, which must succeed."""
    with CaptureQueriesContext(
        connection,
    ) as captured:
        response = act()
    assert response.status_code in (200, 201, 302), response.status_code
    asked = [one["sql"] for one in captured if not one["sql"].startswith(NOT_COUNTED)]
    return len(asked), "\n".join(sql[:160] for sql in asked)


def within(budget, measured):
    """Constant and within the budget; else the queries themselves are shown."""
    counts = {size: found[0] for size, found in measured.items()}
    texts = measured[max(measured)][1]
    assert len(set(counts.values())) == 1, f"grows: {counts}\n{texts}"
    assert max(counts.values()) <= budget, f"{counts} is more than {budget}\n{texts}"


def seat(client, size, **quiz):
    client.logout()
    return Seat(client, questions=size, **quiz)


def warm(client, url):
    client.get(url)
    return queries(lambda: client.get(url))


def finished(at, times):
    for _ in range(times):
        at.begin()
        at.save(1, "b")
        at.client.post(at.url("attempt-submit"))


def test_lesson(client):
    """Lessons in the module, checks in the lesson, and attempts at them."""
    measured = {}
    for size in sizes():
        at = seat(client, 1)
        module = at.quiz.module
        lesson = make_lesson(module=module, checks=size)
        for _ in range(size):
            make_lesson(module=module, checks=1)
        where = [at.course.key, lesson.key]
        for place in list(lesson.checks.items.select_related("question"))[: size // 2]:
            name = place.question.key
            check = reverse("cx_courses:lesson-check", args=[*where, name])
            client.post(check, {f"c-{name}-choice": "a", f"c-{name}-based_on": "0"})
        client.post(reverse("cx_courses:lesson-again", args=where))
        measured[size] = warm(client, reverse("cx_courses:lesson", args=where))
    within(7, measured)


@pytest.mark.parametrize("mode", ["deferred", "immediate", "interactive"])
def test_attempt(client, mode):
    measured = {}
    for size in sizes():
        at = seat(client, size, feedback_mode=mode, time_limit_s=3600)
        at.begin()
        for position in range(1, size + 1, 2):
            at.save(position, "a")
        measured[size] = warm(client, at.url())
    within(5, measured)


@pytest.mark.parametrize("mode", ["deferred", "immediate", "interactive"])
def test_saving_a_response(client, mode):
    measured = {}
    for size in sizes():
        at = seat(client, size + 1, feedback_mode=mode, time_limit_s=3600)
        at.begin()
        at.save(1, "a")
        measured[size] = queries(lambda at=at, size=size: at.save(size + 1, "b", key="k"))
    within(6 if mode == "deferred" else 7, measured)


def test_form_of_all_questions(client):
    """Twenty answers cost as many queries as one: everything is stored under one lock."""
    measured = {}
    for size in sizes():
        at = seat(client, size, feedback_mode="deferred", time_limit_s=3600)
        at.begin()
        answers = {f"i{place}_choice": "b" for place in range(1, size + 1)}
        shown = {f"i{place}_based_on": 0 for place in range(1, size + 1)}
        measured[size] = queries(lambda at=at, sent={**answers, **shown}: at.post(**sent))
    within(8, measured)


def test_trying_once_more(client):
    """Where feedback comes at once, a further try also reads what was judged before."""
    measured = {}
    for size in sizes():
        credit = ["1"] * (size + 2)
        at = seat(client, 1, kind="practice", feedback_mode="interactive", credit=credit)
        at.begin()
        for revision in range(size):
            at.save(1, "ac"[revision % 2], based_on=revision)
        measured[size] = queries(lambda at=at, r=size: at.save(1, "b", based_on=r, key="k"))
    within(8, measured)


def test_saving_again_and_again(client):
    at = seat(client, 2)
    at.begin()
    measured = {}
    for revision in range(21):
        choice = "ab"[revision % 2]
        found = queries(lambda c=choice, r=revision: at.save(1, c, based_on=r, key=f"k{r}"))
        measured[revision] = found
    within(6, measured)


def test_submitting(client):
    """Twenty items at most 19 queries, and no more than one item takes.

    The dearest case: an essay is among them, the quiz is passed and completes the course, whose
    rules for certificates are read then.
    """
    measured = {}
    for size in sizes():
        at = seat(client, size)
        essay = make_question(at.quiz.module, kind="essay", data=ESSAY)
        add_item(at.quiz, essay, position=size + 1, points="0.001")
        at.begin()
        for position in range(1, size + 1):
            at.save(position, "b")
        client.get(reverse("cx_courses:course", args=[at.course.key]))
        measured[size] = queries(lambda at=at: at.client.post(at.url("attempt-submit")))
    within(19, measured)


def test_starting(client):
    measured = {}
    for size in sizes():
        at = seat(client, size)
        finished(at, 2)
        measured[size] = queries(lambda at=at: at.client.post(at.quiz_url("quiz-start")))
    within(13, measured)


@pytest.mark.parametrize(
    ("name", "budget"),
    [("catalogue", 7), ("course", 7), ("progress", 9), ("glossary", 8), ("quiz", 10)],
)
def test_lists(client, name, budget):
    """Pages that list lessons, terms, quizzes or attempts cost the same for any number of them."""
    measured = {}
    for size in sizes():
        at = seat(client, 1)
        for number in range(size):
            make_lesson(module=at.quiz.module, checks=1)
            make_quiz(module=at.quiz.module, questions=1)
            Term.objects.create(course=at.course, key=f"t{number}", term="T", definition="D.")
        finished(at, size)
        address = {
            "catalogue": reverse("cx_courses:catalogue"),
            "course": reverse("cx_courses:course", args=[at.course.key]),
            "progress": reverse("cx_courses:progress"),
            "glossary": reverse("cx_courses:glossary", args=[at.course.key]),
            "quiz": at.quiz_url(),
        }[name]
        measured[size] = warm(client, address)
    within(budget, measured)


@pytest.mark.parametrize("name", ["catalogue", "progress"])
def test_many_courses(client, name):
    measured = {}
    for size in sizes():
        at = seat(client, 1)
        for _ in range(size):
            quiz = make_quiz(questions=1)
            enrolments.enrol(course=quiz.course, user=at.enrolment.user, now=NOW)
        measured[size] = warm(client, reverse(f"cx_courses:{name}"))
    within(8, measured)


def test_review(client):
    measured = {}
    for size in sizes():
        at = seat(client, size)
        finished(at, 3)
        measured[size] = warm(client, at.url("review"))
    within(12, measured)


def test_debates(client):
    """Debates in the lesson that the learner has voted on twice, and votes of many others."""
    measured, votes = {}, {}
    for size in sizes():
        lesson = make_lesson(checks=1)
        debates = [make_debate(lesson=lesson)[1:] for _ in range(size)]
        for first, _second in debates:
            VoteTally.objects.create(question=first, moves={"a": {"b": 9}}, shown={"a": {"b": 9}})
        learner = make_learner(lesson.module.course)
        client.force_login(learner.user)
        where = [lesson.module.course.key, lesson.key]
        for question in [one for pair in debates for one in pair]:
            check = reverse("cx_courses:lesson-check", args=[*where, question.key])
            name = f"c-{question.key}-"
            sent = {f"{name}choice": "a", f"{name}certainty": "70", f"{name}based_on": "0"}
            votes[size] = queries(lambda check=check, sent=sent: client.post(check, sent))
        measured[size] = warm(client, reverse("cx_courses:lesson", args=where))
    within(8, measured)
    within(30, votes)
