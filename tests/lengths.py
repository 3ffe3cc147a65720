"""How much a test does: little in the check, more among the proofs.

A test that is marked `two_lengths` becomes two, `short` in the check and `long` among the proofs;
what it repeats asks `length`. A test with many cases spreads them with `spread`: some are cases of
the check, the others are proofs.
"""

import os
from collections.abc import Iterable, Sequence
from typing import Any

import pytest

SHORT, LONG = "short", "long"
_now = {"length": SHORT}
_is_without = {"proofs": False}


def use(name: str) -> None:
    """Let `length` answer for `short` or `long` from now on."""
    _now["length"] = name


def is_long() -> bool:
    return _now["length"] == LONG


def length(*, short: int, long: int, variable: str = "") -> int:
    """The number for the test that runs; the environment's variable, where it is set, decides."""
    given = os.environ.get(variable) if variable else None
    return int(given) if given else (long if is_long() else short)


def leave_out_proofs(*, is_wanted: bool) -> None:
    """Make no parameters from now on that only the proofs run: to collect them takes time too."""
    _is_without["proofs"] = is_wanted


def two_lengths() -> list[Any]:
    """The parameters of a test that is both: short in the check, long among the proofs."""
    short, long = pytest.param(SHORT), pytest.param(LONG, marks=pytest.mark.proofs)
    return [short] if _is_without["proofs"] else [short, long]


def spread(cases: Iterable[Any], *, check: int) -> list[Any]:
    """Make parameters of all cases: so many, evenly spread, for the check; the rest are proofs."""
    found: Sequence[Any] = list(cases)
    step = max(1, len(found) / check)
    chosen = {int(number * step) for number in range(min(check, len(found)))}
    return [
        pytest.param(*(case if isinstance(case, tuple) else (case,)), marks=marks)
        for number, case in enumerate(found)
        for marks in [() if number in chosen else (pytest.mark.proofs,)]
        if not (marks and _is_without["proofs"])
    ]
