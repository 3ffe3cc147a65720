"""Many questions of a course changed in one step: tagged, put elsewhere, retired."""

from collections.abc import Collection
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace

from django.db import transaction
from django.utils.translation import gettext as _

from courses.coursefiles import rules
from courses.domain import outline
from courses.domain.authoring import starving
from courses.domain.authoring.editions import Origin, recording
from courses.domain.authoring.edits.rows import RowLookup, stop_at
from courses.domain.authoring.rows import lock_course
from courses.errors import Conflict, Problem
from courses.models import Course, Question, Tag
from courses.models.question import QuestionQuerySet


@dataclass(frozen=True, kw_only=True)
class BulkChange:
    """What becomes of the questions; what is left out stays as it is."""

    add_tag: str = ""
    remove_tag: str = ""
    module: str = ""
    objective: str = ""
    is_retired: bool | None = None


@transaction.atomic
def change_questions(
    *,
    course: Course,
    ids: Collection[int],
    change: BulkChange,
    is_confirmed: bool = False,
    origin: Origin | None,
) -> int:
    """Change these questions of the course and return how many. All or none. Idempotent.

    Raises Invalid for a key that the course does not have and for a tag that is none, and
    Conflict when a quiz would lack questions and nobody has confirmed that.
    """
    course = lock_course(course=course)
    names = RowLookup(course)
    names.ask("module", {"module": change.module})
    names.ask("objective", {"objective": change.objective})
    stop_at([*names.problems, *_tag_problems(change.add_tag)])
    columns = {
        name: row
        for name, row in (
            ("module", names.find("module", change.module)),
            ("objective", names.find("objective", change.objective)),
            ("is_retired", change.is_retired),
        )
        if row is not None
    }
    rows = Question.objects.filter(course=course, pk__in=ids)
    found = list(rows)
    if not found:
        return 0
    refusing = starving.refusing(course=course, is_confirmed=is_confirmed)
    with recording(*found, origin=origin), _recording_tags(course, change, origin), refusing:
        _retag(course, rows, change)
        changed = rows.update(**columns) if columns else rows.touch()
    outline.touch(course_id=course.pk)
    return changed


def _recording_tags(
    course: Course, change: BulkChange, origin: Origin | None
) -> AbstractContextManager[None]:
    """Record which questions have the tags that the change adds and takes away."""
    keys = filter(None, (change.add_tag, change.remove_tag))
    tags = [Tag(course=course, key=key) for key in dict.fromkeys(keys)]
    return recording(*tags, origin=origin) if tags else nullcontext()


@transaction.atomic
def restore_tag(
    *, tag: Tag, keys: Collection[str], is_confirmed: bool = False, origin: Origin
) -> int:
    """Give the tag to exactly these questions, as far as they are still there; return how many
    questions change.

    Raises Conflict when a quiz would lack questions and nobody has confirmed that.
    """
    course = lock_course(course=tag.course)
    rows, links = Question.objects.filter(course=course), Question.tags.through.objects
    lacking = list(rows.filter(key__in=keys).exclude(tags=tag))
    beyond = list(rows.filter(tags=tag).exclude(key__in=keys))
    changed = [*lacking, *beyond]
    if not changed:
        return 0
    own = replace(origin, action="")
    refusing = starving.refusing(course=course, is_confirmed=is_confirmed)
    with recording(*changed, origin=own), recording(tag, origin=origin), refusing:
        links.filter(tag=tag, question__in=beyond).delete()
        links.bulk_create(Question.tags.through(question=row, tag=tag) for row in lacking)
        rows.filter(pk__in=[row.pk for row in changed]).touch()
    outline.touch(course_id=course.pk)
    return len(changed)


def _tag_problems(tag: str) -> list[Problem]:
    if not tag or rules.KEY.fullmatch(tag):
        return []
    return [Problem("tag", _("A tag is made of small letters, digits and hyphens."))]


def _retag(course: Course, rows: QuestionQuerySet, change: BulkChange) -> None:
    links = Question.tags.through.objects
    if change.add_tag:
        tag, _made = Tag.objects.get_or_create(course=course, key=change.add_tag)
        untagged = rows.exclude(tags=tag).values_list("pk", flat=True)
        links.bulk_create(
            Question.tags.through(question_id=pk, tag_id=tag.pk) for pk in list(untagged)
        )
    if change.remove_tag:
        links.filter(question__in=rows, tag__course=course, tag__key=change.remove_tag).delete()


def starved_by(*, course: Course, ids: Collection[int], change: BulkChange) -> list[str]:
    """Return a sentence for each quiz that would lack questions. Nothing is changed."""
    try:
        with transaction.atomic():
            change_questions(course=course, ids=ids, change=change, origin=None)
            transaction.set_rollback(True)
    except Conflict as error:
        return [str(error.message)]
    return []
