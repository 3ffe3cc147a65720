"""What programs propose: a person reads it, and accepts or refuses it."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from courses.domain.authoring import edits
from courses.domain.authoring.editions import state_of
from courses.domain.authoring.edits.rows import RowLookup, stop_at
from courses.domain.authoring.working_copies.copies import (
    MOST_OPEN,
    Faster,
    Save,
    check_size,
    write,
)
from courses.domain.authoring.working_copies.things import Thing, row_of
from courses.errors import Conflict, Invalid, Problem, TooMuch
from courses.models import ApiClient, Course, WorkingCopy
from courses.questions.data import dump

Outcome = WorkingCopy.Outcome
LONGEST_REASON = 300


@transaction.atomic
def propose(
    *, client: ApiClient, tool: str, thing: Thing, record: Any, module: str, now: datetime
) -> tuple[WorkingCopy, bool]:
    """Store what a program proposes, in place of what it proposed for the same thing before.

    Nothing is published. Return the proposal, and whether it is a new one. Raises TooMuch above
    the limit, and Invalid for a module that the course does not have, as publishing it would.
    """
    _check_module(thing, module)
    proposed = {"record": dump(record), "module": module}
    check_size([["record", str(proposed)]])
    edits.lock_course(course=thing.course)
    row = row_of(thing)
    state = state_of(row) if row is not None else None
    open_ones = WorkingCopy.objects.open().proposals().filter(client=client)
    copy = open_ones.select_for_update().filter(**thing.names).first()
    is_new = copy is None
    if copy is None:
        if open_ones.count() >= MOST_OPEN:
            text = _("%(number)d proposals wait already. Wait until a person has decided on some.")
            raise TooMuch(text % {"number": MOST_OPEN})
        copy = WorkingCopy(**thing.names, client=client, created_at=now, revision=0)
    copy.type, copy.tool, copy.record, copy.fields = thing.type, tool, proposed, []
    copy.base, copy.base_hash = (state.values, state.content_hash) if state else ({}, "")
    copy.tab, copy.turn = "", 0
    copy.revision, copy.updated_at = copy.revision + 1, now
    copy.save()
    return copy, is_new


def _check_module(thing: Thing, module: str) -> None:
    names = RowLookup(thing.course)
    names.ask("module", {"module": module})
    if not module and thing.kind == "lesson":
        names.problems.append(Problem("module", _("A lesson belongs to a module.")))
    stop_at(names.problems)


def proposals(*, course: Course) -> QuerySet[WorkingCopy]:
    """Return the proposals that wait in a course, the oldest first."""
    rows = WorkingCopy.objects.open().proposals().filter(course=course)
    return rows.select_related("client", "course").order_by("created_at", "pk")


def count_proposals(*, courses: QuerySet[Course]) -> dict[int, int]:
    """Return course → how many proposals wait. One query."""
    rows = WorkingCopy.objects.open().proposals().filter(course__in=courses)
    return dict(rows.order_by().values_list("course").annotate(Count("pk")))


@transaction.atomic
def write_proposal(*, copy: WorkingCopy, sent: Save, now: datetime) -> WorkingCopy:
    """Keep what a reviewer made of a proposal. Raises Faster, and Conflict when it is decided."""
    check_size(sent.fields)
    locked = _open(copy)
    if sent.revision != locked.revision and locked.tab != sent.tab:
        raise Faster(locked)
    return write(copy=locked, sent=sent, now=now)


@transaction.atomic
def refuse(*, copy: WorkingCopy, reason: str, by: Any, now: datetime) -> WorkingCopy:
    """Refuse a proposal; its program reads the reason. Raises Invalid without one."""
    reason = reason.replace("\0", "").strip()
    if not 0 < len(reason) <= LONGEST_REASON:
        text = _("Say why, in at most 300 characters: the program reads it.")
        raise Invalid(problems=[Problem("reason", text)])
    locked = _open(copy)
    locked.end(Outcome.REFUSED, by=by, now=now, reason=reason)
    locked.save()
    return locked


@transaction.atomic
def withdraw(*, copy: WorkingCopy, now: datetime) -> None:
    """Take a proposal back. Idempotent for one that has ended."""
    locked = WorkingCopy.objects.select_for_update().get(pk=copy.pk)
    if locked.ended_at is None:
        locked.end(Outcome.WITHDRAWN, by=None, now=now)
        locked.save()


def _open(copy: WorkingCopy) -> WorkingCopy:
    locked = WorkingCopy.objects.select_for_update().filter(pk=copy.pk).first()
    if locked is None or locked.ended_at is not None:
        raise Conflict(_("This proposal is decided already, or was withdrawn."))
    return locked
