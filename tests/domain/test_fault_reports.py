"""Learners report faults of questions: when they may, what is kept, and how they are answered."""

import datetime as dt

import pytest
from django.db import transaction

from courses.domain import attempts, enrolments, fault_reports, notices, personal_data
from courses.errors import Conflict, Invalid, NotFound, TooMuch
from courses.models import Attempt, Enrolment, Event, FaultReport
from tests.factories import NOW, RIGHT, UserFactory, make_learner, make_quiz, reader_of

pytestmark = pytest.mark.django_db
LATER = NOW + dt.timedelta(minutes=1)


def started(quiz, learner=None):
    learner = learner or make_learner(quiz.course)
    reader = reader_of(learner)
    row = attempts.start(reader=reader, quiz_key=quiz.key, by=learner.user, now=NOW)
    return Attempt.objects.select_related("enrolment__course", "quiz").get(pk=row.pk)


def handed_in(quiz, learner=None):
    attempt = started(quiz, learner)
    by = attempt.enrolment.user
    attempts.save(attempt=attempt, position=1, raw=RIGHT, based_on=0, by=by, now=NOW)
    attempts.submit(attempt=attempt, by=by, now=NOW)
    attempt.refresh_from_db()
    return attempt


def report(attempt, text="The key is wrong.", *, now=LATER, position=1):
    by = attempt.enrolment.user
    return fault_reports.report(attempt=attempt, position=position, text=text, by=by, now=now)


def answer(row, by, *, outcome="corrected", text="Thank you.", course=None):
    course = course or row.enrolment.course
    return fault_reports.answer(
        reports=fault_reports.answerable(by=by, course=course),
        uuids=[row.uuid], outcome=outcome, text=text, by=by, now=LATER,
    )  # fmt: skip


def instructor(course, section=None):
    by = UserFactory()
    enrolments.enrol(course=course, user=by, role="instructor", section=section, now=NOW)
    return by


def test_report_holds_version_and_revision_and_is_one_event():
    attempt = handed_in(make_quiz(kind="graded"))
    made = report(attempt)
    row, item = made.report, attempt.items.get(position=1)
    assert (row.version, row.revision, row.state) == (item.version, 1, "open")
    event = Event.objects.get(type="fault.reported")
    assert event.data["question"] == item.version.question.key
    assert "text" not in event.data

    again = report(attempt, " The key is wrong.\n")
    longer = report(attempt, "The key is wrong: b is right.")
    assert (made.is_new, again.is_new, longer.is_new) == (True, False, False)
    assert FaultReport.objects.get().text == "The key is wrong: b is right."
    assert Event.objects.filter(type="fault.reported").count() == 1


def test_nothing_is_reported_during_a_test_or_where_its_questions_are_hidden():
    hidden = {"just_after": ["points"], "later": ["points"], "after_close": ["points"]}
    for quiz, is_over, may in (
        (make_quiz(kind="practice"), False, True),
        (make_quiz(kind="graded"), False, False),
        (make_quiz(kind="exam"), False, False),
        (make_quiz(kind="graded"), True, True),
        (make_quiz(kind="exam"), True, True),
        (make_quiz(kind="exam", review=hidden), True, False),
    ):
        attempt = handed_in(quiz) if is_over else started(quiz)
        assert fault_reports.may_report(attempt=attempt, now=LATER) is may, quiz.kind
        if not may:
            with pytest.raises(fault_reports.NotReportable):
                report(attempt)
    tried = handed_in(make_quiz(), None)
    Attempt.objects.filter(pk=tried.pk).update(policy={**tried.policy, "is_trial": True})
    with pytest.raises(fault_reports.NotReportable):
        report(tried)


def test_text_and_number_of_reports_are_limited(monkeypatch):
    attempt = handed_in(make_quiz(questions=3))
    for text in ("", " \n", "x" * 1001):
        with pytest.raises(Invalid):
            report(attempt, text)
    with pytest.raises(NotFound):
        report(attempt, position=9)
    monkeypatch.setattr(fault_reports, "PER_DAY", 2)
    report(attempt, position=1)
    report(attempt, position=2)
    with pytest.raises(TooMuch):
        report(attempt, position=3)
    report(attempt, "Of an open one the text may be corrected.", position=2)
    assert report(attempt, position=3, now=LATER + fault_reports.A_DAY).is_new


def test_answer_reaches_the_reporter_once_and_opens_the_way_to_another_report():
    attempt = handed_in(make_quiz())
    by = instructor(attempt.enrolment.course)
    row = report(attempt).report
    for _time in range(2):
        answer(row, by)
    (notice,) = notices.of_learner(enrolments=[attempt.enrolment], now=LATER)
    assert notice.kind == "report_answered"
    assert (notice.data["answer"], notice.data["outcome"]) == ("Thank you.", "corrected")
    with pytest.raises(Conflict):
        answer(row, by, outcome="no_fault")
    with pytest.raises(Invalid):
        answer(row, by, outcome="open")
    assert report(attempt).is_new
    assert fault_reports.open_counts(by=by) == {attempt.enrolment.course_id: 1}


def test_only_staff_of_the_class_see_and_answer():
    attempt = handed_in(make_quiz())
    course = attempt.enrolment.course
    row = report(attempt).report
    own = instructor(course, attempt.enrolment.section)
    foreign = instructor(make_quiz().course)
    other_class = attempt.enrolment.section.__class__.objects.create(
        course=course, key="other", created_at=NOW
    )
    other = instructor(course, other_class)
    assert list(fault_reports.of_course(by=own, course=course)) == [row]
    for one in (foreign, other, attempt.enrolment.user):
        assert list(fault_reports.of_course(by=one, course=course)) == []
        with pytest.raises(NotFound):
            answer(row, one)
    answer(row, own)
    staff_made = Enrolment.objects.filter(pk=attempt.enrolment_id)
    staff_made.update(role="instructor")
    assert list(fault_reports.of_course(by=own, course=course)) == []


def test_reports_are_exported_and_go_with_their_person():
    attempt = handed_in(make_quiz())
    report(attempt, "Mine alone.")
    user = attempt.enrolment.user
    exported = personal_data.export(user=user, now=LATER)
    assert exported["enrolments"][0]["fault_reports"][0]["text"] == "Mine alone."
    with transaction.atomic():
        personal_data.erase(user=user, now=LATER)
    assert not FaultReport.objects.exists()
