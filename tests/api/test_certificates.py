"""Certificates over the API: the holder's own, and those of a platform's learners."""

import pytest

from courses.domain import certificates, overrides
from courses.models import Certificate, CertificateRule, LineItem
from tests.api.platform import Platform, by_session, problem
from tests.factories import NOW, RIGHT, make_learner, make_quiz, take_quiz

pytestmark = [pytest.mark.django_db, pytest.mark.engines]

OWN = "/learners/a-1/certificates"


@pytest.fixture
def platform():
    return Platform("gradebook:read", "learners:write")


@pytest.fixture
def exam():
    exam = make_quiz(questions=2, pass_mark=60)
    CertificateRule.objects.create(course=exam.course, quiz=exam, shows_score=True)
    exam.course.refresh_from_db()
    return exam


def earned(platform, exam, external_id="a-1"):
    platform.learner(external_id, course=exam.course)
    enrolment = platform.enrolment(external_id)
    take_quiz(enrolment, exam, RIGHT, RIGHT)
    return Certificate.objects.get(enrolment=enrolment)


def listed(caller, path):
    return [row["number"] for row in caller.get(path).json()["results"]]


def test_before_any_is_issued_the_lists_are_empty(platform, exam):
    platform.learner("a-1", course=exam.course)

    for path in (OWN, f"/courses/{exam.course.key}/certificates"):
        assert platform.get(path).json() == {"results": [], "next": None}


def test_a_certificate_says_what_it_is_and_where_it_is(platform, exam, client, settings):
    settings.COURSES_PUBLIC_URL = "https://courses.example.org"
    row = earned(platform, exam)

    found = platform.get(f"{OWN}/{row.uuid}").json()

    assert (found["number"], found["state"], found["percent"]) == (row.number, "valid", 100)
    assert (found["course"], found["enrolment"]) == (exam.course.key, str(row.enrolment.uuid))
    assert (found["valid_until"], found["revoked_at"], found["replaced_by"]) == (None, None, None)
    assert platform.get(OWN).json()["results"] == [found]
    whole = platform.get(f"/courses/{exam.course.key}/certificates").json()["results"]
    assert whole == [{**found, "external_id": "a-1"}]
    client.force_login(row.enrolment.user)
    for name in ("page", "pdf", "verification", "credential", "credential_jwt"):
        address = found[f"{name}_url"]
        path = address.removeprefix("https://courses.example.org")
        assert path != address
        assert client.get(path).status_code == 200


def test_a_switched_off_page_and_a_revoked_certificate_have_no_addresses(platform, exam):
    row = earned(platform, exam)
    by = row.enrolment.user
    certificates.set_public(uuid=row.uuid, is_public=False, by=by)
    certificates.revoke(certificate=row, reason="Copied", by=None, now=NOW)

    found = platform.get(f"{OWN}/{row.uuid}").json()

    assert (found["state"], found["cause"], found["is_public"]) == ("revoked", "staff", False)
    names = ("pdf", "verification", "credential", "credential_jwt")
    assert [found[f"{name}_url"] for name in names] == [None] * 4
    assert "Copied" not in str(found)


def test_one_that_was_replaced_leads_to_the_new_one_and_is_not_listed(platform, exam):
    row = earned(platform, exam)
    column = LineItem.objects.get(quiz=exam)
    overrides.override(line_item=column, enrolment=row.enrolment, scaled=0.8, by=None, now=NOW)
    new = Certificate.objects.current().get()

    old = platform.get(f"{OWN}/{row.uuid}").json()

    assert (old["state"], old["replaced_by"]) == ("revoked", str(new.uuid))
    for path in (OWN, f"/courses/{exam.course.key}/certificates"):
        assert listed(platform, path) == [new.number]


def test_nobody_reads_another_ones(platform, exam):
    row = earned(platform, exam)
    other = Platform("admin", name="Other")
    theirs = earned(other, exam)
    platform.learner("b-2", course=exam.course)
    eve = by_session(make_learner(exam.course).user)

    for caller, who in ((platform, "b-2"), (eve, "me"), (other, "a-1")):
        problem(caller.get(f"/learners/{who}/certificates/{row.uuid}"), 404, "not_found")
        assert row.number not in listed(caller, f"/learners/{who}/certificates")
    assert listed(platform, f"/courses/{exam.course.key}/certificates") == [row.number]
    assert listed(other, f"/courses/{exam.course.key}/certificates") == [theirs.number]
    assert listed(by_session(row.enrolment.user), "/learners/me/certificates") == [row.number]


def test_a_key_for_another_course_finds_none(exam):
    platform = Platform("gradebook:read", courses=[make_quiz().course])
    row = earned(platform, exam)

    assert listed(platform, OWN) == []
    problem(platform.get(f"{OWN}/{row.uuid}"), 404, "not_found")


def test_lists_come_in_pages(platform, exam):
    numbers = [earned(platform, exam, f"a-{number}").number for number in range(3)]
    path, found = f"/courses/{exam.course.key}/certificates?limit=2", []
    while path:
        page = platform.get(path).json()
        found.append([row["number"] for row in page["results"]])
        path = page["next"]

    assert found == [numbers[:2], numbers[2:]]
