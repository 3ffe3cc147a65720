"""A question with what it asks, saved in one step as an editor's page holds it."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from courses import markup
from courses.coursefiles.schema import QuestionFile
from courses.domain.authoring.editions import Origin, recording
from courses.domain.authoring.edits.questions import change_question
from courses.domain.authoring.edits.rows import free_key, refuse_unseen
from courses.domain.authoring.edits.versions import (
    is_used,
    publish_draft,
    replace_draft,
    version_problems,
    write_version,
)
from courses.domain.authoring.rows import lock_course
from courses.errors import Invalid, Problem
from courses.models import Course, Question, QuestionVersion

Status = QuestionVersion.Status


def latest_version(*, question: Question) -> QuestionVersion | None:
    """Return the version that an author goes on from, draft or ready."""
    return question.versions.order_by("-number").first()


@transaction.atomic
def save_question(
    *,
    question: Question,
    record: QuestionFile,
    module: str,
    note: str = "",
    is_ready: bool,
    based_on: str,
    is_confirmed: bool = False,
    by: Any,
    origin: Origin | None,
) -> QuestionVersion:
    """Save what the question is about and what it asks; the latter as a draft or ready.

    A draft that nobody uses is replaced, everything else gets a next version, and the same content
    none. Raises Invalid with the problems of both, Overtaken when the question holds what
    `based_on` does not name, and Conflict when a quiz would lack questions and nobody has
    confirmed that.
    """
    lock_course(course=question.course)
    with recording(question, origin=origin):
        text = _("Somebody else has saved this question since you opened it.")
        refuse_unseen(row=question, based_on=based_on, message=text)
        found: list[Problem] = []
        try:
            question = change_question(
                question=question,
                record=record,
                module=module,
                is_confirmed=is_confirmed,
                origin=None,
            )
        except Invalid as error:
            found += error.problems
        found += version_problems(question=question, type=record.type, data=record.data)
        if found:
            raise Invalid(problems=found)
        return _write(question, record, note, is_ready=is_ready, by=by)


def _write(
    question: Question, record: QuestionFile, note: str, *, is_ready: bool, by: Any
) -> QuestionVersion:
    latest = latest_version(question=question)
    content: dict[str, Any] = {"type": record.type, "data": record.data}
    if latest is None or latest.status != Status.DRAFT or is_used(latest):
        return write_version(
            question=question, note=note, is_ready=is_ready, by=by, origin=None, **content
        )
    draft = replace_draft(version=latest, note=note or latest.note, origin=None, **content)
    return publish_draft(version=draft, origin=None) if is_ready else draft


def free_question_key(*, course: Course, text: str) -> str:
    """Return a key that no question of the course has, made from the first words of a text."""
    return free_key(rows=course.questions.all(), text=markup.plain(text), fallback="question")
