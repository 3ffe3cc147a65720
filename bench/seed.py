"""What the figures are measured on: the shipped course, a 20-item quiz, learners, old attempts.

Run inside the site: `manage.py shell` style, by `python -m bench.seed LEARNERS ATTEMPTS`.
"""

import sys
from datetime import timedelta

import django

PASSWORD = "bench-mark-2026"  # noqa: S105
QUIZ = "bench-quiz"
ITEMS = 20
EACH = 20
"""Attempts of each learner of other days."""


def main(learners: int, stored: int) -> None:
    django.setup()
    from django.contrib.auth import get_user_model
    from django.contrib.auth.hashers import make_password
    from django.utils import timezone

    from courses.domain import enrolments
    from courses.models import Course

    course = Course.objects.get(key="customer-experience")
    quiz = _quiz(course)
    model, now, password = get_user_model(), timezone.now(), make_password(PASSWORD)
    names = [f"bench-{number}" for number in range(learners)]
    model.objects.bulk_create(model(username=name, password=password) for name in names)
    people = list(model.objects.filter(username__in=names))
    for person in people:
        enrolments.enrol(course=course, user=person, now=now)
    if stored:
        crowd = [f"crowd-{number}" for number in range(stored // EACH)]
        model.objects.bulk_create(model(username=name, password=password) for name in crowd)
        others = list(model.objects.filter(username__startswith="crowd-"))
        _history(course, quiz, others, stored, now - timedelta(days=30))


def _quiz(course):
    from courses.models import Question, Quiz, QuizItem

    quiz = Quiz.objects.create(
        course=course,
        module=course.modules.order_by("position").first(),
        key=QUIZ,
        title="Bench",
        kind="graded",
    )
    bank = Question.objects.drawable().filter(course=course, tags__key="bank")
    bank = bank.exclude(ready_version__type="essay").order_by("key")[:ITEMS]
    QuizItem.objects.bulk_create(
        QuizItem(quiz=quiz, question=question, position=position)
        for position, question in enumerate(bank, start=1)
    )
    return quiz


def _history(course, quiz, people, stored, now) -> None:
    """Create closed attempts of other days with three items each, so that tables are long."""
    from courses.domain import sections
    from courses.models import Attempt, AttemptItem, Enrolment, Response

    versions = [item.question.ready_version for item in quiz.items.all()[:3]]
    section = sections.default_of(course=course, now=now)
    enrolled = Enrolment.objects.bulk_create(
        Enrolment(course=course, section=section, user=person, enrolled_at=now) for person in people
    )
    for start in range(0, stored, 2000):
        batch = [
            Attempt(
                enrolment=enrolled[number % len(enrolled)],
                quiz=quiz,
                number=number // len(enrolled) + 1,
                state="graded",
                policy=quiz.settings,
                started_at=now,
                submitted_at=now,
                score="1/2",
                score_maximum="1/1",
                percent=50,
                has_passed=False,
            )
            for number in range(start, min(start + 2000, stored))
        ]
        made = Attempt.objects.bulk_create(batch)
        items = AttemptItem.objects.bulk_create(
            AttemptItem(attempt=one, position=place, version=version, points=1, revision=1)
            for one in made
            for place, version in enumerate(versions, start=1)
        )
        Response.objects.bulk_create(
            Response(
                item=item,
                revision=1,
                received_at=now,
                channel="web",
                by=item.attempt.enrolment.user,
            )
            for item in items
        )


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
