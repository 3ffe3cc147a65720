"""Scoring rules that several types share: exact fractions, never below 0 or above 1."""

from collections.abc import Collection, Sequence
from fractions import Fraction
from itertools import combinations


def plus_minus(right: Collection[str], chosen: Collection[str]) -> Fraction:
    """Return max(0, (hits − false alarms) / right ones).

    Source: plus/minus scoring, among the most promising rules for multiple response in
    Betts et al. (2022).
    """
    if not right:
        return Fraction(0)
    hits = len(set(chosen) & set(right))
    false_alarms = len(set(chosen) - set(right))
    return max(Fraction(0), Fraction(hits - false_alarms, len(right)))


def share(judgements: Sequence[bool]) -> Fraction:
    """Return the share that is right; 0 when there is nothing to judge."""
    return Fraction(sum(judgements), len(judgements)) if judgements else Fraction(0)


def order_score(ranks: Sequence[int]) -> Fraction:
    """Return max(0, 2 × share of pairs in the right order − 1) of a sequence of right ranks.

    This is Kendall's rank correlation, cut off at 0: an order no better than chance earns nothing.
    """
    pairs = [first < second for first, second in combinations(ranks, 2)]
    if not pairs:
        return Fraction(1) if ranks else Fraction(0)
    return max(Fraction(0), 2 * share(pairs) - 1)


def in_place(ranks: Sequence[int]) -> list[bool]:
    """Return which places are in one longest rising subsequence: the others would have to move."""
    best: list[list[int]] = []
    for index, rank in enumerate(ranks):
        before = [chain for chain in best if ranks[chain[-1]] < rank]
        longest = max(before, key=len) if before else []
        best.append([*longest, index])
    staying = max(best, key=len) if best else []
    return [index in staying for index in range(len(ranks))]
