"""A learner before a quiz, as the tests of its pages drive it."""

import re
from typing import Any

from django.test import Client
from django.urls import reverse

from courses.domain import attempts
from courses.models import Attempt, AttemptItem, Response
from tests.factories import make_learner, make_quiz, reader_of


class Seat:
    """Somebody enrolled and signed in, and a quiz of that many single-choice questions."""

    def __init__(self, client: Client, *, questions: int = 2, **quiz: Any) -> None:
        self.client = client
        self.quiz = make_quiz(questions=questions, **quiz)
        self.course = self.quiz.course
        self.enrolment = make_learner(self.course)
        client.force_login(self.enrolment.user)

    def quiz_url(self, name: str = "quiz") -> str:
        return reverse(f"cx_courses:{name}", args=[self.course.key, self.quiz.key])

    def begin(self) -> Attempt:
        self.client.post(self.quiz_url("quiz-start"))
        self.uuid = self.attempt.uuid
        return self.attempt

    @property
    def attempt(self) -> Attempt:
        return Attempt.objects.get(enrolment=self.enrolment, state=Attempt.State.OPEN)

    def url(self, name: str = "attempt", *more: Any) -> str:
        """A page of the attempt begun last."""
        return reverse(f"cx_courses:{name}", args=[self.uuid, *more])

    def html(self, url: str | None = None, *, status: int = 200) -> str:
        response = self.client.get(url or self.url())
        assert response.status_code == status
        return response.content.decode()

    def save(self, position: int, choice: str = "", *, based_on: int = 0, **extra: Any):
        """As the page's script saves one question."""
        data = {f"i{position}-based_on": based_on, **extra}
        if choice:
            data[f"i{position}-choice"] = choice
        return self.client.post(
            self.url("attempt-save", position), data, headers={"accept": "application/json"}
        )

    def post(
        self, button: str = "save", value: str = "1", *, item: int | None = None, **fields: Any
    ):
        """The whole form as a browser without scripts sends it; `i1_choice` is `i1-choice`."""
        data = {name.replace("_", "-", 1): text for name, text in fields.items()}
        url = self.url() + (f"?item={item}" if item else "")
        return self.client.post(url, {**data, button: value})

    def elsewhere(self, position: int, choice: str) -> None:
        """Another window of the same person saves."""
        item = self.item(position)
        attempts.save(
            attempt=item.attempt,
            position=position,
            raw={"choice": choice},
            based_on=item.revision,
            by=self.enrolment.user,
            now=item.attempt.started_at,
        )

    def item(self, position: int) -> AttemptItem:
        return AttemptItem.objects.get(attempt__enrolment=self.enrolment, position=position)

    def value(self, position: int) -> Any:
        return self.item(position).value

    def responses(self) -> int:
        return Response.objects.filter(item__attempt__enrolment=self.enrolment).count()

    @property
    def reader(self):
        return reader_of(self.enrolment)


def checked(html: str, name: str) -> list[str]:
    """The values of the field that are checked."""
    inputs = re.findall(r"<input [^>]*>", html)
    found = [tag for tag in inputs if f'name="{name}"' in tag and " checked" in tag]
    return [re.search(r'value="([^"]*)"', tag)[1] for tag in found]
