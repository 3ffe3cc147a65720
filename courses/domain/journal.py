"""A learner's own texts in the lessons of a course, together: their journal."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Subquery

from courses.domain import response_words
from courses.domain.outline import LessonOutline, Outline
from courses.models import AttemptItem, Enrolment, Response

_ESSAY = "essay"


@dataclass(frozen=True)
class JournalEntry:
    lesson: LessonOutline
    question_key: str
    stem: str
    """Markdown."""
    text: str
    """As it was typed."""
    written_at: datetime


def entries(*, enrolment: Enrolment, plan: Outline) -> list[JournalEntry]:
    """Return the last text for each question that lessons still ask, in their order. One query.

    What one wrote in a lesson oneself is always shown; quizzes and exams are not read here.
    """
    given = Response.objects.filter(item=OuterRef("pk")).order_by("-revision")
    rows = AttemptItem.objects.filter(
        attempt__enrolment=enrolment,
        attempt__quiz__lesson__isnull=False,
        version__type=_ESSAY,
        revision__gt=0,
    ).annotate(written_at=Subquery(given.values("received_at")[:1]))
    rows = rows.select_related("version__question").order_by("attempt_id")
    last = {row.version.question_id: row for row in rows if row.value is not None}
    return [
        _entry(lesson, last[place.question_id])
        for module in plan.modules
        for lesson in module.lessons
        for place in lesson.places
        if place.question_id in last
    ]


def _entry(lesson: LessonOutline, item: AttemptItem) -> JournalEntry:
    return JournalEntry(
        lesson=lesson,
        question_key=item.version.question.key,
        stem=response_words.stem(item=item),
        text="\n".join(response_words.in_words(item=item, value=item.value)),
        written_at=item.written_at,  # type: ignore[attr-defined]
    )
