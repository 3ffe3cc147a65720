"""The rows of a question that a learner has in an order of their own, rendered in one order.

A question of five options has 120 orders, so that hardly two learners meet the same page. Types
that name their `free_rows` are rendered once with these sorted by their keys and a mark before
each; `in_order` puts the rows where the learner has them. The template writes the marks: `mark` of
a row before it and `rows_end` of `q` behind the last one. One that does not (a host's) is noticed,
and is rendered for each order from then on.
"""

from collections.abc import Sequence
from dataclasses import replace
from secrets import token_hex
from typing import Any

from courses.domain.item_views import ItemView
from courses.questions import registry

_MARK, _END = f"row{token_hex(8)}", f"rows{token_hex(8)}"
"""Random: no text can contain them."""

_without_marks: set[str] = set()
"""Templates of question types that do not write the marks."""

Order = Sequence[int]
"""For each row of the learner its place among the sorted ones."""


def sorted_rows(view: ItemView) -> tuple[ItemView, Order | None]:
    """Return the view with its rows sorted and marked, and the learner's order of them.

    None where there are no such rows, and where they are marked already.
    """
    name = registry.get(view.type).free_rows
    rows: Sequence[dict[str, Any]] = view.q.get(name, ()) if name else ()
    if len(rows) <= 1 or "mark" in rows[0] or view.template in _without_marks:
        return view, None
    ranks = sorted(range(len(rows)), key=lambda place: str(rows[place]["key"]))
    order = sorted(range(len(rows)), key=ranks.__getitem__)
    marked = [{**rows[place], "mark": _MARK} for place in ranks]
    return replace(view, q={**view.q, name: marked, "rows_end": _END}), order


def places(keys: Sequence[str], template: str) -> Order | None:
    """Return the learner's order of rows with these keys; None where they are not sorted."""
    if len(keys) <= 1 or template in _without_marks:
        return None
    ranks = {key: place for place, key in enumerate(sorted(keys))}
    return [ranks[key] for key in keys]


def sorted_as(view: ItemView, keys: Sequence[str]) -> ItemView:
    """Return the view with its rows sorted; as it is where its rows are others than these."""
    rows = view.q.get(registry.get(view.type).free_rows, ())
    return sorted_rows(view)[0] if [row["key"] for row in rows] == list(keys) else view


def in_order(html: str, template: str, order: Order) -> str | None:
    """Return what was rendered with sorted rows in the learner's order; None without marks."""
    head, *rows = html.split(_MARK)
    last, *tail = rows[-1].split(_END) if rows else (head,)
    if len(rows) != len(order) or len(tail) != 1:
        _without_marks.add(template)
        return None
    rows[-1] = last
    return "".join((head, *(rows[place] for place in order), *tail))
