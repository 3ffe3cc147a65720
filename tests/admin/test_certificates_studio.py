"""The studio's pages for certificates: rules with a sample, and the issued ones."""

import pytest
from django.urls import reverse

from courses.domain import certificates
from courses.domain.certificates import numbers
from courses.models import Certificate, CertificateRule
from tests.admin.conftest import signed_in, teacher_of
from tests.admin.pages import SentFields
from tests.factories import RIGHT, make_learner, make_quiz, take_quiz
from tests.proofs.test_query_budgets import queries

pytestmark = pytest.mark.django_db
PAYLOAD = "<script>alert(1)</script>"


@pytest.fixture
def exam():
    return make_quiz(questions=1, pass_mark=60, kind="graded")


@pytest.fixture
def client(exam):
    return signed_in(teacher_of(exam.course))


def list_of(course):
    return reverse("admin:cx_courses_course_certificates", args=[course.pk])


def rule_of(course, basis="exam", page="rule"):
    return reverse(f"admin:cx_courses_course_certificate_{page}", args=[course.pk, basis])


def fields_of(page):
    """What a browser sends of the form as nobody touched it."""
    return SentFields(page.text, "rule-form").values


def issued(exam, *names):
    """One certificate for each name."""
    if not CertificateRule.objects.filter(course=exam.course).exists():
        CertificateRule.objects.create(course=exam.course, basis="exam", quiz=exam)
    exam.course.refresh_from_db()
    for name in names:
        take_quiz(make_learner(exam.course, first_name=name, last_name=""), exam, RIGHT)
    return list(Certificate.objects.filter(course=exam.course).order_by("pk"))


def test_a_rule_is_added_with_a_clear_error_and_a_preview_first(client, exam):
    page = rule_of(exam.course)
    data = {**fields_of(client.get(page)), "valid_months": "24", "is_active": "on"}
    refused = client.post(page, data)
    assert refused.status_code == 422
    assert refused.context["form"].errors == {"quiz": ["Choose the exam."]}

    data["quiz"] = exam.pk
    preview = client.post(page, {**data, "do": "preview"})
    assert f"has passed the exam “{exam.title}”" in preview.text
    assert not CertificateRule.objects.exists()

    done = client.post(page, data, follow=True)
    rule = CertificateRule.objects.get()
    assert (rule.basis, rule.quiz, rule.valid_months, rule.is_active) == ("exam", exam, 24, True)
    assert "valid for 24 months" in done.text


@pytest.mark.parametrize("is_stored", [False, True])
def test_the_second_editor_is_refused_and_sees_both(client, exam, is_stored):
    page = rule_of(exam.course, "completion")
    if is_stored:
        CertificateRule.objects.create(course=exam.course)
    one = two = fields_of(client.get(page))
    assert client.post(page, {**one, "valid_months": "12"}).status_code == 302

    answer = client.post(page, {**two, "valid_months": "6"})

    assert answer.status_code == 422
    assert "Somebody else has saved" in answer.text
    (difference,) = [one for one in answer.context["form"].differences if one.yours == "6"]
    assert difference.stored == "12"
    assert CertificateRule.objects.get().valid_months == 12
    again = {**fields_of(answer), "valid_months": "6"}
    assert client.post(page, again).status_code == 302
    assert CertificateRule.objects.get().valid_months == 6


def test_a_quiz_of_another_course_is_no_exam(client, exam):
    page = rule_of(exam.course)
    data = {**fields_of(client.get(page)), "quiz": make_quiz(kind="graded").pk}
    assert client.post(page, data).status_code == 422
    assert not CertificateRule.objects.exists()


