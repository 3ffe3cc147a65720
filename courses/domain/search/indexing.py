"""The index of a course's texts, kept in step with its content.

What changes lessons or terms calls `refresh` in the same transaction. Changes that come another
way (a shell, a restore, an update of this app) are found by the revision of the course: the relay
calls `refresh_due`.
"""

from collections.abc import Iterable

from django.db import connections, router, transaction
from django.db.models import Exists, OuterRef

from courses import bulk, full_text
from courses.domain.search import pieces
from courses.models import Course, Lesson, QuestionVersion, SearchText, Term

COURSES_PER_RUN = 2
BATCH = 200

Kind = SearchText.Kind


@transaction.atomic
def refresh(*, course: Course) -> int:
    """Write the rows of what changed in the course; return how many were written.

    Nine queries when little is stale.
    """
    course = Course.objects.select_for_update(no_key=True).get(pk=course.pk)
    written = _refresh_lessons(course) + _refresh_terms(course) + _refresh_questions(course)
    rows = SearchText.objects.filter(course=course, kind=Kind.COURSE)
    if not rows.filter(revision=course.revision).exists():
        rows.delete()
        bulk.insert([pieces.course_row(course)])
        written += 1
    return written


@transaction.atomic
def rebuild(*, course: Course) -> int:
    """Write all rows of the course anew; return how many there are."""
    course = Course.objects.select_for_update(no_key=True).get(pk=course.pk)
    SearchText.objects.filter(course=course).delete()
    return refresh(course=course)


def install() -> None:
    """Make the index of the database where it is missing, from the rows that are there."""
    full_text.install(connections[router.db_for_write(SearchText)])


def refresh_due() -> int:
    """Refresh some courses whose content has another revision than their index."""
    known = SearchText.objects.filter(
        course=OuterRef("pk"), kind=Kind.COURSE, revision=OuterRef("revision")
    )
    rows = Course.objects.filter(~Exists(known)).exclude(state=Course.State.ARCHIVED)
    return sum(refresh(course=course) for course in rows.order_by("pk")[:COURSES_PER_RUN])


def lesson_stamps(course: Course) -> dict[int, str]:
    """Return lesson → the stamp that its rows should have. One query; reads no text of a lesson."""
    rows = Lesson.objects.filter(course=course, is_archived=False).order_by("pk")
    found = rows.values_list("pk", "key", "title", "summary", "rendered__stamp", "updated_at")
    return {
        pk: pieces.lesson_stamp(
            course=course, key=key, title=title, summary=summary, made_from=made_from or updated_at
        )
        for pk, key, title, summary, made_from, updated_at in found
    }


def missing_questions(course: Course) -> list[QuestionVersion]:
    """Return the versions for learners that have no row. A version is never changed once used."""
    known = SearchText.objects.filter(version=OuterRef("pk"), stamp=str(pieces.VERSION))
    rows = QuestionVersion.objects.filter(question__course=course).exclude(
        status=QuestionVersion.Status.DRAFT
    )
    return list(rows.filter(~Exists(known)).defer("data"))


def _refresh_lessons(course: Course) -> int:
    wanted = lesson_stamps(course)
    rows = SearchText.objects.filter(course=course, kind=Kind.LESSON)
    known = dict(rows.values_list("lesson", "stamp"))
    stale = [pk for pk, stamp in wanted.items() if known.get(pk) != stamp]
    _forget(lesson__in=[*(pk for pk in stale if pk in known), *(set(known) - set(wanted))])
    written = 0
    for part in _parts(stale):
        lessons = Lesson.objects.filter(pk__in=part).defer("body").order_by("pk")
        new = [
            row
            for lesson in lessons
            for row in pieces.lesson_rows(course=course, lesson=lesson, stamp=wanted[lesson.pk])
        ]
        bulk.insert(new)
        written += len(new)
    return written


def _refresh_terms(course: Course) -> int:
    terms = {term.pk: term for term in Term.objects.filter(course=course)}
    wanted = {pk: pieces.term_stamp(course=course, term=term) for pk, term in terms.items()}
    rows = SearchText.objects.filter(course=course, kind=Kind.TERM)
    known = dict(rows.values_list("term", "stamp"))
    stale = [pk for pk, stamp in wanted.items() if known.get(pk) != stamp]
    _forget(term__in=[pk for pk in stale if pk in known])
    bulk.insert([pieces.term_row(course=course, term=terms[pk], stamp=wanted[pk]) for pk in stale])
    return len(stale)


def _refresh_questions(course: Course) -> int:
    new = missing_questions(course)
    for part in _parts([version.pk for version in new]):
        _forget(version__in=part)
    bulk.insert(list(pieces.question_rows(course=course, versions=new)))
    return len(new)


def _forget(**names: Iterable[int]) -> None:
    if any(names.values()):
        SearchText.objects.filter(**names).delete()


def _parts(keys: list[int]) -> Iterable[list[int]]:
    return (keys[start : start + BATCH] for start in range(0, len(keys), BATCH))
