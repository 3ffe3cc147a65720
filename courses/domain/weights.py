"""What each column counts in the course total."""

from collections.abc import Mapping
from decimal import Decimal

from django.db import transaction

from courses.domain import gradebook
from courses.domain.authoring.rows import lock_course
from courses.models import Course, LineItem, Quiz


def graded_quizzes(*, course: Course) -> list[Quiz]:
    """Return the quizzes that have a column, or will have one, in the order of the course."""
    rows = Quiz.objects.filter(course=course, lesson=None, is_review=False)
    rows = rows.exclude(kind=Quiz.Kind.PRACTICE).select_related("line_item", "module")
    found = [quiz for quiz in rows if not quiz.is_archived or hasattr(quiz, "line_item")]
    return sorted(
        found, key=lambda quiz: (quiz.module.position if quiz.module else 0, quiz.position, quiz.pk)
    )


def add_missing_columns(*, course: Course) -> None:
    """Give each graded quiz that learners may take its column, also before anybody begins it.

    One query where none is missing.
    """
    quizzes = Quiz.objects.offered().filter(course=course, lesson=None, is_review=False)
    missing = quizzes.exclude(kind=Quiz.Kind.PRACTICE).filter(line_item=None)
    missing = missing.order_by("module__position", "position", "pk")
    new = [LineItem(course=course, quiz=quiz) for quiz in missing]
    LineItem.objects.bulk_create(new, ignore_conflicts=True)


@transaction.atomic
def set_weights(*, course: Course, weights: Mapping[int, Decimal]) -> int:
    """Store quiz → weight for quizzes of the course; return how many changed.

    A quiz that nobody has begun gets its column.
    """
    lock_course(course=course)
    changed = 0
    for quiz in graded_quizzes(course=course):
        weight = weights.get(quiz.pk)
        if weight is None or (not hasattr(quiz, "line_item") and weight == 1):
            continue
        column = gradebook.line_item(quiz)
        changed += (
            LineItem.objects.filter(pk=column.pk).exclude(weight=weight).update(weight=weight)
        )
    return changed
