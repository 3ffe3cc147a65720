"""Drafts of modules, lessons and quizzes: no learner and no program meets them."""

import datetime as dt
from random import Random

import pytest
from django.test import Client
from django.urls import reverse

from courses.coursefiles import read_files
from courses.domain import relay
from courses.domain.authoring import course_to_records, edits, refresh_lessons, sync_course
from courses.domain.authoring.editions import Origin
from courses.errors import Conflict, Invalid
from courses.models import Course, Edition, Lesson, Module, Quiz, Term
from tests.api.platform import Platform
from tests.coursefiles.sample import edited
from tests.factories import NOW, CourseFactory, ModuleFactory, make_learner, make_lesson, make_quiz

pytestmark = pytest.mark.django_db

SCHEDULE = Edition.Channel.SCHEDULE


@pytest.fixture
def lesson():
    module = ModuleFactory(key="unit", title="Unit of secrets", course=CourseFactory(key="c"))
    lesson = make_lesson(module=module, key="sec", title="Secret lesson", checks=1)
    Term.objects.create(course=module.course, key="cx", term="CX", definition="Experience.")
    Lesson.objects.update(body="A secret [[term:cx]].\n\n" + f"[[check:{_check(lesson)}]]")
    refresh_lessons(course=module.course)
    make_quiz(module=module, key="quiz", title="Secret quiz")
    make_lesson(module=ModuleFactory(course=module.course), checks=0, title="Known lesson")
    return lesson


def _check(lesson):
    return lesson.checks.items.get().question.key


def answers(course, learner):
    """Everything that a learner, a program and a visitor can read of the course."""
    client, platform = Client(), Platform("catalogue:read")
    client.force_login(learner.user)
    pages = ["course", "glossary", "progress", "catalogue", "daily-review"]
    for name in pages:
        args = [] if name in ("progress", "catalogue") else [course.key]
        yield client.get(reverse(f"cx_courses:{name}", args=args))
    for name, key in (("lesson", "sec"), ("quiz", "quiz")):
        yield client.get(reverse(f"cx_courses:{name}", args=[course.key, key]))
    parts = ("", "/modules", "/lessons", "/lessons/sec", "/objectives", "/glossary", "/quizzes")
    for part in (*parts, "/quizzes/quiz"):
        yield platform.get(f"/courses/{course.key}{part}")
    address = f"http://testserver{reverse('cx_courses:course', args=[course.key])}"
    yield platform.get(f"/oembed?url={address}")
    yield Client().get(reverse("cx_courses:course", args=[course.key]))


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (Module, ["secret"]),
        (Lesson, ["Secret lesson", "A secret"]),
        (Quiz, ["Secret quiz"]),
    ],
)
def test_draft_is_read_nowhere(model, words, lesson):
    course = lesson.module.course
    learner = make_learner(course)
    drafts = model.objects.filter(key__in=("unit", "sec", "quiz"))
    seen = [one.text for one in answers(course, learner)]
    assert any(word in text for text in seen for word in words)

    for row in drafts:
        row.is_draft = True
        row.save()
    for answer in answers(course, learner):
        assert answer.status_code in (200, 404)
        assert not [word for word in words if word in answer.text], answer.request
    assert Course.objects.get().lessons.filter(title="Known lesson").exists()


def run_relay(now):
    return relay.run_once(clock=lambda: now, jitter=Random(1)).published


def test_relay_publishes_at_the_time_and_says_why_it_could_not(lesson):
    later = NOW + dt.timedelta(days=1)
    course, empty = lesson.module.course, make_lesson(module=lesson.module, checks=0, body="")
    rows = [lesson.module, lesson, Quiz.objects.get(key="quiz"), empty]
    for row in rows:
        row.is_draft = True
        row.save()
        edits.schedule_part(row=row, at=later, now=NOW)

    assert run_relay(NOW) == 0
    assert run_relay(later) == 3
    assert run_relay(later) == 0
    for row in rows:
        row.refresh_from_db()
    assert [row.is_draft for row in rows] == [False, False, False, True]
    assert empty.publish_refusal == "The lesson has no text yet."
    made = Edition.objects.filter(course=course, channel=SCHEDULE, action="changed")
    assert sorted(made.values_list("kind", flat=True)) == ["lesson", "module", "quiz"]

    with pytest.raises(Conflict):
        edits.schedule_part(row=lesson, at=later, now=NOW)
    with pytest.raises(Invalid):
        edits.schedule_part(row=empty, at=NOW, now=NOW)
    edits.schedule_part(row=empty, at=None, now=NOW)
    assert empty.publish_refusal == ""


def test_files_keep_what_is_a_draft():
    texts = edited("m1-first/module.yaml", "title:", "status: draft\ntitle:")
    course_file = read_files(texts).course
    sync_course(course_file=course_file, now=NOW)
    module = Module.objects.get(key="m1-first")
    assert module.is_draft
    course = Course.objects.get(key="sample")
    assert course_to_records(course=course).modules[0].status == "draft"
    assert not sync_course(course_file=course_file, now=NOW).has_changes

    edits.publish_part(row=module, origin=Origin("studio", None, NOW))
    assert course_to_records(course=course).modules[0].status == "ready"
    report = sync_course(course_file=course_file, now=NOW)
    assert not report.has_changes, "The file did not change: the row stays."
    assert not report.conflicts
