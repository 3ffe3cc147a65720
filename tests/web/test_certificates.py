"""The pages of a certificate: for its holder, and for everybody who has its number."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from courses.domain import certificates
from courses.models import Certificate, CertificateRule
from tests.factories import NOW, RIGHT, make_learner, make_quiz, take_quiz

pytestmark = pytest.mark.django_db


@pytest.fixture
def row():
    exam = make_quiz(questions=2, pass_mark=60)
    CertificateRule.objects.create(course=exam.course, quiz=exam, shows_score=True)
    exam.course.refresh_from_db()
    ada = make_learner(exam.course)
    take_quiz(ada, exam, RIGHT, RIGHT)
    found = Certificate.objects.get()
    return certificates.rename(uuid=found.uuid, name="Ada Byron", by=ada.user, now=NOW)


@pytest.fixture
def holder(client, row):
    client.force_login(row.enrolment.user)
    return client


def url(name, *args):
    return reverse(f"cx_courses:{name}", args=args)


def text_of(response):
    return response.content.decode()


def test_the_holder_sees_name_facts_and_ways_on(holder, row):
    page = text_of(holder.get(url("certificate", row.uuid)))

    for text in ("Ada Byron", row.course_title, "100%", row.number, row.exam_title):
        assert text in page
    assert url("certificate-pdf", row.uuid) in page
    assert url("certificate", row.uuid) in text_of(holder.get(url("certificates")))


def test_without_a_name_its_holder_is_asked_and_no_sentence_lacks_a_subject(holder, row):
    Certificate.objects.update(name="", percent="95.833")
    own = text_of(holder.get(url("certificate", row.uuid)))
    public = text_of(holder.get(url("certificate-verify", row.number)))
    Certificate.objects.update(valid_until=NOW)
    expired = text_of(holder.get(url("certificate-verify", row.number)))

    assert 'href="#name-title"' in own
    for page in (own, public, expired):
        assert "The holder has completed the course" in page
        assert "95.8%" in page
    assert "issued it. It was valid until <time" in expired


def test_another_person_finds_nothing_of_it(client, row):
    client.force_login(make_learner(row.course).user)

    for name in ("certificate", "certificate-pdf"):
        assert client.get(url(name, row.uuid)).status_code == 404
    for name in ("certificate-name", "certificate-public"):
        assert client.post(url(name, row.uuid), {"name": "Eve"}).status_code == 404
    assert row.number not in text_of(client.get(url("certificates")))
    row.refresh_from_db()
    assert (row.name, row.is_public) == ("Ada Byron", True)


def test_the_name_is_the_holders_and_the_number_stays(holder, row):
    answer = holder.post(url("certificate-name", row.uuid), {"name": " Ada  <b>King</b> "})

    assert answer.status_code == 302
    page = text_of(holder.get(url("certificate-verify", row.number)))
    assert "Ada &lt;b&gt;King&lt;/b&gt;" in page
    assert holder.post(url("certificate-name", row.uuid), {"name": " "}).status_code == 400


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("valid", "This certificate is valid."),
        ("expired", "This certificate has run out."),
        ("revoked", "This certificate is not valid."),
        ("unknown", "No certificate with this number can be shown."),
    ],
)
def test_anybody_is_told_one_of_four_states(client, row, state, sentence):
    number = row.number if state != "unknown" else row.number[::-1]
    if state == "expired":
        Certificate.objects.update(valid_until=NOW)
    if state == "revoked":
        certificates.revoke(certificate=row, reason="Copied", by=None, now=NOW)

    answer = client.get(url("certificate-verify", number))

    page = text_of(answer)
    assert sentence in page
    assert ("Ada Byron" in page) == (state in ("valid", "expired"))
    assert "Copied" not in page
    assert row.enrolment.user.get_username() not in page
    assert answer.status_code == (404 if state == "unknown" else 200)
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_typed_number_leads_to_its_page(client, row):
    typed = row.number.lower().replace("-", " ")

    answer = client.get(url("certificate-lookup"), {"number": typed})

    assert answer.headers["Location"] == url("certificate-verify", row.number)
    assert client.get(url("certificate-lookup")).status_code == 200


def test_what_the_holder_switched_off_is_not_known(holder, client, row):
    holder.post(url("certificate-public", row.uuid), {"public": "0"})

    assert client.get(url("certificate-verify", row.number)).status_code == 404
    for name in ("certificate-badge", "certificate-badge-jwt"):
        assert client.get(url(name, row.number)).status_code == 404


def test_numbers_cannot_be_tried_without_end(client, row, settings):
    settings.COURSES_VERIFY_RATE = "2/hour"
    pages = [client.get(url("certificate-verify", row.number)) for _ in range(3)]

    assert [page.status_code for page in pages] == [200, 200, 429]
    assert "Too many requests" in pages[-1].text
    assert "sign-in attempts" not in pages[-1].text


def test_programs_of_any_origin_read_the_documents(client, row):
    certificates.rename(uuid=row.uuid, name="Ada", by=row.enrolment.user, now=timezone.now())
    for name, args in (
        ("certificate-badge", [row.number]),
        ("certificate-status", [0]),
        ("certificate-did", []),
        ("certificate-jwks", []),
        ("certificate-issuer", []),
        ("certificate-achievement", [row.rule.uuid]),
    ):
        answer = client.get(url(name, *args))
        assert answer.status_code == 200, name
        assert isinstance(json.loads(answer.content), dict)
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert client.get(url("certificate-status", 1)).status_code == 404
    private = text_of(client.get(url("certificate-did"))) + text_of(
        client.get(url("certificate-jwks"))
    )
    assert '"d"' not in private


def test_the_page_of_a_completed_course_leads_to_a_valid_one(holder, row):
    complete = url("course-complete", row.course.key)
    link = url("certificate", row.uuid)
    assert link in text_of(holder.get(complete))

    certificates.revoke(certificate=row, reason="Copied", by=None, now=NOW)

    page = text_of(holder.get(complete))
    assert link not in page
    assert url("daily-review", row.course.key) in page


def test_the_demo_issues_a_certificate_with_the_score_of_the_exam():
    exam = make_quiz(questions=2, kind="exam", pass_mark=60)
    for _time in range(2):
        call_command("make_demo", stdout=StringIO(), stderr=StringIO())

    rule = CertificateRule.objects.get()
    assert (rule.basis, rule.quiz, rule.shows_score) == ("completion", exam, True)
