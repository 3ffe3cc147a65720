"""What the journeys through a quiz share: the quiz, and ways to look at what the server holds."""

from typing import Any

from django.utils import timezone
from playwright.sync_api import Page, expect

from courses.domain import attempts
from courses.models import Attempt, AttemptItem, Quiz, Response
from courses.questions import registry
from tests.factories import (
    CourseFactory,
    ModuleFactory,
    ObjectiveFactory,
    QuizFactory,
    add_item,
    make_asset,
    make_learner,
    make_question,
)
from tests.questions.cases import EXAMPLES

PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 400"></svg>'


class Room:
    """A learner of a course, and the server as the test sees it."""

    def __init__(self, url: str) -> None:
        self.site = url
        course = CourseFactory(key="cx", title="Customer Experience")
        self.module = ModuleFactory(course=course, key="m1", title="Definitions")
        self.objective = ObjectiveFactory(module=self.module, text="tell two views apart")
        for name in {data["image"] for data in EXAMPLES["hotspot"]}:
            make_asset(module=self.module, name=name, content=PICTURE)
        self.enrolment = make_learner(course, username="ada")
        self.user = self.enrolment.user
        self.positions: dict[str, int] = {}

    def quiz(self, *kinds: str, **extra: Any) -> Quiz:
        """A quiz with one example of each kind, of every kind a quiz scores when none is named."""
        quiz = QuizFactory(module=self.module, key="quiz", title="The quiz", **extra)
        for position, kind in enumerate(kinds or self.scored(), start=1):
            question = make_question(
                self.module, kind=kind, data=EXAMPLES[kind][0], objective=self.objective
            )
            add_item(quiz, question, position=position)
            self.positions[kind] = position
        return quiz

    @staticmethod
    def scored() -> tuple[str, ...]:
        return tuple(kind for kind in EXAMPLES if registry.get(kind).is_scored)

    # --- The browser

    def start(self, page: Page) -> None:
        """From the quiz's page into the attempt, with its scripts awake."""
        page.goto(f"{self.site}/courses/cx/quizzes/quiz/")
        page.get_by_role("button", name="Start").click()
        awake(page)

    def item(self, page: Page, kind: str):
        return page.locator(f"#item-{self.positions[kind]}")

    # --- The server

    @property
    def attempt(self) -> Attempt:
        return Attempt.objects.get(enrolment=self.enrolment)

    def value(self, kind: str) -> Any:
        return AttemptItem.objects.get(
            attempt__enrolment=self.enrolment, position=self.positions[kind]
        ).value

    def save_elsewhere(self, kind: str, raw: Any) -> None:
        """The same learner saves from another device."""
        item = self.attempt.items.get(position=self.positions[kind])
        attempts.save(
            attempt=self.attempt,
            position=item.position,
            raw=raw,
            based_on=item.revision,
            by=self.user,
            now=timezone.now(),
        )

    def responses(self) -> int:
        return Response.objects.count()


def awake(page: Page) -> None:
    page.wait_for_selector("#attempt[data-ready]")


def saved(page: Page) -> None:
    """Leave the field and wait until everything has arrived."""
    page.evaluate("document.activeElement.blur()")
    expect(page.locator("[data-save-state]")).to_have_attribute("data-state", "saved")


def left_in_browser(page: Page) -> int:
    """How many questions have something in the queue, all windows together."""
    return page.evaluate(
        "() => Object.keys(localStorage).filter(key => key.startsWith('cx-attempt:')).length"
    )


def nothing_left(page: Page) -> None:
    """Wait until the queue of the browser is empty."""
    page.wait_for_function(
        "() => !Object.keys(localStorage).some(key => key.startsWith('cx-attempt:'))"
    )


def is_too_wide(page: Page) -> bool:
    return page.evaluate(
        "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    )
