"""One success that several processes record at the same moment issues one certificate."""

import pytest
from django.contrib.auth import get_user_model

from courses.domain import access, attempts, certificates
from courses.models import Certificate, CertificateRule, Enrolment, Event
from tests.factories import NOW, RIGHT, make_learner, make_quiz, reader_of
from tests.races.clients import acknowledged, clients, refusals, rounds

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.database,
    pytest.mark.slow,
    pytest.mark.two_lengths,
]


def ready_to_submit(exam):
    """A learner's attempt with every answer right, not submitted yet."""
    ada = make_learner(exam.course)
    given = {"by": ada.user, "now": NOW}
    attempt = attempts.start(reader=reader_of(ada), quiz_key=exam.key, **given)
    attempts.save(attempt=attempt, position=1, raw=RIGHT, based_on=0, **given)
    return attempt


def issued(enrolment):
    rows = Event.objects.filter(type="certificate.issued", enrolment=enrolment)
    numbers = Certificate.objects.filter(enrolment=enrolment).values_list("number", flat=True)
    assert sorted(numbers) == sorted(row.data["number"] for row in rows)
    return len(numbers)


@pytest.mark.parametrize("basis", CertificateRule.Basis.values)
def test_a_success_recorded_by_many_at_once_issues_one_certificate(basis):
    exam = make_quiz(questions=1, pass_mark=60)
    CertificateRule.objects.create(course=exam.course, basis=basis, quiz=exam)
    exam.course.refresh_from_db()
    with clients() as together:
        for _ in range(rounds()):
            attempt = ready_to_submit(exam)

            def submit(_client, attempt=attempt):
                user = get_user_model().objects.get(pk=attempt.enrolment.user_id)
                own = access.owned_attempt(uuid=attempt.uuid, by=user)
                return lambda: attempts.submit(attempt=own, by=user, now=NOW)

            assert acknowledged(together.race(submit))
            assert issued(attempt.enrolment) == 1


def test_a_rule_added_later_is_applied_once_by_many_relays():
    exam = make_quiz(questions=1, pass_mark=60)
    learner = ready_to_submit(exam)
    attempts.submit(attempt=learner, by=learner.enrolment.user, now=NOW)
    with clients() as together:
        for count, basis in enumerate(CertificateRule.Basis.values, start=1):
            CertificateRule.objects.create(course=exam.course, basis=basis, quiz=exam)

            def apply(_client):
                own = Enrolment.objects.get(pk=learner.enrolment_id)
                return lambda: certificates.issue_late(enrolment=own, now=NOW)

            assert acknowledged(together.race(apply)).count(True) == 1
            assert issued(learner.enrolment) == count


def test_one_that_many_issue_again_is_replaced_once():
    exam = make_quiz(questions=1, pass_mark=60)
    CertificateRule.objects.create(course=exam.course)
    exam.course.refresh_from_db()
    attempt = ready_to_submit(exam)
    attempts.submit(attempt=attempt, by=attempt.enrolment.user, now=NOW)
    with clients() as together:
        for count in range(2, 2 + rounds()):

            def again(_client):
                row = Certificate.objects.current().get()
                return lambda: certificates.reissue(certificate=row, by=None, now=NOW)

            calls = together.race(again)
            assert len(acknowledged(calls)) == 1
            assert refusals(calls) == {"Conflict"}
            assert issued(attempt.enrolment) == count
