"""Saving a response: an acknowledged save is stored, a stale one refused, a repeat done once."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from courses import bulk
from courses.domain import access, cards, deadlines, grading, item_views, locks, shutting, votes
from courses.domain.attempts import completeness, items, limits, reading
from courses.domain.attempts.closing import close_due, is_over
from courses.domain.reveal.policy import Policy
from courses.errors import Closed, Conflict, Invalid
from courses.models import Attempt, AttemptItem, Enrolment, Grading, Response
from courses.questions.base import flatten

_KEY_LENGTH = 80


class StaleRevision(Conflict):
    """The save was based on an older revision. `details`: `revision`, `value` and `item` now."""

    code = "stale_revision"
    default = _("A newer response to this question was saved elsewhere, so yours was not saved.")


class BlankRefused(Conflict):
    """Nothing replaces a stored response with nothing, unless it is asked for by name."""

    code = "blank_refused"
    default = _("The stored response was kept; use “Clear” to remove it.")


class ResponseKeyReused(Invalid):
    code = "idempotency_key_reused"
    default = _("This idempotency key was used for another response.")


@dataclass(frozen=True)
class Saved:
    """What is stored now. `is_new` is False when the same save had been stored before."""

    item: AttemptItem
    policy: Policy
    revision: int
    is_new: bool
    received_at: datetime
    seconds_left: int | None

    @cached_property
    def view(self) -> item_views.ItemView:
        """The item as its learner has it now."""
        return reading.live_view(item=self.item, policy=self.policy)


@dataclass(frozen=True)
class SaveRequest:
    """One request to save, as it goes through the steps."""

    raw: Any
    based_on: int
    by: Any
    now: datetime
    channel: str
    idempotency_key: str | None
    is_clear: bool
    is_complete: bool = False
    """Is a response with empty parts refused? It would cost a try that nobody meant."""


def save(
    *,
    attempt: Attempt,
    position: int,
    raw: Any,
    based_on: int,
    by: Any,
    now: datetime,
    channel: str = "web",
    idempotency_key: str | None = None,
    is_clear: bool = False,
    is_complete: bool = False,
) -> Saved:
    """Store what was answered to the item at `position`, and grade it if the mode grades at once.

    `raw` is a form's lists or plain JSON; `based_on` the revision it was written against;
    `idempotency_key` makes a repeat harmless. Raises Closed, StaleRevision, BlankRefused, Invalid,
    TooMuch, NotFound; then nothing was stored.
    """
    check_key(key=idempotency_key)
    request = SaveRequest(raw, based_on, by, now, channel, idempotency_key, is_clear, is_complete)
    return _save(attempt, position, request)


def save_own(
    *,
    uuid: UUID,
    position: int,
    raw: Any,
    based_on: int,
    by: Any,
    now: datetime,
    trial: Enrolment | None = None,
    idempotency_key: str | None = None,
    is_clear: bool = False,
) -> Saved:
    """Do what `save` does in the person's own attempt, which is found and locked in one read."""
    check_key(key=idempotency_key)
    request = SaveRequest(raw, based_on, by, now, "web", idempotency_key, is_clear)
    with transaction.atomic():
        locked = access.locked_attempt(uuid=uuid, by=by, trial=trial)
        if not is_over(attempt=locked, now=now):
            return _save_locked(locked, position, request)
    return _save(locked, position, request)


def _save(attempt: Attempt, position: int, request: SaveRequest) -> Saved:
    """Lock the attempt, after closing it if its time is over, and save."""
    if is_over(attempt=attempt, now=request.now):
        shutting.refuse_practice(attempt=attempt)
        close_due(attempts=[attempt], now=request.now)
    with transaction.atomic():
        return _save_locked(locks.attempt(pk=attempt.pk), position, request)


def _save_locked(attempt: Attempt, position: int, request: SaveRequest) -> Saved:
    shutting.refuse_practice(attempt=attempt)
    key = request.idempotency_key or ""
    item = items.at(attempt, position=position, now=request.now, key=key)
    return save_item(attempt=attempt, item=item, request=request)


def check_key(*, key: str | None) -> None:
    """Raise Invalid unless the key can be stored."""
    if key is not None and not (0 < len(key) <= _KEY_LENGTH and key.isprintable()):
        raise Invalid(_("An idempotency key has 1 to 80 characters."))


def save_item(*, attempt: Attempt, item: AttemptItem, request: SaveRequest) -> Saved:
    """Store and grade a response to one item under the attempt's lock; `save` calls it."""
    value, policy = parse(item=item, request=request), Policy.load(attempt.policy)
    earlier = items.sent_before(item, key=request.idempotency_key)
    stored = saved(item=item, policy=policy, request=request, is_new=False)
    if is_stored(attempt=attempt, item=item, value=value, request=request, earlier=earlier):
        return stored if earlier is None else as_before(stored=stored, earlier=earlier)
    store(item=item, value=value, request=request, policy=policy)
    return replace(stored, revision=item.revision, is_new=True)


