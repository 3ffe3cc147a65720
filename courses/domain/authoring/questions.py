"""Questions get new versions; what a learner has met is never rewritten."""

from typing import Any

from django.db import transaction

from courses.domain.authoring.entries import hash_of
from courses.errors import CoursesError, Invalid, Problem
from courses.models import Question, QuestionVersion
from courses.questions import registry
from courses.questions.base import Json


def check_data(*, type: str, data: Any) -> list[Problem]:  # noqa: A002 (the column's name)
    """What is wrong with a question's data, each with its path; empty when nothing is."""
    try:
        question_type = registry.get(type)
        return list(question_type.check(question_type.load(data)))
    except Invalid as error:
        return list(error.problems) or [Problem("", str(error))]
    except CoursesError as error:
        return [Problem("", str(error))]


@transaction.atomic
def publish_version(
    *,
    question: Question,
    type: str,  # noqa: A002 (the column's name)
    data: Json,
    note: str = "",
    by: Any,
) -> QuestionVersion:
    """A new version, ready for learners from their next attempt on.

    The version that is ready already is returned when it says exactly this. Raises Invalid with
    the paths of what is wrong.
    """
    problems = check_data(type=type, data=data)
    if problems:
        raise Invalid(problems=problems)
    question_type = registry.get(type)
    canonical = question_type.dump(question_type.load(data))
    content_hash = hash_of({"type": type, "data": canonical})
    locked = Question.objects.select_for_update(no_key=True).get(pk=question.pk)
    latest = locked.versions.order_by("-number").first()
    ready = locked.ready_version
    if latest is not None and latest == ready and latest.content_hash == content_hash:
        return latest
    version = QuestionVersion.objects.create(
        question=locked,
        number=latest.number + 1 if latest else 1,
        type=type,
        data=canonical,
        status=QuestionVersion.Status.READY,
        content_hash=content_hash,
        note=note,
        created_by=by,
    )
    locked.ready_version = version
    locked.save(update_fields=["ready_version"])
    return version
