"""Quizzes, one at a time: their rules and their items, from draft to archive."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext as _

from courses.coursefiles.quizzes import check_quiz
from courses.coursefiles.rules import SMALL_LIMIT
from courses.coursefiles.schema import QuizFile
from courses.domain import draw_checks
from courses.domain.authoring import apart
from courses.domain.authoring.editions import Origin, recording
from courses.domain.authoring.edits.rows import RowLookup, columns, place, refuse_taken, stop_at
from courses.domain.authoring.entries import RecordEntry
from courses.domain.authoring.marks import files_of, mark_problems
from courses.domain.authoring.quizzes import Pinned, assign_quiz, make_item
from courses.domain.authoring.rows import lock_course
from courses.domain.reveal import policy
from courses.errors import Problem
from courses.models import Course, Module, Question, QuestionVersion, Quiz, QuizItem
from courses.questions import registry

_ITEM = (
    "points",
    "question_id",
    "version_id",
    "draw_count",
    "draw_objective_id",
    "draw_tag_id",
    "draw_difficulty",
)


@transaction.atomic
def create_quiz(
    *,
    course: Course,
    record: QuizFile,
    module: str,
    position: int | None = None,
    origin: Origin | None,
) -> Quiz:
    """Create a quiz, as a draft or ready as the record has it; without a position, at the end.

    Raises Invalid with every problem, and Conflict when the key is taken.
    """
    course = lock_course(course=course)
    row = Quiz(course=course, key=record.key)
    with recording(row, origin=origin):
        names = _assign(row, record, module, position)
        items = items_of(quiz=row, record=record, names=names)
        stop_at(item_problems(quiz=row, items=items, is_draft=row.is_draft))
        refuse_taken(model=Quiz, course=course, key=record.key)
        row.save()
        row.requires_modules.set(_required(record, names))
        QuizItem.objects.bulk_create(items)
        return row


@transaction.atomic
def change_quiz(
    *, quiz: Quiz, record: QuizFile, module: str, position: int | None = None, origin: Origin | None
) -> Quiz:
    """Give the quiz the record's rules and items; its status is left as it is.

    Saved only if that is something new; attempts under way keep what they began with, versions and
    points too. Raises Invalid.
    """
    lock_course(course=quiz.course)
    with recording(quiz, origin=origin):
        before, required = columns(quiz), {row.pk for row in quiz.requires_modules.all()}
        record = replace(record, status="draft" if quiz.is_draft else "ready")
        is_archived = quiz.is_archived
        names = _assign(quiz, record, module, position)
        quiz.is_archived = is_archived
        wanted = _required(record, names)
        old = list(quiz.items.order_by("position"))
        items = items_of(quiz=quiz, record=record, names=names)
        has_new_items = _as_rows(items) != _as_rows(old)
        if has_new_items:  # What stands already is not held against a change beside it.
            stop_at(item_problems(quiz=quiz, items=items, is_draft=quiz.is_draft))
            _replace(old, items)
        if has_new_items or columns(quiz) != before or required != {row.pk for row in wanted}:
            quiz.requires_modules.set(wanted)
            quiz.save()
        return quiz


@transaction.atomic
def publish_quiz(*, quiz: Quiz, origin: Origin | None) -> Quiz:
    """Publish the quiz for learners. Idempotent. Raises Invalid when it cannot be taken."""
    lock_course(course=quiz.course)
    with recording(quiz, origin=origin):
        if quiz.is_draft:
            stop_at(quiz_problems(quiz))
            quiz.is_draft, quiz.publish_at, quiz.publish_refusal = False, None, ""
            quiz.save(update_fields=["is_draft", "publish_at", "publish_refusal"])
        return quiz


def archive_quiz(*, quiz: Quiz, origin: Origin | None) -> Quiz:
    """Archive the quiz: nobody starts it any more; attempts and results stay. Idempotent."""
    return _set_archived(quiz, is_archived=True, origin=origin)


def restore_quiz(*, quiz: Quiz, origin: Origin | None) -> Quiz:
    """Restore the quiz from the archive, as the draft or ready quiz that it was. Idempotent."""
    return _set_archived(quiz, is_archived=False, origin=origin)


def quiz_problems(quiz: Quiz) -> list[Problem]:
    """Return why learners could not take the quiz in its present state; empty when they can."""
    rows = quiz.items.select_related("question", "version").defer("version__data")
    return list(item_problems(quiz=quiz, items=list(rows.order_by("position")), is_draft=False))


@transaction.atomic
def _set_archived(quiz: Quiz, *, is_archived: bool, origin: Origin | None) -> Quiz:
    lock_course(course=quiz.course)
    with recording(quiz, origin=origin):
        if quiz.is_archived != is_archived:
            quiz.is_archived = is_archived
            quiz.save(update_fields=["is_archived"])
        return quiz


def _assign(row: Quiz, record: QuizFile, module: str, position: int | None) -> RowLookup:
    """Give the row the record's rules; return the rows that it names. Raises Invalid."""
    names = names_of(course=row.course, record=record, module=module)
    is_new = row.pk is None
    together = [
        problem
        for problem in check_quiz(record, has_module=bool(module))
        if is_new or problem.path not in {"key", "items"}
    ]
    found = names.judge(record, is_new=is_new)
    if record.intro != row.intro:
        files = files_of(module=names.find("module", module))
        found += mark_problems(course=row.course, files=files, texts=[("intro", record.intro)])
    stop_at([*found, *together, *policy.check_credit(record.credit)])
    position = place(row=row, module=names.find("module", module), position=position)
    entry = RecordEntry("quiz", row.key, record, {}, module, position)
    assign_quiz(row=row, entry=entry, find=names.find)
    row.compares_with = names.find("quiz", record.compares_with)
    return names


