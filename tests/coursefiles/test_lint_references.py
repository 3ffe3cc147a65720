"""Statements of frameworks, standards and vendors change: such sources have their days."""

from datetime import date

import pytest

from tests.coursefiles.linted import found
from tests.coursefiles.sample import FILES, files
from tools.coursequality import lint_files

REFERENCES = "references.yaml"
RULES = "references:\n  dated_kinds: [framework, standard, vendor]\n"
DAYS = "  as_of: 2026-11-29\n  recheck_by: 2027-11-30\n"


def with_lines(lines: str) -> str:
    """The references, the first of which has these lines too."""
    return FILES[REFERENCES].replace("  note: Unsigned.\n", f"  note: Unsigned.\n{lines}")


@pytest.mark.parametrize("kind", ["framework", "standard", "vendor"])
def test_a_source_that_changes_has_both_days(kind: str) -> None:
    without = with_lines(f"  kind: {kind}\n")

    assert found(RULES, **{REFERENCES: without}) == [
        f"{REFERENCES}:1: The source “dodkins” says nothing under “{day}”."
        for day in ("as_of", "recheck_by")
    ]
    assert found(RULES, **{REFERENCES: with_lines(f"  kind: {kind}\n{DAYS}")}) == []


def test_a_study_needs_none() -> None:
    assert found(RULES, **{REFERENCES: with_lines("  kind: study\n")}) == []


def test_every_source_states_its_kind() -> None:
    rules = "references:\n  needs: [kind]\n"

    assert len(found(rules)) == 2
    assert len(found(rules, **{REFERENCES: with_lines("  kind: study\n")})) == 1


def test_the_second_day_is_after_the_first() -> None:
    days = "  as_of: 2026-11-29\n  recheck_by: 2026-11-29\n"

    assert found(RULES, **{REFERENCES: with_lines(days)}) == [
        f"{REFERENCES}:6: The source “dodkins” is to be checked again before its day."
    ]


@pytest.mark.parametrize(("day", "count"), [("2027-11-30", 0), ("2027-12-01", 1)])
def test_overdue_sources_are_listed_for_a_given_day(day: str, count: int) -> None:
    content = files(**{"lint.yaml": RULES, REFERENCES: with_lines(DAYS)})

    problems = lint_files(content, on=date.fromisoformat(day))
    assert len(problems) == count
    assert lint_files(content) == ()
    assert all("was to be checked again by 2027-11-30." in str(problem) for problem in problems)


def test_without_an_address_a_note_says_why() -> None:
    rules = "references:\n  has_address_or_note: true\n"

    assert found(rules) == [
        f"{REFERENCES}:5: The source “alaybek” has no address, and no note says why."
    ]
