"""Scripts are joined for each page, and do what they did as modules of their own."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from cxcourse import js_bundles, static
from tests.programs.node import program

STATIC = Path(__file__).resolve().parents[2] / "courses/static"
TEMPLATES = Path(__file__).resolve().parents[2] / "courses/templates"
LOADED = re.compile(r"{% static '(cx_courses/js/[^']+)' %}")
IMPORTED = re.compile(r'\bfrom "(\.[^"]+)"')

SOURCES = {
    "js/page.js": """\
import { double, seen as all } from "./lib/double.js";
import {
  name,
  greet,
} from "./lib/greet.js";
import { shout } from "./shout.js";

const hidden = "of the page";
console.log(JSON.stringify([double(4), all.length, greet(), name, shout("a"), hidden]));
""",
    "js/lib/double.js": """\
import { note } from "../shout.js";
// Has a name that others have, too.
const hidden = 2;
export const seen = [];
export function double(value) {
  seen.push(value);
  note("double");
  return value * hidden;
}
""",
    "js/lib/greet.js": """\
import { double as twice } from "./double.js";
const hidden = "Ada";
export class Greeting {
  #text = hidden;
  toString() {
    return this.#text;
  }
}
export const name = "greet";
export function greet() {
  return `Hello ${new Greeting()} ${twice(1)}`;
}
""",
    "js/shout.js": """\
export const notes = [];
export function note(text) {
  notes.push(text);
}
export function shout(text) {
  return `${text.toUpperCase()}${notes.length}`;
}
""",
}


def texts() -> dict[str, str]:
    """Our own scripts by their names."""
    return {
        path.relative_to(STATIC).as_posix(): path.read_text(encoding="utf-8")
        for path in (STATIC / "cx_courses/js").rglob("*.js")
    }


def run(folder: Path, sources: dict[str, str], name: str) -> str:
    for path, text in sources.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    (folder / "package.json").write_text('{"type": "module"}')
    command = [str(program("node")), str(folder / name)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.mark.slow
def test_joined_scripts_do_what_they_did_apart(tmp_path: Path) -> None:
    found = js_bundles.joined(SOURCES, shared=["js/shout.js"])
    assert list(found) == ["js/page.js"]
    assert IMPORTED.findall(found["js/page.js"]) == ["./shout.js", "./shout.js"]
    apart = run(tmp_path / "apart", SOURCES, "js/page.js")

    assert json.loads(apart) == [8, 1, "Hello Ada 2", "greet", "A2", "of the page"]
    assert run(tmp_path / "joined", {**SOURCES, **found}, "js/page.js") == apart


@pytest.mark.parametrize(
    "inside",
    [
        'import "./other.js";\nexport const one = 1;\n',
        'import * as all from "./other.js";\nexport const one = 1;\n',
        'export const load = () => import("./other.js");\n',
        "export const one = import.meta.url;\n",
        "export default function one() {}\n",
        "export let one = 1;\n",
        'export { one } from "./other.js";\n',
        "export const one = await fetch('/');\n",
        "await fetch('/');\nexport const one = 1;\n",
        'import { page } from "./page.js";\nexport const one = page;\n',
    ],
)
def test_script_with_a_form_that_is_not_understood_stays_as_it_is(inside: str) -> None:
    page = 'import { one } from "./inside.js";\nexport const page = one;\n'
    sources = {"js/page.js": page, "js/inside.js": inside, "js/entry.js": page}
    assert "js/entry.js" not in js_bundles.joined(sources, shared=[])


def test_each_of_our_scripts_has_inside_what_no_other_script_is_loaded_for() -> None:
    sources = texts()
    found = js_bundles.joined(sources, shared=static.SHARED)

    assert {"attempt/attempt.js", "attempt/leftovers.js", "embed.js", "figures.js"} <= {
        name.removeprefix("cx_courses/js/") for name in found
    }
    for name, text in found.items():
        for url in IMPORTED.findall(text):
            target = (STATIC / name).parent / url
            assert target.resolve().relative_to(STATIC).as_posix() in static.SHARED, name


def test_scripts_that_pages_load_and_others_import_are_shared() -> None:
    loaded = {
        name
        for path in TEMPLATES.rglob("*.html")
        for name in LOADED.findall(path.read_text(encoding="utf-8"))
    }
    imported = {
        ((STATIC / name).parent / url).resolve().relative_to(STATIC).as_posix()
        for name, text in texts().items()
        for url in IMPORTED.findall(text)
    }
    assert len(loaded) >= 6
    assert loaded & imported <= set(static.SHARED)
