"""Each task page makes as many queries for fifty rows as for ten."""

import pytest
from django.urls import NoReverseMatch, reverse

from courses.admin.studio.pages import PAGES
from courses.models import Course, Enrolment, Lesson, Module, Question, Quiz, Section
from tests.admin.conftest import finish, signed_in, teacher_of
from tests.factories import (
    ModuleFactory,
    ObjectiveFactory,
    QuizFactory,
    add_item,
    make_learner,
    make_lesson,
    make_question,
    make_quiz,
)
from tests.lengths import length
from tests.proofs.test_query_budgets import queries

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.two_lengths]


DOWNLOADS = ("zip",)
"""Files, not pages."""
CHECK = "admin:cx_courses_course_check"


def grow(module, quiz, by: int) -> None:
    """Add so many of everything: questions in the quiz and the bank, lessons, quizzes, learners."""
    for _one in range(by):
        place = quiz.items.count() + 1
        add_item(quiz, make_question(module, tags=["t"]), position=place)
        make_question(module, data=None, enemies=[quiz.items.first().question.key])
        ObjectiveFactory(module=module)
        make_lesson(module=module, checks=1)
        QuizFactory(module=module)
        ModuleFactory(course=module.course)
        finish(make_learner(module.course), quiz)


def addresses(course, quiz):
    rows = {
        Course: course, Module: quiz.module, Quiz: quiz, Question: quiz.items.first().question,
        Lesson: Lesson.objects.filter(course=course).order_by("pk").first(),
        Section: Section.objects.get(course=course),
        Enrolment: Enrolment.objects.learners().filter(course=course).order_by("pk").first(),
    }  # fmt: skip
    for page in PAGES:
        if page.model not in rows or page.name in DOWNLOADS:
            continue
        name = f"admin:cx_courses_{page.model._meta.model_name}_{page.name}"
        try:
            yield name, reverse(name, args=[rows[page.model].pk] if "<" in page.route else [])
        except NoReverseMatch:  # It names more than a row.
            continue


def test_queries_are_the_same_for_ten_and_for_fifty_rows():
    module = ModuleFactory()
    quiz = make_quiz(module=module, questions=2)
    client = signed_in(teacher_of(module.course))
    counts: dict[str, dict[int, int]] = {}
    texts = {}
    sizes = (length(short=8, long=10), length(short=12, long=50))
    for size in sizes:
        grow(module, quiz, size - quiz.items.count())
        for name, url in addresses(module.course, quiz):
            if client.get(url).status_code != 200:
                continue  # A page that only leads on.
            counts.setdefault(name, {})[size], texts[name, size] = queries(lambda: client.get(url))  # noqa: B023
    assert len(counts) > 8
    # Of a large course the check reads what is stored: that page makes fewer.
    grown = {
        name: found
        for name, found in counts.items()
        if len(set(found.values())) > 1 and (name != CHECK or found[sizes[0]] < found[sizes[1]])
    }
    assert grown == {}, "\n".join(texts[name, sizes[1]] for name in grown)
