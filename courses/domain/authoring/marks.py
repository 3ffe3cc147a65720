"""Do the texts that somebody writes here name what is there? As the check of course files asks."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet

from courses import figures, markup
from courses.coursefiles import daily_review, mentions
from courses.errors import Problem
from courses.models import Asset, Course, Lesson, Module, Question, Reference, Term


def mark_problems(
    *, course: Course, files: QuerySet[Asset], texts: Iterable[tuple[str, str]]
) -> list[Problem]:
    """Return the problems of markup and of unknown names in the texts, with the given paths.

    `files` are those that the texts may show. One query for each kind of thing that is named, none
    for plain texts.
    """
    found = [(path, mentions.inspect(text)) for path, text in texts]
    names = {mention.kind for _path, each in found if each for mention in each.mentions}
    known: dict[str, set[str]] = {kind: _known(kind, course, files) for kind in names}
    return [
        Problem(path, message)
        for path, each in found
        if each is not None
        for _line, message in mentions.problems(each, known)
    ]


def data_mark_problems(*, course: Course, module: Module | None, data: Any) -> list[Problem]:
    """Return the same problems for the data of a question; the paths begin at `data`."""
    texts = mentions.texts(data, "data")
    return mark_problems(course=course, files=files_of(module=module), texts=texts)


def lesson_oddities(*, lesson: Lesson) -> list[tuple[int, str]]:
    """Return (line, message) of markup errors and unknown names in a lesson's text and checks."""
    findings = markup.inspect(lesson.body, is_lesson=True)
    course, files = lesson.module.course, files_of(module=lesson.module)
    kinds = {mention.kind for mention in findings.mentions}
    known: dict[str, set[str]] = {kind: _known(kind, course, files) for kind in kinds}
    if "check" in kinds:
        questions = Question.objects.filter(course=course, module=lesson.module)
        known["check"] = set(questions.values_list("key", flat=True))
    return list(mentions.problems(findings, known))


def review_problems(*, course: Course, body: str, keys: Sequence[str]) -> list[str]:
    """Return why checks of this text cannot be in the daily review. One query."""
    mentions_in = markup.inspect(body, is_lesson=True).mentions
    checks = {mention.key for mention in mentions_in if mention.kind == "check"}
    rows = Question.objects.filter(course=course, key__in=keys, ready_version__isnull=False)
    types = dict(rows.values_list("key", "ready_version__type"))
    found = daily_review.problems(keys, checks=checks, types=types)
    return [message for _index, message in found]


def files_of(*, module: Module | None) -> QuerySet[Asset]:
    """Return the figures and data files that texts of a module may show; none without a module."""
    return Asset.objects.filter(module=module) if module else Asset.objects.none()


def _known(kind: str, course: Course, files: QuerySet[Asset]) -> set[str]:
    """Return all keys of a kind: a course has few, and a key that was sent may be anything."""
    if kind == "figure":
        return set(figures.modules())
    if kind == "asset":
        return set(files.values_list("name", flat=True))
    if kind == "lesson":
        lessons = Lesson.objects.filter(module__course=course, module__is_archived=False)
        return set(lessons.filter(is_archived=False).values_list("key", flat=True))
    if kind == "check":  # Checks stand in lessons alone.
        return set()
    rows: Any = {"term": Term, "source": Reference}[kind]
    return set(rows.objects.filter(course=course).values_list("key", flat=True))
