"""A program corrects results as the pages do; a learner's program reads and marks the notice."""

import pytest

from courses.domain import attempts, jobs
from courses.models import Job, RegradeBatch, RegradeOutcome, Result
from tests.api.platform import Platform, problem
from tests.factories import NOW, RIGHT, WRONG, make_quiz, reader_of

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def quiz():
    return make_quiz(questions=2)


@pytest.fixture
def acme(quiz):
    platform = Platform("admin")
    platform.learner("a-1", course=quiz.course)
    one = platform.enrolment("a-1")
    attempt = attempts.start(reader=reader_of(one), quiz_key=quiz.key, by=one.user, now=NOW)
    for position, raw in enumerate((WRONG, RIGHT), start=1):
        attempts.save(attempt=attempt, position=position, raw=raw, based_on=0, by=one.user, now=NOW)
    attempts.submit(attempt=attempt, by=one.user, now=NOW)
    return platform


def asked(quiz, **more):
    question = quiz.items.order_by("position").first().question
    return {"quizzes": [quiz.key], "changes": [{"question": question.key}], **more}


def at(quiz, tail):
    return f"/courses/{quiz.course.key}/{tail}"


def work():
    """Do what waits, and what waits a minute longer."""
    from django.utils import timezone

    for _look in range(2):
        jobs.work(clock=timezone.now, until=timezone.now() + jobs.SLICE)
        Job.objects.unfinished().update(due_at=timezone.now())


def test_a_correction_is_previewed_applied_read_and_undone(acme, quiz):
    preview = acme.post(at(quiz, "regrade-previews"), asked(quiz)).json()
    effects = {row["policy"]: row for row in preview["policies"]}
    assert list(effects) == ["full", "drop", "drop_all"]
    assert (effects["full"]["rise"], effects["full"]["fall"]) == (1, 0)
    assert acme.get(at(quiz, f"regrade-previews/{preview['id']}")).json() == preview

    body = {"policy": "full", "reason": "Both were right."}
    address = at(quiz, f"regrade-previews/{preview['id']}/apply")
    batch = acme.post(address, body).json()
    assert acme.post(address, body).json()["id"] == batch["id"]
    assert RegradeBatch.objects.count() == 1
    work()
    assert Result.objects.get().percent == 100
    (row,) = acme.get(at(quiz, f"regrades/{batch['id']}/outcomes")).json()["results"]
    assert (row["external_id"], row["percent_before"], row["percent_after"]) == ("a-1", 50, 100)
    (notice,) = acme.get(f"/learners/a-1{at(quiz, 'notices')}").json()["results"]
    assert (notice["facts"]["percent_after"], notice["read_at"]) == (100, None)
    read = f"/learners/a-1{at(quiz, 'notices')}/{notice['id']}/read"
    first = acme.put(read).json()
    assert first["read_at"] is not None
    assert acme.put(read).json() == first

    assert acme.post(at(quiz, f"regrades/{batch['id']}/undo")).json()["state"] == "undoing"
    assert problem(acme.post(at(quiz, f"regrades/{batch['id']}/undo")), 409, "conflict")
    work()
    assert Result.objects.get().percent == 50


def test_another_platform_sees_no_learner_of_it_and_without_admin_nothing(acme, quiz):
    preview = acme.post(at(quiz, "regrade-previews"), asked(quiz)).json()
    address = at(quiz, f"regrade-previews/{preview['id']}/apply")
    batch = acme.post(address, {"policy": "drop", "reason": "Unclear."}).json()
    work()
    assert RegradeOutcome.objects.count() == 1
    other = Platform("admin", name="Other")
    assert other.get(at(quiz, f"regrades/{batch['id']}/outcomes")).json()["results"] == []
    weak = Platform("gradebook:write", name="Weak")
    for answer in (
        weak.get(at(quiz, "regrades")),
        weak.post(at(quiz, "regrade-previews"), asked(quiz)),
        weak.post(at(quiz, f"regrades/{batch['id']}/undo")),
    ):
        assert answer.status_code == 403


def test_what_is_not_of_the_course_is_refused(acme, quiz):
    for body in (
        asked(quiz, quizzes=["no-such-quiz"]),
        asked(quiz, changes=[{"question": "no-such-question"}]),
        asked(quiz, changes=[{"question": asked(quiz)["changes"][0]["question"], "version": 9}]),
        asked(quiz, changes=[]),
    ):
        assert acme.post(at(quiz, "regrade-previews"), body).status_code in (400, 422)
    assert acme.get(at(quiz, f"regrades/{Job().uuid}")).status_code == 404
