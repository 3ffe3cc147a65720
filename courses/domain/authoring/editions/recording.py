"""Editions are written in the transaction of the change that they record."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery

from courses.domain.authoring.editions.states import (
    ORDER,
    TAG,
    ContentState,
    Name,
    States,
    course_of,
    states_of,
    states_of_course,
)
from courses.domain.authoring.plan import GONE
from courses.domain.authoring.rows import Rows, lock_course
from courses.domain.regrading import staleness
from courses.models import Course, Edition

Action = Edition.Action
BATCH = 200
FEW = 3
"""So many rows are read one by one; of more the whole course is read."""
_State = ContentState | None


@dataclass(frozen=True)
class Origin:
    """Who changes something, when and by which way; `action` where it is not to be worked out."""

    channel: str
    by: Any
    now: datetime
    client: Any = None
    tool: str = ""
    reviewed_by: Any = None
    note: str = ""
    action: str = ""


@contextmanager
def recording(*rows: Any, origin: Origin | None) -> Iterator[None]:
    """Record what the block changes in these rows of one course, in its transaction.

    A row that the block creates is given unsaved. Without an origin the caller records.
    The course is locked.
    """
    with transaction.atomic():
        course = course_of(rows[0])
        if origin is None:
            yield
            return
        if course.pk is not None:
            lock_course(course=course)
        before = _read(course, rows) if course.pk is not None else {}
        yield
        course = course_of(rows[0])
        record(course=course, before=before, after=_read(course, rows), origin=origin)


def _read(course: Course, rows: Sequence[Any]) -> States:
    """Return the states of the rows; of the whole course where that takes fewer queries."""
    return states_of(rows) if len(rows) <= FEW else states_of_course(Rows(course))


@contextmanager
def recording_course(*, course: Course, origin: Origin) -> Iterator[None]:
    """Record what the block changes in any number of rows; a constant number of queries."""
    with transaction.atomic():
        lock_course(course=course)
        before = states_of_course(Rows(course))
        yield
        record(course=course, before=before, after=states_of_course(Rows(course)), origin=origin)


def record(
    *,
    course: Course,
    before: States,
    after: States,
    origin: Origin,
) -> list[Edition]:
    """Write an edition of everything that differs, in two queries; the caller locks the course.

    Where the newest edition is not the state before, that state gets an edition first.
    """
    changed = [name for name in {**before, **after} if _hash(before, name) != _hash(after, name)]
    if not changed:
        return []
    newest = {(row.kind, row.key): row for row in newest_editions(course=course, names=changed)}
    new: list[Edition] = []
    for name in changed:
        last, old = newest.get(name), before.get(name)
        row = _Next(course, name, last.number if last else 0)
        if _hash(before, name) != (last.hash if last else ""):
            new.append(row.unrecorded(old, is_first=last is None, now=origin.now))
        new.append(row.changed(old, after.get(name), origin))
    staleness.queue_changed(course=course, names=changed, now=origin.now)
    return Edition.objects.bulk_create(new, BATCH)


def record_unrecorded(*, course: Course, states: States, now: datetime) -> list[Edition]:
    """Write an edition of what the newest one does not hold as these states of the course are."""
    rows = newest_editions(course=course).exclude(kind=TAG)
    newest = {(row.kind, row.key): row for row in rows}
    found = [
        _Next(course, name, last.number).unrecorded(states.get(name), is_first=False, now=now)
        for name, last in newest.items()
        if last.hash != _hash(states, name)
    ]
    return Edition.objects.bulk_create(found, BATCH)


def editions_of(*, course: Course, kind: str, key: str) -> QuerySet[Edition]:
    """Return the editions of one thing, the newest first."""
    found: QuerySet[Edition] = Edition.objects.filter(course=course, kind=kind, key=key)
    return found.order_by("-number")


def newest_editions(*, course: Course, names: Iterable[Name] = ()) -> QuerySet[Edition]:
    """Return the newest edition of each of these things; of all of the course without names."""
    rows = Edition.objects.filter(course=course)
    wanted = list(names)
    if wanted:
        rows = rows.filter(kind__in={kind for kind, _key in wanted})
        if len(wanted) <= BATCH:
            rows = rows.filter(key__in={key for _kind, key in wanted})
    last = Edition.objects.filter(
        course=OuterRef("course"), kind=OuterRef("kind"), key=OuterRef("key")
    ).order_by("-number")
    found: QuerySet[Edition] = rows.filter(number=Subquery(last.values("number")[:1]))
    return found


def _hash(states: States, name: Name) -> str:
    return states[name].hash if name in states else ""


@dataclass
class _Next:
    """The next edition of one thing, and the one after that."""

    course: Course
    name: Name
    number: int

    def unrecorded(self, state: _State, *, is_first: bool, now: datetime) -> Edition:
        """Return an edition of which nobody knows who made it."""
        since = Action.QUESTIONS if self.name[0] == TAG else Action.UNRECORDED
        action = Action.BASELINE if is_first else since
        return self._row(state, state, action=action, created_at=now)

    def changed(self, old: _State, new: _State, origin: Origin) -> Edition:
        return self._row(
            new,
            old,
            action=_action(self.name, old, new, origin),
            channel=origin.channel,
            client=origin.client,
            tool=origin.tool,
            by=origin.by,
            reviewed_by=origin.reviewed_by,
            note=origin.note,
            created_at=origin.now,
        )

    def _row(self, state: _State, former: _State, **values: Any) -> Edition:
        self.number += 1
        kind, key = self.name
        return Edition(
            course=self.course,
            kind=kind,
            key=key,
            number=self.number,
            **_columns(state, former),
            **values,
        )


def _columns(state: _State, former: _State) -> dict[str, Any]:
    """Return what an edition stores; of something deleted its last values, without a hash."""
    if state is None:
        return {"values": former.values if former else {}, "hash": ""}
    return {
        "values": state.values,
        "hash": state.hash,
        "file_hash": "" if state.file_hash == GONE else state.file_hash,
        "version_id": state.version_id,
    }


def _action(name: Name, old: _State, new: _State, origin: Origin) -> str:
    if old is None:
        return Action.CREATED
    if new is None:
        return Action.DELETED
    if origin.action and name[0] != ORDER:
        return origin.action
    if new.is_archived != old.is_archived:
        return Action.ARCHIVED if new.is_archived else Action.BROUGHT_BACK
    return Action.CHANGED
