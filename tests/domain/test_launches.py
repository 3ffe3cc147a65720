"""A launch is made for one learner, opened once, and ends in time."""

import datetime as dt
from typing import Any

import pytest
from django.utils import translation

from courses.domain import attempts, clients, enrolments, launches, learners, outline, personal_data
from courses.domain.access import NotEnrolled
from courses.errors import Invalid, NotAllowed, NotFound
from courses.models import ApiClient, Course, Enrolment, Launch, Result
from tests.domain.test_attempts import save, submit
from tests.factories import NOW, RIGHT, make_lesson, make_quiz, reader_of

pytestmark = [pytest.mark.django_db, pytest.mark.engines]

HOST = "https://learn.example.org"
SECOND = dt.timedelta(seconds=1)


class Platform:
    """A platform, one of its learners, and a course with a quiz."""

    def __init__(self, **quiz: Any) -> None:
        self.quiz = make_quiz(questions=1, **quiz)
        self.course = self.quiz.course
        self.client = ApiClient.objects.create(name="Acme")
        self.key = clients.create_key(client=self.client, scopes=["learning:write"]).row
        done = learners.upsert(client=self.client, external_id="a-1", values={}, now=NOW)
        self.identity = done.identity
        self.user = done.identity.user
        self.enrolment = enrolments.enrol(course=self.course, user=self.user, now=NOW)

    def make(self, **more: Any) -> launches.Made:
        given = {"origin": HOST, "key": self.key, "now": NOW, **more}
        return launches.create(identity=self.identity, course=self.course, **given)

    def open(self, **more: Any) -> launches.Opened:
        return launches.open_launch(code=self.make(**more).code, now=NOW)


@pytest.fixture
def acme():
    return Platform()


def session(opened, now=NOW, secret=None):
    secret = opened.secret if secret is None else secret
    return launches.session(uuid=opened.launch.uuid, secret=secret, now=now)


# --- making


def test_secrets_are_kept_as_hashes(acme):
    made = acme.make()
    opened = launches.open_launch(code=made.code, now=NOW)
    row = repr(Launch.objects.values().get())

    assert len(made.code) == len(opened.secret) == 43
    assert made.code not in row
    assert opened.secret not in row


def test_targets(acme):
    lesson = make_lesson(module=acme.quiz.module, checks=1)
    outline.touch(course_id=acme.course.pk)
    acme.course.refresh_from_db()
    assert acme.make().row.target == "course"
    assert acme.make(lesson=lesson.key).row.target_key == lesson.key
    assert acme.make(quiz=acme.quiz.key).row.target == "quiz"
    for unknown in ({"lesson": "x"}, {"quiz": "x"}, {"quiz": lesson.checks.key}):
        with pytest.raises(NotFound):
            acme.make(**unknown)
    with pytest.raises(Invalid) as refused:
        acme.make(lesson=lesson.key, quiz=acme.quiz.key)
    assert refused.value.problems[0].path == "target.quiz"


def test_origins(acme):
    kept = {
        "https://learn.example.org": "https://learn.example.org",
        "https://LEARN.example.org:443/": "https://learn.example.org",
        "https://learn.example.org:8443": "https://learn.example.org:8443",
        "https://xn--bcher-kva.example": "https://xn--bcher-kva.example",
        "http://localhost:8100": "http://localhost:8100",
        "http://127.0.0.1": "http://127.0.0.1",
        "http://[::1]:3000": "http://[::1]:3000",
        "http://app.localhost": "http://app.localhost",
    }
    assert {origin: acme.make(origin=origin).row.origin for origin in kept} == kept


def test_invalid_origins(acme, subtests):
    for origin in (
        "",
        "*",
        "null",
        "learn.example.org",
        "http://learn.example.org",
        "http://127.0.0.1.example.org",
        "http://localhost.example.org",
        "https://learn.example.org/path",
        "https://learn.example.org?q",
        "https://learn.example.org#f",
        "https://ada@learn.example.org",
        "https://*.example.org",
        "https://learn.example.org https://evil.example",
        "https://learn.example.org;script-src *",
        "https://learn.example.org\r\nX: y",
        "https://learn.example.org\\@evil.example",
        "https://learn.example.org:0",
        "https://learn.example.org:99999",
        "https://learn.example.org:x",
        "https://bücher.example",
        "https://[::1",
        "https://[fe80::1%25eth0]",
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "https://",
        "https://-a.example",
        "https://" + "a" * 300 + ".example",
    ):
        with subtests.test(origin=origin):
            with pytest.raises(Invalid) as refused:
                acme.make(origin=origin)
            assert [problem.path for problem in refused.value.problems] == ["origin"]


