"""Quizzes that a change would leave with too few questions to draw: their authors are asked before.

A draw takes what fits it on the day of an attempt, so archiving a question, another tag or a check
more in a lesson can close a quiz that nobody touched.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from django.utils.translation import gettext as _

from courses.domain import draw_checks
from courses.errors import Conflict
from courses.models import Course, Quiz, QuizItem
from courses.models.quiz import QuizQuerySet


@dataclass(frozen=True)
class Lack:
    """Why a quiz cannot be put together: a place has too few questions, or none go together."""

    quiz: Quiz
    place: QuizItem | None = None
    left: int = 0

    @property
    def wanted(self) -> int:
        return self.place.count if self.place else 0


Short = dict[int, Lack]
"""Quiz → what it lacks."""


def short_quizzes(*, course_ids: Collection[int]) -> Short:
    """Return the quizzes open to learners whose draws the bank cannot fill. Four queries."""
    rows = QuizItem.objects.filter(quiz__in=_offered(course_ids)).select_related("question")
    places: dict[int, list[QuizItem]] = defaultdict(list)
    for place in rows.order_by("quiz", "position"):
        places[place.quiz_id].append(place)
    draws = [place for each in places.values() for place in each if place.draw_count]
    if not draws:
        return {}
    banks = draw_checks.read_banks(course_ids=course_ids, draws=draws)
    quizzes = _offered(course_ids).in_bulk(places)
    found = {pk: _lack(quizzes[pk], each, banks) for pk, each in places.items()}
    return {pk: lack for pk, lack in found.items() if lack is not None}


def _lack(
    quiz: Quiz, places: list[QuizItem], banks: Mapping[int, draw_checks.CandidateBank]
) -> Lack | None:
    bank = banks[quiz.course_id]
    short = draw_checks.shortages(places=places, bank=bank)
    if short:
        index, left = next(iter(short.items()))
        return Lack(quiz, places[index], max(0, left))
    if draw_checks.unfillable(places=places, bank=bank) is not None:
        return Lack(quiz)
    return None


def newly_short(*, course_id: int, before: Short) -> list[str]:
    """Return a sentence for each quiz that lacks questions and did not before."""
    now = short_quizzes(course_ids=[course_id])
    return [_sentence(lack) for quiz, lack in now.items() if quiz not in before]


@contextmanager
def refusing(*, course: Course, is_confirmed: bool) -> Iterator[None]:
    """Raise Conflict at the end of the block, in its transaction, if a quiz would lack questions.

    An author who confirms it may go on.
    """
    before = {} if is_confirmed else short_quizzes(course_ids=[course.pk])
    yield
    texts = [] if is_confirmed else newly_short(course_id=course.pk, before=before)
    if texts:
        raise Conflict(" ".join([*texts, _("Confirm to continue anyway.")]))


def _offered(course_ids: Collection[int]) -> QuizQuerySet:
    return Quiz.objects.offered().standalone().filter(course__in=course_ids)


def _sentence(lack: Lack) -> str:
    if lack.place is None:
        text = _(
            "Nobody could start the quiz “%(quiz)s” any more: too many of the remaining questions "
            "must not appear in the same attempt."
        )
        return text % {"quiz": lack.quiz.title}
    text = _(
        "Nobody could start the quiz “%(quiz)s” any more: for its place %(place)d the bank would "
        "have %(left)d of the %(wanted)d questions that are drawn."
    )
    counts = {"place": lack.place.position, "left": lack.left, "wanted": lack.wanted}
    return text % {"quiz": lack.quiz.title, **counts}
