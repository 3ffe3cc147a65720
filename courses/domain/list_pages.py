"""A page of a list that one person reads, the newest rows first."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

Row = TypeVar("Row")


@dataclass(frozen=True)
class ListPage(Generic[Row]):
    rows: list[Row]
    number: int
    """From 1."""
    has_older: bool

    @property
    def newer_number(self) -> int | None:
        return self.number - 1 if self.number > 1 else None

    @property
    def older_number(self) -> int | None:
        return self.number + 1 if self.has_older else None


def read(*, number: int, size: int, read_rows: Callable[[slice], list[Any]]) -> "ListPage[Any]":
    """Return a page, of which one row more is read to know of an older page.

    After the last page comes the first one again: there may be fewer rows than when the address
    was made.
    """
    start = (number - 1) * size
    rows = read_rows(slice(start, start + size + 1))
    if not rows and number > 1:
        return read(number=1, size=size, read_rows=read_rows)
    return ListPage(rows[:size], number, len(rows) > size)
