"""Checks of the enemies of questions: those that are never in one attempt."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from courses.coursefiles import filling
from courses.coursefiles.enemies import clash_message, unfilled_message
from courses.domain import drawing
from courses.errors import Problem
from courses.models import Question, QuizItem


def enemy_problems(*, question: Question, enemies: Sequence[str]) -> list[Problem]:
    """Return what is wrong with the enemies of a question: itself, or one beside it in a quiz."""
    found = []
    beside = _beside(question, enemies)
    for index, key in enumerate(enemies):
        if key == question.key:
            message = _("A question cannot be its own enemy.")
            found.append(Problem(f"enemies.{index}", message))
        elif key in beside:
            message = _("The quiz “%(quiz)s” asks both questions.") % {"quiz": beside[key]}
            found.append(Problem(f"enemies.{index}", message))
    return found


def item_problems(*, items: Sequence[QuizItem]) -> Iterator[Problem]:
    """Yield a problem for each enemy among the questions that a quiz names."""
    named = [(index, item.question) for index, item in enumerate(items) if item.question]
    keys = [question.key for _index, question in named]
    known = drawing.enemies(question for _index, question in named)
    for place, key, other in filling.clashes(keys, known):
        yield Problem(f"items.{named[place][0]}.question", clash_message(key, other))


def draw_problem(*, index: int) -> Problem:
    """Return the problem that the draw at this item could only be filled with enemies."""
    return Problem(f"items.{index}.draw.count", unfilled_message())


def _beside(question: Question, enemies: Sequence[str]) -> dict[str, str]:
    """Return key → quiz title, for the enemies that a quiz names together with the question."""
    if question.pk is None or not enemies:
        return {}
    quizzes = QuizItem.objects.filter(
        question=question, quiz__lesson=None, quiz__is_archived=False
    ).values("quiz")
    rows = QuizItem.objects.filter(quiz__in=quizzes, question__key__in=enemies)
    return dict(rows.values_list("question__key", "quiz__title"))
