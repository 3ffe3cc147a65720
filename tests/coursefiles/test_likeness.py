"""Texts that are nearly the same are all found, whatever is left out to find them quickly."""

from hypothesis import given
from hypothesis import strategies as st

from courses.coursefiles.publishing.likeness import alike, fingerprint, triples

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


@given(TEXTS, st.sets(st.integers(0, 7)), st.sampled_from([0.5, 0.8]))
def test_new_texts_are_compared_with_each_other_and_with_all(
    texts: list[str], new: set[int], least: float
) -> None:
    sets = [triples(text) for text in texts]
    every = {pair for pair in alike(sets, least=least) if new.intersection(pair[:2])}
    found = list(alike(sets, least=least, new=new & set(range(len(sets)))))
    assert set(found) == every
    assert len(found) == len(every)


def test_a_fingerprint_has_a_number_for_each_triple_and_is_the_same_everywhere() -> None:
    text = "The customer waits nine days for a letter"
    assert len(fingerprint(text)) == len(triples(text)) == 6
    assert fingerprint(text.replace("nine", "Nine")) == fingerprint(text)
    assert fingerprint("Who waits?").tolist() == [111605988]
