"""The ways in which a correction may be applied, the one that harms nobody first. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from courses.domain.regrading.changes import Correction
from courses.models import RegradeBatch

Transform = RegradeBatch.Transform


@dataclass(frozen=True)
class RegradePolicy:
    """How results follow a change; with `spares` nobody falls."""

    key: str
    transform: str
    spares: bool


ALL = (
    RegradePolicy("keep", Transform.RULE, spares=True),
    RegradePolicy("rule", Transform.RULE, spares=False),
    RegradePolicy("full", Transform.FULL, spares=True),
    RegradePolicy("drop", Transform.DROP, spares=True),
    RegradePolicy("drop_all", Transform.DROP, spares=False),
)
BY_KEY = {one.key: one for one in ALL}


def offered(*, changes: Iterable[Correction], has_rule: bool) -> list[RegradePolicy]:
    """Return the ways that make sense for these changes, in the order to offer them.

    A question whose key and points stay can only be given away or dropped.
    """
    found = list(changes)
    has_new = has_rule or any(one.version or one.points is not None for one in found)
    wanted = {Transform.RULE} if has_new else set()
    if found:
        wanted |= {Transform.FULL, Transform.DROP}
    return [one for one in ALL if one.transform in wanted]
