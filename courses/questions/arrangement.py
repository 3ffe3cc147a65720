"""The order in which things are shown: drawn once per attempt, and never a hint at the key."""

from collections.abc import Collection, Mapping, Sequence
from hashlib import sha256
from random import Random
from typing import Any


def shuffled(
    keys: Sequence[str],
    rng: Random,
    *,
    is_shuffled: bool = True,
    fixed: Collection[str] = (),
) -> list[str]:
    """Return the keys in this attempt's order; without shuffling, as the author listed them.

    Those in `fixed` stay where the author put them, and the others change places.
    """
    if not is_shuffled:
        return list(keys)
    order = sorted(key for key in keys if key not in fixed)
    rng.shuffle(order)
    moved = iter(order)
    return [key if key in fixed else next(moved) for key in keys]


def ordered(records: Sequence[Any], order: Sequence[str]) -> list[Any]:
    """Return records in the stored order of their `key`; those it does not know come last."""
    rank = {key: index for index, key in enumerate(order)}
    return sorted(records, key=lambda record: rank.get(record.key, len(rank)))


def drawn_by_text(texts: Mapping[str, str], rng: Random) -> list[str]:
    """Return the keys in an order that depends on the texts alone.

    For things whose place in the author's list, or whose key, gives the right answer away: two
    questions that differ only in what is right get the same draw. Show them under `labels`.
    """
    keys = sorted(texts, key=lambda key: sha256(texts[key].encode()).digest())
    rng.shuffle(keys)
    return keys


def labels(drawn: Sequence[str], *, prefix: str = "") -> dict[str, str]:
    """Return public label → author's key of a stored draw, in the order to show: `{"1": "c"}`."""
    return {f"{prefix}{number}": key for number, key in enumerate(drawn, 1)}
