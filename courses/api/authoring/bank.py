"""How questions of the bank and their versions are found and told."""

from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from courses.api.authoring import serializers
from courses.models import Course, Question, QuestionVersion


def questions(course: Course) -> QuerySet[Question]:
    """The bank of a course, each question with its newest draft's number and its type.

    Two queries with its tags, whatever the number of questions.
    """
    versions = QuestionVersion.objects.filter(question=OuterRef("pk")).order_by("-number")
    drafts = versions.filter(status=QuestionVersion.Status.DRAFT)
    return (
        Question.objects.filter(course=course)
        .select_related("course", "module", "objective", "stimulus", "ready_version")
        .defer("ready_version__data", "course__description")
        .prefetch_related("tags")
        .annotate(
            newest_draft=Subquery(drafts.values("number")[:1]),
            kind=Coalesce(F("ready_version__type"), Subquery(versions.values("type")[:1])),
        )
    )


def in_status(rows: QuerySet[Question], status: str) -> QuerySet[Question]:
    """Those in one of `serializers.QUESTION_STATUS`."""
    wanted = {
        "retired": Q(is_retired=True),
        "ready": Q(is_retired=False, ready_version__isnull=False),
        "draft": Q(is_retired=False, ready_version=None),
    }
    return rows.filter(wanted[status])


def row_of(question: Question) -> dict[str, Any]:
    """What lists say of a question that `questions` found."""
    return {
        "key": question.key,
        "module": _key(question.module),
        "objective": _key(question.objective),
        "bloom": question.bloom or None,
        "difficulty": question.difficulty,
        "tags": sorted(tag.key for tag in question.tags.all()),
        "source": question.source,
        "reviewed_on": question.reviewed_on,
        "stimulus": _key(question.stimulus),
        "enemies": question.enemies,
        "status": _status(question),
        "type": question.kind,
        "ready_number": question.ready_version.number if question.ready_version else None,
        "draft_number": draft_number(question),
        "updated_at": question.updated_at,
    }


def told(question: Question) -> Any:
    """The whole question: what it is about, what learners get, and what is being written."""
    number = draft_number(question)
    draft = question.versions.filter(number=number).first() if number else None
    values = {**row_of(question), "ready": question.ready_version, "draft": draft}
    return serializers.AuthoredQuestion(values).data


def draft_number(question: Question) -> int | None:
    """The newest draft, unless a later version is ready."""
    ready = question.ready_version.number if question.ready_version else 0
    draft = question.newest_draft
    return draft if draft and draft > ready else None


def _status(question: Question) -> str:
    if question.is_retired:
        return "retired"
    return "draft" if question.ready_version_id is None else "ready"


def _key(row: Any) -> str | None:
    return row.key if row is not None else None
