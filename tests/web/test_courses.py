"""Catalogue and course home: who sees what, and where it leads."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from courses.domain import enrolments, lessons
from courses.models import CertificateRule, Course, Enrolment
from tests.domain.test_gains import make_tests, sit
from tests.factories import (
    NOW,
    RIGHT,
    WRONG,
    CourseFactory,
    ModuleFactory,
    UserFactory,
    make_learner,
    make_lesson,
    make_quiz,
    reader_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def course() -> Course:
    """Two lessons with two checks each, a quiz, and a module that has nothing yet."""
    module = ModuleFactory(position=1, course__key="cx", course__title="Customer Experience")
    make_lesson(module=module, key="first", title="Which pill?", position=1)
    make_lesson(module=module, key="second", title="Four definitions", position=2)
    make_quiz(module=module, key="final", title="Closing quiz")
    ModuleFactory(course=module.course, title="Metrics", position=99)
    return module.course


def page(client: Client, name: str, *args: str, status: int = 200) -> str:
    response = client.get(reverse(f"cx_courses:{name}", args=args))
    assert response.status_code == status
    return response.content.decode()


def test_catalogue_lists_published_courses_only(client: Client, course: Course) -> None:
    CourseFactory(title="Hidden draft", state=Course.State.DRAFT)
    CourseFactory(title="Old one", state=Course.State.ARCHIVED)
    html = page(client, "catalogue")
    assert "Customer Experience" in html
    assert "Hidden draft" not in html
    assert "Old one" not in html


@pytest.mark.parametrize(
    ("kind", "rule", "says"),
    [
        ("exam", {}, "Exam and certificate"),
        ("exam", {"is_active": False}, "Exam"),
        ("practice", {}, "Certificate"),
        ("practice", {"is_active": False}, None),
    ],
)
def test_catalogue_and_course_home_say_that_a_course_gives_a_certificate(
    client: Client, course: Course, kind: str, rule: dict[str, bool], says: str | None
) -> None:
    course.quizzes.filter(key="final").update(kind=kind)
    page(client, "catalogue")  # the outline is in memory when the rule is made
    CertificateRule.objects.create(course=course, **rule)
    found = re.search(r"At the end</dt><dd>([^<]*)", page(client, "catalogue"))
    assert (found and found[1]) == says
    assert ("Certificate at the end" in page(client, "course", "cx")) is (rule == {})


def test_catalogue_of_a_learner_leads_to_the_next_step(client: Client, course: Course) -> None:
    client.force_login(make_learner(course).user)
    html = page(client, "catalogue")
    assert "Your courses" in html
    assert "Begin: 1.1 Which pill?" in html
    assert reverse("cx_courses:lesson", args=["cx", "first"]) in html


def test_catalogue_queries_do_not_grow_with_courses(
    client: Client, course: Course, django_assert_num_queries
) -> None:
    learner = make_learner(course).user
    client.force_login(learner)
    page(client, "catalogue")
    # Session, person, enrolments, lessons and quizzes done, results, courses.
    with django_assert_num_queries(7):
        page(client, "catalogue")
    for _ in range(2):
        enrolments.enrol(course=CourseFactory(), user=learner, now=NOW)
    page(client, "catalogue")
    with django_assert_num_queries(7):
        page(client, "catalogue")


def test_course_home_shows_anonymous_visitors_the_map_and_sign_in(
    client: Client, course: Course
) -> None:
    html = page(client, "course", "cx")
    assert "Sign in to begin" in html
    assert "Four definitions" in html
    assert "In preparation" in html
    assert reverse("cx_courses:lesson", args=["cx", "first"]) not in html


def test_course_home_continues_with_what_is_next_where_it_was_read_last(
    client: Client, course: Course
) -> None:
    enrolment = make_learner(course)
    reader = reader_of(enrolment)
    lessons.visit(reader=reader, lesson_key="first", position="do", now=NOW)
    lessons.visit(reader=reader, lesson_key="second", now=NOW)
    client.force_login(enrolment.user)
    html = page(client, "course", "cx")
    assert "Continue: 1.1 Which pill?" in html
    assert reverse("cx_courses:lesson", args=["cx", "first"]) + "#do" in html


def test_course_home_counts_completed_lessons(client: Client, course: Course) -> None:
    enrolment = make_learner(course)
    reader = reader_of(enrolment)
    for check in lessons.open_lesson(reader=reader, lesson_key="first").checks:
        lessons.respond(
            reader=reader,
            lesson_key="first",
            question_key=check.question_key,
            raw={"choice": [RIGHT["choice"]]},
            based_on=0,
            by=enrolment.user,
            now=NOW,
        )
    client.force_login(enrolment.user)
    assert "1 of 2 lessons" in page(client, "course", "cx")


def test_course_home_has_a_fixed_number_of_queries(
    client: Client, course: Course, django_assert_num_queries
) -> None:
    client.force_login(make_learner(course).user)
    page(client, "course", "cx")
    # Session, person, preferences, enrolment, lessons and quizzes done, results,
    # notices.
    with django_assert_num_queries(7):
        page(client, "course", "cx")
    for _ in range(3):
        make_lesson(module=course.modules.first())
    page(client, "course", "cx")
    with django_assert_num_queries(7):
        page(client, "course", "cx")


def test_course_home_of_a_draft_is_not_found(client: Client) -> None:
    CourseFactory(key="secret", state=Course.State.DRAFT)
    assert "We could not find this page" in page(client, "course", "secret", status=404)


def test_enrol_puts_the_person_into_the_course(client: Client, course: Course) -> None:
    person = UserFactory()
    client.force_login(person)
    response = client.post(reverse("cx_courses:enrol", args=["cx"]), follow=True)
    assert response.redirect_chain == [(reverse("cx_courses:course", args=["cx"]), 302)]
    assert "You are enrolled." in response.content.decode()
    assert Enrolment.objects.active().filter(course=course, user=person).count() == 1


def test_enrol_sends_anonymous_visitors_to_sign_in_and_back(client: Client, course: Course) -> None:
    response = client.post(reverse("cx_courses:enrol", args=["cx"]))
    home = reverse("cx_courses:course", args=["cx"])
    assert response.url == f"{reverse('cx_courses:sign-in')}?next={home}"


def test_enrol_in_a_closed_course_is_refused(client: Client) -> None:
    closed = CourseFactory(key="closed", is_open=False)
    client.force_login(UserFactory())
    assert "not open for self-enrolment" in page(client, "course", "closed")
    response = client.post(reverse("cx_courses:enrol", args=["closed"]))
    assert response.status_code == 403
    assert not closed.enrolments.exists()


def test_enrol_needs_a_post(client: Client, course: Course) -> None:
    client.force_login(UserFactory())
    assert client.get(reverse("cx_courses:enrol", args=["cx"])).status_code == 405


def test_administrator_previews_without_an_enrolment(client: Client, course: Course) -> None:
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    html = page(client, "course", "cx")
    assert "as an administrator" in html
    assert reverse("cx_courses:lesson", args=["cx", "first"]) in html


def test_the_time_of_a_course_counts_its_tests_and_nothing_optional(client: Client) -> None:
    course = CourseFactory(key="long")
    module = ModuleFactory(course=course, key="m1")
    make_lesson(module=module, key="one", minutes=20)
    make_quiz(module=module, questions=4, kind="practice")
    make_quiz(module=module, questions=3, time_limit_s=1800)
    extra = ModuleFactory(course=course, key="m2", is_optional=True)
    make_lesson(module=extra, key="two", minutes=45)
    html = client.get(reverse("cx_courses:course", args=["long"])).content.decode()
    assert "56 min" in html


def test_outline_says_what_is_next_locked_and_taken(client: Client) -> None:
    pretest, _post_test = make_tests()
    course = pretest.course
    exam = make_quiz(questions=1, module=ModuleFactory(course=course, title="Last", position=9999))
    exam.requires_modules.add(make_quiz(module=pretest.module, key="quiz", title="The quiz").module)
    ada = make_learner(course)
    client.force_login(ada.user)
    before = page(client, "course", course.key)
    assert before.count('aria-current="step"') == 1
    assert f"Begin: {pretest.title}" in before
    assert "It opens when the lessons of this module are done;" in before
    assert "It opens when these are passed:" in before
    quiz = reverse("cx_courses:quiz", args=[course.key, "quiz"])
    assert before.count(f'href="{quiz}"') == 2
    assert before.count("marker-locked") == 2

    sit(ada, pretest, WRONG, RIGHT)
    after = page(client, "course", course.key)
    assert "Taken" in after
    assert "Up next in module 1" in after


def test_only_the_module_one_is_in_is_open_and_optional_ones_stand_apart(client: Client) -> None:
    first = make_lesson(checks=0, completion="confirm", module=ModuleFactory(position=1)).module
    course = first.course
    for place, is_optional in ((2, False), (3, True)):
        module = ModuleFactory(course=course, position=place, is_optional=is_optional)
        make_lesson(checks=0, completion="confirm", module=module)
    ada = make_learner(course)
    client.force_login(ada.user)

    def opened() -> list[bool]:
        html = page(client, "course", course.key)
        assert html.index("If you want more") < html.index(f'id="module-{module.key}"')
        return ["open" in one for one in re.findall(r'<details class="module-fold"([^>]*)>', html)]

    assert opened() == [True, False, False]
    assert "Still missing:" not in page(client, "course", course.key)
    lessons.confirm(reader=reader_of(ada), lesson_key=first.lessons.get().key, by=ada.user, now=NOW)
    assert opened() == [False, True, False]
    assert "Still missing:" in page(client, "course", course.key)