def test_the_sample_is_marked_and_its_number_is_none(client, exam):
    CertificateRule.objects.create(course=exam.course, basis="exam", quiz=exam, shows_score=True)
    page = client.get(rule_of(exam.course))
    sample = page.context["certificate"]
    assert numbers.normalise(sample.number) == ""
    assert '<p class="cert-mark">Sample</p>' in page.text
    assert "92%" in page.text

    answer = client.get(rule_of(exam.course, page="sample"))

    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert not Certificate.objects.exists()
    assert client.get(rule_of(exam.course, "completion", "sample")).status_code == 404
    assert client.get(rule_of(exam.course, "other")).status_code == 404


def test_the_rule_says_how_many_have_earned_and_hold_it(client, exam):
    ada, _bea = issued(exam, "Ada", "Bea")
    certificates.revoke(certificate=ada, reason="A mistake", by=None, now=ada.issued_at)
    page = client.get(list_of(exam.course))
    assert "2 learners have done it." in page.text
    assert "1 has a valid certificate." in page.text


def test_issued_ones_are_found_by_name_number_and_state(client, exam):
    ada, bea = issued(exam, PAYLOAD, "Bea")
    certificates.revoke(certificate=bea, reason="A mistake", by=None, now=bea.issued_at)

    def found(**asked):
        page = client.get(list_of(exam.course), asked)
        assert PAYLOAD not in page.text
        return {row.certificate for row in page.context["rows"]}

    assert found() == {ada, bea}
    assert found(words="bEa") == {bea}
    assert found(words=ada.number.lower().replace("-", " ")) == {ada}
    assert found(state="valid") == {ada}
    assert found(state="revoked") == {bea}
    assert found(state="expired") == found(state="replaced") == set()


def test_ticked_ones_are_revoked_with_a_reason_and_issued_again(client, exam):
    ada, bea = issued(exam, "Ada", "Bea")
    page, data = list_of(exam.course), {"certificate": [ada.pk, bea.pk], "do": "revoke"}
    refused = client.post(page, {**data, "reason": " "})
    assert refused.status_code == 422
    assert all(row.is_ticked for row in refused.context["rows"])
    assert not Certificate.objects.exclude(revoked_at=None).exists()

    done = client.post(page, {**data, "reason": "Copied"}, follow=True)
    assert "2 certificates are revoked." in done.text
    client.post(page, {"certificate": [ada.pk], "do": "reissue"})

    ada.refresh_from_db()
    assert ada.superseded_by.revoked_at is None
    assert list(Certificate.objects.current().exclude(revoked_at=None)) == [bea]
    again = client.post(page, {"certificate": [ada.pk], "do": "reissue"}, follow=True)
    assert f"{ada.number} cannot be issued again." in again.text
    assert "Tick the certificates first." in client.post(page, {"do": "revoke"}, follow=True).text


def test_others_change_and_decide_nothing(exam):
    (ada,) = issued(exam, "Ada")
    rule, page = rule_of(exam.course), list_of(exam.course)
    sent = {"certificate": [ada.pk], "do": "revoke", "reason": "Mine"}
    reader = signed_in(teacher_of(exam.course, "view_course", "view_certificate"))
    assert reader.get(page).context["may_decide"] is False
    assert reader.get(rule).context["form"] is None
    assert reader.get(rule_of(exam.course, "completion")).status_code == 404
    assert reader.post(page, sent).status_code == reader.post(rule, {}).status_code == 403
    unnamed = signed_in(teacher_of(exam.course, "view_course"))
    assert "Ada" not in unnamed.get(page).text
    foreign = signed_in(teacher_of(make_quiz().course))
    for address in (page, rule, rule_of(exam.course, page="sample")):
        assert foreign.get(address).status_code == 404
    other = list_of(make_quiz().course)
    assert signed_in(teacher_of(exam.course)).post(other, sent).status_code == 404
    ada.refresh_from_db()
    assert ada.revoked_at is None


def test_a_page_makes_as_many_queries_for_many(client, exam):
    issued(exam, "Ada", "Bea")
    few, _text = queries(lambda: client.get(list_of(exam.course)))
    issued(exam, *"CDEFG")
    many, text = queries(lambda: client.get(list_of(exam.course)))
    assert many == few, text
