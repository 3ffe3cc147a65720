"""Mutation testing itself: the copy behaves as the code does, and the list of survivors is true."""

import ast
from pathlib import Path

from tests.mutation.__main__ import changes_in, groups, known
from tests.mutation.copying import ROOT, undecorated

CODE = """
from functools import cached_property

def transparent(function):
    return function

class transaction:
    atomic = staticmethod(transparent)

@transaction.atomic
def twice(number):
    return 2 * number

class Row:
    @property
    def width(self):
        return 3

    @cached_property
    def height(self):
        return object()

    @classmethod
    @transparent
    def made(cls):
        return cls()
"""
MUTATED = '''
def x_half__mutmut_orig(number):
    """Return a half."""
    return number / 2

def x_half__mutmut_1(number):
    """Return a half."""
    return number * 2

class Row:
    def xǁRowǁwidth__mutmut_orig(self):
        return max(
            3,
            self.least,
        )

    def xǁRowǁwidth__mutmut_12(self):
        return max(
            3,
            )
'''


def test_decorators_have_the_same_effect_after_their_function():
    changed = undecorated(CODE)
    names: dict[str, object] = {}
    exec(changed, names)  # noqa: S102 - the code above

    row = names["Row"].made()
    assert names["twice"](4) == 8
    assert row.width == 3
    assert row.height is row.height
    assert changed.count("@") == 2
    assert undecorated(changed) == changed


def test_change_of_a_mutant_is_read_from_the_mutated_module():
    assert changes_in(MUTATED, module="a.b") == {
        "a.b.x_half__mutmut_1": ("a.b.half", "return number / 2 → return number * 2"),
        "a.b.xǁRowǁwidth__mutmut_12": ("a.b.Row.width", "self.least, ) → )"),
    }


def test_groups_name_modules_and_tests_that_exist():
    for group in groups():
        assert group.modules, group.name
        for path in (*group.modules, *group.tests):
            assert (ROOT / path).exists(), path


def source_of(function):
    """The text of a function or method by its dotted name, in one line."""
    parts = function.split(".")
    file = next(
        path
        for count in range(len(parts), 0, -1)
        if (path := Path(ROOT, *parts[:count]).with_suffix(".py")).is_file()
    )
    names = parts[len(file.relative_to(ROOT).parts) :]
    text = file.read_text(encoding="utf-8")
    node = ast.parse(text)
    for name in names:
        node = next(one for one in node.body if getattr(one, "name", "") == name)
    return " ".join((ast.get_source_segment(text, node) or "").split())


def test_survivors_are_changes_of_code_that_is_there_and_have_a_reason():
    modules = {
        path.removesuffix(".py").replace("/", ".") for one in groups() for path in one.modules
    }
    for function, changes in known().items():
        assert any(function.startswith(f"{module}.") for module in modules), function
        text = source_of(function)
        for change, reason in changes.items():
            old, arrow, _new = change.partition(" → ")
            assert arrow, change
            assert old in text, change
            assert len(reason.split()) > 2, change