def test_the_way_back_lies_on_the_origin(acme, subtests):
    for url in (f"{HOST}/courses?x=1#y", f"{HOST}:443/"):
        assert acme.make(return_url=url).row.return_url == url
    for url in (
        "https://evil.example/",
        f"{HOST}.evil.example/",
        f"{HOST}@evil.example/",
        "http://learn.example.org/",
        "/courses",
        "javascript:alert(1)",
        f"{HOST}/\\evil",
        f"{HOST}/a b",
    ):
        with subtests.test(url=url):
            with pytest.raises(Invalid) as refused:
                acme.make(return_url=url)
            assert refused.value.problems[0].path == "return_url"


def test_languages_are_the_sites(acme):
    assert acme.make(locale="de-CH").row.locale == "de"
    assert acme.make().row.locale == ""
    for code in ("xx", "de_" + "x" * 300, "../../etc", "<b>"):
        with pytest.raises(Invalid) as refused:
            acme.make(locale=code)
        assert refused.value.problems[0].path == "locale"


def test_launch_enrols_in_an_open_course(acme):
    enrolments.withdraw(enrolment=acme.enrolment, by=acme.user, now=NOW)
    acme.course.is_open = False
    acme.course.save()
    with pytest.raises(NotEnrolled):
        acme.make()
    assert not Launch.objects.exists()
    Course.objects.update(is_open=True)
    acme.course.refresh_from_db()
    assert acme.make().row.enrolment.state == Enrolment.State.ACTIVE
    Enrolment.objects.update(state=Enrolment.State.SUSPENDED)
    with pytest.raises(NotEnrolled):
        acme.make()


def test_the_sites_own_people_are_not_embedded(acme):
    for name in ("is_staff", "is_superuser"):
        setattr(acme.user, name, True)
        acme.user.save()
        acme.identity.refresh_from_db()
        with pytest.raises(NotAllowed):
            acme.make()
        setattr(acme.user, name, False)


# --- opening


def test_a_code_opens_once(acme):
    made = acme.make()
    launches.open_launch(code=made.code, now=NOW)
    with pytest.raises(launches.Used) as refused:
        launches.open_launch(code=made.code, now=NOW)
    assert refused.value.launch.origin == HOST
    with pytest.raises(NotFound):
        launches.open_launch(code="no-such-code", now=NOW)


def test_a_code_is_good_for_a_minute(acme):
    early, late = acme.make(), acme.make()
    minute = NOW + 60 * SECOND
    assert launches.open_launch(code=early.code, now=minute - SECOND).secret
    with pytest.raises(launches.TooLate):
        launches.open_launch(code=late.code, now=minute)


def test_a_code_that_turns_up_elsewhere_is_used_up(acme):
    made = acme.make()
    with pytest.raises(launches.WrongOrigin):
        launches.open_launch(code=made.code, origin="https://evil.example", now=NOW)
    with pytest.raises(launches.Used):
        launches.open_launch(code=made.code, origin=HOST, now=NOW)
    assert launches.open_launch(code=acme.make().code, origin=HOST, now=NOW).secret


def test_the_session_needs_its_secret(acme):
    opened, other = acme.open(), acme.open()
    assert session(opened).enrolment == acme.enrolment
    for wrong in ("", "x", other.secret, opened.launch.secret_hash, "\udc80"):
        with pytest.raises(launches.NoSession):
            session(opened, secret=wrong)


def test_a_launch_that_was_not_opened_is_no_session(acme):
    made = acme.make()
    for secret in ("", made.code):
        with pytest.raises(NotFound):
            launches.session(uuid=made.row.uuid, secret=secret, now=NOW)


def test_the_session_ends(acme, settings):
    settings.COURSES_EMBED_SESSION_S = 600
    opened = acme.open()
    assert session(opened, now=NOW + 599 * SECOND)
    with pytest.raises(launches.SessionEnded):
        session(opened, now=NOW + 600 * SECOND)


def test_the_platform_ends_it(acme):
    opened, unopened = acme.open(), acme.make()
    for row in (opened.launch, unopened.row):
        launches.end(client=acme.client, uuid=row.uuid, now=NOW)
        launches.end(client=acme.client, uuid=row.uuid, now=NOW + SECOND)
    with pytest.raises(launches.SessionEnded):
        session(opened)
    with pytest.raises(launches.Used):
        launches.open_launch(code=unopened.code, now=NOW)
    other_client = ApiClient.objects.create(name="Other")
    with pytest.raises(NotFound):
        launches.end(client=other_client, uuid=opened.launch.uuid, now=NOW)


def revoke_the_key(acme):
    clients.revoke_key(key=acme.key, now=NOW)


def switch_the_client_off(acme):
    ApiClient.objects.update(is_active=False)


