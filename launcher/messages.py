"""Are the compiled translations those that the translators wrote?"""

import ast
import gettext
import re
from collections.abc import Iterator
from pathlib import Path

from launcher.console import ROOT

KEYWORD = re.compile(r"(msgctxt|msgid_plural|msgid|msgstr(?:\[(\d+)\])?)\s+(\".*\")")

Key = str | tuple[str, int]


def stale() -> list[str]:
    """One line for every compiled file that is missing or differs from its source."""
    problems = []
    for source in sorted((ROOT / "courses").glob("**/locale/*/LC_MESSAGES/*.po")):
        shown = source.relative_to(ROOT).as_posix()
        compiled = source.with_suffix(".mo")
        if not compiled.is_file():
            problems.append(f"{shown} has not been compiled (manage.py compilemessages).")
        elif difference := sorted(map(str, _differing(source, compiled))):
            problems.append(
                f"{shown} differs from its compiled file in {len(difference)} messages, "
                f"for example {difference[0]!r} (manage.py compilemessages)."
            )
    return problems


def _differing(source: Path, compiled: Path) -> set[Key]:
    with compiled.open("rb") as file:
        catalogue = dict(gettext.GNUTranslations(file)._catalog)  # type: ignore[attr-defined]
    catalogue.pop("", None)
    written = read_po(source.read_text(encoding="utf-8"))
    return {
        key for key in written.keys() | catalogue.keys() if written.get(key) != catalogue.get(key)
    }


def read_po(text: str) -> dict[Key, str]:
    """The translations of a .po file, keyed as Python's gettext keys a compiled one."""
    messages: dict[Key, str] = {}
    for entry in _entries(text):
        context = f"{entry['msgctxt']}\x04" if "msgctxt" in entry else ""
        key = context + entry.get("msgid", "")
        forms = {name: value for name, value in entry.items() if name.startswith("msgstr")}
        if not key or not all(forms.values()):
            continue
        if "msgid_plural" in entry:
            messages |= {(key, int(name[7:-1])): value for name, value in forms.items()}
        else:
            messages[key] = forms["msgstr"]
    return messages


def _entries(text: str) -> Iterator[dict[str, str]]:
    """Field → text for every entry that is neither obsolete nor marked fuzzy."""
    for block in re.split(r"\n\s*\n", text):
        entry: dict[str, str] = {}
        field = ""
        is_fuzzy = False
        for line in block.splitlines():
            match = KEYWORD.fullmatch(line.strip())
            if match:
                field = match[1]
                entry[field] = ast.literal_eval(match[3])
            elif line.startswith('"') and field:
                entry[field] += ast.literal_eval(line.strip())
            elif line.startswith("#,") and "fuzzy" in line:
                is_fuzzy = True
        if entry and not is_fuzzy:
            yield entry
