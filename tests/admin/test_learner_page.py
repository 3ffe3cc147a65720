"""The page of one learner: every attempt with its time line; reopen one, make it void."""

from datetime import timedelta
from fractions import Fraction

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.domain import attempts, grading, overrides, sections
from courses.models import Attempt, AttemptDecision, LineItem
from tests.admin.conftest import signed_in, staff, teacher_of
from tests.factories import (
    ESSAY,
    NOW,
    RIGHT,
    add_item,
    join,
    make_learner,
    make_question,
    make_quiz,
    take_quiz,
)

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def quiz():
    found = make_quiz(questions=1, title="<i>Test")
    add_item(found, make_question(found.module, kind="essay", data=ESSAY), position=2)
    return found


@pytest.fixture
def ada(quiz):
    return make_learner(quiz.course, first_name="Ada", last_name="<b>")


@pytest.fixture
def teacher(quiz):
    return teacher_of(quiz.course)


def url(learner):
    return reverse("admin:cx_courses_enrolment_learner", args=[learner.pk])


def decide(client, attempt, do, **fields):
    sent = {f"{attempt.uuid}-{name}": value for name, value in fields.items()}
    return client.post(url(attempt.enrolment), {"attempt": attempt.uuid, "do": do, **sent})


def test_the_time_line_tells_all_that_happened(ada, quiz, teacher):
    attempt = take_quiz(ada, quiz, RIGHT, {"text": "A long text."})
    later = NOW + timedelta(hours=1)
    item = attempt.items.get(position=2)
    grading.grade_by_person(
        item=item, scaled=Fraction(1, 2), by=teacher, now=later, reason="<u>Short"
    )
    given = {"attempt": attempt, "by": teacher}
    end = timezone.now() + timedelta(days=1)
    attempts.reopen(**given, deadline_at=end, reason="No network", now=NOW + timedelta(hours=2))
    attempts.submit(attempt=attempt, by=ada.user, now=NOW + timedelta(hours=3))
    attempts.void(**given, reason="Copied", now=NOW + timedelta(hours=4))
    overrides.override(
        line_item=LineItem.objects.get(), enrolment=ada, scaled=Fraction(9, 10), by=teacher,
        now=NOW + timedelta(hours=5), reason="Oral exam",
    )  # fmt: skip
    page = signed_in(teacher).get(url(ada)).text
    words = [
        "started", "2 responses saved", "handed in", "1 response marked", "&lt;u&gt;Short",
        "reopened until", "No network", "handed in", "made void", "Copied", "Let it count again",
    ]  # fmt: skip
    line = page.split(f'id="a{attempt.uuid}"')[1]
    place = 0
    for word in words:
        place = line.index(word, place + 1)
    assert "result set to 90%" in page
    assert "Oral exam" in page
    assert "does not count" in page
    assert reverse("cx_courses:review", args=[attempt.uuid]) in page
    assert "<b>" not in page.replace("<b>&lt;", "")
    assert "<i>Test" not in page


def test_queries_are_constant(ada, quiz, teacher, django_assert_max_num_queries):
    client = signed_in(teacher)
    take_quiz(ada, quiz, RIGHT)
    client.get(url(ada))
    for _more in range(3):
        take_quiz(ada, make_quiz(questions=1, module=quiz.module), RIGHT)
    with django_assert_max_num_queries(20):
        client.get(url(ada))


def test_an_attempt_is_reopened_made_void_and_counts_again(ada, quiz, teacher):
    client = signed_in(teacher)
    attempt = take_quiz(ada, quiz, RIGHT)
    when = timezone.localtime() + timedelta(days=2)
    until = {"deadline_at": f"{when:%Y-%m-%dT%H:%M}"}
    assert decide(client, attempt, "reopen", **until).status_code == 422
    past = "2026-01-01T12:00"
    answer = decide(client, attempt, "reopen", reason="=x", deadline_at=past)
    assert answer.status_code == 422
    assert "still to come" in answer.text
    assert decide(client, attempt, "other", reason="x").status_code == 404

    assert decide(client, attempt, "reopen", reason="Ill", **until).status_code == 302
    attempt.refresh_from_db()
    assert (attempt.state, attempt.deadline_at) == ("open", when.replace(second=0, microsecond=0))
    answer = decide(client, attempt, "reopen", reason="Ill", **until)
    assert answer.status_code == 409
    assert "open already" in answer.text
    assert decide(client, attempt, "void", reason="Copied").status_code == 302
    assert Attempt.objects.get().is_void
    assert decide(client, attempt, "restore", reason="Not copied").status_code == 302
    assert not Attempt.objects.get().is_void
    kinds = AttemptDecision.objects.order_by("sequence").values_list("kind", flat=True)
    assert list(kinds) == ["reopened", "voided", "restored"]
    assert set(AttemptDecision.objects.values_list("by", flat=True)) == {teacher.pk}


def test_staff_decide_for_their_learners_alone(ada, quiz):
    attempt = take_quiz(ada, quiz, RIGHT)
    other = sections.add(course=quiz.course, title="Other", now=NOW)
    people = {role: staff() for role in ("instructor", "marker", "observer")}
    for role, person in people.items():
        join(other if role == "instructor" else ada.section, person, role=role)
    expected = {"instructor": (404, 404), "marker": (200, 403), "observer": (200, 403)}
    for role, person in people.items():
        client = signed_in(person)
        seen = client.get(url(ada)).status_code
        done = decide(client, attempt, "void", reason="x").status_code
        assert (seen, done) == expected[role], role
    foreign = take_quiz(make_learner(quiz.course), quiz, RIGHT)
    sent = {"attempt": foreign.uuid, "do": "void", f"{foreign.uuid}-reason": "x"}
    assert signed_in(teacher_of(quiz.course)).post(url(ada), sent).status_code == 404
    assert not AttemptDecision.objects.exists()
