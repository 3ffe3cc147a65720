"""Run with the server's settings: makes the tables and the tests' rows, prints them as JSON."""

import json

import django

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402

from tests.api.platform import Platform  # noqa: E402
from tests.factories import make_quiz  # noqa: E402
from tests.programs.tables import make_tables  # noqa: E402

PASSWORD = "a-password-of-the-tests"


def make() -> dict[str, str]:
    make_tables()
    quiz = make_quiz()
    platform = Platform("admin")
    for external_id in ("ada", "grace", "alan"):
        platform.learner(external_id, course=quiz.course)
    get_user_model().objects.create_superuser("admin", password=PASSWORD)
    return {"key": platform.key, "course": quiz.course.key, "quiz": quiz.key, "password": PASSWORD}


if __name__ == "__main__":
    print(json.dumps(make()))  # noqa: T201