def withdraw(acme):
    enrolments.withdraw(enrolment=acme.enrolment, by=acme.user, now=NOW)


def suspend(acme):
    Enrolment.objects.update(state=Enrolment.State.SUSPENDED)


def close_the_account(acme):
    acme.user.is_active = False
    acme.user.save()


def erase(acme):
    personal_data.erase(user=acme.user, now=NOW)


GONE = [
    (revoke_the_key, launches.PlatformGone),
    (switch_the_client_off, launches.PlatformGone),
    (withdraw, launches.LearnerGone),
    (suspend, launches.LearnerGone),
    (close_the_account, launches.LearnerGone),
    (erase, launches.LearnerGone),
]


@pytest.mark.parametrize(("happens", "refusal"), GONE, ids=lambda it: it.__name__)
def test_session_ends_at_once_after_a_revocation(acme, happens, refusal):
    opened, unopened = acme.open(), acme.make()
    happens(acme)
    with pytest.raises(refusal):
        session(opened)
    with pytest.raises((refusal, launches.Used)):
        launches.open_launch(code=unopened.code, now=NOW)


def test_rotated_key_ends_no_session(acme):
    opened = acme.open()
    clients.rotate_key(key=acme.key, overlap=dt.timedelta(0), now=NOW)
    assert session(opened, now=NOW + SECOND)


def test_erasure_leaves_no_trace_of_the_learner(acme):
    opened = acme.open()
    launches.store_session(launch=opened.launch, data={"unsent": "what she wrote"})
    erase(acme)
    row = Launch.objects.get()
    assert (row.enrolment, row.identity, row.data) == (None, None, {})


# --- a window instead of a frame


def test_a_browser_that_kept_nothing_gets_a_fresh_code_once(acme):
    opened = acme.open(quiz=acme.quiz.key, theme="dark", return_url=f"{HOST}/")
    uuid = opened.launch.uuid
    made = launches.move_into_window(uuid=uuid, now=NOW + SECOND)
    new = launches.open_launch(code=made.code, now=NOW + SECOND).launch

    for name in ("target", "target_key", "enrolment_id", "origin", "return_url", "theme"):
        assert getattr(new, name) == getattr(opened.launch, name)
    with pytest.raises(NotFound):
        launches.move_into_window(uuid=uuid, now=NOW + SECOND)
    with pytest.raises(launches.SessionEnded):
        session(opened)


def test_confirmed_cookie_gets_no_window(acme):
    opened = acme.open()
    launches.confirm(launch=opened.launch, now=NOW)
    with pytest.raises(NotFound):
        launches.move_into_window(uuid=opened.launch.uuid, now=NOW)


def test_a_window_opens_for_ten_minutes(acme):
    opened = acme.open()
    with pytest.raises(NotFound):
        launches.move_into_window(uuid=opened.launch.uuid, now=NOW + 600 * SECOND)


# --- how the learner stands


def take(acme):
    sitting = attempts.start(
        reader=reader_of(acme.enrolment), quiz_key=acme.quiz.key, by=acme.user, now=NOW
    )
    save(sitting, 1, RIGHT)
    submit(sitting)


def test_standing_is_what_the_learner_may_know(acme):
    opened = acme.open()
    before = launches.standing(launch=opened.launch, now=NOW)
    assert (before.percent, before.completed, before.grades) == (0, [], [])
    take(acme)
    now = launches.standing(launch=opened.launch, now=NOW)
    assert (now.percent, now.is_complete) == (100, True)
    assert now.completed == [{"kind": "quiz", "key": acme.quiz.key}]
    assert [(one.quiz, one.percent, one.has_passed) for one in now.grades] == [
        (acme.quiz.key, 100.0, True)
    ]


def test_hidden_score_is_not_sent_to_the_surrounding_page():
    acme = Platform(review={"during": [], "just_after": [], "later": [], "after_close": []})
    opened = acme.open()
    before = launches.standing(launch=opened.launch, now=NOW)
    take(acme)
    assert Result.objects.get().percent == 100
    assert launches.standing(launch=opened.launch, now=NOW) == before


# --- forgetting


def test_old_launches_are_forgotten(acme, settings):
    settings.COURSES_EMBED_SESSION_S = 3600
    acme.open()
    day = NOW + dt.timedelta(hours=25)
    assert launches.purge(now=day - SECOND) == 0
    assert launches.purge(now=day) == 1
    assert not Launch.objects.exists()


def test_refusals_are_said_in_the_readers_language(acme):
    opened = acme.open()
    with translation.override("de"), pytest.raises(launches.NoSession) as refused:
        session(opened, secret="")
    with translation.override("de"):
        assert "Sitzung" in str(refused.value.message)
