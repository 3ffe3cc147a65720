"""Each check of the shipped course with a card: asked in the review, answered right.

In the check, those of its first module.
"""

import datetime as dt
from collections.abc import Iterator

import pytest

from courses.domain import cards, daily_review, drawing
from courses.domain.authoring import sync_course
from courses.domain.outline import LessonOutline, outline
from courses.models import Course, Enrolment, ReviewCard
from courses.questions.base import flatten
from tests.content.oracle import COURSE, shipped
from tests.factories import NOW, make_learner, reader_of
from tests.lengths import is_long

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

LATER = NOW + dt.timedelta(days=30)


def completed(course: Course) -> list[LessonOutline]:
    """The lessons whose cards are asked."""
    modules = outline(course).modules
    return [
        lesson for module in (modules if is_long() else modules[:1]) for lesson in module.lessons
    ]


@pytest.fixture
def ada() -> Enrolment:
    """A learner who has completed the lessons a month ago."""
    sync_course(course_file=shipped(), now=NOW)
    course = Course.objects.get(key=COURSE.name)
    enrolment = make_learner(course)
    for lesson in completed(course):
        cards.enter(enrolment=enrolment, lesson=lesson, now=NOW)
    return enrolment


def right(card: ReviewCard) -> dict[str, list[str]]:
    """The form of somebody who knows it, with the numbers that the card shows."""
    version = card.question.ready_version
    kind, data = version.question_type, version.parsed
    params = kind.prepare(data, drawing.rng("card", card.enrolment_id, 0, version.pk))
    return flatten(kind.solution(data, params))


def sets(ada: Enrolment) -> Iterator[list[daily_review.CardView]]:
    """Every set of the day, once the one before is answered."""
    while found := daily_review.open_review(reader=reader_of(ada), now=LATER).cards:
        yield found
        daily_review.begin_next(reader=reader_of(ada), by=ada.user, now=LATER)


@pytest.mark.two_lengths
def test_every_card_is_asked_once_and_can_be_answered_right(ada: Enrolment) -> None:
    known = {card.question.key: card for card in ada.cards.select_related("question")}
    asked, lessons = [], set()
    for shown in sets(ada):
        for card in shown:
            key = card.view.question_key
            asked.append(key)
            lessons.add(card.lesson.key)
            done = daily_review.respond(
                reader=reader_of(ada),
                question_key=key,
                raw=right(known[key]),
                based_on=0,
                by=ada.user,
                now=LATER,
            )
            assert done.card.view.is_correct, key
            assert done.card.due_on > LATER.date(), key
    assert sorted(asked) == sorted(known)
    assert lessons == {one.key for one in completed(ada.course)}
