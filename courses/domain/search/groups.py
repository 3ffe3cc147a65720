"""What was found, put together by lesson: one group a lesson, term, question or course."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from courses.domain.search.engines import Match
from courses.domain.search.excerpts import Piece, excerpt, marked
from courses.models import Course, SearchText

PASSAGES = 3
"""Passages of one lesson that are shown."""

Kind = SearchText.Kind
_OF_LESSONS = (Kind.LESSON, Kind.PASSAGE)


@dataclass(frozen=True)
class FoundPassage:
    """A part of a lesson with the words; `anchor` is where its section begins.

    `place`: the paragraph of the first of the words that the excerpt shows, if it has a name.
    """

    anchor: str
    heading: tuple[Piece, ...]
    excerpt: tuple[Piece, ...]
    place: str = ""


@dataclass(frozen=True)
class QuestionPlace:
    """Where a learner has met a question: a review of theirs, or the check of a lesson."""

    key: str
    attempt: str = ""
    position: int = 0
    lesson: str = ""


@dataclass(frozen=True)
class FoundText:
    """What a page needs of a row."""

    COLUMNS: ClassVar = (
        *("pk", "kind", "anchor", "places", "title", "text"),
        *("lesson__key", "lesson__title", "term__key"),
    )

    pk: int
    kind: str
    anchor: str
    places: list[str] | None
    title: str
    text: str
    lesson_key: str | None
    lesson_title: str | None
    term_key: str | None


@dataclass(frozen=True)
class SearchGroup:
    """A lesson with its passages, or one term, question or course."""

    kind: str
    course: Course
    key: str
    title: tuple[Piece, ...]
    passages: tuple[FoundPassage, ...]
    others: int = 0
    """Further passages of the lesson that match."""
    met: QuestionPlace | None = None


def ordered(*, found: Iterable[Match], words: Sequence[str]) -> list[list[Match]]:
    """Return the matches of each lesson, term, question and course together, the best first.

    What is called exactly so comes first, then what begins so, then titles with all the words.
    """
    whole = " ".join(words)

    def place(match: Match) -> tuple[int, float, int]:
        title = match.title_words
        hits = (
            title == whole,
            title.startswith(whole),
            all(f" {word}" in f" {title}" for word in words),
        )
        return (hits.index(True) if True in hits else len(hits), -match.rank, match.pk)

    groups: dict[tuple[str, int], list[Match]] = {}
    for match in sorted(found, key=place):
        is_of_lesson = match.kind in _OF_LESSONS
        name = (Kind.LESSON, match.lesson_id or 0) if is_of_lesson else (match.kind, match.pk)
        groups.setdefault((str(name[0]), name[1]), []).append(match)
    return list(groups.values())


def group_of(
    *,
    matches: Sequence[Match],
    rows: Mapping[int, FoundText],
    course: Course,
    words: Sequence[str],
    met: QuestionPlace | None,
) -> SearchGroup:
    """Return what is shown of the matches of one lesson, term, question or course."""
    first = rows[matches[0].pk]
    if first.lesson_key is None:
        title = marked(text=first.title, words=words)
        passage = FoundPassage("", (), excerpt(text=first.text, words=words).pieces)
        key = met.key if met else first.term_key or course.key
        own = (passage,) if first.text else ()
        return SearchGroup(first.kind, course, key, title, own, met=met)
    shown = [rows[match.pk] for match in matches[:PASSAGES] if match.pk in rows]
    passages = tuple(_passage(row, words) for row in shown if row.kind == Kind.PASSAGE or row.text)
    title = marked(text=first.lesson_title or "", words=words)
    others = max(0, len(matches) - PASSAGES)
    return SearchGroup(Kind.LESSON, course, first.lesson_key, title, passages, others)


def _passage(row: FoundText, words: Sequence[str]) -> FoundPassage:
    heading = marked(text=row.title, words=words) if row.kind == Kind.PASSAGE else ()
    found = excerpt(text=row.text, words=words)
    places = row.places or []
    is_named = found.line is not None and found.line < len(places)
    place = places[found.line or 0] if is_named else ""
    return FoundPassage(row.anchor, heading, found.pieces, place)
