"""Draws are filled whenever that is possible, and never with two enemies."""

from itertools import combinations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from courses.coursefiles.filling import Draw, clashes, enemies, fill

KEYS = "abcdefgh"
keys = st.sampled_from(KEYS)
pairs = st.lists(st.tuples(keys, keys), max_size=8)
draws = st.lists(
    st.builds(Draw, st.integers(1, 3), st.lists(keys, unique=True, max_size=6)), max_size=3
)


def is_sound(chosen, fixed, known):
    taken = [*fixed, *(key for part in chosen for key in part)]
    return len(set(taken)) == len(taken) and not list(clashes(taken, known))


def ways(wanted, fixed, known):
    """Every way to fill the draws, found by trying them all."""
    parts = [list(combinations(draw.candidates, draw.count)) for draw in wanted]
    return (chosen for chosen in product(*parts) if is_sound(chosen, fixed, known))


@given(wanted=draws, named=pairs)
@settings(deadline=None)
def test_it_is_filled_exactly_if_there_is_a_way(wanted, named):
    known = enemies((key, [other]) for key, other in named)
    found = fill(wanted, fixed=(), known=known)

    assert (found.short is None) == any(True for _way in ways(wanted, (), known))
    if found.short is None:
        assert [len(part) for part in found.chosen] == [draw.count for draw in wanted]
        assert is_sound(found.chosen, (), known)


def test_enemies_are_symmetric():
    assert enemies([("a", ["b"]), ("b", []), ("c", ["c"])]) == {
        "a": frozenset("b"),
        "b": frozenset("a"),
    }


def test_preferred_questions_are_taken_first():
    found = fill([Draw(2, "abcd")], fixed=(), known=enemies([("a", "b")]))

    assert found.chosen == [["a", "c"]]


def test_an_early_choice_is_taken_back_where_a_later_draw_needs_it():
    found = fill([Draw(1, "ab"), Draw(1, "c")], fixed=(), known=enemies([("c", "a")]))

    assert found.chosen == [["b"], ["c"]]


def test_enemies_of_what_the_quiz_names_are_not_drawn():
    assert fill([Draw(1, "ab")], fixed="x", known=enemies([("x", "a")])).chosen == [["b"]]
    assert fill([Draw(2, "ab")], fixed="x", known=enemies([("x", "a")])).short == 0


def test_a_large_bank_that_cannot_be_filled_is_given_up():
    """Forty questions, each the enemy of all in its row and in its column: at most six fit."""
    cells = [f"{row}{column}" for row in range(8) for column in range(6)]
    named = [(a, [b for b in cells if a != b and (a[0] == b[0] or a[1] == b[1])]) for a in cells]
    found = fill([Draw(3, cells), Draw(4, cells)], fixed=(), known=enemies(named))

    assert found.short is not None
