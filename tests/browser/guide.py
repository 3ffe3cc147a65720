"""The steps of docs/instructors.md, read as a person would and done in a browser.

A step is made of sentences: Open, Press, Unfold, Tick, Choose … in, Enter … in, You read. A picture
is taken where the guide shows it. A sentence that begins with one of the verbs and cannot be read
is an error, so that the guide and the test cannot differ.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

GUIDE = Path(__file__).resolve().parents[2] / "docs/instructors.md"
_STEP = re.compile(r"^\d+\. ")
_SENTENCES = re.compile(
    r"(?P<verb>Open|Press|Unfold|Tick) \*\*(?P<name>.+?)\*\*"
    r"|Choose \*\*(?P<choice>.+?)\*\* in \*\*(?P<list>.+?)\*\*"
    r"|Enter `(?P<text>.+?)` in \*\*(?P<field>.+?)\*\*"
    r"|Enter these lines in \*\*(?P<area>.+?)\*\*"
    r"|You read “(?P<read>.+?)”"
    r"|!\[[^\]]+\]\(pictures/(?P<picture>[\w-]+\.png)\)"
)
_VERBS = re.compile(r"\b(Open|Press|Unfold|Tick|Choose|Enter|You read)\b|!\[")


@dataclass(frozen=True)
class Step:
    """One sentence: a verb, what it is about, and a text for what is entered."""

    verb: str
    name: str
    text: str = ""


def steps(text: str) -> Iterator[Step]:
    """Yield the sentences of all numbered steps of the guide, in their order."""
    for block in _blocks(text.splitlines()):
        fence = re.search(r"```\n(.*?) *```", block, re.DOTALL)
        lines = [line.removeprefix("   ") for line in fence[1].splitlines()] if fence else []
        prose = block.replace(fence[0], "") if fence else block
        assert not _VERBS.search(_SENTENCES.sub("", prose)), prose
        for one in _SENTENCES.finditer(prose):
            found = {key: value for key, value in one.groupdict().items() if value}
            yield _step(found, "\n".join(lines))


def _blocks(lines: list[str]) -> Iterator[str]:
    """Yield each step with the lines that are indented below it."""
    block: list[str] = []
    for line in [*lines, ""]:
        if block and (not line or line.startswith("   ")):
            block.append(line)
        else:
            if block:
                yield "\n".join(block)
            block = [line] if _STEP.match(line) else []
    if block:
        yield "\n".join(block)


def _step(found: dict[str, str], code: str) -> Step:
    if "verb" in found:
        return Step(found["verb"], found["name"])
    if "choice" in found:
        return Step("Choose", found["list"], found["choice"])
    if "text" in found:
        return Step("Enter", found["field"], found["text"])
    if "area" in found:
        return Step("Enter", found["area"], code)
    return Step("You read", found["read"]) if "read" in found else Step("See", found["picture"])


def do(step: Step, page: Page, pictures: Path | None) -> None:
    """Do what the sentence says; a picture is taken into the folder, if there is one."""
    if step.verb == "Open":
        _one(page.get_by_role("link", name=_begins(step.name))).click()
    elif step.verb == "Press":
        # Not the first button of a form, which is there for Enter alone.
        button = page.get_by_role("button", name=step.name, exact=True).and_(
            page.locator(":not([tabindex='-1'])")
        )
        _one(button.or_(page.get_by_role("link", name=step.name, exact=True))).click()
    elif step.verb == "Unfold":
        _one(page.locator("summary", has_text=step.name)).click()
    elif step.verb == "Tick":
        boxes = page.get_by_role("checkbox", name=step.name).or_(
            page.get_by_role("radio", name=step.name)
        )
        _one(boxes).check()
    elif step.verb == "Choose":
        lists = page.get_by_label(step.name, exact=True).and_(page.locator("select"))
        _one(lists).select_option(label=step.text)
    elif step.verb == "Enter":
        fields = page.get_by_label(step.name, exact=True).and_(page.locator("input, textarea"))
        _one(fields).fill(step.text)
    elif step.verb == "You read":
        expect(_one(page.get_by_text(step.name))).to_be_visible()
    elif pictures:
        page.wait_for_load_state("networkidle")
        page.evaluate("scrollTo(0, 0)")
        page.screenshot(path=pictures / step.name)


def _one(found: Locator) -> Locator:
    """The first of these that can be seen."""
    return found.filter(visible=True).first


def _begins(name: str) -> re.Pattern[str]:
    """The whole name, or its first words where more is read out."""
    return re.compile(rf"^\s*{re.escape(name)}(\s|$)")
