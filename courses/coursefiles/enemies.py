"""Do a quiz's questions keep their enemies apart? Asked of the records of a course."""

from collections.abc import Container, Iterator, Sequence

from django.utils.translation import gettext as _

from courses.coursefiles import filling
from courses.coursefiles.debates import is_scored
from courses.coursefiles.schema import DrawFile, QuestionFile, QuizFile


def problems(
    quiz: QuizFile, questions: Sequence[QuestionFile], *, checks: Container[str] = ()
) -> Iterator[tuple[str, str]]:
    """Yield (path, message) of enemies in one quiz, and of a draw that only enemies could fill.

    No draw takes the checks of lessons. A draw for which the bank is too small in any case is
    reported elsewhere.
    """
    known = filling.enemies((question.key, question.enemies) for question in questions)
    if not known:
        return
    fixed = [item.question for item in quiz.items]
    named = [(index, key) for index, key in enumerate(fixed) if key]
    clash = None
    for place, key, other in filling.clashes([key for _index, key in named], known):
        clash = f"items.{named[place][0]}.question", clash_message(key, other)
        yield clash
    if clash is None:
        bank = [question for question in questions if question.key not in checks]
        yield from _unfilled(quiz, bank, [key for _index, key in named], known)


def clash_message(key: str, other: str) -> str:
    message = _("“%(key)s” and “%(other)s” are enemies: no attempt may show both.")
    return message % {"key": key, "other": other}


def unfilled_message() -> str:
    return _("This draw can only be filled with questions that are enemies of others in the quiz.")


def fits(question: QuestionFile, draw: DrawFile) -> bool:
    """Return whether the draw may take the question."""
    return (
        question.status == "ready"
        and is_scored(question)
        and draw.objective in ("", question.objective)
        and (not draw.tag or draw.tag in question.tags)
        and draw.difficulty in ("", question.difficulty)
    )


def _unfilled(
    quiz: QuizFile,
    questions: Sequence[QuestionFile],
    fixed: Sequence[str],
    known: filling.Enemies,
) -> Iterator[tuple[str, str]]:
    places = [(index, item.draw) for index, item in enumerate(quiz.items) if item.draw]
    free = [question for question in questions if question.key not in fixed]
    draws = [
        filling.Draw(draw.count, [one.key for one in free if fits(one, draw)])
        for _index, draw in places
    ]
    if any(len(draw.candidates) < draw.count for draw in draws):
        return
    short = filling.fill(draws, fixed=fixed, known=known).short
    if short is not None:
        yield f"items.{places[short][0]}.draw.count", unfilled_message()
