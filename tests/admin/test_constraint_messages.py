"""A broken database rule has a message in words, in the reader's language."""

import pytest
from django.apps import apps
from django.utils import translation
from django.utils.functional import Promise

from tests.admin.pages import fields_of
from tests.admin.test_every_admin import page
from tests.factories import make_quiz

CONSTRAINTS = [
    pytest.param(constraint, id=constraint.name)
    for model in apps.get_app_config("cx_courses").get_models()
    for constraint in model._meta.constraints
]


@pytest.mark.parametrize("constraint", CONSTRAINTS)
def test_every_constraint_has_a_message_in_words(constraint):
    message = constraint.violation_error_message

    assert isinstance(message, Promise), "translatable"
    with translation.override("en"):
        english = str(message)
    with translation.override("de"):
        german = str(message)
    assert english != constraint.default_violation_error_message
    assert constraint.name not in english
    assert "_" not in english
    assert english.endswith(".")
    assert german != english


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"attempts_allowed": "0"}, "Allow one attempt or more"),
        ({"time_limit_s": "0"}, "The time limit is 1 to 32061600 seconds"),
        (
            {
                "opens_at_0": "2026-12-02",
                "opens_at_1": "09:00",
                "closes_at_0": "2026-12-01",
                "closes_at_1": "09:00",
            },
            "A quiz must close after it opens.",
        ),
        ({"items-0-points": "0"}, "Points are more than 0."),
    ],
)
def test_quiz_page_shows_the_constraints_message(values, message, admin_client):
    quiz = make_quiz(questions=1)
    address = page("quiz", "change", quiz.pk)

    answer = admin_client.post(address, {**fields_of(admin_client.get(address)), **values})

    assert message in str(answer.context["errors"])
    assert "courses_" not in str(answer.context["errors"])
