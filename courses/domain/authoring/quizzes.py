"""Writes quizzes: their rules, and the items in them."""

from decimal import Decimal

from django.utils.translation import gettext as _

from courses.coursefiles.schema import QuizItemFile
from courses.domain.authoring.entries import Entry
from courses.domain.authoring.saving import BATCH, Find, Pair, Saver, as_moment
from courses.errors import Invalid
from courses.models import QuestionVersion, Quiz, QuizItem

_MINUTE = 60
_FIELDS = (
    "module",
    "position",
    "title",
    "intro",
    "kind",
    "feedback_mode",
    "credit",
    "review",
    "attempts_allowed",
    "attempt_delay_s",
    "grade_method",
    "time_limit_s",
    "grace_s",
    "opens_at",
    "closes_at",
    "pass_mark",
    "shuffle_items",
    "one_item_per_page",
    "is_draft",
    "is_archived",
)

Pinned = dict[tuple[int, int], QuestionVersion]
"""(question, number) → version."""


def write_quizzes(saver: Saver) -> None:
    """Quizzes with the modules they require and their items.

    Items are replaced, not changed: attempts hold versions and points of their own. Raises Invalid
    when one pins a version that does not exist.
    """
    pairs = saver.save("quiz", Quiz, assign_quiz, _FIELDS)
    _compare(saver, pairs)
    saver.link(
        pairs,
        Quiz.requires_modules.through,
        ("quiz_id", "module_id"),
        lambda entry: saver.ids("module", entry.record.requires_modules),
    )
    QuizItem.objects.filter(quiz__in=[row.pk for row, _entry in pairs]).delete()
    pinned = _pinned(saver, pairs)
    QuizItem.objects.bulk_create(
        make_item(quiz=row, position=position, record=record, find=saver.find, pinned=pinned)
        for row, entry in pairs
        for position, record in enumerate(entry.record.items, start=1)
    )


def _compare(saver: Saver, pairs: list[Pair]) -> None:
    """Post-tests name another quiz, which may have been made with them."""
    changed = []
    for row, entry in pairs:
        other = saver.find("quiz", entry.record.compares_with)
        if row.compares_with_id != (other.pk if other else None):
            row.compares_with = other
            changed.append(row)
    Quiz.objects.bulk_update(changed, ["compares_with"], BATCH)


def assign_quiz(*, row: Quiz, entry: Entry, find: Find) -> None:
    """All that a quiz's record says but its items and the modules that it requires."""
    record = entry.record
    row.module = find("module", entry.module)
    row.position, row.title, row.intro = entry.position, record.title, record.intro
    row.kind, row.feedback_mode = record.kind, record.feedback_mode
    row.credit = [str(share) for share in record.credit]
    row.review = {moment: list(shown) for moment, shown in (record.review or {}).items()}
    row.attempts_allowed = record.attempts_allowed
    row.attempt_delay_s = record.attempt_delay_minutes * _MINUTE + record.attempt_delay_seconds
    row.grade_method = record.grade_method
    limit = (record.time_limit_minutes or 0) * _MINUTE + record.time_limit_seconds
    row.time_limit_s = limit or None
    row.grace_s = record.grace_seconds
    row.opens_at, row.closes_at = as_moment(record.opens_at), as_moment(record.closes_at)
    row.pass_mark = Decimal(record.pass_mark)
    row.shuffle_items, row.one_item_per_page = record.shuffle_items, record.one_item_per_page
    row.is_draft, row.is_archived = record.status == "draft", False


def make_item(
    *, quiz: Quiz, position: int, record: QuizItemFile, find: Find, pinned: Pinned
) -> QuizItem:
    """One place of a quiz, not saved yet."""
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


def _pinned(saver: Saver, pairs: list[Pair]) -> Pinned:
    """The versions that items pin. Raises Invalid when one is not there."""
    wanted = {
        (saver.find("question", item.question).pk, item.version): (entry.key, item.question)
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
