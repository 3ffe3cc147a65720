"""A quiz with its places, checked and saved in one step as an editor's page holds it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from courses.coursefiles.schema import QuizFile
from courses.domain import draw_checks
from courses.domain.authoring.editions import Origin, recording
from courses.domain.authoring.edits.quizzes import (
    change_quiz,
    item_problems,
    items_of,
    names_of,
    publish_quiz,
)
from courses.domain.authoring.edits.rows import refuse_unseen
from courses.domain.authoring.row_records import quiz_record
from courses.domain.authoring.rows import lock_course
from courses.errors import Invalid, Problem
from courses.models import Attempt, Quiz


@dataclass(frozen=True)
class QuizCheck:
    """What an author should know of a quiz before learners get it."""

    problems: Sequence[Problem]
    """Why learners could not take it."""
    fitting: dict[int, int] = field(default_factory=dict)
    """Index of a draw → how many questions qualify."""
    open_attempts: int = 0


def quiz_as_stored(*, quiz: Quiz) -> QuizFile:
    """Return the quiz with its places as the record of a course file."""
    rows = quiz.items.select_related("question", "version", "draw_objective", "draw_tag")
    return quiz_record(quiz, items=rows.defer("version__data").order_by("position"))


@transaction.atomic
def save_quiz(
    *,
    quiz: Quiz,
    record: QuizFile,
    module: str,
    is_ready: bool = False,
    based_on: str,
    origin: Origin | None,
) -> Quiz:
    """Save the rules and places; publish the quiz if it is to be ready.

    Raises Invalid with every problem, and Overtaken when it holds what `based_on` does not
    name.
    """
    lock_course(course=quiz.course)
    row = Quiz.objects.select_related("course", "module", "compares_with").get(pk=quiz.pk)
    text = _("Somebody else has saved this quiz since you opened it.")
    refuse_unseen(row=row, based_on=based_on, message=text)
    with recording(row, origin=origin):
        row = change_quiz(quiz=row, record=record, module=module, origin=None)
        return publish_quiz(quiz=row, origin=None) if is_ready else row


def check_quiz_draft(*, quiz: Quiz, record: QuizFile) -> QuizCheck:
    """Return what is wrong with the places of a record, and how many questions fit each draw."""
    attempts = Attempt.objects.open().without_trials().filter(quiz=quiz).count()
    names = names_of(course=quiz.course, record=record, module="")
    found = [
        problem
        for problem in names.judge(record, is_new=False)
        if problem.path.partition(".")[0] == "items"
    ]
    if found:
        return QuizCheck(found, open_attempts=attempts)
    try:
        items = items_of(quiz=quiz, record=record, names=names)
    except Invalid as error:
        return QuizCheck(error.problems, open_attempts=attempts)
    draws = [item for item in items if item.draw_count]
    fitting = (
        draw_checks.count_fitting(
            places=items, bank=draw_checks.read_bank(course_id=quiz.course_id, draws=draws)
        )
        if draws
        else {}
    )
    problems = list(item_problems(quiz=quiz, items=items, is_draft=False))
    return QuizCheck(problems, fitting, attempts)
