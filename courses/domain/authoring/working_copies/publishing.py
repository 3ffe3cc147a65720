"""A draft becomes what learners see, in one transaction, and overwrites nothing unseen."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from courses.domain.authoring import edits
from courses.domain.authoring.editions import (
    ContentState,
    Origin,
    content_hash,
    editions_of,
    state_of,
)
from courses.domain.authoring.entries import entry
from courses.domain.authoring.working_copies.things import Thing, row_of
from courses.errors import Conflict
from courses.models import WorkingCopy

SEARCHED = 50
"""So many editions are looked through for the state that a page began from."""


@dataclass(frozen=True, kw_only=True)
class Publication:
    """What is to be published of a thing, and the state that its author has seen."""

    record: Any
    module: str = ""
    based_on: str = ""
    is_ready: bool = True
    """Whether learners shall get it: else a question or quiz stays a draft, a lesson hidden."""
    is_confirmed: bool = False
    note: str = ""


@dataclass(frozen=True)
class TwoEditors:
    """Three states of a thing that two people changed; `based_on` names the one stored now."""

    base: Mapping[str, Any]
    theirs: Mapping[str, Any]
    mine: Mapping[str, Any]
    based_on: str


@transaction.atomic
def publish(
    *,
    thing: Thing,
    publication: Publication,
    copy: WorkingCopy | None,
    revision: int = 0,
    tab: str = "",
    origin: Origin,
) -> Any:
    """Write the record, with its edition, and end the working copy; return the row.

    The copy stays open, from the new state on, when another page has written into it since
    `revision`. Raises Overtaken when somebody else has changed the thing since `based_on`,
    Invalid with paths, and Conflict when it is gone, or needs to be confirmed; then nothing is
    written.
    """
    edits.lock_course(course=thing.course)
    row = row_of(thing)
    is_new = not thing.key or (copy is not None and copy.is_new)
    if row is None and not is_new:
        raise Conflict(_("This no longer exists in the course."))
    state = state_of(row) if row is not None and is_new else None
    if state is not None:
        raise edits.Overtaken(_("Somebody else has made this since it was proposed."), state)
    row = _WRITERS[thing.kind](thing, row, publication, origin)
    if copy is not None:
        _end(copy, row, revision, tab, origin)
    return row


def two_editors(
    *, thing: Thing, publication: Publication, copy: WorkingCopy | None, theirs: ContentState
) -> TwoEditors:
    """Return the three states of a conflict. The base is empty where it is not known any more."""
    is_same = copy is not None and copy.base_hash == publication.based_on
    base = (
        copy.base
        if copy and is_same
        else state_that_was(thing=thing, based_on=publication.based_on)
    )
    mine = record_values(thing=thing, publication=publication)
    return TwoEditors(base or {}, theirs.values, mine, theirs.content_hash)


def chosen_from(*, thing: Thing, publication: Publication, began: str, shown: str) -> TwoEditors:
    """Return the three states that a page with a conflict has shown, to choose from them."""
    base = state_that_was(thing=thing, based_on=began)
    theirs = state_that_was(thing=thing, based_on=shown)
    mine = record_values(thing=thing, publication=publication)
    return TwoEditors(base or {}, theirs or {}, mine, shown)


def record_values(*, thing: Thing, publication: Publication) -> dict[str, Any]:
    """Return the values of a record as an edition would hold them, but for its place."""
    made = entry(thing.kind, record=publication.record, module=publication.module)
    return made.values


def stored_state(*, thing: Thing) -> ContentState | None:
    """Return what is stored of the thing; None where it is new or gone."""
    row = row_of(thing)
    return state_of(row) if row is not None else None


def state_that_was(*, thing: Thing, based_on: str) -> dict[str, Any] | None:
    """Return the values of the state with this hash: as it is stored, or by an edition."""
    state = stored_state(thing=thing)
    if state is None or not based_on or state.content_hash == based_on:
        return state.values if state is not None else None
    rows = editions_of(course=thing.course, kind=thing.kind, key=thing.key).exclude(hash="")
    for values in rows.values_list("values", flat=True)[:SEARCHED]:
        if content_hash(values) == based_on:
            return dict(values)
    return {}


def _end(copy: WorkingCopy, row: Any, revision: int, tab: str, origin: Origin) -> None:
    locked = WorkingCopy.objects.select_for_update().filter(pk=copy.pk).first()
    if locked is None or locked.ended_at is not None:
        return
    if locked.is_proposal:
        locked.end(WorkingCopy.Outcome.ACCEPTED, by=origin.reviewed_by, now=origin.now)
        locked.save()
    elif locked.revision == revision or (tab and locked.tab == tab):
        locked.delete()
    else:
        state = state_of(row)
        assert state is not None  # noqa: S101 (it was just written)
        locked.key, locked.publish_at, locked.record = row.key, None, None
        locked.base, locked.base_hash = state.values, state.content_hash
        locked.save()


def _lesson(thing: Thing, row: Any, wanted: Publication, origin: Origin) -> Any:
    if row is None:
        row = edits.create_lesson(
            course=thing.course, record=wanted.record, module=wanted.module, origin=origin
        )
    else:
        row = _saved_lesson(row, wanted, origin)
    if wanted.is_ready:
        edits.publish_part(row=row, is_confirmed=wanted.is_confirmed, origin=origin)
    return row


def _saved_lesson(row: Any, wanted: Publication, origin: Origin) -> Any:
    return edits.save_lesson(
        lesson=row,
        record=wanted.record,
        based_on=wanted.based_on,
        is_confirmed=wanted.is_confirmed,
        origin=origin,
    )


def _question(thing: Thing, row: Any, wanted: Publication, origin: Origin) -> Any:
    values = {
        "record": wanted.record,
        "module": wanted.module,
        "note": wanted.note,
        "by": origin.by,
        "origin": origin,
    }
    if row is None:
        return edits.create_question(course=thing.course, **values)
    edits.save_question(
        question=row,
        is_ready=wanted.is_ready,
        based_on=wanted.based_on,
        is_confirmed=wanted.is_confirmed,
        **values,
    )
    return row


def _quiz(_thing: Thing, row: Any, wanted: Publication, origin: Origin) -> Any:
    return edits.save_quiz(
        quiz=row,
        record=wanted.record,
        module=wanted.module,
        is_ready=wanted.is_ready,
        based_on=wanted.based_on,
        origin=origin,
    )


_WRITERS: dict[str, Callable[[Thing, Any, Publication, Origin], Any]] = {
    "lesson": _lesson,
    "question": _question,
    "quiz": _quiz,
}
