"""One search of one person: what of it they may read is decided here, at the time of the search.

The index only says where words stand. Who is in the course, what is a draft by now, whether an
attempt shuts the course and whether a review may be shown is asked of the tables each time.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from courses.domain import access, shutting
from courses.domain.search import engines, met, suggesting
from courses.domain.search.engines import Match, TextQuery
from courses.domain.search.groups import (
    PASSAGES,
    FoundText,
    QuestionPlace,
    SearchGroup,
    group_of,
    ordered,
)
from courses.domain.search.words import LONGEST_QUERY, query_words
from courses.models import Course, Enrolment, Lesson, SearchText
from courses.models.course import CourseQuerySet

GROUPS = 10
"""Lessons, terms and questions on a page."""
MOST = 300
"""Matches that are looked at; titles are looked at first."""
MOST_QUESTIONS = 40

Kind = SearchText.Kind


@dataclass(frozen=True)
class SearchPage:
    """A page of what was found; nothing was looked for without words."""

    query: str
    words: tuple[str, ...]
    groups: tuple[SearchGroup, ...] = ()
    count: int = 0
    """Lessons, terms, questions and courses in all."""
    number: int = 1
    is_cut: bool = False
    """Are there more matches than were looked at?"""
    has_all_words: bool = True
    """Else nothing has all of them, and these have some."""
    suggestion: str = ""
    """The query with words that the courses use, where nothing was found."""
    shut: tuple[Course, ...] = ()
    """Courses that a running attempt shuts: nothing of them is shown."""

    @property
    def pages(self) -> int:
        return -(-self.count // GROUPS)

    @property
    def is_shut(self) -> bool:
        """Whether something is left out because an attempt shuts its course."""
        return bool(self.shut)

    @property
    def shut_keys(self) -> list[str]:
        return [course.key for course in self.shut]

    @property
    def previous_number(self) -> int | None:
        return self.number - 1 if self.number > 1 else None

    @property
    def next_number(self) -> int | None:
        return self.number + 1 if self.number < self.pages else None


@dataclass(frozen=True)
class _Scope:
    """What a person may search."""

    courses: dict[int, Course]
    """The courses whose texts they may read, as far as nothing shuts them."""
    enrolments: tuple[Enrolment, ...]
    opened: Course | None = None
    """The one course that they may see and not read."""
    with_open: bool = False
    """Search also what everybody may read: of `opened`, else of all published courses."""
    among: CourseQuerySet | None = None
    """The courses of which anything may be shown; None: all."""


def search(
    *,
    by: Any,
    query: str,
    now: datetime,
    reader: access.Reader | None = None,
    course: Course | None = None,
    among: CourseQuerySet | None = None,
    page: int = 1,
) -> SearchPage:
    """Return what the person may read of what was searched, ten lessons or terms at a time.

    `reader`: in their class of one course alone. `course`: in one course that they may see; who is
    not in it finds what is open to everybody. Without both: in all their courses, and in what is
    open; with `among` only in these. At most thirteen queries, one more with `among`, nine more
    where reviews of quizzes with limits were found.
    """
    words, asked = query_words(query), " ".join(query[:LONGEST_QUERY].split())
    if not words:
        return SearchPage(asked, words)
    scope, shut = _without_shut(_scope(by, reader, course, among), reader)
    wanted = _text_query(scope, words)
    often = engines.frequent(wanted, limit=MOST)
    found, is_cut, has_all_words = _matches(wanted, often)
    readable = _readable(found, scope)
    found = [match for match in found if match.pk in readable]
    of_questions = replace(wanted, needs_all=has_all_words, is_beginning=not often)
    questions = _questions(scope, of_questions, now)
    groups = ordered(found=[*found, *(match for match, _place in questions)], words=words)
    number = max(1, min(page, -(-len(groups) // GROUPS)))
    places = {match.pk: place for match, place in questions}
    courses = {**scope.courses, **{one.pk: one for one in readable.values()}}
    return SearchPage(
        query=asked,
        words=words,
        groups=_shown(groups[(number - 1) * GROUPS : number * GROUPS], courses, words, places),
        count=len(groups),
        number=number,
        is_cut=is_cut,
        has_all_words=has_all_words or not groups,
        suggestion=""
        if groups
        else suggesting.suggestion(words=words, courses=tuple(scope.courses.values())),
        shut=shut,
    )


def _scope(
    by: Any, reader: access.Reader | None, course: Course | None, among: CourseQuerySet | None
) -> _Scope:
    if reader is not None:
        own = () if reader.enrolment is None else (reader.enrolment,)
        return _Scope({reader.course.pk: reader.course}, own)
    enrolments = tuple(access.enrolments(by=by))
    if course is None:
        if among is not None:
            mine = {row.course_id for row in enrolments}
            reached = set(among.filter(pk__in=mine).order_by().values_list("pk", flat=True))
            enrolments = tuple(row for row in enrolments if row.course_id in reached)
        courses = {row.course_id: row.course for row in enrolments}
        return _Scope(courses, enrolments, with_open=True, among=among)
    rows = tuple(row for row in enrolments if row.course_id == course.pk)
    if rows or getattr(by, "is_superuser", False):
        return _Scope({course.pk: course}, rows)
    return _Scope({}, (), opened=course, with_open=True)


def _without_shut(scope: _Scope, reader: access.Reader | None) -> tuple[_Scope, tuple[Course, ...]]:
    """Return the scope without the courses that an attempt shuts, and these. One query."""
    if reader is not None and reader.enrolment is not None:
        running = shutting.attempt_that_shuts(enrolment=reader.enrolment)
        shut = set() if running is None else {reader.course.pk}
    elif scope.enrolments:
        shut = shutting.courses_shut(user_id=scope.enrolments[0].user_id) & set(scope.courses)
    else:
        return scope, ()
    if not shut:
        return scope, ()
    courses = {pk: row for pk, row in scope.courses.items() if pk not in shut}
    rows = tuple(row for row in scope.enrolments if row.course_id not in shut)
    closed = tuple(row for pk, row in scope.courses.items() if pk in shut)
    return replace(scope, courses=courses, enrolments=rows), closed


def _text_query(scope: _Scope, words: tuple[str, ...]) -> TextQuery:
    return TextQuery(
        words=words,
        courses=tuple(scope.courses),
        languages=_languages(scope),
        opened=scope.opened.pk if scope.opened else None,
        with_open=scope.with_open,
    )


def _matches(wanted: TextQuery, often: list[Match]) -> tuple[list[Match], bool, bool]:
    """Return matches, whether there are more, and whether they have all the words.

    `often`: rows with the words as they are, where these stand in so many that beginnings of
    longer words need not be looked for.
    """
    for needs_all in (True, False)[: len(wanted.words)]:
        asked = replace(wanted, needs_all=needs_all)
        found = often or engines.matches(asked, limit=MOST)
        if len(found) >= MOST:
            in_titles = engines.matches(replace(asked, in_titles=True), limit=MOST)
            return list({match.pk: match for match in (*found, *in_titles)}.values()), True, True
        if found:
            return found, False, needs_all
    return [], False, True


def _languages(scope: _Scope) -> frozenset[str]:
    courses = (*scope.courses.values(), *((scope.opened,) if scope.opened else ()))
    return engines.languages_of({course.language for course in courses})


def _readable(found: list[Match], scope: _Scope) -> dict[int, Course]:
    """Return match → its course, for those that may be read now. Two queries."""
    wanted = {match.lesson_id for match in found if match.lesson_id is not None}
    rows = Lesson.objects.offered().filter(pk__in=wanted).order_by()
    lessons = dict(rows.values_list("pk", "key"))
    seen = {scope.opened.pk: scope.opened} if scope.opened else {}
    others = {match.course_id for match in found} - set(scope.courses) - set(seen)
    if others and scope.with_open and not scope.opened:
        offered = Course.objects.published() if scope.among is None else scope.among.published()
        seen |= offered.in_bulk(others)
    readable = {}
    for match in found:
        is_there = match.lesson_id is None or match.lesson_id in lessons
        if is_there and match.course_id in scope.courses:
            readable[match.pk] = scope.courses[match.course_id]
        elif is_there and match.course_id in seen:
            course = seen[match.course_id]
            is_sample = match.lesson_id is not None and lessons[match.lesson_id] == course.sample
            if is_sample or match.kind == Kind.COURSE:
                readable[match.pk] = course
    return readable


def _questions(
    scope: _Scope, wanted: TextQuery, now: datetime
) -> list[tuple[Match, QuestionPlace]]:
    """Return the questions that the person has met and may see again."""
    if not scope.enrolments:
        return []
    versions_met = met.versions_met(enrolments=scope.enrolments)
    asked = replace(wanted, with_open=False, opened=None, versions=versions_met)
    found = engines.matches(asked, limit=MOST_QUESTIONS)
    if not found:
        return []
    versions = [match.version_id for match in found if match.version_id is not None]
    places = met.shown_of(enrolments=scope.enrolments, versions=versions, now=now)
    return [(one, places[one.version_id]) for one in found if one.version_id in places]


def _shown(
    groups: list[list[Match]],
    courses: dict[int, Course],
    words: tuple[str, ...],
    places: dict[int, QuestionPlace],
) -> tuple[SearchGroup, ...]:
    """Return what a page shows. One query: only these rows are read with their texts."""
    pks = [match.pk for group in groups for match in group[:PASSAGES]]
    rows = SearchText.objects.filter(pk__in=pks).order_by()
    found = {row[0]: FoundText(*row) for row in rows.values_list(*FoundText.COLUMNS)}
    return tuple(
        group_of(
            matches=group,
            rows=found,
            course=courses[group[0].course_id],
            words=words,
            met=places.get(group[0].pk),
        )
        for group in groups
        if group[0].pk in found and group[0].course_id in courses
    )
