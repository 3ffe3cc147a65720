"""What staff see of the certificates of a course: a sample, who has earned one, and states."""

import datetime as dt

import pytest

from courses.domain import certificates
from courses.domain.certificates import numbers, overview
from courses.domain.certificates.overview import Reach
from courses.models import Certificate, CertificateRule, Enrolment
from tests.factories import NOW, RIGHT, WRONG, make_learner, make_quiz, take_quiz

pytestmark = pytest.mark.django_db


@pytest.fixture
def rule():
    exam = make_quiz(questions=1, pass_mark=60, kind="graded")
    row = CertificateRule.objects.create(course=exam.course, basis="exam", quiz=exam)
    exam.course.refresh_from_db()
    return row


def take(rule, raw=RIGHT):
    learner = make_learner(rule.course)
    take_quiz(learner, rule.quiz, raw)
    return learner


def test_a_sample_is_stored_nowhere_and_has_no_number(rule):
    rule.valid_months, rule.shows_score = 12, True

    row = overview.sample(rule=rule, course=rule.course, now=NOW)

    assert numbers.normalise(row.number) == ""
    assert (row.percent, row.exam_title) == (overview.SAMPLE_PERCENT, rule.quiz.title)
    assert row.valid_until == NOW.replace(year=NOW.year + 1)
    assert not Certificate.objects.exists()


def test_reach_counts_who_has_passed_and_who_holds_one(rule):
    everybody = Enrolment.objects.all()
    take(rule)
    take(rule, WRONG)
    one = Certificate.objects.get(enrolment=take(rule))
    certificates.revoke(certificate=one, reason="A mistake", by=None, now=NOW)

    assert overview.reach(rule=rule, enrolments=everybody, now=NOW) == Reach(2, 1)
    completion = CertificateRule(course=rule.course)
    assert overview.reach(rule=completion, enrolments=everybody, now=NOW) == Reach(2, 0)
    assert overview.reach(rule=rule, enrolments=everybody.none(), now=NOW) == Reach(0, 0)


def test_each_certificate_is_in_one_state_the_verified_one(rule):
    rows = [Certificate.objects.get(enrolment=take(rule)) for _one in range(4)]
    certificates.revoke(certificate=rows[1], reason="A mistake", by=None, now=NOW)
    certificates.reissue(certificate=rows[2], by=None, now=NOW)
    Certificate.objects.filter(pk=rows[3].pk).update(valid_until=NOW - dt.timedelta(days=1))
    found = {}
    for state in overview.SHOWN_STATES:
        for row in overview.in_state(rows=Certificate.objects.all(), state=state, now=NOW):
            assert row.pk not in found
            found[row.pk] = state
            is_replaced = state == overview.REPLACED
            shown = certificates.REVOKED if is_replaced else state
            assert certificates.state(certificate=row, now=NOW) == shown
    assert len(found) == Certificate.objects.count() == 5
    assert found[rows[3].pk] == overview.EXPIRED
