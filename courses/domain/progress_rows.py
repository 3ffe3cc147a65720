"""What is read of learners to say how far they are: few columns, by queries compiled once."""

from typing import Any

from django.db.models import BooleanField, CharField, ExpressionWrapper, F, Q, QuerySet, Value

from courses.domain.reveal import visibility
from courses.models import Attempt, Course, Enrolment, LessonProgress, Result, SectionQuiz
from courses.prepared import PreparedQuery, UserKey

VISIT_COLUMNS = ("enrolment", "lesson", "position", "visited_at", "completed_at", "has_notes")
_TAKEN_COLUMNS = (
    *("enrolment", -F("quiz"), "state", "started_at", "submitted_at"),
    ExpressionWrapper(Q(gave_up_at__isnull=False), BooleanField()),
)
DATES = "dates"
"""In place of the state of an attempt: when the class may take the quiz."""
_DATE_COLUMNS = (
    *("section__enrolments", -F("quiz"), Value(DATES, output_field=CharField())),
    *("opens_at", "closes_at"),
    Value(False, output_field=BooleanField()),  # noqa: FBT003 (an SQL constant)
)
_RESULT_COLUMNS = (
    *("enrolment", "line_item", "attempt", "percent", "has_passed", "pass_mark"),
    *("is_excused", "grading_progress", "line_item__quiz"),
)


def results(**whose: Any) -> QuerySet[Result]:
    """Return results with what progress and their visibility need, and no more."""
    rows = Result.objects.filter(**whose).select_related("line_item", "attempt")
    return rows.only(*_RESULT_COLUMNS, *visibility.ATTEMPT_COLUMNS)


def _visited(**whose: Any) -> QuerySet[LessonProgress]:
    return LessonProgress.objects.filter(**whose).values_list(*VISIT_COLUMNS)


def _done(**whose: Any) -> QuerySet[Any]:
    """Return visited lessons, attempts at quizzes that count and dates of the class, in one query.

    A quiz has the negative of its key, the state of the attempt or `DATES` in place of a position,
    and whether the other attempts were given up in place of whether there are notes.
    """
    lessons = LessonProgress.objects.filter(**whose).order_by().values_list(*VISIT_COLUMNS)
    rows = Attempt.objects.filter(quiz__lesson=None, quiz__is_review=False, **whose)
    taken = rows.filter(voided_at=None).order_by().values_list(*_TAKEN_COLUMNS)
    section = {
        f"section__enrolments{key.removeprefix('enrolment')}": one for key, one in whose.items()
    }
    dates = SectionQuiz.objects.filter(**section).order_by().values_list(*_DATE_COLUMNS)
    return lessons.union(taken, dates, all=True)


def _current_of(user_id: int) -> QuerySet[Enrolment]:
    rows = Enrolment.objects.current().filter(user=user_id).select_related("course", "section")
    return rows.exclude(course__state=Course.State.ARCHIVED)


VISITED = PreparedQuery(lambda enrolment: _visited(enrolment=enrolment), int)
DONE = PreparedQuery(lambda enrolment: _done(enrolment=enrolment), int)
DONE_BY = PreparedQuery(lambda user: _done(enrolment__user=user), UserKey)
RESULTS = PreparedQuery(lambda enrolment: results(enrolment=enrolment), int)
RESULTS_OF = PreparedQuery(lambda user: results(enrolment__user=user), UserKey)
CURRENT = PreparedQuery(_current_of, UserKey)
"""A person's enrolments, the one entered last first."""
