"""Find every text of the sources that is to be translated."""

import ast
import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract
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
"""Function of Django → what its arguments are."""
TEMPLATE = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
"""Function into which Django turns a tag → its arguments, as Babel counts them."""


def in_python(path: Path) -> Iterator[str]:
    """The texts of a module, as a catalogue keys them.

    Babel passes over a text that is not a literal; here it is an AssertionError.
    """
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
    """The texts of a template, from the calls into which Django turns its tags."""
    source = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    # In brackets the indentation of the template means nothing to the Python parser.
    file = io.BytesIO(f"({source})".encode())
    for _line, message, _comments, context in extract("python", file, keywords=TEMPLATE):
        yield _key(message if isinstance(message, str) else message[0], context)


def _imported(tree: ast.Module) -> dict[str, str]:
    """Name in the module → the name that Django gives the function."""
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
