"""Working copies are saved as they are typed, discarded, and brought back."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from courses.domain.authoring.editions import content_hash
from courses.domain.authoring.working_copies.publishing import state_that_was
from courses.domain.authoring.working_copies.things import Thing
from courses.errors import Conflict, Invalid, NotFound, Problem, TooMuch
from courses.models import WorkingCopy

MOST_BYTES = 256 * 1024
MOST_OPEN = 200
DISCARDED_KEPT = timedelta(days=30)

Fields = Sequence[Sequence[str]]
"""Names and texts of a form, as posted; a name may come several times."""


class Faster(Conflict):
    """Another page has saved the draft since; `copy` is what is stored. Nothing was written."""

    code = "faster"

    def __init__(self, copy: WorkingCopy) -> None:
        self.copy = copy
        super().__init__(
            _("You have saved another text of this from another page in the meantime.")
        )


class Ended(Conflict):
    """The draft was published or discarded from another page. Nothing was written."""

    code = "ended"

    def __init__(self) -> None:
        super().__init__(_("What you wrote here was published or discarded from another page."))


@dataclass(frozen=True, kw_only=True)
class Save:
    """One save of a page: what stands in its form, and what it was written against.

    `revision` is that of the draft as the page knows it, 0 for none. A page in a browser names
    itself by `tab` and counts its saves by `turn`, so that it never competes with itself.
    """

    fields: Fields
    based_on: str = ""
    revision: int = 0
    tab: str = ""
    turn: int = 0
    uuid: str = ""
    """Of the draft, where the thing is new and so has no key."""


def find(*, owner: Any, thing: Thing) -> WorkingCopy | None:
    """Return the person's open draft of something that has a key."""
    rows = WorkingCopy.objects.open().filter(owner=owner, **thing.names)
    return rows.select_related("course").first() if thing.key else None


def find_new(*, owner: Any, thing: Thing, uuid: str) -> WorkingCopy | None:
    """Return the person's open draft of something new."""
    rows = WorkingCopy.objects.open().filter(owner=owner, **thing.names)
    is_named = bool(uuid) and not thing.key
    return rows.select_related("course").filter(uuid=uuid).first() if is_named else None


def open_of(*, owner: Any, thing: Thing) -> WorkingCopy | None:
    """Return what the person wrote last of something new of this kind."""
    rows = WorkingCopy.objects.open().filter(owner=owner, **thing.names)
    return rows.order_by("-updated_at", "pk").first()


def texts_of_new(*, copies: Sequence[WorkingCopy], name: str) -> dict[int, str]:
    """Return the text of this field for those of new things, by their keys. One query."""
    new = [copy.pk for copy in copies if not copy.key]
    rows = WorkingCopy.objects.filter(pk__in=new).only("fields") if new else ()
    return {row.pk: row.value(name) for row in rows}


def open_copies(*, owner: Any) -> Sequence[WorkingCopy]:
    """Return all open drafts of a person, the newest first."""
    rows = WorkingCopy.objects.open().filter(owner=owner).select_related("course")
    return list(rows.defer("fields", "base", "record").order_by("-updated_at", "pk"))


@transaction.atomic
def save(*, owner: Any, thing: Thing, sent: Save, now: datetime) -> WorkingCopy:
    """Keep what stands in the form of a page, whether it makes sense or not.

    Raises Faster when another page has saved the draft since, Ended when there is none any more,
    TooMuch above the limits.
    """
    check_size(sent.fields)
    copy = _locked(owner, thing, sent)
    if copy is None:
        if sent.revision:
            raise Ended
        try:
            with transaction.atomic():
                return _create(owner, thing, sent, now)
        except IntegrityError:  # Another page was faster by a moment.
            copy = _locked(owner, thing, sent)
            if copy is None:
                raise
    return write(copy=copy, sent=sent, now=now)


def write(*, copy: WorkingCopy, sent: Save, now: datetime) -> WorkingCopy:
    """Write the fields into a draft that the caller has locked. Raises Faster."""
    fields = [list(pair) for pair in sent.fields]
    is_same_page = bool(sent.tab) and copy.tab == sent.tab
    if is_same_page and sent.turn <= copy.turn:
        return copy  # It was overtaken on its way by a later save of the same page.
    if fields == copy.fields:
        # The last request of a page may arrive after another page has gone on from its text, and
        # that one must not be late then: the revision stays.
        if is_same_page:
            copy.turn = sent.turn
            copy.save(update_fields=["turn"])
        return copy
    if not is_same_page and sent.revision != copy.revision:
        raise Faster(copy)
    copy.fields, copy.tab, copy.turn = fields, sent.tab, sent.turn
    copy.revision += 1
    copy.refusal = ""
    copy.updated_at = now
    copy.save()
    return copy


