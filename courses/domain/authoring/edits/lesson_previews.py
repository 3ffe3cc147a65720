"""A lesson that is not saved yet, as a learner would be shown it."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from django.utils import translation

from courses.domain.authoring.lessons import render
from courses.domain.item_views import ItemView, preview_item
from courses.models import Lesson, Question, Reference, Term


@dataclass(frozen=True)
class LessonPart:
    """A part of the text: its HTML, or a check with its key; `view` is None where none is ready."""

    html: str = ""
    check: str = ""
    number: int = 0
    view: ItemView | None = None


@dataclass(frozen=True)
class LessonPreview:
    parts: tuple[LessonPart, ...]
    sources: tuple[Reference, ...]
    """What it cites, in the order of the numbers in the text."""
    word_count: int


def preview_lesson(*, lesson: Lesson) -> LessonPreview:
    """Render the text of a lesson as saving would. Three queries; nothing is stored."""
    course = lesson.module.course
    terms = dict(Term.objects.filter(course=course).values_list("key", "term"))
    with translation.override(course.language):
        made = render(body=lesson.body, terms=terms, sources=[])
    sources = {row.key: row for row in course.references.filter(key__in=made["sources"])}
    checks = dict(_checks(lesson, made["checks"]))
    parts, number = [], 0
    for segment in made["segments"]:
        key = segment.get("check", "")
        number += bool(key)
        parts.append(LessonPart(segment.get("html", ""), key, number, checks.get(key)))
    cited = tuple(sources[key] for key in made["sources"] if key in sources)
    return LessonPreview(tuple(parts), cited, made["word_count"])


def _checks(lesson: Lesson, keys: list[str]) -> Iterator[tuple[str, ItemView]]:
    rows = Question.objects.filter(course=lesson.module.course, key__in=keys)
    found = rows.select_related("module", "objective", "stimulus", "ready_version")
    for question in found if keys else ():
        version = question.ready_version
        if version is None:
            continue
        version.question = question
        # A type that is gone, or data that no longer loads, leaves the others to be seen.
        with contextlib.suppress(Exception):
            kind, data = version.question_type, version.parsed
            yield (
                question.key,
                preview_item(
                    version=version,
                    params=kind.prepare(data, Random(1)),  # noqa: S311 (no secret)
                    points=Decimal(1),
                    name=f"preview-{question.key}-",
                    is_live=False,
                ),
            )
