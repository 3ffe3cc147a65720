"""Launches that are valid open the course, also with every optional claim left out."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from courses.lti import addresses
from courses.lti import vocabulary as words
from courses.lti.models import LtiClass, LtiLaunchRecord, LtiLink, LtiNonce
from courses.models import Course, Enrolment, ExternalIdentity, Launch
from tests.factories import make_lesson
from tests.lti.school import GONE, MEMBER, School, follow, post

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

OPTIONAL = (
    *("given_name", "family_name", "email"),
    *(words.CONTEXT, words.PRESENTATION, words.ROLES),
)
ROLES = {
    "no role": ([], "learner"),
    "a short role": (["Learner"], "learner"),
    "an unknown role": (["http://x.example/roles#Wizard"], "learner"),
    "a role of the institution alone": (
        ["http://purl.imsglobal.org/vocab/lis/v2/institution/person#Instructor"],
        "learner",
    ),
    "a teacher": ([f"{MEMBER}#Instructor"], "instructor"),
    "a teacher by the short name": (["Instructor"], "instructor"),
    "a teacher who learns, too": ([f"{MEMBER}#Learner", f"{MEMBER}#Instructor"], "instructor"),
    "an administrator": ([f"{MEMBER}#Administrator"], "instructor"),
    "a test user of the platform": (
        [f"{MEMBER}#Learner", "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"],
        "tester",
    ),
    "an observer": ([f"{MEMBER}#Mentor"], "tester"),
    "an observer who learns, too": ([f"{MEMBER}#Mentor", f"{MEMBER}#Learner"], "learner"),
    "an assistant": (
        [f"{MEMBER}#Instructor", f"{MEMBER}/Instructor#TeachingAssistant"],
        "marker",
    ),
}


def test_a_learner_arrives_in_the_class_of_their_context(school, quiz):
    http = Client()
    page = follow(http, school.launch(http, quiz.course))

    assert page.status_code == 200
    assert quiz.course.title in page.text
    enrolment = Enrolment.objects.get()
    assert (enrolment.role, str(enrolment.section)) == ("learner", "Red class")
    assert (enrolment.user.first_name, enrolment.user.last_name) == ("Ada", "Lovelace")
    assert not enrolment.user.is_staff
    assert ExternalIdentity.objects.get().subject == "7"
    assert LtiLaunchRecord.objects.get().reason == ""
    assert LtiLink.objects.get().title == "A link"
    launch = Launch.objects.get()
    assert (launch.origin, launch.return_url) == (school.issuer, f"{school.issuer}/back")
    assert f"frame-ancestors {school.issuer}" in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize("claim", OPTIONAL)
def test_without_an_optional_claim(school, quiz, claim):
    http = Client()
    assert follow(http, school.launch(http, quiz.course, **{claim: GONE})).status_code == 200


@pytest.mark.parametrize("name", ROLES)
def test_roles(school, quiz, name):
    roles, ours = ROLES[name]
    http = Client()
    assert follow(http, school.launch(http, quiz.course, **{words.ROLES: roles})).status_code == 200
    enrolment = Enrolment.objects.get()
    assert enrolment.role == ours
    assert enrolment.section == LtiClass.objects.get().section
    assert not enrolment.user.is_staff


def test_a_role_is_what_the_newest_launch_says(school, quiz):
    for role in ("Instructor", "Learner", "Instructor"):
        school.launch(course=quiz.course, **{words.ROLES: [f"{MEMBER}#{role}"]})
        assert Enrolment.objects.get().role == role.lower()


def test_course_module_lesson_and_quiz_by_custom_parameter_and_by_address(school, quiz):
    lesson = make_lesson(module=quiz.module)
    course, module = quiz.course.key, quiz.module.key
    for kind, key in (
        ("course", course),
        ("module", module),
        ("lesson", lesson.key),
        ("quiz", quiz.key),
    ):
        parts = {} if kind == "course" else {kind: key}
        url = addresses.of_target(addresses.Named(course=course, **parts))
        custom = {"cx_course": course} | {f"cx_{name}": one for name, one in parts.items()}
        for claims in ({words.TARGET_LINK_URI: url}, {words.CUSTOM: custom}):
            http = Client()
            assert follow(http, school.launch(http, **claims)).status_code == 200
            newest = Launch.objects.first()
            assert (newest.target, newest.target_key) == (kind, key)


def test_parameters_that_a_platform_did_not_fill_in_count_for_nothing(school, quiz):
    url = addresses.of_target(addresses.Named(course=quiz.course.key))
    claims = {words.TARGET_LINK_URI: url, words.CUSTOM: {"cx_course": "$Course.key"}}
    assert school.launch(**claims).status_code == 302


def test_a_subject_has_up_to_255_characters(school, quiz):
    assert school.launch(course=quiz.course, sub="s" * 255).status_code == 302
    assert ExternalIdentity.objects.get().subject == "s" * 255


def test_audience_may_be_a_list_with_the_authorised_party(school, quiz):
    claims = {"aud": ["other", "tool-1"], "azp": "tool-1"}
    assert school.launch(course=quiz.course, **claims).status_code == 302
    assert school.launch(course=quiz.course, aud=["tool-1"]).status_code == 302


@pytest.mark.parametrize("seconds", [-119, -60, -30, -3, -1, 1, 3, 30, 59])
def test_clock_that_differs_by_a_minute(school, quiz, seconds):
    moment = int(timezone.now().timestamp()) + seconds
    claims = {"iat": moment, "exp": moment + 60}
    assert school.launch(course=quiz.course, **claims).status_code == 302


def test_a_link_outside_of_every_context_has_a_class_of_its_own(school, quiz):
    for link, sub in (("a", "1"), ("b", "2"), ("a", "3")):
        claims = {words.CONTEXT: GONE, words.RESOURCE_LINK: {"id": link}, "sub": sub}
        assert school.launch(course=quiz.course, **claims).status_code == 302
    assert LtiClass.objects.count() == 2


def test_language_of_the_platform(school, quiz):
    http = Client()
    shown = {words.PRESENTATION: {"locale": "de_DE"}}
    page = follow(http, school.launch(http, quiz.course, **shown))
    assert page.headers["Content-Language"] == "de"


def test_privacy_levels_keep_what_they_name(quiz):
    kept = {
        "id": ("", "", ""),
        "name": ("Ada", "Lovelace", ""),
        "mail": ("Ada", "Lovelace", "ada@school.example"),
    }
    for level, expected in kept.items():
        school = School(issuer=f"https://{level}.example", privacy=level)
        assert school.launch(course=quiz.course).status_code == 302
        user = ExternalIdentity.objects.get(client=school.row.platform.client).user
        assert (user.first_name, user.last_name, user.email) == expected
        school.row.privacy = "id"
        school.row.save()
        school.launch(course=quiz.course)
        user.refresh_from_db()
        assert (user.first_name, user.last_name, user.email) == ("", "", "")


def test_two_tabs_do_not_disturb_each_other(school, quiz):
    http = Client()
    asked = [school.begin(http) for _number in range(2)]
    for one in reversed(asked):
        claims = school.claims(one["nonce"], **{words.CUSTOM: {"cx_course": quiz.course.key}})
        answer = post(http, {"state": one["state"], "id_token": school.sign(claims)})
        assert answer.status_code == 302
    assert Launch.objects.count() == 2
    assert LtiNonce.objects.count() == 2


def test_cost_of_a_launch_with_a_known_key(school, quiz):
    school.launch(course=quiz.course)
    http = Client()
    asked = school.begin(http)
    claims = school.claims(asked["nonce"], **{words.CUSTOM: {"cx_course": quiz.course.key}})
    form = {"state": asked["state"], "id_token": school.sign(claims)}
    with CaptureQueriesContext(connection) as queries:
        assert post(http, form).status_code == 302
    own = [one for one in queries if "SAVEPOINT" not in one["sql"]]
    assert len(own) <= 12, "\n".join(one["sql"][:150] for one in own)


def test_course_that_is_retired_opens_no_more(school, quiz):
    school.launch(course=quiz.course)
    Course.objects.update(state="archived")
    assert school.launch(course=quiz.course).status_code == 403
    assert LtiLaunchRecord.objects.first().reason == "target_unknown"


def test_log_of_launches_names_what_is_not_there_in_words(school, quiz):
    named = addresses.Named(course=quiz.course.key, quiz="gone")
    school.launch(**{words.TARGET_LINK_URI: addresses.of_target(named)})
    assert LtiLaunchRecord.objects.first().detail == f"course {quiz.course.key}, quiz gone"
