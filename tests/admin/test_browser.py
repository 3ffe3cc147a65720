"""The admin in Chromium: accessible, and within the Content-Security-Policy."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.urls import reverse

from courses.models import Attempt, Quiz
from tests.admin.conftest import make_course, signed_in
from tests.lengths import spread

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}}


@pytest.mark.parametrize("scheme", spread(["dark", "light"], check=1))
def test_pages_are_accessible_and_break_no_policy(scheme, page, live_server, admin_user):
    course = make_course()
    quiz = Quiz.objects.get(course=course, lesson=None)
    attempt = Attempt.objects.get(quiz=quiz)
    session = signed_in(admin_user).cookies[settings.SESSION_COOKIE_NAME].value
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}
    page.context.add_cookies([cookie])
    page.emulate_media(color_scheme=scheme)
    complaints = []
    page.on("console", lambda message: complaints.append(f"{page.url} {message.text}"))
    page.route("**/favicon.ico", lambda route: route.fulfill(status=204))
    page.on("pageerror", lambda error: complaints.append(f"{page.url} {error}"))

    found = {}
    for name, args in addresses(quiz, attempt):
        page.goto(live_server.url + reverse(f"admin:{name}", args=args))
        page.wait_for_load_state("networkidle")
        assert complaints == []
        found[name] = [
            (violation["id"], [node["target"] for node in violation["nodes"]])
            for violation in Axe().run(page, options=RULES).response["violations"]
        ]
        complaints.clear()  # The examiner itself tries out styles that the policy forbids.

    assert {name: rows for name, rows in found.items() if rows} == {}


def addresses(quiz, attempt):
    return [
        ("cx_courses_quiz_changelist", ()),
        ("cx_courses_quiz_change", (quiz.pk,)),
        ("cx_courses_attempt_change", (attempt.pk,)),
        ("cx_courses_attemptitem_grade", (attempt.items.first().pk,)),
        ("cx_courses_accommodation_add", ()),
    ]
