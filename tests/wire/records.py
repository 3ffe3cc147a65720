"""Run with the server's settings: makes the tables and what the tests meet, tells it as JSON."""

import json

import django

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from django.core.management import call_command  # noqa: E402

from tests.api.platform import Platform  # noqa: E402
from tests.factories import make_quiz  # noqa: E402

PASSWORD = "a-password-of-the-tests"


def make() -> dict[str, str]:
    call_command("migrate", run_syncdb=True, verbosity=0)
    quiz = make_quiz()
    platform = Platform("admin")
    for external_id in ("ada", "grace", "alan"):
        platform.learner(external_id, course=quiz.course)
    get_user_model().objects.create_superuser("admin", password=PASSWORD)
    return {"key": platform.key, "course": quiz.course.key, "quiz": quiz.key, "password": PASSWORD}


if __name__ == "__main__":
    print(json.dumps(make()))  # noqa: T201
