"""An archived course opens nowhere, nor does one from which the learner was withdrawn."""

from contextlib import contextmanager

import pytest
from django.db import transaction
from django.urls import reverse

from courses.domain.outline import touch
from courses.models import Course, Enrolment, Lesson, Module, Quiz
from tests.api.platform import EVERYTHING, Platform
from tests.proofs.routes import routes
from tests.proofs.world import ACTORS, built

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

ROUTES = dict(routes())
PAGES = sorted(
    name
    for name, route in ROUTES.items()
    if name.startswith("cx_courses:")
    and not name.startswith(("cx_courses:api:", "cx_courses:embed"))
    and "course" in route.pattern.converters
)
CALLS = sorted(
    name
    for name, route in ROUTES.items()
    if name.startswith("cx_courses:api:")
    and "course" in route.pattern.converters
    and not str(route.pattern).startswith("authoring/")
)
"""Of learners and platforms; authors reach courses in any state."""
EVERY_STATE = {"cx_courses:enrol"}
"""Answers with a way to the course's page, which is closed in turn."""


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with built(django_db_blocker) as made:
        yield made


@contextmanager
def undone():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def address(world, name):
    ids = {"external_id": "a-1", **world.ids()}
    names = ROUTES[name].pattern.converters
    return reverse(name, kwargs={part: ids.get(part, 1) for part in names})


def asked(client, url):
    """The answers to GET and POST, none of which may change anything."""
    for method in ("get", "post"):
        with undone():
            yield method, getattr(client, method)(url)


def is_closed(answer, words):
    """Does the answer keep the course to itself?"""
    leads_away = answer.status_code in (302, 403, 404, 405)
    return leads_away and not any(word in answer.content.decode() for word in words)


@pytest.mark.parametrize("name", PAGES)
def test_no_page_of_an_archived_course_opens(world, name):
    with undone():
        url = address(world, name)
        Course.objects.filter(pk=world.course.pk).update(state=Course.State.ARCHIVED)
        for actor in ACTORS:
            for method, answer in asked(world.client(actor), url):
                assert is_closed(answer, [world.course.title]), (actor, method, answer.status_code)
                is_offered = answer.status_code == 302 and actor != "anonymous"
                assert not is_offered or name in EVERY_STATE, (actor, method)


def test_no_list_names_an_archived_course(world):
    with undone():
        Course.objects.filter(pk=world.course.pk).update(state=Course.State.ARCHIVED)
        for actor in ACTORS:
            for name in ("cx_courses:catalogue", "cx_courses:progress"):
                answer = world.client(actor).get(reverse(name))
                assert world.course.title not in answer.content.decode(), (actor, name)


def test_no_frame_shows_an_archived_course(world):
    course, lesson = world.course, world.ids()["lesson"]
    for path in (f"courses/{course.key}/", f"courses/{course.key}/lessons/{lesson}/"):
        url = reverse("cx_courses:embed-page", kwargs={"uuid": world.launch.uuid, "path": path})
        with undone():
            Course.objects.filter(pk=course.pk).update(state=Course.State.ARCHIVED)
            for method, answer in asked(world.frame(), url):
                assert is_closed(answer, [course.title]), (method, path, answer.status_code)


def test_no_call_reaches_an_archived_course(world, subtests):
    with undone():
        platform = Platform(*EVERYTHING, "admin", name="Another")
        platform.learner("a-1", course=world.course)
        Course.objects.filter(pk=world.course.pk).update(state=Course.State.ARCHIVED)
        for name in CALLS:
            path = address(world, name).partition("/api/v1")[2]
            with subtests.test(operation=name), undone():
                query = "?q=words" if name.endswith(":course-search") else ""
                assert platform.get(f"{path}{query}").status_code in (404, 405)


PUT_ASIDE = {
    "lesson": (Lesson, "is_archived", True, ["lesson"]),
    "module": (Module, "is_archived", True, ["lesson", "quiz"]),
    "quiz": (Quiz, "is_archived", True, ["quiz"]),
    "draft of a lesson": (Lesson, "is_draft", True, ["lesson"]),
    "draft of a module": (Module, "is_draft", True, ["lesson", "quiz"]),
    "draft of a quiz": (Quiz, "is_draft", True, ["quiz"]),
    "enrolment": (Enrolment, "state", Enrolment.State.WITHDRAWN, ["lesson", "quiz", "glossary"]),
}


@pytest.mark.parametrize("kind", PUT_ASIDE)
def test_archived_content_opens_for_nobody(world, kind):
    model, field, value, pages = PUT_ASIDE[kind]
    words = [Lesson.objects.get(module__course=world.course).title]
    people = [actor for actor in ACTORS if kind != "enrolment" or actor != "administrator"]
    for name in pages:
        url = address(world, f"cx_courses:{name}")
        with undone():
            model.objects.update(**{field: value})
            touch(course_id=world.course.pk)
            for actor in people:
                for method, answer in asked(world.client(actor), url):
                    assert is_closed(answer, words), (actor, method, answer.status_code)


def test_withdrawn_learner_reads_and_writes_no_attempt(world):
    urls = [
        reverse("cx_courses:attempt", args=[world.open_attempt.uuid]),
        reverse("cx_courses:attempt-submit", args=[world.open_attempt.uuid]),
        reverse("cx_courses:review", args=[world.closed_attempt.uuid]),
    ]
    for url in urls:
        with undone():
            Enrolment.objects.filter(role="learner").update(state=Enrolment.State.WITHDRAWN)
            for method, answer in asked(world.client("learner"), url):
                assert answer.status_code in (404, 405), (url, method)
