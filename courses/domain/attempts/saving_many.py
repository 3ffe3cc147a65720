"""Saving many responses of one attempt at once: one lock, and few statements for all of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from courses.domain import item_views, locks, shutting, votes
from courses.domain.attempts import limits, saving
from courses.domain.attempts.closing import close_due, is_over
from courses.domain.attempts.saving import Saved, SaveRequest
from courses.domain.reveal.policy import Policy
from courses.errors import CoursesError, NotFound
from courses.models import Attempt, AttemptItem, Response


@dataclass(frozen=True)
class SentResponse:
    """One of many: a form's lists or plain JSON, and the revision it was written against."""

    raw: Any
    based_on: int
    is_clear: bool = False


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
        """Read the items, and what a request with this key stored before: two or three queries."""
        rows = self.attempt.items.filter(position__in=positions)
        for item in rows.select_related(*item_views.QUESTION_PATHS):
            item.attempt = self.attempt
            self.items[item.position] = item
        if self.key is not None:
            found = Response.objects.filter(item__in=self.items.values(), idempotency_key=self.key)
            self.earlier = {row.item_id: row for row in found}
        self.is_gathered = not (
            self.policy.is_graded_at_once
            or self.attempt.quiz.is_review
            or any(votes.earlier_vote(item.version) for item in self.items.values())
        )
        if self.is_gathered and self.items:
            first = AttemptItem.objects.filter(pk=next(iter(self.items.values())).pk)
            user_id = self.attempt.enrolment.user_id
            self.sums = limits.with_sums(first, user_id=user_id, now=self.now).only("pk").get()

    def outcome(self, position: int, sent: SentResponse) -> Saved | CoursesError:
        """Return what becomes of one response; what is to be stored is written by `write`."""
        item = self.items.get(position)
        if item is None:
            return NotFound()
        request = SaveRequest(
            sent.raw, sent.based_on, self.by, self.now, self.channel, self.key, sent.is_clear
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
        if self.is_gathered:
            self._gather(item, value, request)
        else:
            saving.store(item=item, value=value, request=request, policy=self.policy)
        return saving.saved(item=item, policy=self.policy, request=request, is_new=True)

    def _gather(self, item: AttemptItem, value: Any, request: SaveRequest) -> None:
        for name in ("stored_in_hour", "stored_in_attempt"):
            setattr(item, name, getattr(self.sums, name))
        row = saving.new_response(item=item, value=value, request=request)
        for name in ("stored_in_hour", "stored_in_attempt"):
            setattr(self.sums, name, getattr(self.sums, name) + row.size)
        item.revision, item.value = row.revision, value
        self.rows.append(row)

    def write(self) -> None:
        """Write what was gathered: one INSERT and one UPDATE for all."""
        Response.objects.bulk_create(self.rows)
        items = [row.item for row in self.rows]
        AttemptItem.objects.bulk_update(items, ["revision", "value"])
