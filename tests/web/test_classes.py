"""A person in two classes of a course works in one of them at a time."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from courses.domain import access, attempts, sections
from courses.models import Attempt, Enrolment, LessonProgress
from tests.embed.frame import opened
from tests.factories import (
    NOW,
    join,
    make_learner,
    make_lesson,
    make_quiz,
    reader_of,
)

pytestmark = pytest.mark.django_db

SWITCH = "Your classes in this course"


@pytest.fixture
def quiz():
    return make_quiz(questions=1)


@pytest.fixture
def evening(quiz):
    return sections.create(course=quiz.course, key="evening", title="Evening", now=NOW)


@pytest.fixture
def morning(quiz):
    """Ada's first class, the default one."""
    return make_learner(quiz.course)


@pytest.fixture
def client(morning):
    browser = Client()
    browser.force_login(morning.user)
    return browser


def page(client, name, *args):
    return client.get(reverse(f"cx_courses:{name}", args=args))


def choose(client, enrolment):
    address = reverse("cx_courses:class", args=[enrolment.course.key])
    return client.post(address, {"enrolment": str(enrolment.uuid)}, follow=True)


def start(client, quiz):
    client.post(reverse("cx_courses:quiz-start", args=[quiz.course.key, quiz.key]))


def test_one_class_needs_no_switch(client, quiz):
    assert SWITCH not in page(client, "course", quiz.course.key).text


def test_switch_chooses_where_everything_is_recorded(client, quiz, morning, evening):
    lesson = make_lesson(module=quiz.module)
    later = join(evening, morning.user)
    assert SWITCH in page(client, "course", quiz.course.key).text
    start(client, quiz)
    assert Attempt.objects.get().enrolment == later

    shown = choose(client, morning)
    start(client, quiz)
    client.post(reverse("cx_courses:lesson-visit", args=[quiz.course.key, lesson.key]))

    assert "<strong>Default class" in shown.text
    assert Attempt.objects.latest("pk").enrolment == morning
    assert LessonProgress.objects.get().enrolment == morning
    for name in ("catalogue", "progress"):
        rows = page(client, name).context["mine" if name == "catalogue" else "courses"]
        assert len(rows) == 1


def test_class_that_was_left_is_chosen_no_longer(client, quiz, morning, evening):
    later = join(evening, morning.user)
    choose(client, morning)
    Enrolment.objects.filter(pk=morning.pk).update(state="withdrawn")

    start(client, quiz)

    assert Attempt.objects.get().enrolment == later
    assert SWITCH not in page(client, "course", quiz.course.key).text


def test_class_of_somebody_else_cannot_be_chosen(client, quiz, morning, evening):
    other = join(evening, make_learner(quiz.course).user)

    choose(client, other)
    start(client, quiz)

    assert Attempt.objects.get().enrolment == morning


def test_reader_of_a_named_class_is_in_its_latest_cycle_or_nowhere(quiz, morning, evening):
    later = join(evening, morning.user)
    key, by = quiz.course.key, morning.user

    assert access.reader(course_key=key, by=by).enrolment == later
    assert access.reader(course_key=key, by=by, enrolment=morning.uuid).enrolment == morning
    Enrolment.objects.filter(pk=morning.pk).update(state="withdrawn")
    with pytest.raises(access.NotEnrolled):
        access.reader(course_key=key, by=by, enrolment=morning.uuid)


def test_frame_shows_nothing_of_another_class(quiz, evening):
    frame = opened(quiz.course, quiz=quiz.key)
    own = frame.platform.enrolment()
    other = join(evening, own.user)
    Enrolment.objects.filter(pk=other.pk).update(enrolled_at=NOW + dt.timedelta(days=999))
    other.refresh_from_db()
    theirs = attempts.start(reader=reader_of(other), quiz_key=quiz.key, by=own.user, now=NOW)
    assert theirs.enrolment == other

    def inner(name, *args):
        return reverse(f"cx_courses:{name}", args=args).lstrip("/")

    assert frame.get(inner("attempt", theirs.uuid)).status_code == 404
    frame.post(inner("quiz-start", quiz.course.key, quiz.key))
    mine = Attempt.objects.exclude(pk=theirs.pk).get()
    assert mine.enrolment == own
    assert frame.get(inner("attempt", mine.uuid)).status_code == 200
    assert SWITCH not in frame.get(inner("course", quiz.course.key)).text
