"""Quizzes that a change would leave with too few questions to draw: their authors are asked before.

A draw takes what fits it on the day of an attempt, so archiving a question, another tag or a check
more in a lesson can close a quiz that nobody touched.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext as _

from courses.domain import drawing
from courses.errors import Conflict
from courses.models import Course, Quiz, QuizItem
from courses.models.quiz import QuizQuerySet

Short = dict[int, str]
"""Quiz → what it lacks, in words."""


def short_quizzes(*, course_id: int) -> Short:
    """Return the quizzes open to learners whose draws the bank cannot fill. Four queries."""
    places: dict[int, list[QuizItem]] = {}
    rows = QuizItem.objects.filter(quiz__in=_offered(course_id)).select_related("question")
    for place in rows.order_by("quiz", "position"):
        places.setdefault(place.quiz_id, []).append(place)
    draws = [place for each in places.values() for place in each if place.draw_count]
    if not draws:
        return {}
    bank = list(drawing.bank(course_id=course_id, draws=draws).defer("ready_version__data"))
    titles = dict(_offered(course_id).values_list("pk", "title"))
    found = {}
    for quiz, each in places.items():
        short = drawing.shortages(places=each, questions=bank)
        if short:
            found[quiz] = _sentence(titles[quiz], each, short)
        elif drawing.unfillable(places=each, questions=bank) is not None:
            found[quiz] = _apart(titles[quiz])
    return found


def newly_short(*, course_id: int, before: Short) -> list[str]:
    """Return a sentence for each quiz that lacks questions and did not before."""
    now = short_quizzes(course_id=course_id)
    return [text for quiz, text in now.items() if quiz not in before]


@contextmanager
def refusing(*, course: Course, is_confirmed: bool) -> Iterator[None]:
    """Raise Conflict at the end of the block, in its transaction, if a quiz would lack questions.

    An author who confirms it may go on.
    """
    before = {} if is_confirmed else short_quizzes(course_id=course.pk)
    yield
    texts = [] if is_confirmed else newly_short(course_id=course.pk, before=before)
    if texts:
        raise Conflict(" ".join([*texts, _("Confirm to continue anyway.")]))


def _offered(course_id: int) -> QuizQuerySet:
    return Quiz.objects.offered().standalone().filter(course=course_id)


def _sentence(title: str, places: list[QuizItem], short: dict[int, int]) -> str:
    index, left = next(iter(short.items()))
    text = _(
        "Nobody could start the quiz “%(quiz)s” any more: for its place %(place)d the bank would "
        "have %(left)d of the %(wanted)d questions that are drawn."
    )
    counts = {"left": max(0, left), "wanted": places[index].draw_count}
    return text % {"quiz": title, "place": places[index].position, **counts}


def _apart(title: str) -> str:
    text = _(
        "Nobody could start the quiz “%(quiz)s” any more: too many of the remaining questions "
        "must not appear in the same attempt."
    )
    return text % {"quiz": title}
