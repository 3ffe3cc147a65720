"""Every text of the sources that is there to be translated, found without gettext's own tools."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation.template import templatize

PYTHON = {
    "gettext": ("msgid",),
    "gettext_lazy": ("msgid",),
    "gettext_noop": ("msgid",),
    "ngettext": ("msgid", "plural"),
    "ngettext_lazy": ("msgid", "plural"),
    "pgettext": ("context", "msgid"),
    "pgettext_lazy": ("context", "msgid"),
    "npgettext": ("context", "msgid", "plural"),
    "npgettext_lazy": ("context", "msgid", "plural"),
}
"""What the arguments of Django's functions are."""

_TEXT = r"""u?("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')"""
_TEMPLATE = re.compile(rf"\b(n?p?gettext|_)\(\s*{_TEXT}(?:\s*,\s*{_TEXT})?")


def in_python(path: Path) -> Iterator[str]:
    """The texts of a module, as a catalogue keys them. A text must stand in the call itself."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = _imported(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        if node.func.id in names:
            kinds = PYTHON[names[node.func.id]]
            given = dict(zip(kinds, node.args, strict=False))
            texts = {kind: _literal(path, argument) for kind, argument in given.items()}
            yield _key(texts["msgid"], texts.get("context"))


def in_template(path: Path) -> Iterator[str]:
    """The texts of a template: Django turns it into calls, and blanks whatever is none."""
    source = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    for name, first, second in _TEMPLATE.findall(source):
        has_context = name in ("pgettext", "npgettext")
        msgid = ast.literal_eval(second if has_context else first)
        yield _key(msgid, ast.literal_eval(first) if has_context else None)


def _imported(tree: ast.Module) -> dict[str, str]:
    """What the module calls each function → what Django calls it."""
    return {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.name in PYTHON
    }


def _literal(path: Path, argument: ast.expr) -> str:
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return argument.value
    raise AssertionError(f"{path}:{argument.lineno}: only a literal text can be translated")


def _key(msgid: str, context: str | None) -> str:
    return msgid if context is None else f"{context}\x04{msgid}"
