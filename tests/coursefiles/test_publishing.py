"""Each rule of `publishing.yaml` finds one fault where it stands."""

import pytest

from courses.coursefiles.publishing.stems import triples
from tests.coursefiles.linted import BANK, LESSON, MODULE, unpublishable
from tests.coursefiles.linted import edited_unpublishable as edited
from tests.coursefiles.sample import FILES

GLOSSARY = "glossary.yaml"


def alike(percent: int) -> str:
    """The findings for the question q-two of the sample."""
    return (
        f"{BANK}:17: The stem is like that of “q-one”: they share {percent} % of their "
        "word triples."
    )


def test_a_term_that_no_lesson_links_to() -> None:
    rule = "are_terms_linked: true\n"
    linked = FILES[LESSON].replace("Said ", "Said [[term:process]] ")

    assert unpublishable(rule, **{LESSON: linked}) == []
    assert unpublishable(rule) == [f"{GLOSSARY}:5: No lesson links to the term “process”."]


@pytest.mark.parametrize("address", ["lesson:the-next#h-less", "#h-nowhere"])
def test_a_link_to_a_heading_that_is_not_there(address: str) -> None:
    assert edited("are_links_followed: true\n", LESSON, "lesson:the-next#h-more", address) == [
        f"{LESSON}:16: The link “{address}” leads to no heading of that lesson."
    ]


@pytest.mark.parametrize(
    "address", ["lesson:the-next", "https://example.org/#part", "mailto:a@b.c"]
)
def test_other_links_are_fine(address: str) -> None:
    changed = FILES[LESSON].replace("lesson:the-next#h-more", address)

    assert unpublishable("are_links_followed: true\n", **{LESSON: changed}) == []


def test_an_objective_without_lesson_or_question() -> None:
    rule = "are_objectives_met: true\n"
    more = "  - {key: DEF-3, text: More., bloom: apply}\n"

    assert edited(rule, MODULE, "bloom: remember}\n", f"bloom: remember}}\n{more}") == [
        f"{MODULE}:7: The objective DEF-3 has no lesson.",
        f"{MODULE}:7: The objective DEF-3 has no question.",
    ]


def test_equal_stems() -> None:
    rule = "alike_percent: 60\n"

    assert edited(rule, BANK, "stem: Who waits?", "stem: Who acts?") == [alike(100)]


def test_nearly_equal_stems() -> None:
    """A number, a mark of emphasis and the last word differ: they share 7 triples of 9."""
    first = "stem: Of 200 people *forty* left in May, it is said"
    second = "stem: Of 310 people forty left in May, it is told"
    changed = FILES[BANK].replace("stem: Who acts?", first).replace("stem: Who waits?", second)

    assert unpublishable("alike_percent: 77\n", **{BANK: changed}) == [alike(78)]
    assert unpublishable("alike_percent: 78\n", **{BANK: changed}) == []


def test_drafts_are_not_compared() -> None:
    changed = FILES[BANK].replace("stem: Not ready?", "stem: Who acts?")

    assert unpublishable("alike_percent: 60\n", **{BANK: changed}) == []


def test_triples() -> None:
    assert triples("Of {n} people, 4.5 left [[term:x|home]]") == {
        ("of", "0", "people"),
        ("0", "people", "0"),
        ("people", "0", "left"),
        ("0", "left", "home"),
    }
    assert triples("Why?") == {("why",)}
