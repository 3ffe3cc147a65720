"""Where something of a course is used: asked before it is deleted, by hand or by a synchronisation.

Texts count as long as they are not put aside.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

from courses.coursefiles import mentions
from courses.models import (
    Asset,
    Lesson,
    Module,
    Objective,
    Question,
    QuestionVersion,
    Quiz,
    QuizItem,
    Reference,
    Stimulus,
    Term,
)

Names = Callable[[str], bool]
"""Does a text name it?"""


def uses_of(row: Any) -> list[str]:
    """Return where an asset, term, reference, objective or stimulus is used: each place once."""
    found = _USES[type(row)](row) if type(row) in _USES else iter(())
    return list(dict.fromkeys(_name(one) for one in found))


def _name(row: Any) -> str:
    return f"{row._meta.verbose_name} “{row}”"


def _asset(row: Asset) -> Iterator[Any]:
    """Yield what shows the file; also old versions of a question, which a past attempt may show."""
    yield from _texts(row.module.course_id, _naming("asset", row.name), module=row.module)
    versions = QuestionVersion.objects.filter(question__course=row.module.course_id)
    for version in versions.select_related("question").order_by("question", "number"):
        if row.name in json.dumps(version.data, ensure_ascii=False):
            yield version.question


def _term(row: Term) -> Iterator[Any]:
    names = _naming("term", row.key)
    yield from _texts(row.course_id, names)
    yield from _questions(row.course_id, names)


def _reference(row: Reference) -> Iterator[Any]:
    yield from row.lessons.all()
    yield from row.terms.all()
    for question in Question.objects.filter(course=row.course_id, is_retired=False).order_by("key"):
        if row.key in question.source:
            yield question
    names = _naming("source", row.key)
    yield from _texts(row.course_id, names)
    yield from _questions(row.course_id, names)


def _objective(row: Objective) -> Iterator[Any]:
    yield from row.questions.order_by("key")
    yield from row.lessons.all()
    places = QuizItem.objects.filter(draw_objective=row).select_related("quiz")
    yield from (place.quiz for place in places)


def _stimulus(row: Stimulus) -> Iterator[Any]:
    yield from row.questions.order_by("key")


_USES: dict[type[Any], Callable[[Any], Iterator[Any]]] = {
    Asset: _asset,
    Term: _term,
    Reference: _reference,
    Objective: _objective,
    Stimulus: _stimulus,
}


def _naming(kind: str, key: str) -> Names:
    def names(text: str) -> bool:
        found = mentions.inspect(text) if key in text else None
        return found is not None and any((m.kind, m.key) == (kind, key) for m in found.mentions)

    return names


def _texts(course_id: int, names: Names, *, module: Module | None = None) -> Iterator[Any]:
    """Yield lessons, terms, stimuli and quizzes whose text names it; lessons of `module` only."""
    lessons = Lesson.objects.filter(module__course=course_id, is_archived=False)
    for rows, field in (
        (lessons.filter(module=module) if module else lessons, "body"),
        (Term.objects.filter(course=course_id), "definition"),
        (Stimulus.objects.filter(course=course_id), "body"),
        (Quiz.objects.filter(course=course_id, lesson=None, is_archived=False), "intro"),
    ):
        yield from (row for row in rows if names(getattr(row, field)))


def _questions(course_id: int, names: Names) -> Iterator[Question]:
    """Yield questions whose version in use, or whose draft, names it."""
    versions = QuestionVersion.objects.filter(
        question__course=course_id, question__is_retired=False
    )
    for version in versions.select_related("question").order_by("question", "number"):
        is_current = version.pk == version.question.ready_version_id
        is_current = is_current or version.status == QuestionVersion.Status.DRAFT
        texts = mentions.texts(version.data, "data") if is_current else ()
        if any(names(text) for _path, text in texts):
            yield version.question
