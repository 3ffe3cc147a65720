"""The learner pages inside a platform's frame: the same pages, for one learner, in one course."""

import re
from itertools import product

import pytest
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from courses.domain import launches, learners, outline, trials
from courses.models import Attempt, Certificate, CertificateRule, Course, Enrolment, LessonProgress
from courses.web.embed.pages import PAGES
from courses.web.urls import urlpatterns
from tests.api.platform import Platform
from tests.embed.frame import HOST, Frame, ask, opened
from tests.factories import (
    RIGHT,
    ModuleFactory,
    make_asset,
    make_learner,
    make_lesson,
    make_quiz,
    take_quiz,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def quiz():
    return make_quiz(questions=2)


@pytest.fixture
def lesson(quiz):
    return make_lesson(module=quiz.module, checks=1)


def inner(name, *args):
    return reverse(f"cx_courses:{name}", args=args).lstrip("/")


def test_it_opens_at_its_target(quiz, lesson):
    course = quiz.course
    for target, name, key in (
        ({}, "course", []),
        ({"lesson": lesson.key}, "lesson", [lesson.key]),
        ({"quiz": quiz.key}, "quiz", [quiz.key]),
    ):
        frame = opened(course, external_id=f"a-{name}", **target)
        home = frame.get()
        assert home.headers["Location"] == frame.base + inner(name, course.key, *key)


def test_a_learner_finishes_a_quiz(quiz):
    frame = opened(quiz.course, quiz=quiz.key)
    begun = frame.post(inner("quiz-start", quiz.course.key, quiz.key))
    attempt = Attempt.objects.get()
    assert begun.headers["Location"] == frame.base + inner("attempt", attempt.uuid)

    form = {f"i{n}-choice": "b" for n in (1, 2)} | {f"i{n}-based_on": "0" for n in (1, 2)}
    frame.post(inner("attempt", attempt.uuid), form)
    frame.post(inner("attempt-submit", attempt.uuid))
    review = frame.get(inner("review", attempt.uuid))

    assert "2 of 2 points" in review.text
    attempt.refresh_from_db()
    assert attempt.percent == 100
    assert attempt.enrolment.user == frame.platform.enrolment().user


def test_a_frame_leads_into_no_trial(quiz):
    teacher = make_learner(quiz.course, role="instructor").user
    trial = trials.begin(course=quiz.course, place="", back="/", by=teacher, now=timezone.now())
    frame = opened(quiz.course)
    frame.http.force_login(teacher)
    for end in ("", "clock/", "end/", f"courses/{quiz.course.key}/"):
        assert frame.get(f"trials/{trial.uuid}/{end}").status_code == 404
        assert frame.post(f"trials/{trial.uuid}/{end}").status_code == 404


def test_script_saves_and_gets_the_end_of_the_session(quiz):
    frame = opened(quiz.course, quiz=quiz.key)
    frame.post(inner("quiz-start", quiz.course.key, quiz.key))
    save = inner("attempt-save", Attempt.objects.get().uuid, 1)
    body = {"i1-choice": "b", "i1-based_on": "0"}
    token = frame.token()

    saved = frame.post(save, body, token=token, accept="application/json")
    assert saved.json()["revision"] == 1
    frame.platform.delete(f"/launches/{frame.launch['id']}")
    over = frame.post(save, body | {"i1-based_on": "1"}, token=token, accept="application/json")
    assert (over.status_code, over.json()["code"]) == (401, "signed_out")


def test_a_check_is_judged_in_place(quiz, lesson):
    frame = opened(quiz.course, lesson=lesson.key)
    key = lesson.checks.items.get().question.key
    where = inner("lesson-check", quiz.course.key, lesson.key, key)
    answer = frame.post(where, {f"c-{key}-choice": "b", f"c-{key}-based_on": "0"}, x_fragment="1")

    assert answer.status_code == 200
    assert frame.base in answer.text
    assert LessonProgress.objects.get().completed_at is not None


def test_messages_survive_from_one_page_to_the_next(quiz, lesson):
    lesson.completion = "confirm"
    lesson.save()
    outline.touch(course_id=quiz.course_id)
    frame = opened(quiz.course, lesson=lesson.key)
    frame.post(inner("lesson-confirm", quiz.course.key, lesson.key))
    page = inner("lesson", quiz.course.key, lesson.key)

    assert "notice-success" in frame.get(page).text
    assert "notice-success" not in frame.get(page).text


def test_every_address_of_a_page_stays_inside_or_leads_to_another_site(quiz, lesson):
    frame = opened(quiz.course, return_url=f"{HOST}/my/course")
    frame.post(inner("quiz-start", quiz.course.key, quiz.key))
    attempt = Attempt.objects.get()
    pages = [
        inner("course", quiz.course.key),
        inner("glossary", quiz.course.key),
        inner("lesson", quiz.course.key, lesson.key),
        inner("quiz", quiz.course.key, quiz.key),
        inner("attempt", attempt.uuid),
        inner("attempt-submit", attempt.uuid),
        inner("lesson", quiz.course.key, "no-such-lesson"),
    ]
    shown = {page: frame.get(page).text for page in pages}
    frame.post(inner("attempt-submit", attempt.uuid))
    shown["review"] = frame.get(inner("review", attempt.uuid)).text
    for page, text in shown.items():
        found = re.findall(r'(?:href|action|data-(?:visit|save-url|url|page-url))="([^"#]+)', text)
        ours = [one for one in found if not one.startswith(("/static/", "https://", "?"))]
        assert ours
        assert [one for one in ours if not one.startswith(frame.base)] == [], page
        assert [one for one in found if one.startswith("https://")] == [f"{HOST}/my/course"]


OUTSIDE = {
    "accessibility",
    "manifest",
    "search",
    "offline",
    "service-worker",
    "account",
    "address",
    "address-confirm",
    "calendar",
    "catalogue",
    "certificate",
    "certificate-achievement",
    "certificate-badge",
    "certificate-badge-jwt",
    "certificate-did",
    "certificate-issuer",
    "certificate-jwks",
    "certificate-lookup",
    "certificate-name",
    "certificate-pdf",
    "certificate-public",
    "certificate-status",
    "certificate-status-jwt",
    "certificate-verify",
    "certificates",
    "class",
    "embed",
    "embed-display",
    "embed-page",
    "embed-standing",
    "embed-window",
    "enrol",
    "erase",
    "export",
    "join",
    "language",
    "launch",
    "mails-stop",
    "metrics",
    "password",
    "password-forgotten",
    "password-mailed",
    "password-new",
    "preferences",
    "preview",
    "progress",
    "reminders",
    "session-end",
    "sign-in",
    "sign-out",
    "sign-up",
    "theme",
    "time-zone",
    "token-revoke",
    "tokens",
}
"""Pages of the site that no frame shows."""


def test_every_page_is_decided_on():
    """A new one belongs into a frame or does not: list it in `PAGES` or here."""
    known = {route.name for route in urlpatterns}
    assert known == PAGES | OUTSIDE
    assert not PAGES & OUTSIDE


REFUSED = (
    "account/",
    "account/sign-in/",
    "account/sign-out/",
    "account/export/",
    "progress/",
    "admin/",
    "display/language/",
    "courses/{course}/enrol/",
    "api/v1/courses",
    "mails-stop",
    "metrics",
    "launch/x/",
    "preview/{course}/",
    "no/such/page/",
)


def test_session_reaches_only_its_course(quiz):
    frame = opened(quiz.course)
    for path, method in product(REFUSED, ("get", "post")):
        answer = getattr(frame, method)(path.format(course=quiz.course.key))

        assert answer.status_code == 404, (path, method)
        policy = answer.headers["Content-Security-Policy"]
        assert "frame-ancestors https://learn.example.org" in policy, (path, method)


def test_another_course_of_the_learner_is_not_there(quiz):
    other = make_quiz()
    frame = opened(quiz.course)
    frame.platform.learner(course=other.course)

    assert frame.get(inner("course", other.course.key)).status_code == 404
    assert frame.get(inner("quiz", other.course.key, other.key)).status_code == 404
    elsewhere = opened(other.course)
    elsewhere.post(inner("quiz-start", other.course.key, other.key))
    attempt = Attempt.objects.get()
    assert elsewhere.get(inner("attempt", attempt.uuid)).status_code == 200
    assert frame.get(inner("attempt", attempt.uuid)).status_code == 404


def test_somebody_elses_attempt_is_not_there(quiz):
    bob = opened(quiz.course, external_id="bob")
    bob.post(inner("quiz-start", quiz.course.key, quiz.key))
    attempt = Attempt.objects.get()
    ada = opened(quiz.course)

    assert ada.get(inner("attempt", attempt.uuid)).status_code == 404
    assert ada.post(inner("attempt-submit", attempt.uuid)).status_code == 404


def test_an_instructor_does_not_look_into_attempts_through_a_frame(quiz):
    bob = opened(quiz.course, external_id="bob")
    bob.post(inner("quiz-start", quiz.course.key, quiz.key))
    grace = opened(quiz.course, external_id="grace")
    grace.platform.enrolment("grace")
    enrolment = grace.platform.enrolment("grace")
    enrolment.role = "instructor"
    enrolment.save()

    assert grace.get(inner("attempt", Attempt.objects.get().uuid)).status_code == 404


def test_the_sites_own_session_neither_helps_nor_changes(quiz, client):
    """Somebody is signed in on the site, in the same browser: the frame is still the learner's."""
    frame = opened(quiz.course)
    somebody = make_learner(quiz.course, first_name="Site").user
    frame.http.force_login(somebody)
    before = dict(frame.http.session)

    frame.post(inner("quiz-start", quiz.course.key, quiz.key))

    assert Attempt.objects.get().enrolment.user == frame.platform.enrolment().user
    assert dict(frame.http.session) == before
    answer = frame.get(inner("course", quiz.course.key))
    assert "sessionid" not in answer.cookies
    assert "csrftoken" not in answer.cookies
    assert frame.http.get("/account/").status_code == 200


def test_without_the_cookie_of_the_session_there_is_no_session(quiz):
    frame = opened(quiz.course)
    anonymous = Frame()
    anonymous.base = frame.base
    page = inner("course", quiz.course.key)

    assert anonymous.get(page).status_code == 403
    anonymous.http.cookies["cx_embed"] = "x" * 43
    answer = anonymous.get(page)
    assert answer.status_code == 403
    assert quiz.course.title not in answer.text
    other = opened(quiz.course, external_id="other")
    anonymous.http.cookies["cx_embed"] = other.secret
    assert anonymous.get(page).status_code == 403


def test_a_form_needs_the_token_of_its_session(quiz):
    frame = opened(quiz.course)
    page = frame.http.get("/account/sign-in/").text
    tokens = {
        "none": "",
        "made up": "x" * 64,
        "of the site": page.split('csrfmiddlewaretoken" value="')[1].split('"')[0],
        "of another session": opened(quiz.course, external_id="other").token(),
    }
    for kind, token in tokens.items():
        answer = frame.post(inner("quiz-start", quiz.course.key, quiz.key), token=token)

        assert answer.status_code == 403, kind
        assert not Attempt.objects.exists(), kind


FOREIGN = [
    {"origin": HOST},
    {"origin": "null"},
    {"origin": "https://evil.example"},
    {"sec_fetch_site": "cross-site"},
    {"sec_fetch_site": "same-site"},
]


def test_a_foreign_page_cannot_post_even_with_the_token(quiz):
    frame = opened(quiz.course)
    for headers in FOREIGN:
        answer = frame.post(inner("quiz-start", quiz.course.key, quiz.key), **headers)

        assert answer.status_code == 403, headers
        assert not Attempt.objects.exists(), headers


def test_csrf_kept_in_sessions_works_as_well(quiz):
    with override_settings(CSRF_USE_SESSIONS=True):
        frame = opened(quiz.course)
        answer = frame.post(inner("quiz-start", quiz.course.key, quiz.key))
        assert answer.status_code == 302
        assert Attempt.objects.count() == 1
        refused = frame.post(inner("quiz-start", quiz.course.key, quiz.key), token="x" * 64)
        assert refused.status_code == 403


def test_the_cookie_is_one_that_a_frame_keeps(quiz):
    frame = opened(quiz.course)
    text = frame.http.cookies["cx_embed"].OutputString()

    assert f"Path={frame.base}" in text
    for attribute in ("Secure", "HttpOnly", "SameSite=None", "Partitioned", "Max-Age=28800"):
        assert attribute in text


def test_language_and_colours_are_the_platforms(quiz):
    frame = opened(quiz.course, locale="de-AT", theme="dark")
    answer = frame.get(inner("course", quiz.course.key), accept_language="en")

    assert '<html lang="de"' in answer.text
    assert 'data-theme="dark"' in answer.text
    assert answer.headers["Content-Language"] == "de"
    frame.http.cookies["cx_theme"] = "light"
    frame.http.cookies["django_language"] = "en"
    assert '<html lang="de"' in frame.get(inner("course", quiz.course.key)).text
    frame.post("display/", {"theme": "light", "locale": "en"})
    changed = frame.get(inner("course", quiz.course.key)).text
    assert '<html lang="en"' in changed
    assert 'data-theme="light"' in changed
    frame.post("display/", {"theme": "<x>", "locale": "xx"})
    assert 'data-theme="light"' in frame.get(inner("course", quiz.course.key)).text


def test_the_element_may_choose_them_when_it_opens(quiz):
    platform = platform_with_learner(quiz.course)
    url = ask(platform, quiz.course, locale="en", theme="light").json()["url"]
    frame = Frame()
    page = frame.open(f"{url}?theme=dark&locale=de")

    assert '<html lang="de"' in page.text
    assert 'data-theme="dark"' in page.text


def platform_with_learner(course):
    platform = Platform()
    platform.learner(course=course)
    return platform


PLACES = {
    "courses/{course}/quizzes/{quiz}/?a=1": True,
    "/courses/{course}/quizzes/{quiz}/": True,
    "attempts/{attempt}/?item=2": True,
    "attempts/{foreign}/": False,
    "courses/{course}/quizzes/{quiz}/start/": False,
    "account/": False,
    "https://evil.example/": False,
    "//evil.example/": False,
    "../../account/": False,
    "courses/other/": False,
    "\r\nX: y": False,
}
"""Where a frame was → whether it goes on there when it is opened again."""


def test_it_goes_on_where_the_learner_was(quiz):
    first = opened(quiz.course)
    first.post(inner("quiz-start", quiz.course.key, quiz.key))
    bob = opened(quiz.course, external_id="bob")
    bob.post(inner("quiz-start", quiz.course.key, quiz.key))
    mine, foreign = (
        Attempt.objects.get(enrolment__user=one.platform.enrolment(name).user).uuid
        for one, name in ((first, "a-1"), (bob, "bob"))
    )
    ids = {"course": quiz.course.key, "quiz": quiz.key, "attempt": mine, "foreign": foreign}
    for place, is_kept in PLACES.items():
        wanted = place.format(**ids)
        again = Frame()
        url = ask(first.platform, quiz.course).json()["url"]
        landing = again.http.get(url.removeprefix("http://testserver"), {"at": wanted})
        again.base = landing.headers["Location"].partition("?")[0]
        home = again.http.get(landing.headers["Location"])

        target = wanted.lstrip("/") if is_kept else inner("course", quiz.course.key)
        assert home.headers["Location"] == again.base + target, place


def test_addresses_in_texts_are_those_of_the_reader(quiz, client):
    """The text is worked out once; what an author writes is not taken for our own mark in it."""
    other = make_lesson(module=quiz.module, key="other")
    text = f'<p><a href="cx:lesson:{other.key}">There</a> ="/-here-/ &quot;/-here-/</p>'
    lesson = make_lesson(module=quiz.module, rendered={"segments": [{"html": text}]}, checks=0)
    path = inner("lesson", quiz.course.key, lesson.key)
    one, two = (opened(quiz.course, external_id=name) for name in ("one", "two"))
    client.force_login(make_learner(quiz.course).user)
    there = inner("lesson", quiz.course.key, other.key)
    for page, base in (
        (client.get(f"/{path}"), "/"),
        (one.get(path), one.base),
        (two.get(path), two.base),
    ):
        assert f'<a href="{base}{there}">There</a>' in page.text
        assert "-here-" in page.text


@override_settings(STATIC_URL="files/")
def test_a_relative_static_url_is_not_bound_to_a_session(quiz, settings):
    """Django remembers it with the prefix of the first request that asks."""
    frame = opened(quiz.course)
    frame.get(inner("course", quiz.course.key))
    assert settings.STATIC_URL == "/files/"


def test_a_course_that_is_mounted_elsewhere(quiz, settings):
    settings.ROOT_URLCONF = "tests.embed.host_urls"
    settings.FORCE_SCRIPT_NAME = None
    frame = opened_in_host(quiz)
    assert frame.base.startswith("/learn/cx/embed/")
    page = frame.get(inner("course", quiz.course.key))
    assert page.status_code == 200
    assert f'href="{frame.base}learn/cx/courses/{quiz.course.key}/quizzes/{quiz.key}/"' in page.text


def opened_in_host(quiz):
    platform = platform_with_learner(quiz.course)
    ada = learners.find(client=platform.client, external_id="a-1")
    made = launches.create(identity=ada, course=quiz.course, origin=HOST, now=timezone.now())
    frame = Frame()
    assert frame.open(reverse("cx_courses:launch", args=[made.code])).status_code == 200
    return frame


def test_a_course_taken_from_the_site_is_not_found(quiz):
    frame = opened(quiz.course)
    Course.objects.update(state=Course.State.ARCHIVED)
    assert frame.get(inner("course", quiz.course.key)).status_code == 404


def test_files_are_sent_into_a_frame_in_parts_and_those_of_other_courses_are_not(quiz):
    own, foreign = quiz.module, ModuleFactory()
    frame = opened(quiz.course, quiz=quiz.key)
    for module, status in ((own, 206), (foreign, 404)):
        row = make_asset(module=module, name="talk.mp3", content=b"ID3 0123456789")
        path = inner("asset", module.course.key, module.key, row.name)
        answer = frame.get(path, range="bytes=4-6")
        assert answer.status_code == status, module
        if status == 206:
            assert answer.content == b"012"
            assert "sandbox" in answer.headers["Content-Security-Policy"]
            assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_pictures_of_its_course_are_sent_into_a_frame_and_those_of_others_are_not(quiz):
    own, foreign = quiz.module, ModuleFactory()
    frame = opened(quiz.course, quiz=quiz.key)
    for module, status in ((own, 200), (foreign, 404)):
        drawing = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 5"/>'
        row = make_asset(module=module, name="m.svg", content=drawing)
        type(module).objects.filter(pk=module.pk).update(picture=row.name)
        Course.objects.filter(pk=module.course.pk).update(cover=f"{module.key}/{row.name}")
        key = module.course.key
        for path in (inner("picture", key, module.key), inner("cover", key)):
            assert frame.get(path).status_code == status, path


def test_the_pages_at_the_ends_lead_on_inside_of_the_frame(quiz):
    frame = opened(quiz.course)
    take_quiz(Enrolment.objects.get(course=quiz.course), quiz, RIGHT, RIGHT)
    for name, more in (("course-complete", []), ("module-complete", [quiz.module.key])):
        page = frame.get(inner(name, quiz.course.key, *more))
        assert page.status_code == 200, name
        for url in re.findall(r'class="button button-primary" href="([^"]+)"', page.text):
            assert frame.get(url.removeprefix(frame.base)).status_code == 200, url


def test_a_frame_leads_to_no_certificate(quiz):
    """Certificates are pages of the site, where only the holder's own account opens them."""
    CertificateRule.objects.create(course=quiz.course)
    frame = opened(quiz.course)
    take_quiz(Enrolment.objects.get(course=quiz.course), quiz, RIGHT, RIGHT)
    row = Certificate.objects.get()
    for name in ("course-complete", "course", "my-learning"):
        page = frame.get(inner(name, quiz.course.key))
        assert page.status_code == 200, name
        assert "certificates/" not in page.text, name
        assert row.number not in page.text
    for name in ("certificate", "certificate-pdf"):
        assert frame.get(inner(name, row.uuid)).status_code == 404
