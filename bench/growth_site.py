"""What a site has before its crowd comes: quizzes, a platform, and the people who are measured."""

from datetime import timedelta
from typing import Any

from bench.crowd import QUIZZES, Crowd, Stage

COURSE = "customer-experience"
LEARNER, TEACHER, ADMIN = "grown-learner", "grown-instructor", "grown-admin"
SCOPES = ("catalogue:read", "learners:write", "learning:write", "gradebook:read", "events:read")
ATTEMPTS = 20
"""Attempts of the learner who is measured, and of each in the crowd."""


def build() -> str:
    """Make all that is measured, and return the key of the platform."""
    from django.utils import timezone

    from bench.platform import seed
    from courses.domain import clients
    from courses.models import ApiClient, Course

    seed(learners=1)
    now, client = timezone.now(), ApiClient.objects.get(name="Bench")
    course = Course.objects.get(key=COURSE)
    _quizzes(course)
    _people(course, now)
    _sit(course, now)
    return clients.create_key(client=client, scopes=SCOPES).text


def fill(learners: int, attempts: int) -> None:
    """Add so many learners with so many attempts in all, and show how far it is."""
    from django.db import connection

    from bench.school import bar

    for name, count, steps in Crowd(stage=_stage(), learners=learners, attempts=attempts).steps():
        bar(name, steps, count)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def _quizzes(course: Any) -> None:
    from courses.models import LineItem, Quiz, QuizItem

    questions = _choices(course)
    quizzes = Quiz.objects.bulk_create(
        Quiz(
            course=course, module=course.modules.order_by("position")[0], key=f"grown-{n}",
            title=f"Grown {n}", kind="graded", position=900 + n,
        )
        for n in range(QUIZZES)
    )  # fmt: skip
    LineItem.objects.bulk_create(LineItem(course=course, quiz=quiz) for quiz in quizzes)
    QuizItem.objects.bulk_create(
        QuizItem(quiz=quiz, question=question, position=place)
        for quiz in quizzes
        for place, question in enumerate(questions, start=1)
    )


def _choices(course: Any) -> list[Any]:
    """Return two single choices that have an option of the same key."""
    from courses.models import Question

    rows = Question.objects.drawable().filter(course=course, ready_version__type="single_choice")
    return list(rows.select_related("ready_version").order_by("key")[:2])


def _people(course: Any, now: Any) -> None:
    from django.contrib.auth import get_user_model

    from courses.domain import enrolments, staff

    make = get_user_model().objects
    enrolments.enrol(course=course, user=make.create_user(LEARNER), now=now)
    row = enrolments.enrol(course=course, user=make.create_user(TEACHER), now=now)
    staff.make_instructor(enrolment=row, by=None, now=now)
    make.create_superuser(ADMIN)


def _sit(course: Any, now: Any) -> None:
    """Let the learner sit quizzes as on the pages, and leave one attempt open."""
    from bench.platform import QUIZ
    from courses.domain import access, attempts
    from courses.models import Enrolment

    row = Enrolment.objects.get(user__username=LEARNER)
    reader = access.reader(course_key=course.key, by=row.user)
    for number in range(ATTEMPTS):
        given = {"by": row.user, "now": now - timedelta(days=100 - number)}
        attempt = attempts.start(reader=reader, quiz_key=f"grown-{number % QUIZZES}", **given)
        attempts.submit(attempt=attempt, **given)
    attempts.start(reader=reader, quiz_key=QUIZ, by=row.user, now=now)


def _stage() -> Stage:
    from django.utils import timezone

    from courses.domain import sections
    from courses.models import ApiClient, Attempt, Course, Event, Lesson, LineItem, Quiz

    course, now = Course.objects.get(key=COURSE), timezone.now()
    quizzes = Quiz.objects.filter(course=course, key__startswith="grown-").order_by("key")
    columns = dict(LineItem.objects.filter(quiz__in=quizzes).values_list("quiz", "pk"))
    questions = _choices(course)
    keys = [{one["key"] for one in row.ready_version.data["options"]} for row in questions]
    return Stage(
        course=course.pk,
        section=sections.default_of(course=course, now=now).pk,
        client=ApiClient.objects.get(name="Bench").pk,
        quizzes=tuple(one.pk for one in quizzes),
        line_items=tuple(columns[one.pk] for one in quizzes),
        versions=tuple(one.ready_version_id for one in questions),
        response={"choice": min(keys[0] & keys[1])},
        lessons=tuple(
            Lesson.objects.filter(module__course=course).values_list("pk", flat=True)[:2]
        ),
        questions=tuple(one.pk for one in questions),
        policy=Attempt.objects.filter(quiz__in=quizzes).order_by("pk")[0].policy,
        data=Event.objects.filter(type="attempt.submitted").order_by("pk")[0].data,
        now=(now - timedelta(days=400)).strftime("%Y-%m-%d %H:%M:%S"),
    )
