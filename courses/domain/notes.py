"""Notes and bookmarks that a learner keeps at paragraphs of lessons, for themselves alone.

A note is found again by the name of its paragraph, which is made from its words. When those are
edited, the note stays with the lesson, without a place in its text but with a quote of the old one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.domain import access, locks, progress, shutting
from courses.domain.outline import LessonOutline, outline
from courses.errors import Conflict, Invalid, NotAllowed, NotFound, Problem, TooMuch
from courses.markup import paragraphs
from courses.models import Enrolment, Lesson, LessonNote, LessonProgress
from courses.models.note import LONGEST, LONGEST_QUOTE
from courses.prepared import PreparedQuery
from courses.storable import NUL

MOST = 1000
"""Notes and bookmarks of one enrolment: ten in each lesson of a long course, and more."""


class StaleNote(Conflict):
    """The note was changed since. `details`: `revision` and `text` now; 0: it was deleted."""

    code = "stale_note"
    default = gettext_lazy("This note was changed elsewhere meanwhile, so yours was not saved.")


@dataclass(frozen=True)
class NoteSaved:
    note: LessonNote
    is_new: bool
    """False when a note was there already: changed, or as it was."""


@dataclass(frozen=True)
class PlacedNote:
    """A note, and whether its paragraph is still in the lesson."""

    note: LessonNote
    is_found: bool


@dataclass(frozen=True)
class NotedLesson:
    """A lesson with the notes on it, in the order of its text; those without a place last.

    `outline` is None for a lesson that is not in the course any more.
    """

    row: Lesson
    outline: LessonOutline | None
    notes: list[PlacedNote]


def may_note(*, reader: access.Reader) -> bool:
    """Return whether this person keeps notes here: not in a preview, nor in a trial."""
    return reader.enrolment is not None and not reader.enrolment.is_trial


def of_lesson(*, enrolment: Enrolment, lesson: LessonOutline) -> list[PlacedNote]:
    """Return the learner's notes on a lesson, in the order of its text. One query.

    Those whose paragraph was changed come last. `LessonState.has_notes` says if there are any.
    """
    return _placed(lesson.row, _OF_LESSON.all(enrolment.pk, lesson.id))


def placed(*, reader: access.Reader, note: LessonNote) -> PlacedNote:
    """Return a note with whether its paragraph is in the lesson as the learner reads it."""
    plan = outline(reader.course)
    if not plan.has_lesson(note.lesson.key):
        return PlacedNote(note, is_found=False)
    (one,) = _placed(plan.lesson(note.lesson.key).row, [note])
    return one


def by_lesson(*, reader: access.Reader) -> list[NotedLesson]:
    """Return all notes of the learner in the course, by its lessons in their order. One query."""
    enrolment = _owner(reader)
    rows = LessonNote.objects.filter(enrolment=enrolment).select_related("lesson")
    found: dict[int, list[LessonNote]] = {}
    for row in rows.order_by("pk"):
        found.setdefault(row.lesson_id, []).append(row)
    known = [one for module in outline(reader.course).modules for one in module.lessons]
    here = [
        NotedLesson(one.row, one, _placed(one.row, found.pop(one.id)))
        for one in known
        if one.id in found
    ]
    return here + [
        NotedLesson(rows[0].lesson, None, [PlacedNote(row, is_found=False) for row in rows])
        for rows in found.values()
    ]


def find(*, reader: access.Reader, lesson_key: str, place: str) -> tuple[LessonNote | None, str]:
    """Return the note at a paragraph, if there is one, and the first words of the paragraph.

    Raises NotFound where there is neither the one nor the other.
    """
    row = _at(_owner(reader), lesson_key, place).first()
    if row is not None:
        return row, row.quote
    words = _quote(outline(reader.course).lesson(lesson_key), place)
    if not words:
        raise NotFound
    return None, words


def save(
    *,
    reader: access.Reader,
    lesson_key: str,
    place: str,
    text: str,
    based_on: int,
    now: datetime,
) -> NoteSaved:
    """Store the note at a paragraph; with an empty text it is a bookmark.

    `based_on` is the revision that the learner saw, 0 where there was none. Saving the same text
    again changes nothing. Raises StaleNote, Invalid, TooMuch, NotFound.
    """
    enrolment, words = _owner(reader), _words(text)
    with transaction.atomic():
        locks.enrolment(pk=enrolment.pk)
        row = _at(enrolment, lesson_key, place).first()
        if row is None and based_on:
            raise StaleNote(_("This note was deleted elsewhere meanwhile."), revision=0, text="")
        if row is None:
            lesson = outline(reader.course).lesson(lesson_key)
            return NoteSaved(_create(enrolment, lesson, place, words, now), is_new=True)
        if row.text != words:
            if row.revision != based_on:
                raise StaleNote(revision=row.revision, text=row.text)
            row.text, row.revision, row.changed_at = words, row.revision + 1, now
            row.save(update_fields=["text", "revision", "changed_at"])
    return NoteSaved(row, is_new=False)


def delete(
    *, reader: access.Reader, lesson_key: str, place: str, based_on: int | None = None
) -> None:
    """Delete the note at a paragraph. One that is gone already is no mistake.

    Raises StaleNote for one that has changed since the learner saw it, where `based_on` says what
    they saw.
    """
    enrolment = _owner(reader)
    with transaction.atomic():
        locks.enrolment(pk=enrolment.pk)
        row = _at(enrolment, lesson_key, place).first()
        if row is None:
            return
        if based_on is not None and row.revision != based_on:
            raise StaleNote(revision=row.revision, text=row.text)
        row.delete()
        if not LessonNote.objects.filter(enrolment=enrolment, lesson=row.lesson_id).exists():
            _mark(row, has_notes=False)


def _quote(lesson: LessonOutline, place: str) -> str:
    """Return the first words of a paragraph of the lesson; "" where it is not in it."""
    words = paragraphs.words_of(lesson.row.html, place) or ""
    return Truncator(words).chars(LONGEST_QUOTE)


def _owner(reader: access.Reader) -> Enrolment:
    """Return the enrolment whose notes the person reads and writes. Raises NotAllowed."""
    enrolment = reader.enrolled()
    if enrolment.is_trial:
        raise NotAllowed(_("There are no notes in a trial."))
    shutting.refuse_while_shut(enrolment=enrolment)
    return enrolment


def _words(text: str) -> str:
    words = text.replace("\r\n", "\n").strip()
    if len(words) > LONGEST:
        limit = _("A note has at most %(limit)d characters.") % {"limit": LONGEST}
        raise Invalid(problems=[Problem("text", limit)])
    if NUL in words:
        raise Invalid(problems=[Problem("text", _("This text cannot be stored."))])
    return words


def _create(
    enrolment: Enrolment, lesson: LessonOutline, place: str, words: str, now: datetime
) -> LessonNote:
    """Store a new note, under the lock of the enrolment."""
    found = _quote(lesson, place)
    if not found:
        raise NotFound(_("This paragraph is not in the lesson any more."))
    if LessonNote.objects.filter(enrolment=enrolment).count() >= MOST:
        raise TooMuch(
            _("You have %(most)d notes in this course. Delete some to write new ones.")
            % {"most": MOST}
        )
    row = LessonNote.objects.create(
        enrolment=enrolment,
        lesson_id=lesson.id,
        place=place,
        quote=found,
        text=words,
        created_at=now,
        changed_at=now,
    )
    progress.visit(enrolment=enrolment, lesson_id=lesson.id, now=now)
    _mark(row, has_notes=True)
    return row


def _mark(row: LessonNote, *, has_notes: bool) -> None:
    """Store with the learner's progress whether the page of the lesson has notes to read."""
    rows = LessonProgress.objects.filter(enrolment=row.enrolment_id, lesson=row.lesson_id)
    rows.update(has_notes=has_notes)


def _at(enrolment: Enrolment, lesson_key: str, place: str) -> QuerySet[LessonNote]:
    """Return the note at a paragraph, also of a lesson that is not in the course any more."""
    rows = LessonNote.objects.filter(enrolment=enrolment, lesson__key=lesson_key, place=place)
    return rows.select_related("lesson")


def _placed(lesson: Lesson, rows: Iterable[LessonNote]) -> list[PlacedNote]:
    order = {name: at for at, name in enumerate(paragraphs.named_paragraphs(lesson.html))}
    notes = [PlacedNote(row, is_found=row.place in order) for row in rows]
    return sorted(notes, key=lambda one: order.get(one.note.place, len(order)))


_OF_LESSON = PreparedQuery(
    lambda enrolment, lesson: LessonNote.objects.filter(enrolment=enrolment, lesson=lesson),
    int,
    int,
)
