"""No page of a class has a name, an id or a number of another: two classes, two platforms."""

from dataclasses import dataclass
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.lti import vocabulary as words
from courses.lti.models import LtiLink
from courses.models import Grading, WebhookEndpoint
from tests.factories import take_quiz
from tests.lti.school import School
from tests.lti.test_class_in_frame import Frame
from tests.marking.world import make_world

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
CLASSES = {"Ada": ("one", "red"), "Bob": ("one", "blue"), "Carl": ("two", "red")}
"""Learner → platform and context."""


@dataclass
class SeenClass:
    """A class with a learner, their text, and a teacher's frame."""

    teacher: Frame
    learner: Frame
    item: Any

    @property
    def words(self) -> list[str]:
        """What names the class and its learner, and nobody else."""
        row, attempt = self.learner.enrolment, self.item.attempt
        return [
            self.learner.name, str(row.uuid), str(attempt.uuid), str(self.item.uuid),
            f"The text of {self.learner.name}", str(row.section.uuid),
        ]  # fmt: skip

    def pages(self, course):
        """The pages of the class, and those of its learner."""
        row = self.learner.enrolment
        yield from ((name, []) for name in ("class-results", "class-scores", "class-marking"))
        yield "class-learner", [row.uuid]
        yield "class-mark", [self.item.uuid]
        yield "review", [self.item.attempt.uuid]


@pytest.fixture
def classes():
    world = make_world(texts=0)
    course = world.quiz.course
    schools = {
        name: School(issuer=f"https://{name}.example", client_id=name) for name in ("one", "two")
    }
    for school in schools.values():
        WebhookEndpoint.objects.create(
            uuid=school.row.uuid, sender="lti", client=school.row.platform.client,
            url="https://school.example/token", created_at=timezone.now(),
        )  # fmt: skip
    found = {}
    for number, (name, (school, context)) in enumerate(CLASSES.items()):
        about = {"sub": f"s{number}", "given_name": name, words.CUSTOM: {"cx_course": course.key}}
        learner = Frame(schools[school], course, context, **about)
        learner.name = name
        text = {"text": f"The text of {name}"}
        attempt = take_quiz(learner.enrolment, world.quiz, text, now=timezone.now())
        about = {"sub": f"t{number}", "given_name": f"Teacher{number}"}
        teacher = Frame(schools[school], course, context, "Instructor", **about)
        found[name] = SeenClass(teacher, learner, attempt.items.get())
    line_item = "https://school.example/lineitem"
    LtiLink.objects.update(line_item=line_item, has_scores=True, scopes=[words.RESULT_SCOPE])
    return course, found


def address(frame, course, name, args):
    path = [*args] if name == "review" else [course.key, *args]
    return frame.base + reverse(f"cx_courses:{name}", args=path)[1:]


def test_pages_have_no_word_of_another_class(classes):
    course, found = classes
    for name, mine in found.items():
        foreign = [word for other in found if other != name for word in found[other].words]
        for page, args in mine.pages(course):
            answer = mine.teacher.http.get(address(mine.teacher, course, page, args))
            assert answer.status_code == 200, (name, page)
            assert [word for word in foreign if word in answer.text] == [], (name, page)
            if page in ("class-results", "class-scores"):
                assert name in answer.text
                assert "1 learner<" in answer.text


def test_ids_of_another_class_open_and_change_nothing(classes):
    course, found = classes
    for name, mine in found.items():
        for other in (found[one] for one in found if one != name):
            row, http = other.learner.enrolment, mine.teacher.http
            for page, args in other.pages(course):
                if args == []:
                    continue
                url = address(mine.teacher, course, page, args)
                assert http.get(url).status_code == 404, (name, page)
            again = address(mine.teacher, course, "class-send-again", [row.uuid])
            assert http.post(again).status_code == 404
            mark = address(mine.teacher, course, "class-mark", [other.item.uuid])
            sent = {"do": "next", "based_on": "1", "level.clear": "1", "level.own": "1"}
            assert http.post(mark, sent).status_code == 404
    assert not Grading.objects.filter(kind="person").exists()
