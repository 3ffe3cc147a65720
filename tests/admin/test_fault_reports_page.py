"""Reports of learners in the studio: by question, with what they saw, answered in one step."""

import pytest
from django.urls import reverse

from courses.domain import fault_reports, sections
from courses.models import Attempt, FaultReport, Notice
from tests.admin.conftest import finish, signed_in, staff, teacher_of
from tests.factories import NOW, RIGHT, WRONG, UserFactory, join, make_learner, make_quiz
from tests.proofs.test_query_budgets import queries

pytestmark = pytest.mark.django_db
PAYLOAD = "<script>alert(1)</script> [x](javascript:alert(1))"


def page_of(course):
    return reverse("admin:cx_courses_course_reports", args=[course.pk])


def reported(learner, quiz, text, raw=WRONG):
    finish(learner, quiz, raw)
    attempt = Attempt.objects.select_related("enrolment__course", "quiz").get(
        enrolment=learner, quiz=quiz
    )
    return fault_reports.report(
        attempt=attempt, position=1, text=text, by=learner.user, now=NOW
    ).report


def test_reports_are_shown_with_what_was_answered_and_answered_together():
    quiz = make_quiz(questions=1)
    ada, bea = make_learner(quiz.course, first_name="Ada"), make_learner(quiz.course)
    first = reported(ada, quiz, PAYLOAD)
    second = reported(bea, quiz, "The key is wrong.", RIGHT)
    client = signed_in(teacher_of(quiz.course))
    home = client.get(reverse("admin:cx_courses_course_home"))
    assert "2 reports of faulty questions" in home.text

    shown = client.get(page_of(quiz.course))
    assert "&lt;script&gt;alert(1)" in shown.text
    assert "<script>alert(1)" not in shown.text
    assert reverse("admin:cx_courses_question_edit", args=[first.version.question_id]) in shown.text
    (card,) = shown.context["cards"]
    answers = [one.view.value for one in card.cards]
    assert answers == [{"choice": "b"}, {"choice": "a"}]

    data = {"question": card.pk, "outcome": "corrected", "answer": "Thank you."}
    assert "Tick the reports" in client.post(page_of(quiz.course), data, follow=True).text
    data["report"] = [str(first.uuid), str(second.uuid)]
    assert client.post(page_of(quiz.course), {**data, "outcome": "open"}).status_code == 422
    done = client.post(page_of(quiz.course), data, follow=True)
    assert "2 reports are answered." in done.text
    assert "No report waits for an answer." in done.text
    assert Notice.objects.filter(kind="report_answered").count() == 2
    assert "Thank you." in client.get(page_of(quiz.course) + "?show=answered").text
    client.post(page_of(quiz.course), data)
    assert Notice.objects.count() == 2


def test_staff_of_a_class_and_of_other_courses_see_their_own_learners_alone():
    quiz = make_quiz(questions=1)
    own = sections.default_of(course=quiz.course, now=NOW)
    other = sections.create(course=quiz.course, key="other", title="Other", now=NOW)
    foreign = reported(join(other, UserFactory()), quiz, "A quokka is wrong.")
    reported(join(own, UserFactory()), quiz, "An emu is wrong.")
    by = staff()
    join(own, by, role="instructor")
    client = signed_in(by)
    text = client.get(page_of(quiz.course)).text
    assert "An emu is wrong." in text
    assert "quokka" not in text
    data = {"report": str(foreign.uuid), "outcome": "no_fault", "answer": ""}
    assert client.post(page_of(quiz.course), data).status_code == 404
    assert FaultReport.objects.open().count() == 2
    stranger = signed_in(teacher_of(make_quiz().course))
    assert stranger.get(page_of(quiz.course)).status_code == 404
    observer = staff()
    join(own, observer, role="observer")
    assert signed_in(observer).get(page_of(quiz.course)).status_code == 403


def test_as_many_queries_for_five_reports_as_for_one():
    quiz = make_quiz(questions=1)
    client = signed_in(teacher_of(quiz.course))
    reported(make_learner(quiz.course), quiz, "Wrong.")
    client.get(page_of(quiz.course))
    few, _text = queries(lambda: client.get(page_of(quiz.course)))
    for _number in range(4):
        reported(make_learner(quiz.course), quiz, "Wrong.")
    assert queries(lambda: client.get(page_of(quiz.course)))[0] == few
