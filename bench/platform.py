"""A platform with a key, its learners and a quiz of twenty single choices, in the site measured.

Run by `python -m bench.platform LEARNERS` beside the shipped course; prints what a client needs.
"""

import json
import sys

import django

from bench.seed import ITEMS

COURSE = "customer-experience"
LESSON = "which-pill"
QUIZ = "bench-api"


def main(learners: int) -> None:
    django.setup()
    print(json.dumps({"key": seed(learners), "learners": learners}))


def seed(learners: int) -> str:
    """Return the key of a platform whose learners are `l-0`, `l-1`, …, all in the course."""
    from django.utils import timezone

    from courses.domain import clients, enrolments
    from courses.domain import learners as people
    from courses.models import ApiClient, Course

    course, now = Course.objects.get(key=COURSE), timezone.now()
    client = ApiClient.objects.create(name="Bench")
    _quiz(course)
    for number in range(learners):
        made = people.upsert(client=client, external_id=f"l-{number}", values={}, now=now)
        enrolments.enrol(course=course, user=made.identity.user, now=now)
    scopes = ("catalogue:read", "learners:write", "learning:write", "gradebook:write")
    return clients.create_key(client=client, scopes=scopes).text


def _quiz(course):
    from courses.models import Question, Quiz, QuizItem

    first = course.modules.order_by("position").first()
    quiz = Quiz.objects.create(
        course=course, module=first, key=QUIZ, title="Bench", kind="graded", position=99
    )
    choices = Question.objects.drawable().filter(course=course, tags__key="bank")
    choices = choices.filter(ready_version__type="single_choice").order_by("key")[:ITEMS]
    QuizItem.objects.bulk_create(
        QuizItem(quiz=quiz, question=question, position=position)
        for position, question in enumerate(choices, start=1)
    )
    if len(choices) < ITEMS:
        raise SystemExit(f"The bank holds only {len(choices)} single choices.")


if __name__ == "__main__":
    main(int(sys.argv[1]))
