"""Questions get new versions; what a learner has met is never rewritten."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from courses.domain.authoring.entries import hash_of
from courses.domain.authoring.rows import lock_course
from courses.domain.authoring.wording import plain_text
from courses.errors import CoursesError, Invalid, Problem
from courses.models import Course, Question, QuestionVersion
from courses.questions import registry
from courses.questions.base import Json


def check_data(*, type: str, data: Any) -> list[Problem]:  # noqa: A002 (the column's name)
    """Return what is wrong with a question's data, each with its path; empty when nothing is."""
    try:
        question_type = registry.get(type)
        return list(question_type.check(question_type.load(data)))
    except Invalid as error:
        return list(error.problems) or [Problem("", str(error))]
    except CoursesError as error:
        return [Problem("", str(error))]


@dataclass(frozen=True)
class Content:
    """A type and data that its own check found sound, in the shortest form, with their hash."""

    type: str
    data: Json
    hash: str


def checked(*, type: str, data: Any) -> Content:  # noqa: A002 (the column's name)
    """Return the checked content. Raises Invalid with the paths of what is wrong."""
    problems = check_data(type=type, data=data)
    if problems:
        raise Invalid(problems=problems)
    question_type = registry.get(type)
    canonical = question_type.dump(question_type.load(data))
    return Content(type, canonical, hash_of({"type": type, "data": canonical}))


def add_version(
    *, question: Question, content: Content, status: str, note: str, by: Any
) -> QuestionVersion:
    """Add the next version to a question that the caller has locked."""
    latest = question.versions.order_by("-number").first()
    return QuestionVersion.objects.create(
        question=question,
        number=latest.number + 1 if latest else 1,
        type=content.type,
        data=content.data,
        status=status,
        content_hash=content.hash,
        text=plain_text(content.data),
        note=note,
        created_by=by,
    )


@transaction.atomic
def publish_version(
    *,
    question: Question,
    type: str,  # noqa: A002 (the column's name)
    data: Json,
    note: str = "",
    by: Any,
) -> QuestionVersion:
    """Add a version that is ready for learners from their next attempt on.

    The version that is ready is returned when its content is the same. Raises Invalid with
    the paths of what is wrong.
    """
    content = checked(type=type, data=data)
    locked = lock_question(question=question)
    latest, ready = locked.versions.order_by("-number").first(), locked.ready_version
    if latest is not None and latest == ready and latest.content_hash == content.hash:
        return latest
    status = QuestionVersion.Status.READY
    version = add_version(question=locked, content=content, status=status, note=note, by=by)
    locked.ready_version = version
    locked.save(update_fields=["ready_version"])
    return version


def lock_question(*, question: Question) -> Question:
    """Return the current question, locked until the transaction ends.

    Its course first, as everything does that writes more than one row of a course: no deadlock.
    """
    lock_course(course=Course(pk=question.course_id))
    return Question.objects.select_for_update(no_key=True).get(pk=question.pk)
