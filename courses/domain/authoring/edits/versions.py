"""What questions ask: versions written as drafts, replaced while nothing uses them, published."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from courses.domain.authoring.editions import Origin, recording
from courses.domain.authoring.edits.rows import stop_at
from courses.domain.authoring.marks import data_mark_problems
from courses.domain.authoring.questions import (
    add_version,
    check_data,
    checked,
    lock_question,
    publish_version,
)
from courses.domain.authoring.wording import plain_text
from courses.errors import Conflict, NotFound, Problem
from courses.models import AttemptItem, Question, QuestionVersion, QuizItem
from courses.questions import registry
from courses.questions.base import Json

Status = QuestionVersion.Status


def data_problems(*, type: str, data: Any) -> list[Problem]:  # noqa: A002 (the column's name)
    """Return what is wrong with a version, with paths that begin at `type` or `data`."""
    try:
        registry.get(type)
    except NotFound:
        known = ", ".join(registry.all_types())
        text = _("There is no type “%(type)s”; known: %(known)s.")
        return [Problem("type", text % {"type": type, "known": known})]
    return [
        Problem(f"data.{problem.path}" if problem.path else "data", problem.message)
        for problem in check_data(type=type, data=data)
    ]


def version_problems(*, question: Question, type: str, data: Any) -> list[Problem]:  # noqa: A002
    """Return the problems of the data, and of names in its texts that the course does not have."""
    return [
        *data_problems(type=type, data=data),
        *data_mark_problems(course=question.course, module=question.module, data=data),
    ]


@transaction.atomic
def write_version(
    *,
    question: Question,
    type: str,  # noqa: A002 (the column's name)
    data: Json,
    note: str = "",
    is_ready: bool,
    by: Any,
    origin: Origin | None,
) -> QuestionVersion:
    """Add the next version, as a draft or ready at once.

    The latest one is returned when its content is the same. Raises Invalid with paths.
    """
    with recording(question, origin=origin):
        stop_at(version_problems(question=question, type=type, data=data))
        if is_ready:
            return publish_version(question=question, type=type, data=data, note=note, by=by)
        content = checked(type=type, data=data)
        locked = lock_question(question=question)
        latest = locked.versions.order_by("-number").first()
        if latest is not None and latest.content_hash == content.hash:
            return latest
        version = add_version(
            question=locked, content=content, status=Status.DRAFT, note=note, by=by
        )
        _touch(locked)
        return version


@transaction.atomic
def replace_draft(
    *,
    version: QuestionVersion,
    type: str,  # noqa: A002 (the column's name)
    data: Json,
    note: str = "",
    origin: Origin | None,
) -> QuestionVersion:
    """Replace the content of a draft, under its number. Raises Invalid with paths.

    Raises Conflict for a version that is ready or used: what a learner may have met stays.
    """
    with recording(version.question, origin=origin):
        stop_at(version_problems(question=version.question, type=type, data=data))
        content = checked(type=type, data=data)
        version = _locked(version)
        if version.status != Status.DRAFT or is_used(version):
            raise Conflict(
                _("Only a draft that is not in use can be replaced. Create a new version instead.")
            )
        stored = (version.type, version.content_hash, version.note)
        if stored != (content.type, content.hash, note):
            version.type, version.data, version.note = content.type, content.data, note
            version.content_hash, version.text = content.hash, plain_text(content.data)
            version.save()
            _touch(version.question)
        return version


@transaction.atomic
def publish_draft(*, version: QuestionVersion, origin: Origin | None) -> QuestionVersion:
    """Publish the draft: learners get it from their next attempt on. Idempotent.

    Raises Invalid when its type finds fault with it or a text names what is not there, Conflict
    when a later version is ready.
    """
    with recording(version.question, origin=origin):
        version = _locked(version)
        question = version.question
        if version.status == Status.READY:
            return version
        ready = question.ready_version
        if ready is not None and ready.number > version.number:
            text = _(
                "A later version of the question is ready. Create a new version instead of this "
                "one."
            )
            raise Conflict(text)
        stop_at(version_problems(question=question, type=version.type, data=version.data))
        version.status = Status.READY
        version.save(update_fields=["status"])
        question.ready_version = version
        question.save(update_fields=["ready_version"])
        return version


def is_used(version: QuestionVersion) -> bool:
    """Return whether an attempt has shown it, or a quiz pins it."""
    return (
        AttemptItem.objects.filter(version=version).exists()
        or QuizItem.objects.filter(version=version).exists()
    )


def _locked(version: QuestionVersion) -> QuestionVersion:
    question = lock_question(question=version.question)
    row = QuestionVersion.objects.get(pk=version.pk)
    row.question = question
    return row


def _touch(question: Question) -> None:
    """Set `updated_at` for readers of the bank. No learner sees a draft: the revision stays."""
    Question.objects.filter(pk=question.pk).touch()
