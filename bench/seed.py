"""What journeys are measured on: the shipped course, a quiz of 20 single choices, learners.

Run inside the site, by `python -m bench.seed LEARNERS`. The names of the learners are `bench-0`,
`bench-1`, …; each makes one journey, so that nobody has attempts of earlier ones.
"""

import sys

import django

COURSE = "customer-experience"
LESSON = "which-pill"
QUIZ = "bench-quiz"
PASSWORD = "bench-mark-2026"  # noqa: S105
ITEMS = 20


def main(learners: int) -> None:
    django.setup()
    from django.contrib.auth import get_user_model
    from django.contrib.auth.hashers import make_password
    from django.db import connection
    from django.utils import timezone

    from courses.domain import enrolments
    from courses.models import Course

    course = Course.objects.get(key=COURSE)
    make_quiz(course, QUIZ)
    model, now, password = get_user_model(), timezone.now(), make_password(PASSWORD)
    names = [f"bench-{number}" for number in range(learners)]
    model.objects.bulk_create(model(username=name, password=password) for name in names)
    for person in model.objects.filter(username__in=names):
        enrolments.enrol(course=course, user=person, now=now)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def make_quiz(course, key):
    """Make a graded quiz of twenty single choices of the course's bank."""
    from courses.models import Question, Quiz, QuizItem

    first = course.modules.order_by("position").first()
    quiz = Quiz.objects.create(
        course=course, module=first, key=key, title="Bench", kind="graded", position=99
    )
    choices = Question.objects.drawable().filter(course=course, tags__key="bank")
    choices = choices.filter(ready_version__type="single_choice").order_by("key")[:ITEMS]
    QuizItem.objects.bulk_create(
        QuizItem(quiz=quiz, question=question, position=position)
        for position, question in enumerate(choices, start=1)
    )
    if len(choices) < ITEMS:
        raise SystemExit(f"The bank holds only {len(choices)} single choices.")
    return quiz


if __name__ == "__main__":
    main(int(sys.argv[1]))
