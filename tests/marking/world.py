"""A quiz with a text in two classes, handed in by some learners, and those who mark."""

import datetime as dt
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from courses.domain import attempts, enrolments
from courses.domain.person_marks import PartMark
from courses.models import Attempt, AttemptItem, Enrolment, Quiz, Section
from tests.factories import (
    NOW,
    UserFactory,
    add_item,
    make_learner,
    make_question,
    make_quiz,
    reader_of,
)

ESSAY = {
    "stem": "Say it in **one** sentence.",
    "rubric": [
        {"key": "clear", "text": "Is it clear?", "levels": ["no", "partly", "yes"]},
        {"key": "own", "text": "Own words", "levels": ["copied", "own"], "points": ["0", "1"]},
    ],
    "model_answer": "An experience is lived.",
}
HOUR = dt.timedelta(hours=1)
HALF = Fraction(1, 2)


def levels(clear: int, own: int) -> tuple[PartMark, ...]:
    return (PartMark("clear", clear), PartMark("own", own))


@dataclass
class World:
    quiz: Quiz
    grace: Any
    """Teaches the whole course."""
    marker: Any
    """Marks the whole course."""
    texts: list[Attempt] = field(default_factory=list)

    @property
    def items(self) -> list[AttemptItem]:
        rows = AttemptItem.objects.filter(attempt__in=self.texts)
        return list(rows.order_by("attempt__submitted_at", "attempt"))

    def hand_in(self, name: str, *, text: str = "", section: Section | None = None) -> Attempt:
        """A learner hands in a text, a minute after the one before."""
        now = NOW + dt.timedelta(minutes=len(self.texts))
        user = UserFactory(username=name, password="!")
        enrolment = enrolments.enrol(course=self.quiz.course, section=section, user=user, now=now)
        given = {"by": user, "now": now}
        sitting = attempts.start(reader=reader_of(enrolment), quiz_key=self.quiz.key, **given)
        raw = {"text": text or f"The text of {len(self.texts) + 1}."}
        attempts.save(attempt=sitting, position=1, raw=raw, based_on=0, **given)
        self.texts.append(attempts.submit(attempt=sitting, **given))
        return self.texts[-1]


def staff(course: Any, name: str, role: str, section: Section | None = None) -> Any:
    """A member of staff, of the course or of one class."""
    user = UserFactory(username=name, password="!")
    enrolments.enrol(course=course, user=user, role=role, section=section, now=NOW)
    return user


def make_world(*, texts: int = 2, points: str = "6", data: Any = None, **quiz: Any) -> World:
    row = make_quiz(questions=0, **quiz)
    question = make_question(row.module, kind="essay", data=data or ESSAY)
    add_item(row, question, position=1, points=points)
    world = World(
        row,
        staff(row.course, "grace", Enrolment.Role.INSTRUCTOR),
        staff(row.course, "maria", Enrolment.Role.MARKER),
    )
    for number in range(1, texts + 1):
        world.hand_in(f"learner-{number}")
    return world


__all__ = ["HALF", "HOUR", "NOW", "World", "levels", "make_learner", "make_world", "staff"]
