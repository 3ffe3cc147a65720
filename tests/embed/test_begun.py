"""Sessions that a platform's signed word opens at once, in a frame bound to one class."""

import datetime as dt

import pytest
from django.test import Client, RequestFactory
from django.utils import timezone

from courses.domain import enrolments, launches, learners, sections
from courses.errors import Invalid, NotAllowed, NotFound
from courses.models import ApiClient, Attempt, Launch
from courses.web.embed.opening import enter
from tests.factories import RIGHT, make_quiz, take_quiz

pytestmark = pytest.mark.django_db

LMS = "https://school.example"
AROUND = "https://apps.school.example"
FROM_ELSEWHERE = {
    "sec-fetch-dest": "iframe",
    "sec-fetch-site": "cross-site",
    "referer": "https://sign-in.example/",
}


class Begun:
    """A learner of a platform in two classes of one course."""

    def __init__(self):
        now = timezone.now()
        self.quiz = make_quiz(questions=1)
        self.course = self.quiz.course
        client = ApiClient.objects.create(name="School")
        self.identity = learners.upsert(client=client, external_id="7", values={}, now=now).identity
        self.rows = [self._enrol(key, now) for key in ("red", "blue")]

    def _enrol(self, key, now):
        section = sections.create(course=self.course, key=key, title=key, now=now)
        return enrolments.enrol(
            course=self.course, user=self.identity.user, section=section, now=now
        )

    def begin(self, row=None, **more):
        given = {
            "client": self.identity.client,
            "identity": self.identity,
            "enrolment": row or self.rows[0],
            "target": launches.target(course=self.course),
            "origins": [LMS, AROUND],
            "now": timezone.now(),
            **more,
        }
        return launches.begin(**given)

    def enter(self, row=None, **more):
        """Return a browser in the session, the answer of its first page and its address."""
        opened = self.begin(row, **more)
        answer = enter(RequestFactory().get("/"), opened)
        http = Client()
        http.cookies = answer.cookies
        where = answer.headers["Location"]
        return http, http.get(where, headers=FROM_ELSEWHERE), where.partition("?")[0]


@pytest.fixture
def begun():
    return Begun()


def test_it_is_open_at_once_for_its_secret_alone(begun):
    opened = begun.begin()
    found = launches.session(uuid=opened.launch.uuid, secret=opened.secret, now=timezone.now())
    assert found.enrolment == begun.rows[0]
    with pytest.raises(launches.NoSession):
        launches.session(uuid=opened.launch.uuid, secret="x", now=timezone.now())


def test_every_origin_of_the_platform_may_frame_it_and_no_other(begun):
    http, first, base = begun.enter()
    assert first.status_code == 302
    page = http.get(f"{base}courses/{begun.course.key}/")
    assert f"frame-ancestors {LMS} {AROUND}" in page.headers["Content-Security-Policy"]
    framed = {**FROM_ELSEWHERE, "referer": f"{AROUND}/"}
    assert http.get(f"{base}courses/{begun.course.key}/", headers=framed).status_code == 200
    other = http.get(f"{base}courses/{begun.course.key}/", headers=FROM_ELSEWHERE)
    assert other.status_code == 403


def test_it_opens_a_module_on_the_page_of_its_course(begun):
    key = begun.quiz.module.key
    _http, first, base = begun.enter(target=launches.target(course=begun.course, module=key))
    assert first.headers["Location"] == f"{base}courses/{begun.course.key}/#module-{key}"
    with pytest.raises(NotFound):
        launches.target(course=begun.course, module="nowhere")


def test_a_frame_shows_the_attempts_of_its_own_class_alone(begun):
    red, blue = (take_quiz(row, begun.quiz, RIGHT) for row in begun.rows)
    for row, own, other in ((begun.rows[0], red, blue), (begun.rows[1], blue, red)):
        http, _first, base = begun.enter(row)
        assert http.get(f"{base}attempts/{own.uuid}/review/").status_code == 200
        for page in ("", "submit/", "review/"):
            assert http.get(f"{base}attempts/{other.uuid}/{page}").status_code == 404
    assert Attempt.objects.count() == 2


def test_the_window_of_a_browser_without_cookies_keeps_the_origins(begun):
    opened = begun.begin()
    made = launches.move_into_window(uuid=opened.launch.uuid, now=timezone.now())
    assert made.row.origins == [LMS, AROUND]


def test_what_is_no_origin_or_the_sites_own_account_begins_nothing(begun):
    with pytest.raises(Invalid):
        begun.begin(origins=["https://school.example/path"])
    begun.identity.user.is_staff = True
    with pytest.raises(NotAllowed):
        begun.begin()
    assert not Launch.objects.exists()


def test_return_address_on_another_origin_is_left_out(begun):
    assert begun.begin(return_url=f"{LMS}/back").launch.return_url == f"{LMS}/back"
    assert begun.begin(return_url="https://evil.example/").launch.return_url == ""


def test_it_ends_as_every_session_does(begun):
    opened = begun.begin()
    late = timezone.now() + dt.timedelta(days=1)
    with pytest.raises(launches.SessionEnded):
        launches.session(uuid=opened.launch.uuid, secret=opened.secret, now=late)
