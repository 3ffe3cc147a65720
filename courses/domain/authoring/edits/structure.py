"""Modules, lessons and quizzes added one at a time, as drafts; and the course published."""

from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from courses.coursefiles.schema import QuizFile
from courses.domain.authoring import publish_check
from courses.domain.authoring.editions import Origin, recording
from courses.domain.authoring.edits.quizzes import create_quiz
from courses.domain.authoring.edits.rows import free_key, stop_at
from courses.domain.authoring.rows import lock_course
from courses.errors import Problem
from courses.models import Course, Lesson, Module, Quiz

LONGEST_TITLE = 200


@transaction.atomic
def add_module(*, course: Course, title: str, origin: Origin | None) -> Module:
    """Add a module after the others, as a draft unless the course is one. Raises Invalid."""
    course = lock_course(course=course)
    is_draft = course.state != Course.State.DRAFT
    stop_at(_title_problems(title))
    rows = course.modules.all()
    key = free_key(rows=rows, text=title, fallback="module")
    values = {"key": key, "title": title, "position": _next(rows), "is_draft": is_draft}
    row = Module(course=course, **values)
    with recording(row, origin=origin):
        row.save()
    return row


@transaction.atomic
def add_lesson(*, module: Module, title: str, origin: Origin | None) -> Lesson:
    """Add a lesson without a text after the others, as a draft. Raises Invalid."""
    lock_course(course=module.course)
    stop_at(_title_problems(title))
    taken = Lesson.objects.filter(module__course=module.course)
    key = free_key(rows=taken, text=title, fallback="lesson")
    position = _next(module.lessons.all())
    row = Lesson(module=module, key=key, title=title, position=position, is_draft=True)
    with recording(row, origin=origin):
        row.save()
    return row


@transaction.atomic
def add_quiz(*, course: Course, module: Module | None, title: str, origin: Origin | None) -> Quiz:
    """Add a draft of a graded quiz, without questions, after the others. Raises Invalid."""
    course = lock_course(course=course)
    stop_at(_title_problems(title))
    key = free_key(rows=course.quizzes.all(), text=title, fallback="quiz")
    record = QuizFile(key=key, title=title, kind="graded", status="draft")
    place = module.key if module else ""
    return create_quiz(course=course, record=record, module=place, origin=origin)


@transaction.atomic
def publish_course(*, course: Course, origin: Origin | None) -> Course:
    """Publish a draft of a course. Idempotent.

    Raises Invalid when it shows nothing yet, and with every error of the check before publishing.
    """
    course = lock_course(course=course)
    if course.state == Course.State.DRAFT:
        has_lesson = Lesson.objects.offered().filter(course=course).exists()
        if not has_lesson and not course.quizzes.offered().standalone().exists():
            stop_at([Problem("", _("The course has no published lesson or quiz yet."))])
        stop_at(publish_check.errors(course=course))
        with recording(course, origin=origin):
            course.state = Course.State.PUBLISHED
            course.save(update_fields=["state", "updated_at"])
    return course


def free_course_key(*, text: str) -> str:
    """Return a key that no course has, made from a title."""
    return free_key(rows=Course.objects.all(), text=text, fallback="course")


def _next(rows: QuerySet[Any]) -> int:
    last = rows.aggregate(last=Max("position"))["last"]
    return 1 if last is None else int(last) + 1


def _title_problems(title: str) -> list[Problem]:
    if not title.strip():
        return [Problem("title", _("Enter a title."))]
    if len(title) > LONGEST_TITLE:
        return [Problem("title", _("A title has at most 200 characters."))]
    return []
