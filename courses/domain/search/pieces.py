"""What of a course is searched, as the rows of its index; reading only."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils import translation

from courses import markup
from courses.domain import states
from courses.domain.search.words import joined
from courses.full_text import language_of
from courses.markup.passages import passages, plain_blocks
from courses.models import Course, Lesson, QuestionVersion, SearchText, Term

VERSION = 2
"""Counts changes of what the same content is indexed as; rows of another version are stale."""

Kind = SearchText.Kind


def course_row(course: Course) -> SearchText:
    """Return the row of the course itself: what its catalogue entry says."""
    text = " ".join([course.summary, *map(str, course.outcomes)])
    row = _row(course, Kind.COURSE, "", course.title, text, is_open=True)
    row.revision = course.revision
    return row


def lesson_stamp(*, course: Course, title: str, summary: str, key: str, made_from: Any) -> str:
    """Return what names the rows of a lesson; `made_from`: what names its rendered text."""
    return states.tag_of(VERSION, course.language, title, summary, key == course.sample, made_from)


def lesson_rows(*, course: Course, lesson: Lesson, stamp: str) -> Iterator[SearchText]:
    """Yield the rows of a lesson: its title and summary, then its passages."""
    is_open = lesson.key == course.sample
    rows = [_row(course, Kind.LESSON, stamp, lesson.title, lesson.summary, is_open=is_open)]
    html = "".join(segment.get("html", "") for segment in lesson.segments)
    for passage in passages(html):
        row = _row(course, Kind.PASSAGE, stamp, passage.heading, passage.text, is_open=is_open)
        row.anchor = passage.anchor
        row.places = list(passage.places)
        rows.append(row)
    for row in rows:
        row.lesson_id = lesson.pk
        yield row


def term_stamp(*, course: Course, term: Term) -> str:
    return states.tag_of(VERSION, course.language, term.term, term.definition)


def term_row(*, course: Course, term: Term, stamp: str) -> SearchText:
    with translation.override(course.language):
        text = plain_blocks(markup.markdown(term.definition))
    row = _row(course, Kind.TERM, stamp, term.term, text)
    row.term_id = term.pk
    return row


def question_rows(*, course: Course, versions: Iterable[QuestionVersion]) -> Iterator[SearchText]:
    """Yield a row for each version: its stem alone, as options and texts with gaps hold answers."""
    for version in versions:
        stem = version.text.partition("\n")[0]
        row = _row(course, Kind.QUESTION, str(VERSION), "", stem)
        row.scope = f"q{course.pk}"
        row.version_id = version.pk
        yield row


def _row(
    course: Course, kind: str, stamp: str, title: str, text: str, *, is_open: bool = False
) -> SearchText:
    return SearchText(
        course=course,
        kind=kind,
        title=title,
        text=text,
        title_words=joined(title),
        words=joined(text),
        language=language_of(course.language),
        scope=f"c{course.pk} open" if is_open else f"c{course.pk}",
        stamp=stamp,
    )
