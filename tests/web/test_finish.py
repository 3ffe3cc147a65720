"""The pages at the end of a module and of a course: only for those who are there."""

import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse

from courses.models import Attempt, Course, Quiz
from tests.domain.test_gains import make_tests, read_all, sit
from tests.factories import (
    NOW,
    RIGHT,
    WRONG,
    ModuleFactory,
    make_learner,
    make_lesson,
    take_quiz,
)

pytestmark = pytest.mark.django_db


class Finisher:
    """A learner of a course with one module that has both tests, and what they see."""

    def __init__(self):
        self.pretest, self.post_test = make_tests()
        self.module, self.course = self.pretest.module, self.pretest.course
        self.enrolment = make_learner(self.course)
        self.client = Client()
        self.client.force_login(self.enrolment.user)

    def url(self, name):
        more = [self.module.key] if name == "module-complete" else []
        return reverse(f"cx_courses:{name}", args=[self.course.key, *more])

    def get(self, name):
        return self.client.get(self.url(name))

    def finish(self):
        sit(self.enrolment, self.pretest, WRONG, RIGHT)
        read_all(self.enrolment)
        sit(self.enrolment, self.post_test, RIGHT, RIGHT)
        return take_quiz(self.enrolment, Quiz.objects.get(title="Graded"), RIGHT, RIGHT)


def words(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def main_buttons(html):
    return re.findall(r'class="button button-primary" href="([^"]+)"', html)


@pytest.mark.parametrize("name", ["module-complete", "course-complete"])
def test_page_of_what_is_not_finished_leads_to_the_course(name):
    ada = Finisher()
    sit(ada.enrolment, ada.pretest, WRONG, RIGHT)
    assert ada.get(name).headers["Location"] == ada.url("course")


def test_both_say_what_was_done_and_what_changed():
    ada = Finisher()
    ada.finish()
    for name in ("module-complete", "course-complete"):
        response = ada.get(name)
        assert response.status_code == 200
        text = words(response.text)
        assert "100% Graded" in text.replace("Graded 100%", "100% Graded")
        assert "1 of 2" in text
        assert "2 of 2" in text
        assert len(main_buttons(response.text)) == 1
    assert "Before reading you had 1 of 2 questions right, after reading 2 of 2." in text


def test_both_say_how_long_it_took_beside_what_was_planned():
    ada = Finisher()
    ada.finish()
    for name in ("module-complete", "course-complete"):
        assert "Planned time" in words(ada.get(name).text)
        assert "Your own time" not in ada.get(name).text
    Attempt.objects.filter(quiz=ada.post_test).update(submitted_at=NOW + dt.timedelta(minutes=17))
    for name in ("module-complete", "course-complete"):
        assert "Your own time estimated about 15 min" in words(ada.get(name).text)


def test_gains_that_are_hidden_are_not_on_the_page():
    ada = Finisher()
    Quiz.objects.filter(pk=ada.post_test.pk).update(review={"just_after": [], "later": []})
    ada.finish()
    for name in ("module-complete", "course-complete"):
        text = ada.get(name).text
        assert "What has changed" not in text
        assert "2 of 2" not in words(text)


def test_end_of_a_course_is_reached_by_main_buttons_from_its_last_review():
    ada = Finisher()
    sitting = ada.finish()
    review = ada.client.get(reverse("cx_courses:review", args=[sitting.uuid])).text
    assert main_buttons(review) == [ada.url("course-complete")]
    assert main_buttons(ada.get("course").text) == [ada.url("course-complete")]
    assert f'href="{ada.url("module-complete")}"' in review
    last = main_buttons(ada.get("course-complete").text)
    assert last == [ada.url("daily-review")]


def test_module_leads_to_the_next_one_and_the_course_offers_what_is_optional():
    ada = Finisher()
    ada.finish()
    more = ModuleFactory(course=ada.course, position=9999, is_optional=True, title="Aside")
    lesson = make_lesson(module=more, checks=0, completion="confirm")
    assert main_buttons(ada.get("module-complete").text) == [ada.url("course-complete")]
    address = reverse("cx_courses:lesson", args=[ada.course.key, lesson.key])
    assert f'href="{address}"' in ada.get("course-complete").text
    more.is_optional = False
    more.save()
    assert main_buttons(ada.get("module-complete").text) == [address]
    assert ada.get("course-complete").status_code == 302


def test_module_that_is_not_there_is_not_found():
    ada = Finisher()
    ada.module.key = "nowhere"
    assert ada.get("module-complete").status_code == 404


def test_pages_cost_the_same_for_one_module_and_for_three(django_assert_max_num_queries):
    ada = Finisher()
    for _ in range(2):
        make_lesson(module=ModuleFactory(course=ada.course), checks=1)
    ada.course = Course.objects.get(pk=ada.course.pk)
    ada.finish()
    for name in ("module-complete", "course-complete"):
        ada.get(name)
        with django_assert_max_num_queries(10):
            assert ada.get(name).status_code == 200
