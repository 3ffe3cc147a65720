"""An item of an attempt on a page: presented when something asks for it, named by what decides it.

Many learners meet the same question in the same state. `state` names that state, so that what was
made of it once (HTML, a verdict) is found again without parsing and judging anything.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from courses.domain import pinning
from courses.domain.item_views import ItemView
from courses.lru_cache import LRUCache
from courses.models import Attempt, AttemptItem, Grading

CACHE_SIZE = 8000
"""Verdicts cached in one process; a few hundred bytes each."""

State = tuple[Any, ...]
"""All that decides how an item is shown, but its place, its revision and its attempt.

Last stand the keys of its rows in the learner's order, where the question has `free_rows`.
"""

_verdicts: LRUCache[State, bool | None] = LRUCache(CACHE_SIZE, name="verdicts")


@dataclass(frozen=True)
class ShownItem:
    item: AttemptItem
    name: str
    """Prefixes the form fields."""
    state: State | None
    """None: what it shows is one person's own, and presented anew each time."""
    present: Callable[[], ItemView]

    @cached_property
    def view(self) -> ItemView:
        """The item for display. No query."""
        return self.present()

    @property
    def position(self) -> int:
        return int(self.item.position)

    @property
    def revision(self) -> int:
        return int(self.item.revision)

    @property
    def is_answered(self) -> bool:
        return self.item.value is not None

    @property
    def is_flagged(self) -> bool:
        return bool(self.item.is_flagged)

    @property
    def is_scored(self) -> bool:
        return self.item.version.question_type.is_scored

    @property
    def is_correct(self) -> bool | None:
        """Whether the response is right, as far as it may be shown now."""
        if self.state is None:
            return self.view.is_correct
        return _verdicts.get_or_create(self.state, lambda: self.view.is_correct)

    @cached_property
    def stimulus(self) -> dict[str, str] | None:
        return pinning.stimulus_of(self.item)


def state_of(*, item: AttemptItem, rules: State, gradings: Sequence[Grading] = ()) -> State | None:
    """Return what names the state of an item; `rules`: see `rules_of`.

    None for typed responses and for what a person or a regrade judged, which is of one learner;
    and for types that cannot be cached.
    """
    kind = item.version.question_type
    if gradings or not kind.is_cacheable or (kind.is_typed and item.value is not None):
        return None
    params = item.params
    order = tuple(params.get("order") or ()) if kind.free_rows else ()
    if order:
        params = {**params, "order": sorted(order)}
    drawn = (params, item.pinned, item.points, item.new_points)
    given = (item.value, item.score, item.scaled)
    return (
        *rules,
        item.version_id,
        item.stimulus_id,
        item.is_flagged,
        item.is_closed,
        item.tries,
        # As text: JSON cannot be a key, and equal values such as 1 and true are shown differently.
        repr((drawn, given)),
        order,
    )


def rules_of(*, attempt: Attempt, shown: Any) -> State:
    """Return the part of the state that all items of an attempt share.

    The revision of the course stands for all that its questions say. `shown` is what the page adds.
    """
    return (attempt.enrolment.course.revision, attempt.is_open, repr(attempt.policy), shown)