def saved(*, item: AttemptItem, policy: Policy, request: SaveRequest, is_new: bool) -> Saved:
    """Return the answer to a request whose response is now that of the item."""
    return Saved(
        item=item,
        policy=policy,
        revision=item.revision,
        is_new=is_new,
        received_at=request.now,
        seconds_left=deadlines.seconds_left(deadline_at=item.attempt.deadline_at, now=request.now),
    )


def as_before(*, stored: Saved, earlier: Response) -> Saved:
    """Return the answer to a repeat: what its first time stored."""
    return replace(stored, revision=earlier.revision, received_at=earlier.received_at)


def is_stored(
    *,
    attempt: Attempt,
    item: AttemptItem,
    value: Any,
    request: SaveRequest,
    earlier: Response | None,
) -> bool:
    """Return whether there is nothing to store: a repeat, or the value that is there already.

    `earlier` is what a request with the same key stored. Raises what `save` raises when the value
    may not be stored.
    """
    if earlier is not None:
        if earlier.value != value:
            raise ResponseKeyReused
        return True
    if not attempt.is_open or is_over(attempt=attempt, now=request.now):
        raise Closed
    votes.refuse_early(attempt=attempt, version=item.version)
    if value == item.value:
        return True
    if request.based_on != item.revision:
        raise StaleRevision(revision=item.revision, value=item.value, item=item)
    if value is None and not request.is_clear:
        raise BlankRefused(revision=item.revision, value=item.value, item=item)
    if item.is_closed and Policy.load(attempt.policy).is_graded_at_once:
        raise Closed(_("This question is closed: you have seen how it was graded."))
    if request.is_complete and value is not None:
        completeness.refuse_incomplete(item=item, value=value)
    return False


def parse(*, item: AttemptItem, request: SaveRequest) -> Any:
    """Return the value of what was sent; None for a blank. Raises ResponseError."""
    version = item.version
    if request.is_clear:
        return None
    return version.question_type.read(version.parsed, item.params, flatten(request.raw))


def new_response(*, item: AttemptItem, value: Any, request: SaveRequest) -> Response:
    """Return the row that stores the value; not saved yet. Raises TooMuch beyond a limit."""
    size = limits.size_of(value)
    limits.check(item=item, size=size, user_id=request.by.pk, now=request.now)
    return Response(
        item=item,
        revision=item.revision + 1,
        value=value,
        size=size,
        received_at=request.now,
        channel=request.channel,
        by=request.by,
        idempotency_key=request.idempotency_key,
        certainty=None if value is None else item.version.question_type.certainty(value),
    )


def store(*, item: AttemptItem, value: Any, request: SaveRequest, policy: Policy) -> Response:
    """Store the value, and grade it where the mode grades at once. Raises TooMuch."""
    response = new_response(item=item, value=value, request=request)
    if policy.is_graded_at_once:
        response.save(force_insert=True)
    else:
        bulk.insert([response])
    item.revision, item.value = response.revision, value
    changed = ["revision", "value"]
    if policy.is_graded_at_once and value is not None:
        _grade_now(item, response, policy, request.now)
        changed += grading.SUMMARY_FIELDS
    bulk.update([item], changed)
    if item.attempt.quiz.is_daily_review and item.score is not None:
        cards.reschedule(item=item, now=request.now)
    return response


def _grade_now(item: AttemptItem, response: Response, policy: Policy, now: datetime) -> None:
    is_first = response.revision == 1 and item.attempt.reopened_at is None
    rows = item.gradings.select_related("response").order_by("sequence")
    gradings = [] if is_first else list(rows)
    given: dict[str, Any] = {
        "item": item,
        "response": response,
        "sequence": len(gradings) + 1,
        "now": now,
    }
    earlier = _judged_before(item.value, gradings)
    if earlier is not None:
        row = repeated_row(earlier=earlier, **given)
    else:
        outcome = grading.judge(item=item, value=item.value)
        row = grading.grading_row(outcome=outcome, policy=policy, **given)
    row.save()
    summary = grading.summarise(gradings=[*gradings, row], policy=policy)
    grading.apply_summary(item=item, summary=summary)


def _judged_before(value: Any, gradings: list[Grading]) -> Grading | None:
    """Return the grading by rule of the same response, or None: giving it again costs no try."""
    for row in gradings:
        is_a_try = row.kind == Grading.Kind.AUTO and row.score is not None
        if is_a_try and row.response is not None and row.response.value == value:
            return row
    return None


def repeated_row(
    *, item: AttemptItem, earlier: Grading, response: Response, sequence: int, now: datetime
) -> Grading:
    """Return the row for a response that a rule judged before: the same judgement, and no try."""
    return Grading(
        item=item,
        sequence=sequence,
        response=response,
        kind=Grading.Kind.REPEAT,
        scaled=earlier.scaled,
        credit=earlier.credit,
        score=earlier.score,
        parts=earlier.parts,
        feedback=earlier.feedback,
        graded_at=now,
    )
