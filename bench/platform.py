"""A platform with a key, its learners and a quiz of twenty single choices, in the site measured.

Run by `python -m bench.platform LEARNERS` beside the shipped course; prints what a client needs.
"""

import json
import sys

import django

from bench.seed import COURSE, LESSON, make_quiz

__all__ = ["COURSE", "LESSON", "QUIZ", "seed"]

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
    make_quiz(course, QUIZ)
    for number in range(learners):
        made = people.upsert(client=client, external_id=f"l-{number}", values={}, now=now)
        enrolments.enrol(course=course, user=made.identity.user, now=now)
    scopes = ("catalogue:read", "learners:write", "learning:write", "gradebook:write")
    return clients.create_key(client=client, scopes=scopes).text


if __name__ == "__main__":
    main(int(sys.argv[1]))
