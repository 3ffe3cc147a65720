"""ES modules joined into one file for each page, so that a first view needs few requests.

For our own scripts alone: it reads their few forms of `import` and `export`, and leaves a script
as it is where there is another.
"""

import posixpath
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

_IMPORT = re.compile(r'^import \{(?P<names>[^{}]*)\} from "(?P<url>\.[^"]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?P<kind>(?:async )?function|class|const) (?P<name>\w+)\b", re.M)
_LEFT = re.compile(r"^import\b|\bimport[.(]|^export\b|^(?:const .*= )?await\b|\bcxModule\d", re.M)
"""What cannot stand in a function, or would be another thing there."""


class NotJoinable(Exception):
    """The script has a form that is not understood here."""


@dataclass(frozen=True)
class _Import:
    text: str
    names: str
    target: str


@dataclass(frozen=True)
class _Module:
    name: str
    imports: tuple[_Import, ...]
    body: str


def joined(sources: Mapping[str, str], *, shared: Collection[str]) -> dict[str, str]:
    """Return the scripts that pages load, by name, each with the modules that it imports inside.

    Those that change alone. `shared` modules stay files of their own: pages load them beside
    others, and what they hold must be there once.
    """
    modules = {name: _read(name, text) for name, text in sources.items()}
    imported = {one.target for module in modules.values() for one in module.imports}
    found = {}
    for name in sorted(set(modules) - (imported - set(shared))):
        bundle = _Bundle(modules[name], modules, shared)
        try:
            inside = list(bundle.inside(name, ()))
            if inside:
                found[name] = bundle.text(inside)
        except NotJoinable:
            continue
    return found


def _read(name: str, text: str) -> _Module:
    imports: list[_Import] = []

    def note(match: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(name), match["url"]))
        imports.append(_Import(match[0], " ".join(match["names"].split()), target))
        return ""

    body = _IMPORT.sub(note, text)
    return _Module(name, tuple(imports), body)


class _Bundle:
    """One script that pages load, and the modules that go into it."""

    def __init__(
        self, root: _Module, modules: Mapping[str, _Module], shared: Collection[str]
    ) -> None:
        self.root, self.modules, self.shared = root, modules, shared
        self.numbers: dict[str, int] = {}

    def inside(self, name: str, above: tuple[str, ...]) -> Iterator[_Module]:
        """Yield what a module imports, each once, what it needs before it."""
        for one in self.modules[name].imports:
            if one.target in above:
                raise NotJoinable
            if self._is_outside(one) or one.target in self.numbers:
                continue
            yield from self.inside(one.target, (*above, name))
            self.numbers[one.target] = len(self.numbers)
            yield self.modules[one.target]

    def text(self, inside: list[_Module]) -> str:
        """Return the script with these modules inside."""
        used = {one.target: one for module in inside for one in module.imports}
        outside = sorted(target for target, one in used.items() if self._is_outside(one))
        lines = []
        for target in outside:
            self.numbers[target] = len(self.numbers)
            path = posixpath.relpath(target, posixpath.dirname(self.root.name))
            path = path if path.startswith(".") else f"./{path}"
            lines.append(f'import * as {self._variable(target)} from "{path}";\n')
        lines += [one.text for one in self.root.imports if self._is_outside(one)]
        lines += [self._wrapped(module) for module in inside]
        lines += [self._constants(one) for one in self.root.imports if not self._is_outside(one)]
        return "".join([*lines, self.root.body])

    def _wrapped(self, module: _Module) -> str:
        """Return a module as a function that is called at once, so that its names are its own."""
        body = _EXPORT.sub(r"\g<kind> \g<name>", module.body)
        if _LEFT.search(body):
            raise NotJoinable
        names = ", ".join(match["name"] for match in _EXPORT.finditer(module.body))
        given = "".join(map(self._constants, module.imports))
        return (
            f"const {self._variable(module.name)} = (() => {{\n"
            f"{given}{body}return {{ {names} }};\n}})();\n"
        )

    def _constants(self, one: _Import) -> str:
        names = re.sub(r"\s+as\s+", ": ", one.names)
        return f"const {{ {names} }} = {self._variable(one.target)};\n"

    def _variable(self, name: str) -> str:
        return f"cxModule{self.numbers[name]}"

    def _is_outside(self, one: _Import) -> bool:
        return one.target in self.shared or one.target not in self.modules
