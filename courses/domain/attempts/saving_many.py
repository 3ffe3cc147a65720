"""Saving many responses of one attempt at once: one lock, and few statements for all of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import prefetch_related_objects

from courses import bulk
from courses.domain import item_views, locks, shutting, votes
from courses.domain.attempts import items, saving
from courses.domain.attempts.closing import close_due, is_over
from courses.domain.attempts.saving import Saved, SaveRequest
from courses.domain.reveal.policy import Policy
from courses.errors import CoursesError, NotFound
from courses.models import Attempt, AttemptItem, Response

_SUMS = ("stored_in_hour", "stored_in_attempt")
"""What `limits.with_sums` reads of all items alike."""


@dataclass(frozen=True)
class SentResponse:
    """One of many: a form's lists or plain JSON, and the revision it was written against."""

    raw: Any
    based_on: int
    is_clear: bool = False
    is_complete: bool = False


def save_many(
    *,
    attempt: Attempt,
    sent: Mapping[int, SentResponse],
    by: Any,
    now: datetime,
    channel: str = "web",
    idempotency_key: str | None = None,
) -> dict[int, Saved | CoursesError]:
    """Store the responses by the position of their items; return what became of each.

    One that cannot be stored has the error that `save` would raise in its place, and does not stop
    the others. Raises Invalid for a key that cannot be stored; then nothing was.
    """
    saving.check_key(key=idempotency_key)
    shutting.refuse_practice(attempt=attempt)
    if is_over(attempt=attempt, now=now):
        close_due(attempts=[attempt], now=now)
    with transaction.atomic():
        locked = locks.attempt(pk=attempt.pk)
        many = _ManySaves(locked, by=by, now=now, channel=channel, key=idempotency_key)
        many.read(list(sent))
        outcomes = {position: many.outcome(position, one) for position, one in sent.items()}
        many.write()
        many.complete(list(outcomes.values()))
        return outcomes


class _ManySaves:
    """Responses to items of one locked attempt, gathered before they are written.

    Where a save is graded at once, or depends on another one of the same request, it is written
    at once instead: the next one must see it.
    """

    def __init__(
        self, attempt: Attempt, *, by: Any, now: datetime, channel: str, key: str | None
    ) -> None:
        self.attempt, self.by, self.now = attempt, by, now
        self.channel, self.key = channel, key
        self.policy = Policy.load(attempt.policy)
        self.items: dict[int, AttemptItem] = {}
        self.earlier: dict[int, Response] = {}
        self.rows: list[Response] = []
        self.sums: AttemptItem | None = None
        self.is_gathered = False

    def read(self, positions: list[int]) -> None:
        """Read the items, and what a request with this key stored before: one or two queries."""
        found = items.with_versions(self.attempt, now=self.now)
        self.items = {item.position: item for item in found if item.position in positions}
        if self.key is not None:
            rows = Response.objects.filter(item__in=self.items.values(), idempotency_key=self.key)
            self.earlier = {row.item_id: row for row in rows}
        self.is_gathered = not (
            self.policy.is_graded_at_once
            or self.attempt.quiz.is_review
            or any(votes.earlier_vote(item.version) for item in self.items.values())
        )
        self.sums = next(iter(self.items.values()), None)

    def outcome(self, position: int, sent: SentResponse) -> Saved | CoursesError:
        """Return what becomes of one response; what is to be stored is written by `write`."""
        item = self.items.get(position)
        if item is None:
            return NotFound()
        request = SaveRequest(
            sent.raw,
            sent.based_on,
            self.by,
            self.now,
            self.channel,
            self.key,
            sent.is_clear,
            sent.is_complete,
        )
        try:
            return self._outcome(item, request)
        except CoursesError as error:
            return error

    def _outcome(self, item: AttemptItem, request: SaveRequest) -> Saved:
        value, earlier = saving.parse(item=item, request=request), self.earlier.get(item.pk)
        if saving.is_stored(
            attempt=self.attempt, item=item, value=value, request=request, earlier=earlier
        ):
            same = saving.saved(item=item, policy=self.policy, request=request, is_new=False)
            return same if earlier is None else saving.as_before(stored=same, earlier=earlier)
        self._store(item, value, request)
        return saving.saved(item=item, policy=self.policy, request=request, is_new=True)

    def _store(self, item: AttemptItem, value: Any, request: SaveRequest) -> None:
        for name in _SUMS:  # With what the responses before it in this request have added.
            setattr(item, name, getattr(self.sums, name))
        if self.is_gathered:
            row = saving.new_response(item=item, value=value, request=request)
            item.revision, item.value = row.revision, value
            self.rows.append(row)
        else:
            row = saving.store(item=item, value=value, request=request, policy=self.policy)
        for name in _SUMS:
            setattr(self.sums, name, getattr(self.sums, name) + row.size)

    def write(self) -> None:
        """Write what was gathered: one INSERT and one UPDATE for all."""
        bulk.insert(self.rows)
        bulk.update([row.item for row in self.rows], ["revision", "value"])

    def complete(self, outcomes: list[Saved | CoursesError]) -> None:
        """Read the questions of what is shown again; none where all is stored and hidden."""
        shown = [one.details.get("item") for one in outcomes if isinstance(one, CoursesError)]
        if self.policy.is_graded_at_once:
            shown += [one.item for one in outcomes if isinstance(one, Saved)]
        unread = [item for item in shown if item is not None]
        if unread:
            prefetch_related_objects(unread, *item_views.QUESTION_PATHS)
