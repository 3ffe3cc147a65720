"""What a change left behind, as the job has counted it; and what can be corrected at all."""

from typing import Any

from django.db.models import F

from courses.models import Attempt, Course, Question, Quiz, StaleResults


def of_course(*, course: Course) -> list[StaleResults]:
    """Return the columns of a course with results on an older rule, as the job counted them."""
    return list(_stored().filter(line_item__course=course))


def of_courses(*, courses: Any) -> list[StaleResults]:
    """Return the same of many courses."""
    return list(_stored().filter(line_item__course__in=courses))


def of_question(*, question: Question) -> list[StaleResults]:
    """Return the columns in which results rest on an older version of the question."""
    rows = _stored().filter(line_item__course=question.course_id)
    return [one for one in rows if str(question.pk) in one.questions]


def is_held(*, question: Question) -> bool:
    """Return whether a finished attempt holds the question, in any version."""
    finished = Attempt.objects.finished().without_trials()
    return finished.filter(items__version__question=question).exists()


def of_quiz(*, quiz: Quiz) -> list[StaleResults]:
    """Return the quiz's column, where results rest on an older rule."""
    return list(_stored().filter(line_item__quiz=quiz))


def _stored() -> Any:
    rows = StaleResults.objects.filter(count__gt=0).select_related("line_item__quiz")
    return rows.select_related("line_item__quiz", "line_item__course").order_by(F("count").desc())