def names_of(*, course: Course, record: QuizFile, module: str) -> RowLookup:
    """Return the rows that the record names, by key."""
    names = RowLookup(course)
    required = {f"requires_modules.{i}": key for i, key in enumerate(record.requires_modules)}
    draws = [(f"items.{i}.draw", item.draw) for i, item in enumerate(record.items) if item.draw]
    questions = {f"items.{i}.question": item.question for i, item in enumerate(record.items)}
    names.ask("module", {"module": module, **required})
    names.ask("quiz", {"compares_with": record.compares_with})
    names.ask("question", questions)
    names.ask("objective", {f"{path}.objective": draw.objective for path, draw in draws})
    names.ask("tag", {f"{path}.tag": draw.tag for path, draw in draws})
    return names


def _required(record: QuizFile, names: RowLookup) -> list[Module]:
    return [names.find("module", key) for key in dict.fromkeys(record.requires_modules)]


def items_of(*, quiz: Quiz, record: QuizFile, names: RowLookup) -> list[QuizItem]:
    """Return the items of the record, not saved yet.

    Raises Invalid for a version that is not there.
    """
    pinned = _pinned(record, names)
    items = [
        make_item(quiz=quiz, position=position, record=item, find=names.find, pinned=pinned)
        for position, item in enumerate(record.items, start=1)
    ]
    stop_at(
        Problem(f"items.{index}.version", _("This question has no such version."))
        for index, (item, one) in enumerate(zip(items, record.items, strict=True))
        if one.version is not None and item.version is None
    )
    return items


def item_problems(*, quiz: Quiz, items: Sequence[QuizItem], is_draft: bool) -> Iterator[Problem]:
    """Yield what is wrong with the items together; a draft may still be without any."""
    if not items and not is_draft:
        yield Problem("items", _("A quiz needs at least one item."))
    yield from _votes(items)
    yield from apart.item_problems(items=items)
    yield from _unready(items, is_draft=is_draft)
    yield from _unfilled(quiz, items)


def _pinned(record: QuizFile, names: RowLookup) -> Pinned:
    wanted = {(item.question, item.version) for item in record.items if item.version is not None}
    if not wanted:
        return {}
    questions = {names.find("question", key) for key, _number in wanted}
    numbers = {number for _key, number in wanted}
    rows = QuestionVersion.objects.filter(question__in=questions, number__in=numbers)
    return {(row.question_id, row.number): row for row in rows.defer("data")}


def _unready(items: Sequence[QuizItem], *, is_draft: bool) -> Iterator[Problem]:
    """Yield a problem for items that would show nothing, or an unfinished version."""
    for index, item in enumerate(items):
        if item.version is not None and item.version.status == QuestionVersion.Status.DRAFT:
            yield Problem(f"items.{index}.version", _("This version is a draft."))
        elif not is_draft and item.version is None and _has_nothing(item):
            text = _("No version of this question is ready.")
            yield Problem(f"items.{index}.question", text)


def _has_nothing(item: QuizItem) -> bool:
    return item.question is not None and item.question.ready_version_id is None


def _votes(items: Sequence[QuizItem]) -> Iterator[Problem]:
    """Yield a problem for items in which nobody can be right or wrong."""
    kinds = {key for key, kind in registry.all_types().items() if not kind.is_scored}
    asked = Question.objects.filter(pk__in={item.question_id for item in items})
    votes = set(asked.filter(ready_version__type__in=kinds).values_list("pk", flat=True))
    for index, item in enumerate(items):
        is_pinned = item.version is not None and item.version.type in kinds
        if item.question is not None and (is_pinned or item.question_id in votes):
            text = _("“%(key)s” is a vote. Votes belong in lessons; a quiz cannot score them.")
            yield Problem(f"items.{index}.question", text % {"key": item.question.key})


def _unfilled(quiz: Quiz, items: Sequence[QuizItem]) -> Iterator[Problem]:
    """Yield a problem for draws for which the bank holds too few questions."""
    draws = [item for item in items if item.draw_count]
    if not draws:
        return
    bank = draw_checks.read_bank(course_id=quiz.course_id, draws=draws)
    short = draw_checks.shortages(places=items, bank=bank)
    for index, left in short.items():
        text = _("The bank has %(left)d questions left for this draw, not %(wanted)d.")
        counts = {"left": left, "wanted": items[index].draw_count}
        yield Problem(f"items.{index}.draw.count", text % counts)
    clash = None if short else draw_checks.unfillable(places=items, bank=bank)
    if clash is not None:
        yield apart.draw_problem(index=clash)


def _replace(old: Sequence[QuizItem], new: Sequence[QuizItem]) -> None:
    """Give the new items the rows of the old ones in their order, as far as these go."""
    if old and old[-1].position + len(new) > SMALL_LIMIT:  # no room behind them
        QuizItem.objects.filter(pk__in=[row.pk for row in old]).delete()
        old = []
    for item, row in zip(new, old, strict=False):
        item.pk, item.position = row.pk, row.position
    last = old[-1].position if old else 0
    added = new[len(old) :]
    for position, item in enumerate(added, start=last + 1):
        item.position = position
    QuizItem.objects.bulk_update(new[: len(old)], _ITEM)
    QuizItem.objects.bulk_create(added)
    for row in old[len(new) :]:
        row.delete()


def _as_rows(items: Sequence[QuizItem]) -> list[list[object]]:
    return [[getattr(item, name) for name in _ITEM] for item in items]
