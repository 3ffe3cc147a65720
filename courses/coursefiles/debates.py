"""Votes in a course's files: they stand in lessons alone, and a second one follows its first."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from courses import markup
from courses.coursefiles.drafts import CourseDraft, ModuleDraft, Placed
from courses.coursefiles.problems import Notes
from courses.coursefiles.schema import LessonFile, QuestionFile
from courses.errors import CoursesError
from courses.questions import registry


def is_scored(question: QuestionFile) -> bool:
    """Return whether a quiz may ask it: False for what nobody can get right or wrong."""
    kind = registry.all_types().get(question.type)
    return kind is None or kind.is_scored


def check_debates(course: CourseDraft, notes: Notes) -> None:
    """Note votes in a quiz, and second votes without their first."""
    votes = {
        question.record.key
        for module in course.modules
        for question in module.questions
        if not is_scored(question.record)
    }
    for quiz in [*course.quizzes, *(quiz for module in course.modules for quiz in module.quizzes)]:
        for index, item in enumerate(quiz.record.items):
            if item.question in votes:
                message = _(
                    "“%(key)s” is a vote. Votes belong in lessons; a quiz cannot score them."
                )
                line = quiz.line(f"items.{index}.question")
                notes.problem(quiz.file, line, message % {"key": item.question})
    for module in course.modules:
        for lesson in module.lessons:
            _check_lesson(lesson, module, notes)


def _check_lesson(lesson: Placed[LessonFile], module: ModuleDraft, notes: Notes) -> None:
    questions = {question.record.key: question for question in module.questions}
    earlier: dict[str, list[str]] = {}
    for key in _checks(lesson):
        for question, again, positions in _vote(questions.get(key)):
            if again and again not in earlier:
                message = _("The lesson has no earlier vote with the key “%(key)s”.") % {
                    "key": again
                }
                notes.problem(question.file, question.line("data.again"), message)
            elif again and earlier[again] != positions:
                message = _("The positions are not those of “%(key)s”.") % {"key": again}
                notes.problem(question.file, question.line("data.positions"), message)
            if not again:
                earlier[key] = positions


def _checks(lesson: Placed[LessonFile]) -> list[str]:
    """Return the checks of a lesson in their order."""
    mentions = markup.inspect(lesson.record.body, is_lesson=True).mentions
    return [mention.key for mention in mentions if mention.kind == "check"]


def _vote(
    question: Placed[QuestionFile] | None,
) -> Iterator[tuple[Placed[QuestionFile], str, list[str]]]:
    """Yield a vote with the key that it asks again and the keys of its positions; else nothing."""
    if question is None or is_scored(question.record):
        return
    kind: Any = registry.get(question.record.type)
    try:
        data = kind.load(question.record.data)
    except CoursesError:
        return  # noted where the question is checked
    choices = kind.to_item(data).choices
    yield question, kind.earlier_vote(data), sorted(choice.key for choice in choices)