@transaction.atomic
def continue_from(
    *,
    owner: Any,
    thing: Thing,
    fields: Fields,
    state: Mapping[str, Any],
    is_ended: bool = False,
    now: datetime,
) -> WorkingCopy | None:
    """Let the person's draft hold these fields and go on from another state.

    `is_ended` discards it instead, and returns None.
    """
    check_size(fields)
    copy = _locked(owner, thing, Save(fields=fields))
    if copy is None:
        copy = WorkingCopy(**thing.names, type=thing.type, owner=owner, revision=0, created_at=now)
    if is_ended:
        if copy.pk is not None:
            copy.end(WorkingCopy.Outcome.DISCARDED, by=None, now=now)
            copy.save()
        return None
    copy.fields, copy.tab, copy.turn = [list(pair) for pair in fields], "", 0
    copy.base, copy.base_hash = dict(state), content_hash(state)
    copy.publish_at, copy.record, copy.refusal = None, None, ""
    copy.revision, copy.updated_at = copy.revision + 1, now
    copy.save()
    return copy


@transaction.atomic
def discard(*, copy: WorkingCopy, now: datetime) -> None:
    """Discard a draft; for thirty days it can be brought back. Idempotent."""
    locked = WorkingCopy.objects.select_for_update().get(pk=copy.pk)
    if locked.ended_at is None:
        locked.end(WorkingCopy.Outcome.DISCARDED, by=None, now=now)
        locked.save()


def discarded(*, owner: Any, thing: Thing, now: datetime) -> WorkingCopy | None:
    """Return the draft that the person discarded last, while it can be brought back."""
    rows = WorkingCopy.objects.filter(
        owner=owner,
        outcome=WorkingCopy.Outcome.DISCARDED,
        ended_at__gt=now - DISCARDED_KEPT,
        **thing.names,
    )
    return rows.order_by("-ended_at").first() if thing.key else None


@transaction.atomic
def bring_back(*, copy: WorkingCopy, now: datetime) -> WorkingCopy:
    """Open a discarded draft again. Raises Conflict when the person has a newer one."""
    locked = WorkingCopy.objects.select_for_update().get(pk=copy.pk)
    if locked.ended_at is not None:
        locked.outcome, locked.ended_at, locked.updated_at = "", None, now
        locked.revision += 1
        try:
            with transaction.atomic():
                locked.save()
        except IntegrityError as error:
            raise Conflict(_("You have written something newer. Discard it first.")) from error
    return locked


def _locked(owner: Any, thing: Thing, sent: Save) -> WorkingCopy | None:
    rows = WorkingCopy.objects.open().filter(owner=owner, **thing.names)
    if not thing.key:
        if not (sent.uuid or sent.tab):
            return None
        rows = rows.filter(uuid=sent.uuid) if sent.uuid else rows.filter(tab=sent.tab)
    return rows.select_for_update().first()


def _create(owner: Any, thing: Thing, sent: Save, now: datetime) -> WorkingCopy:
    if WorkingCopy.objects.open().filter(owner=owner).count() >= MOST_OPEN:
        text = _(
            "You have %(number)d texts that are not published. Publish or discard some of them "
            "first."
        )
        raise TooMuch(text % {"number": MOST_OPEN})
    state = state_that_was(thing=thing, based_on=sent.based_on)
    if thing.key and state is None:
        raise NotFound
    return WorkingCopy.objects.create(
        **thing.names,
        type=thing.type,
        owner=owner,
        fields=[list(pair) for pair in sent.fields],
        base=state or {},
        base_hash=(sent.based_on or content_hash(state)) if state is not None else "",
        tab=sent.tab,
        turn=sent.turn,
        created_at=now,
        updated_at=now,
    )


def check_size(fields: Fields) -> None:
    """Raise Invalid for what is too large to be kept."""
    if len(json.dumps(fields, ensure_ascii=False).encode()) > MOST_BYTES:
        text = _("At most %(size)d kB can be kept.") % {"size": MOST_BYTES // 1024}
        raise Invalid(text, problems=[Problem("", text)])
