"""Texts that are nearly the same are all found, whatever is left out to find them quickly."""

from hypothesis import given
from hypothesis import strategies as st

from courses.coursefiles.publishing.likeness import alike, triples

TEXTS = st.lists(st.text("ab ", max_size=24), max_size=8)


@given(TEXTS, st.sampled_from([0.3, 0.5, 0.8, 1.0]))
def test_pairs_are_those_of_a_comparison_of_all_with_all(texts: list[str], least: float) -> None:
    sets = [triples(text) for text in texts]
    expected = {
        (later, earlier)
        for later, own in enumerate(sets)
        for earlier, other in enumerate(sets[:later])
        if len(own & other) / len(own | other) >= least
    }
    found = list(alike(sets, least=least))
    assert {(later, earlier) for later, earlier, _share in found} == expected
    assert len(found) == len(expected)
