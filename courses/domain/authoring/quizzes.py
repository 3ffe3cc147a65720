"""Writes quizzes: their rules, and the items in them."""

from decimal import Decimal

from django.utils.translation import gettext as _

from courses.coursefiles.schema import QuizFile, QuizItemFile
from courses.domain.authoring.bulk_writer import BATCH, BulkWriter, Find, Pair
from courses.domain.authoring.columns import column_names, fill
from courses.domain.authoring.entries import RecordEntry
from courses.domain.authoring.structure import assign_status
from courses.errors import Invalid
from courses.models import QuestionVersion, Quiz, QuizItem

_FIELDS = (
    *column_names(model=Quiz, kind=QuizFile),
    "module",
    "position",
    "is_draft",
    "publish_at",
    "is_archived",
)

Pinned = dict[tuple[int, int], QuestionVersion]
"""(question, number) → version."""


def write_quizzes(writer: BulkWriter) -> None:
    """Write quizzes with the modules they require and their items.

    Items are replaced, not changed: attempts hold versions and points of their own. Raises Invalid
    when one pins a version that does not exist.
    """
    pairs = writer.save("quiz", Quiz, assign_quiz, _FIELDS)
    _compare(writer, pairs)
    writer.link(
        pairs,
        Quiz.requires_modules.through,
        ("quiz_id", "module_id"),
        lambda entry: writer.ids("module", entry.record.requires_modules),
    )
    QuizItem.objects.filter(quiz__in=[row.pk for row, _entry in pairs]).delete()
    pinned = _pinned(writer, pairs)
    QuizItem.objects.bulk_create(
        make_item(quiz=row, position=position, record=record, find=writer.find, pinned=pinned)
        for row, entry in pairs
        for position, record in enumerate(entry.record.items, start=1)
    )


def _compare(writer: BulkWriter, pairs: list[Pair]) -> None:
    """Post-tests name another quiz, which may have been made with them."""
    changed = []
    for row, entry in pairs:
        other = writer.find("quiz", entry.record.compares_with)
        if row.compares_with_id != (other.pk if other else None):
            row.compares_with = other
            changed.append(row)
    Quiz.objects.bulk_update(changed, ["compares_with"], BATCH)


def assign_quiz(*, row: Quiz, entry: RecordEntry, find: Find) -> None:
    """Give the row all values of a quiz's record except items and required modules."""
    record = entry.record
    fill(row=row, record=record)
    row.module, row.position = find("module", entry.module), entry.position
    assign_status(row=row, status=record.status)


def make_item(
    *, quiz: Quiz, position: int, record: QuizItemFile, find: Find, pinned: Pinned
) -> QuizItem:
    """Return one item of a quiz, not saved yet."""
    item = QuizItem(quiz=quiz, position=position, points=Decimal(record.points))
    draw = record.draw
    if draw is None:
        item.question = find("question", record.question)
        if record.version is not None and item.question is not None:
            item.version = pinned.get((item.question.pk, record.version))
        return item
    item.draw_count, item.draw_difficulty = draw.count, draw.difficulty
    item.draw_objective = find("objective", draw.objective)
    item.draw_tag = find("tag", draw.tag)
    return item


def _pinned(writer: BulkWriter, pairs: list[Pair]) -> Pinned:
    """Return the versions that items pin. Raises Invalid when one is not there."""
    wanted = {
        (writer.find("question", item.question).pk, item.version): (entry.key, item.question)
        for _row, entry in pairs
        for item in entry.record.items
        if item.version is not None
    }
    if not wanted:
        return {}
    rows = QuestionVersion.objects.filter(question__in={question for question, _number in wanted})
    found = {(row.question_id, row.number): row for row in rows}
    for place, (quiz, question) in wanted.items():
        if place not in found:
            message = _("Quiz “%(quiz)s”: question “%(question)s” has no version %(number)d.")
            names = {"quiz": quiz, "question": question, "number": place[1]}
            raise Invalid(message % names)
    return found
