"""What a correction makes of a closed attempt. Pure: no database, no clock.

For each item of the attempt it needs what it counts now and what the new rule says of it. Shares
are exact; the attempt's own share is the sum of scores over the sum of points.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from courses.domain import scoring

RULE, FULL, DROP = "rule", "full", "drop"

BY_PERSON = "by_person"
"""A person marked the item: their word stays."""
UNREADABLE = "unreadable"
"""The new version cannot read the response or the values that were drawn."""
NOTHING_LEFT = "nothing_left"
"""No item of the attempt would count any more."""


@dataclass(frozen=True)
class ItemState:
    """An item of a closed attempt as it is, and as the new rule judges it."""

    key: int
    worth: Decimal
    share: Fraction | None
    """None: nobody has scored it."""
    is_pending: bool = False
    is_touched: bool = False
    judged: Fraction | None = None
    """The share by the new rule, of a touched item."""
    new_worth: Decimal | None = None
    """Its new points, where these change."""
    kept: str = ""
    """Why a touched item stays as it is."""


@dataclass(frozen=True)
class ItemEffect:
    """What a touched item counts from now on. Share and worth may be what they were."""

    key: int
    share: Fraction | None
    worth: Decimal

    @property
    def score(self) -> Fraction | None:
        return None if self.share is None else self.share * Fraction(self.worth)


@dataclass(frozen=True)
class AttemptEffect:
    items: tuple[ItemEffect, ...]
    notes: tuple[str, ...] = ()
    """What was left as it was, and why."""


def plan(*, items: Sequence[ItemState], transform: str, spares: bool) -> AttemptEffect:
    """Return what becomes of an attempt's touched items.

    With `spares` its share never falls: where the new rule would lower it, its items keep share
    and points, and are only said to be judged by the new version.
    """
    notes = {item.kept for item in items if item.is_touched and item.kept}
    touched = [item for item in items if item.is_touched and not item.kept]
    if not touched:
        return AttemptEffect((), tuple(sorted(notes)))
    found = {item.key: _candidate(item, transform, spares) for item in touched}
    before, after = _total(items, {}), _total(items, found)
    if before.maximum and not after.maximum:
        return AttemptEffect((), tuple(sorted({*notes, NOTHING_LEFT})))
    if spares and _falls(before, after):
        found = {item.key: ItemEffect(item.key, item.share, item.worth) for item in touched}
    return AttemptEffect(tuple(found.values()), tuple(sorted(notes)))


def _candidate(item: ItemState, transform: str, spares: bool) -> ItemEffect:
    if transform == DROP:
        return ItemEffect(item.key, None, Decimal(0))
    worth = item.worth if item.new_worth is None else item.new_worth
    if transform == FULL:
        return ItemEffect(item.key, Fraction(1), worth)
    share = item.judged
    if spares and share is not None and item.share is not None:
        share = max(share, item.share)
    return ItemEffect(item.key, share, worth)


def _total(items: Sequence[ItemState], effects: dict[int, ItemEffect]) -> scoring.Score:
    return scoring.add_up(_row(item, effects.get(item.key)) for item in items)


def _row(item: ItemState, effect: ItemEffect | None) -> tuple[Decimal, Fraction | None, bool]:
    if effect is not None:
        return effect.worth, effect.score, effect.share is None and item.is_pending
    score = None if item.share is None else item.share * Fraction(item.worth)
    return item.worth, score, item.is_pending


def _falls(before: scoring.Score, after: scoring.Score) -> bool:
    """Return whether the share falls, or a verdict that a person could still have given."""
    if before.share is None or after.share is None:
        return before.share is not None
    return after.share < before.share
