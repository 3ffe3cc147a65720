"""What waits for a member of staff: responses to grade, quizzes that cannot be taken, drafts.

The number of queries does not depend on how many courses somebody has.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, OuterRef, QuerySet, Subquery

from courses.domain.authoring import starving
from courses.domain.marking import queue
from courses.domain.rights import Can, Rights, rights
from courses.models import AttemptItem, Course, Enrolment, Lesson, Question, QuestionVersion, Quiz
from courses.plans import planned_for_values


@dataclass(frozen=True)
class Ungraded:
    """Responses of a course that wait for a person's mark."""

    course: Course
    count: int
    oldest_at: datetime


@dataclass(frozen=True)
class Drafts:
    """What is written in a course and not published yet."""

    course: Course
    quizzes: int
    questions: int


@dataclass(frozen=True)
class CourseCounts:
    """A course with the number of its parts; learners are those whom the person may see."""

    course: Course
    lessons: int
    quizzes: int
    questions: int
    learners: int


@dataclass(frozen=True)
class Waiting:
    ungraded: list[Ungraded]
    lacking: list[starving.Lack]
    drafts: list[Drafts]

    @property
    def count(self) -> int:
        return len(self.ungraded) + len(self.lacking) + len(self.drafts)


def waiting(*, by: Any) -> Waiting:
    """Return what waits for the person in all their courses."""
    granted = rights(by=by)
    courses = granted.courses(Can.EDIT, Can.MARK).exclude(state=Course.State.ARCHIVED).in_bulk()
    edited = granted.whole_courses(Can.EDIT).exclude(state=Course.State.ARCHIVED)
    lacking = starving.short_quizzes(course_ids=list(edited.values_list("pk", flat=True)))
    return Waiting(
        ungraded=_ungraded(granted, courses),
        lacking=list(lacking.values()),
        drafts=_drafts(edited, courses),
    )


def summaries(*, by: Any) -> list[CourseCounts]:
    """Return the courses of which the person may read content or people, archived ones last."""
    granted = rights(by=by)
    courses = granted.courses(Can.READ, Can.PEOPLE)
    learners = granted.enrolments(Can.PEOPLE).learners().active()
    counts = {
        "lessons": _per(
            courses,
            Lesson.objects.filter(is_archived=False, module__is_archived=False),
            "module__course",
        ),
        "quizzes": _per(courses, Quiz.objects.standalone().filter(is_archived=False)),
        "questions": _per(courses, Question.objects.filter(is_retired=False)),
        "learners": _per(courses, learners),
    }
    ordered = sorted(courses, key=lambda one: (one.state == Course.State.ARCHIVED, one.title))
    return [
        CourseCounts(course, **{name: count.get(course.pk, 0) for name, count in counts.items()})
        for course in ordered
    ]


def _per(courses: Any, rows: QuerySet[Any], path: str = "course") -> Mapping[int, int]:
    found = rows.filter(**{f"{path}__in": courses}).order_by().values_list(path)
    return dict(found.annotate(Count("pk")))


def _ungraded(granted: Rights, courses: Mapping[int, Course]) -> list[Ungraded]:
    rows = queue.pending(
        rows=AttemptItem.objects.filter(
            granted.reaches(Can.MARK, "attempt__enrolment"),
            attempt__enrolment__role=Enrolment.Role.LEARNER,
        ).exclude(attempt__enrolment__state=Enrolment.TRIAL)
    )
    found = rows.order_by().values("attempt__enrolment__course")
    found = found.annotate(count=Count("pk"), oldest=Min("attempt__submitted_at"))
    found = found.order_by("oldest")
    with planned_for_values(found.db):
        return [
            Ungraded(courses[row["attempt__enrolment__course"]], row["count"], row["oldest"])
            for row in found
            if row["attempt__enrolment__course"] in courses
        ]


def _drafts(edited: Any, courses: Mapping[int, Course]) -> list[Drafts]:
    quizzes = _per(edited, Quiz.objects.standalone().filter(is_draft=True, is_archived=False))
    questions = _per(edited, with_draft(Question.objects.filter(is_retired=False)))
    return [
        Drafts(courses[pk], quizzes.get(pk, 0), questions.get(pk, 0))
        for pk in sorted({*quizzes, *questions}, key=lambda pk: courses[pk].title)
    ]


def with_draft(questions: QuerySet[Question]) -> QuerySet[Question]:
    """Return those of the questions whose latest version is a draft."""
    newest = QuestionVersion.objects.filter(question=OuterRef("pk")).order_by("-number")
    latest = questions.alias(latest_status=Subquery(newest.values("status")[:1]))
    return latest.filter(latest_status=QuestionVersion.Status.DRAFT)
