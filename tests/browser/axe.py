"""What axe finds on a page."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Frame, Page

RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
# Colours alone differ between the schemes; the rest of the page is the same.
OF_COLOURS = ("color-contrast",)
FEWEST_RULES = 15
"""A page on which fewer rules find something to look at was not looked at."""


def violations(page: Page, *schemes: str) -> list[str]:
    """What axe finds in light and dark, or in the schemes named: all rules in the first."""
    found = []
    for number, scheme in enumerate(schemes or ("light", "dark")):
        page.emulate_media(color_scheme=scheme)
        rules = OF_COLOURS if number else RULES
        found += [f"{scheme} {text}" for text in examine(page, rules=rules)]
    return found


def examine(
    page: Page | Frame, *, rules: tuple[str, ...] = RULES, place: str = "html"
) -> list[str]:
    """What axe finds in the page as it is: each broken rule with the first elements."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    options = {"runOnly": rules, "resultTypes": ["violations"]}
    results: dict[str, Any] = page.evaluate(
        "([place, options]) => axe.run(place, options)", [place, options]
    )
    assert rules != RULES or len(results["passes"]) >= FEWEST_RULES, page.url
    return [
        f"{problem['id']}: {[node['html'][:120] for node in problem['nodes'][:3]]}"
        for problem in results["violations"]
    ]
