"""The mutants of the proofs apply: each edit finds its line in its file."""

import pytest

from tests.mutation.copying import ROOT
from tests.proofs.mutants import MUTANTS


@pytest.mark.parametrize("name", [name for name, one in MUTANTS.items() if one.file])
def test_a_mutant_finds_its_line_once(name):
    mutant = MUTANTS[name]
    text = (ROOT / mutant.file).read_text(encoding="utf-8")

    assert text.count(mutant.old) == 1
    assert mutant.old != mutant.new


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_names_tests_that_exist(name):
    assert (ROOT / MUTANTS[name].tests.split()[0]).exists()
