"""While an attempt runs, its course may be shut for that learner; the attempt's end opens it.

Lessons, practice, reviews, the daily review and the glossary ask here before they show anything.
It keeps nobody from books or other devices; it only closes what the course itself would tell.
"""

from typing import Any, cast

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from courses.domain.outline import outline
from courses.errors import NotAllowed
from courses.models import Attempt, Enrolment, Quiz
from courses.prepared import PreparedQuery, UserKey


class CourseShut(NotAllowed):
    """An attempt of the learner shuts the course. `details`: `running_attempt`, its id."""

    code = "course_shut"
    default = gettext_lazy(
        "While your attempt is running, the rest of the course is closed. It opens when you submit."
    )


def attempt_that_shuts(*, enrolment: Enrolment) -> Attempt | None:
    """Return the learner's open attempt that shuts the course, in any of their classes.

    No query in a course without a quiz that does. An attempt counts as open until it is handed in,
    or the relay or its own page has closed it after its time.
    """
    quizzes = outline(enrolment.course).shutting
    if not quizzes or not (enrolment.is_learner or enrolment.is_trial):
        return None
    rows = Attempt.objects.open().filter(quiz__in=quizzes, policy__shuts_course=True)
    if enrolment.is_trial:
        return rows.filter(enrolment=enrolment).first()
    learner = Enrolment.objects.active().learners().filter(user_id=enrolment.user_id)
    return rows.filter(enrolment__in=learner.filter(course_id=enrolment.course_id)).first()


def courses_shut(*, user_id: Any) -> set[int]:
    """Return the courses that an open attempt of the learner shuts. One query."""
    return {course for course, policy in _SHUT.columns(user_id) if policy.get("shuts_course")}


def refuse_while_shut(*, enrolment: Enrolment | None, quiz: Quiz | None = None) -> None:
    """Raise CourseShut while an attempt shuts the course; a preview is never shut.

    `quiz` is what is to be done: the attempt at it goes on.
    """
    running = None if enrolment is None else attempt_that_shuts(enrolment=enrolment)
    if running is not None and (quiz is None or running.quiz_id != quiz.pk):
        raise CourseShut(running_attempt=str(running.uuid))


def refuse_practice(*, attempt: Attempt) -> None:
    """Raise CourseShut where an attempt at a practice quiz would show or judge something."""
    if not attempt.quiz.is_graded:
        refuse_while_shut(enrolment=attempt.enrolment, quiz=attempt.quiz)


def _shut(user_id: Any) -> QuerySet[Attempt]:
    rows = Attempt.objects.open().filter(
        enrolment__user=user_id,
        enrolment__role=Enrolment.Role.LEARNER,
        enrolment__state=Enrolment.State.ACTIVE,
        quiz__shuts_course=True,
    )
    # PostgreSQL prepares no query that looks into JSON, so the policy is looked into afterwards.
    found: Any = rows.values_list("enrolment__course", "policy")
    return cast("QuerySet[Attempt]", found)


_SHUT = PreparedQuery(_shut, UserKey)
