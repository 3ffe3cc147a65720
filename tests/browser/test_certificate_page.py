"""The holder's page of a certificate and the page that verifies it, in a browser."""

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.domain import certificates
from courses.models import Certificate, CertificateRule
from tests.browser.axe import violations
from tests.factories import RIGHT, make_learner, make_quiz, take_quiz

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def row(transactional_db):
    exam = make_quiz(questions=1, pass_mark=60)
    CertificateRule.objects.create(course=exam.course, quiz=exam, shows_score=True)
    exam.course.refresh_from_db()
    ada = make_learner(exam.course)
    take_quiz(ada, exam, RIGHT)
    found = Certificate.objects.get()
    return certificates.rename(uuid=found.uuid, name="Ada Byron", by=ada.user, now=timezone.now())


def look(page):
    assert violations(page) == []
    for width in (320, 1440):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_pages_of_a_certificate_are_accessible_in_each_state(
    page, context, row, live_server, sign_in
):
    def url(name, *args):
        return live_server.url + reverse(f"cx_courses:{name}", args=args)

    verify = url("certificate-verify", row.number)
    for place in (url("certificate-lookup"), verify, url("certificate-verify", "0000-0000-0000")):
        page.goto(place)
        look(page)
    sign_in(context, row.enrolment.user)
    for place in (url("certificates"), url("certificate", row.uuid)):
        page.goto(place)
        look(page)
    certificates.revoke(certificate=row, reason="Copied", by=None, now=timezone.now())
    for place in (verify, url("certificate", row.uuid)):
        page.goto(place)
        look(page)
