"""A certificate is issued once, by a course's rule, and follows what becomes of the result."""

from datetime import timedelta
from fractions import Fraction
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses import users
from courses.domain import certificates, enrolments, overrides, progress, relay
from courses.domain.certificates import numbers
from courses.domain.outline import outline
from courses.errors import Conflict, Invalid, NotFound
from courses.models import Certificate, CertificateRule, Course, Enrolment, Event, LineItem
from tests.factories import NOW, RIGHT, WRONG, UserFactory, make_learner, make_quiz, take_quiz

pytestmark = pytest.mark.django_db

COMPLETION, EXAM = CertificateRule.Basis.COMPLETION, CertificateRule.Basis.EXAM
LATER = NOW + timedelta(days=2)


def add_rule(exam, basis=COMPLETION, **more):
    more.setdefault("quiz", exam if basis == EXAM or more.get("shows_score") else None)
    rule = CertificateRule.objects.create(course=exam.course, basis=basis, **more)
    exam.course.refresh_from_db()
    return rule


@pytest.fixture
def exam():
    return make_quiz(questions=2, pass_mark=60)


def types():
    rows = Event.objects.filter(type__startswith="certificate.").order_by("pk")
    return [kind.removeprefix("certificate.") for kind in rows.values_list("type", flat=True)]


def set_result(exam, learner, scaled):
    column = LineItem.objects.get(quiz=exam)
    overrides.override(line_item=column, enrolment=learner, scaled=scaled, by=None, now=LATER)


@pytest.mark.parametrize("basis", [COMPLETION, EXAM])
def test_who_earns_it_has_one_certificate_with_what_it_says(exam, basis):
    add_rule(exam, basis, shows_score=True, quiz=exam, valid_months=24, description="Can map.")
    ada = make_learner(exam.course, first_name="Ada", last_name="Byron")

    take_quiz(ada, exam, RIGHT, WRONG)
    assert not Certificate.objects.exists()
    take_quiz(ada, exam, RIGHT, RIGHT)
    take_quiz(ada, exam, RIGHT, RIGHT)

    row = Certificate.objects.get()
    name = "Ada Byron" if users.has_field("last_name") else ""
    assert (row.name, row.percent, row.description) == (name, 100, "Can map.")
    assert (row.course_title, row.exam_title) == (exam.course.title, exam.title)
    assert (row.valid_until.year, row.valid_until.month) == (NOW.year + 2, NOW.month)
    assert row.minutes == outline(exam.course).minutes
    assert types() == ["issued"]
    assert numbers.normalise(row.number) == row.number


def test_a_rule_out_of_use_issues_nothing(exam):
    add_rule(exam, is_active=False)
    take_quiz(make_learner(exam.course), exam, RIGHT, RIGHT)

    assert not Certificate.objects.exists()


@pytest.mark.parametrize("role", [Enrolment.Role.INSTRUCTOR, Enrolment.Role.OBSERVER])
def test_staff_who_try_the_course_get_none(exam, role):
    add_rule(exam)
    add_rule(exam, EXAM)
    staff = make_learner(exam.course, role=role)
    take_quiz(staff, exam, RIGHT, RIGHT)

    assert not Certificate.objects.exists()


def test_no_certificate_before_the_result_is_shown():
    hidden = {"just_after": [], "later": [], "after_close": ["response", "points", "overall"]}
    exam = make_quiz(review=hidden, closes_at=NOW + timedelta(days=1), pass_mark=60)
    add_rule(exam, EXAM, shows_score=True)
    add_rule(exam, shows_score=True)
    ada = make_learner(exam.course)
    take_quiz(ada, exam, RIGHT, RIGHT)
    relay.run_once(clock=lambda: NOW + timedelta(hours=23), jitter=Random(1))
    assert not Certificate.objects.exists()

    relay.run_once(clock=lambda: NOW + timedelta(hours=25), jitter=Random(1))

    assert [row.percent for row in Certificate.objects.all()] == [100, 100]


def test_a_rule_added_later_is_applied_by_the_relay(exam):
    ada, bob = make_learner(exam.course), make_learner(exam.course)
    take_quiz(ada, exam, RIGHT, RIGHT)
    take_quiz(bob, exam, WRONG, WRONG)
    add_rule(exam)
    add_rule(exam, EXAM)

    relay.run_once(clock=lambda: LATER, jitter=Random(1))
    Course.objects.all().touch()
    relay.run_once(clock=lambda: LATER, jitter=Random(1))

    assert {row.enrolment for row in Certificate.objects.all()} == {ada}
    assert types() == ["issued", "issued"]


@pytest.mark.parametrize("basis", [COMPLETION, EXAM])
def test_a_corrected_score_replaces_the_certificate(exam, basis):
    add_rule(exam, basis, shows_score=True, quiz=exam, valid_months=12)
    ada = make_learner(exam.course)
    take_quiz(ada, exam, RIGHT, RIGHT)
    first = Certificate.objects.get()
    certificates.rename(uuid=first.uuid, name="Ada K.", by=ada.user, now=NOW)

    set_result(exam, ada, Fraction(4, 5))

    first.refresh_from_db()
    second = Certificate.objects.current().get()
    assert first.superseded_by == second
    assert (second.edition, second.percent, second.name) == (2, 80, "Ada K.")
    assert second.valid_until == first.valid_until
    assert certificates.verify(number=first.number, now=LATER).state == "revoked"
    assert certificates.verify(number=second.number, now=LATER).state == "valid"
    assert types() == ["issued", "issued"]
    assert Event.objects.filter(type="certificate.issued").last().data["replaces"] == str(
        first.uuid
    )


