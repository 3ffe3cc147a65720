"""Is the index what the content says? Compares every row with what `rebuild` would write."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connections, router

from courses import full_text
from courses.domain.search import pieces
from courses.domain.search.indexing import lesson_stamps
from courses.models import Course, Lesson, QuestionVersion, SearchText, Term

_COMPARED = (
    *("kind", "lesson_id", "term_id", "version_id", "anchor", "title", "text"),
    *("title_words", "words", "language", "scope"),
)


@dataclass(frozen=True)
class IndexDifference:
    """A place where the index says something else than the content."""

    where: str
    stored: int
    expected: int

    def __str__(self) -> str:
        return f"{self.where}: {self.stored} rows, expected {self.expected}"


def verify(*, course: Course) -> Iterator[IndexDifference]:
    """Yield what of the course is missing in the index, and what is there and should not be."""
    stored = Counter(map(_values, SearchText.objects.filter(course=course)))
    expected = Counter(map(_values, _expected(course)))
    for row in sorted((stored | expected).keys(), key=str):
        if stored[row] != expected[row]:
            name = ": ".join(filter(None, (course.key, str(row[0]), str(row[5] or row[6])[:60])))
            yield IndexDifference(name, stored[row], expected[row])


def verify_tables() -> Iterator[IndexDifference]:
    """Yield where the tables of FTS5 hold another number of rows than the searched one."""
    connection = connections[router.db_for_read(SearchText)]
    if connection.vendor != "sqlite" or not full_text.is_installed(connection):
        return
    rows = SearchText.objects.all()
    english = rows.filter(language=full_text.STEMMED)
    for table, expected in (
        (full_text.WORDS_TABLE, rows.count()),
        (full_text.STEMS_TABLE, english.count()),
    ):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {table}_docsize")  # noqa: S608 (our own name)
            stored = cursor.fetchone()[0]
        if stored != expected:
            yield IndexDifference(table, stored, expected)


def _values(row: SearchText) -> tuple[object, ...]:
    return (*(getattr(row, name) for name in _COMPARED), *(row.places or ()))


def _expected(course: Course) -> Iterator[SearchText]:
    yield pieces.course_row(course)
    stamps = lesson_stamps(course)
    for lesson in Lesson.objects.filter(pk__in=stamps).defer("body").iterator():
        yield from pieces.lesson_rows(course=course, lesson=lesson, stamp=stamps[lesson.pk])
    for term in Term.objects.filter(course=course):
        yield pieces.term_row(course=course, term=term, stamp="")
    versions = QuestionVersion.objects.filter(question__course=course).defer("data")
    versions = versions.exclude(status=QuestionVersion.Status.DRAFT)
    yield from pieces.question_rows(course=course, versions=versions)
