"""One control of an author's form, and what a page asks of it to lay it out."""

from collections.abc import Iterator
from dataclasses import dataclass

from courses.questions.presentation import GROUP, NAMED_ROWS, ROWS

RADIO = "radio"
ONLY_ONE = "only_one"
HIDDEN = "hidden"
COLUMNS = 4


@dataclass(frozen=True, kw_only=True)
class Control:
    """One input, or a list or group of them. Labels and help are texts, not HTML."""

    name: str
    widget: str
    label: str = ""
    words: str = ""
    """Where it is, for a message: “Option 2: Reason for the learner”."""
    help: str = ""
    item: str = ""
    """What one row of a list is called."""
    mark: str = ""
    """What a button does with the words that are selected in the text."""
    number: int = 0
    """Of a row, from 1."""
    value: str = ""
    is_on: bool = False
    is_required: bool = False
    is_advanced: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    errors: tuple[str, ...] = ()
    children: tuple["Control", ...] = ()
    is_filled: bool = False
    """Does it hold something else than it begins with?"""
    is_first: bool = False
    is_last: bool = False

    def walk(self) -> Iterator["Control"]:
        """Yield this control and all inside it, in the order of the page."""
        yield self
        for child in self.children:
            yield from child.walk()

    @property
    def is_open(self) -> bool:
        """Of one that is folded away: is there something in it to see?"""
        return any(one.errors or one.is_filled or one.is_on for one in self.walk())

    @property
    def hidden(self) -> list["Control"]:
        """Of a row: what is sent along."""
        return [one for one in self.children if one.widget == HIDDEN]

    @property
    def shown(self) -> list["Control"]:
        """Of a row: what is always seen."""
        return [one for one in self.children if one.widget != HIDDEN and not one.is_advanced]

    @property
    def folded(self) -> list["Control"]:
        """Of a row: what is seldom needed."""
        return [one for one in self.children if one.widget != HIDDEN and one.is_advanced]

    @property
    def is_unfolded(self) -> bool:
        return any(one.is_open for one in self.folded)

    @property
    def is_table(self) -> bool:
        """Of a list: are its rows few inputs each, which can stand side by side?"""
        rows = [row.shown for row in self.children]
        return all(len(row) <= COLUMNS for row in rows) and not any(
            one.children or one.widget in (ROWS, NAMED_ROWS, GROUP) for row in rows for one in row
        )

    @property
    def has_columns(self) -> bool:
        """Of such a list: has it more than one column?"""
        return bool(self.children) and len(self.children[0].shown) > 1