@pytest.mark.parametrize("basis", [COMPLETION, EXAM])
def test_a_result_that_falls_away_takes_it_back_and_may_earn_another(exam, basis):
    add_rule(exam, basis, quiz=exam)
    ada = make_learner(exam.course)
    take_quiz(ada, exam, RIGHT, RIGHT)

    set_result(exam, ada, Fraction(0))
    first = Certificate.objects.get()
    assert (first.cause, first.revoked_at) == ("result", LATER)

    set_result(exam, ada, Fraction(1))
    assert Certificate.objects.current().get().edition == 2
    assert types() == ["issued", "revoked", "issued"]


def test_a_score_that_is_not_on_it_changes_nothing(exam):
    add_rule(exam)
    ada = make_learner(exam.course)
    take_quiz(ada, exam, RIGHT, RIGHT)

    set_result(exam, ada, Fraction(4, 5))

    assert types() == ["issued"]


def test_what_staff_revoked_stays_revoked_until_they_issue_it_again(exam):
    add_rule(exam, EXAM, shows_score=True)
    ada = make_learner(exam.course)
    take_quiz(ada, exam, RIGHT, RIGHT)
    row = Certificate.objects.get()
    with pytest.raises(Invalid):
        certificates.revoke(certificate=row, reason=" ", by=None, now=NOW)

    for _time in range(2):
        certificates.revoke(certificate=row, reason="Copied", by=None, now=NOW)
    set_result(exam, ada, Fraction(4, 5))
    take_quiz(ada, exam, RIGHT, RIGHT)
    row.refresh_from_db()
    assert (row.cause, row.reason, row.is_superseded) == ("staff", "Copied", False)

    new = certificates.reissue(certificate=row, by=None, now=LATER)
    assert (new.edition, new.percent) == (2, 80)
    with pytest.raises(Conflict):
        certificates.reissue(certificate=row, by=None, now=LATER)
    assert types() == ["issued", "revoked", "issued"]


def test_what_a_result_took_away_cannot_be_issued_by_hand(exam):
    add_rule(exam, EXAM)
    ada = make_learner(exam.course)
    take_quiz(ada, exam, RIGHT, RIGHT)
    set_result(exam, ada, Fraction(0))

    with pytest.raises(Conflict):
        certificates.reissue(certificate=Certificate.objects.get(), by=None, now=LATER)


def test_a_new_cycle_earns_another_and_keeps_the_old_one(exam):
    add_rule(exam)
    ada = make_learner(exam.course)
    take_quiz(ada, exam, RIGHT, RIGHT)
    again = enrolments.start_cycle(enrolment=ada, by=None, now=LATER)

    take_quiz(again, exam, RIGHT, RIGHT, now=LATER)

    assert list(Certificate.objects.order_by("pk").values_list("cycle", flat=True)) == [1, 2]
    states = [certificates.state(certificate=row, now=LATER) for row in Certificate.objects.all()]
    assert states == ["valid", "valid"]


def test_one_that_runs_out_is_expired_from_that_moment(exam):
    add_rule(exam, valid_months=1)
    take_quiz(make_learner(exam.course), exam, RIGHT, RIGHT)
    row = Certificate.objects.get()

    before = certificates.verify(number=row.number, now=row.valid_until - timedelta(seconds=1))
    assert before.state == "valid"
    assert certificates.verify(number=row.number, now=row.valid_until).state == "expired"


def test_a_number_is_found_as_people_type_it_and_unless_it_is_switched_off(exam):
    add_rule(exam)
    ada, eve = make_learner(exam.course), make_learner(exam.course)
    take_quiz(ada, exam, RIGHT, RIGHT)
    row = Certificate.objects.get()
    typed = row.number.replace("-", " ").lower().replace("0", "o").replace("1", "l")

    assert certificates.verify(number=typed, now=NOW).certificate == row
    for text in ("", "7", row.number[:-1], "!" * 14, row.number.replace(row.number[0], "*")):
        assert certificates.verify(number=text, now=NOW).state == "unknown"
    with pytest.raises(NotFound):
        certificates.set_public(uuid=row.uuid, is_public=False, by=eve.user)

    certificates.set_public(uuid=row.uuid, is_public=False, by=ada.user)
    assert certificates.verify(number=row.number, now=NOW) == certificates.verify(
        number="", now=NOW
    )


@pytest.mark.parametrize("name", ["", "  \n ", "x" * 121])
def test_a_name_that_cannot_stand_on_it_is_refused(exam, name):
    add_rule(exam)
    ada = make_learner(exam.course)
    take_quiz(ada, exam, RIGHT, RIGHT)
    row = Certificate.objects.get()

    with pytest.raises(Invalid):
        certificates.rename(uuid=row.uuid, name=name, by=ada.user, now=NOW)
    with pytest.raises(NotFound):
        certificates.rename(uuid=row.uuid, name="Eve", by=UserFactory(), now=NOW)


def test_a_course_without_rules_costs_no_query_for_them(exam):
    ada = make_learner(exam.course)
    certificates.issue(enrolment=ada, is_completed_now=True, now=NOW)

    with CaptureQueriesContext(connection) as queries:
        certificates.issue(enrolment=ada, is_completed_now=True, now=NOW)
        certificates.settle(enrolments=[ada], now=NOW)

    assert not queries.captured_queries


def test_corrections_of_many_take_the_queries_of_one(exam):
    add_rule(exam, EXAM, shows_score=True)
    learners = [make_learner(exam.course) for _number in range(4)]
    for one in learners:
        take_quiz(one, exam, RIGHT, RIGHT)
    counts = []
    for some in (learners[:1], learners):
        with CaptureQueriesContext(connection) as queries:
            certificates.settle(enrolments=some, now=NOW)
        counts.append(len(queries))

    assert counts[0] == counts[1]
    assert progress.my_courses(by=learners[0].user, now=NOW)[0].progress.is_complete
