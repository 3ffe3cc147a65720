"""The studio's pages for certificates: rules with a sample."""

import pytest
from django.urls import reverse

from courses.domain.certificates import numbers
from courses.models import Certificate, CertificateRule
from tests.admin.conftest import signed_in, teacher_of
from tests.admin.pages import SentFields
from tests.factories import make_quiz

pytestmark = pytest.mark.django_db


@pytest.fixture
def exam():
    return make_quiz(questions=1, pass_mark=60, kind="graded")


@pytest.fixture
def client(exam):
    return signed_in(teacher_of(exam.course))


def rule_of(course, basis="exam", page="rule"):
    return reverse(f"admin:cx_courses_course_certificate_{page}", args=[course.pk, basis])


def fields_of(page):
    """What a browser sends of the form as nobody touched it."""
    return SentFields(page.text, "rule-form").values


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

    client.post(page, data)
    rule = CertificateRule.objects.get()
    assert (rule.basis, rule.quiz, rule.valid_months, rule.is_active) == ("exam", exam, 24, True)


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
