"""Each request to the API makes as many queries for 20 rows as for one.

Finding the key and what it reaches counts; BEGIN, COMMIT and savepoints do not.
"""

from collections import defaultdict

import pytest
from django.utils import timezone

from courses.domain import attempts, feed, webhooks
from courses.models import DeliveryTry, Term
from tests.api.platform import Platform
from tests.factories import NOW, RIGHT, make_lesson, make_quiz, reader_of
from tests.proofs.test_query_budgets import queries, sizes, within

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.engines,
    pytest.mark.slow,
    pytest.mark.two_lengths,
]


CHANGED = {"response": {"choice": "a"}, "based_on": 1}


def cohort(size, name):
    """A platform of its own with so many learners, each with a closed attempt and a lesson."""
    platform = Platform(name=f"{name}-{size}")
    quiz = make_quiz(questions=1)
    lesson = make_lesson(module=quiz.module, checks=1)
    platform.get("/courses")
    for number in range(size):
        who = f"{name}-{size}-{number}"
        platform.learner(who, course=quiz.course)
        reader = reader_of(platform.enrolment(who))
        by = reader.enrolled().user
        attempt = attempts.start(reader=reader, quiz_key=quiz.key, by=by, now=NOW)
        attempts.save(attempt=attempt, position=1, raw=RIGHT, based_on=0, by=by, now=NOW)
        attempts.submit(attempt=attempt, by=by, now=NOW)
        path = f"/learners/{who}/courses/{quiz.course.key}/lessons/{lesson.key}/visit"
        assert platform.post(path).status_code == 204
    while feed.number(now=timezone.now()):
        pass
    return platform, quiz


def measured(platform, path, size, at_least):
    """The first request warms the outline; the second is measured and must be full of rows."""
    platform.get(path)
    found = []
    counted = queries(lambda: found.append(platform.get(path)) or found[0])
    assert len(found[0].json()["results"]) >= at_least * size
    return counted


LISTS = {
    "/learners": 2,
    "/courses/{course}/progress": 5,
    "/line-items/{column}/results": 3,
    "/events": 6,
    "/courses/{course}/line-items": 3,
    "/courses/{course}/lessons": 2,
    "/courses/{course}/modules": 2,
    "/courses/{course}/objectives": 2,
    "/courses/{course}/glossary": 2,
    "/courses/{course}/quizzes": 5,
}
"""Address → the most queries."""
OF_LEARNERS = list(LISTS)[:4]


def test_lists():
    found = {path: {} for path in LISTS}
    for size in sizes():
        platform, quiz = cohort(size, "lists")
        for number in range(size):
            make_quiz(module=quiz.module, questions=1)
            make_lesson(module=quiz.module, checks=1)
            Term.objects.create(course=quiz.course, key=f"t{number}", term="T", definition="D.")
        for path in LISTS:
            where = path.format(course=quiz.course.key, column=quiz.line_item.uuid)
            at_least = int(path in OF_LEARNERS)
            found[path][size] = measured(platform, where, size, at_least=at_least)
    for path, budget in LISTS.items():
        within(budget, found[path])


def test_deliveries():
    found = {}
    for size in sizes():
        platform = Platform(name=f"deliveries-{size}")
        made = webhooks.register(client=platform.client, url="https://example.org/", now=NOW)
        for _number in range(size):
            sent = webhooks.ping(endpoint=made, by=None, now=NOW)
            for _try in range(2):
                DeliveryTry.objects.create(
                    delivery=sent, tried_at=NOW, duration_ms=1, status=500, answer=""
                )
        found[size] = measured(platform, f"/webhooks/{made.uuid}/deliveries", size, at_least=1)
    within(6, found)


def test_webhooks():
    found = {}
    for size in sizes():
        platform = Platform(name=f"webhooks-{size}")
        for number in range(size):
            url = f"https://example.org/{number}"
            webhooks.register(client=platform.client, url=url, now=NOW)
        found[size] = measured(platform, "/webhooks", size, at_least=1)
    within(4, found)


@pytest.mark.parametrize("is_open", [False, True], ids=["graded attempts", "an open attempt"])
def test_a_learner(is_open):
    found = defaultdict(dict)
    for size in sizes():
        platform, quiz = cohort(1, f"learner-{size}")
        who = f"learner-{size}-1-0"
        for _number in range(size):
            other = make_quiz(module=quiz.module, questions=size)
            platform.learner(who, course=make_quiz().course)
            reader = reader_of(quiz.course.enrolments.get())
            by = reader.enrolled().user
            for one in (quiz, other):
                attempt = attempts.start(reader=reader, quiz_key=one.key, by=by, now=NOW)
                if not is_open or one is quiz:
                    attempts.submit(attempt=attempt, by=by, now=NOW)
        addresses = {
            "attempts": f"/learners/{who}/courses/{quiz.course.key}/quizzes/{quiz.key}/attempts",
            "enrolments": f"/learners/{who}/enrolments",
            "progress": f"/learners/{who}/progress",
            "results": f"/learners/{who}/courses/{quiz.course.key}/results",
        }
        for part, address in addresses.items() if not is_open else ():
            platform.get(address)
            found[part][size] = queries(lambda p=platform, a=address: p.get(a))
        address = f"/learners/{who}/attempts/{attempt.uuid}"
        platform.get(address)
        found["one attempt"][size] = queries(lambda p=platform, a=address: p.get(a))
    for measured_sizes in found.values():
        within(11, measured_sizes)


def test_saving_with_a_key():
    """The domain's own queries and, for the key, one before the effect and one behind it."""
    found = {}
    for size in sizes():
        platform = Platform(name=f"saving-{size}")
        quiz = make_quiz(questions=size, feedback_mode="deferred")
        platform.learner("a", course=quiz.course)
        path = f"/learners/a/courses/{quiz.course.key}/quizzes/{quiz.key}/attempts"
        uuid = platform.post(path).json()["attempt"]["id"]
        where = f"/learners/a/attempts/{uuid}/items/{size}/responses"
        platform.post(where, {"response": RIGHT, "based_on": 0}, idempotency_key="first")
        found[size] = queries(lambda p=platform, w=where: p.post(w, CHANGED, idempotency_key="k"))
    within(10, found)
