"""True or false: its texts and places."""

import pytest

from tests.questions.cases import EXAMPLES
from tests.questions.drive import Drive, problem_paths

STATEMENT = EXAMPLES["true_false"][0]


@pytest.mark.parametrize("name", ["if_true", "if_false", "stem"])
def test_a_statement_needs_all_its_texts(name: str) -> None:
    assert problem_paths("true_false", {**STATEMENT, name: " "}) == [name]


def test_true_and_false_keep_their_places() -> None:
    for seed in range(10):
        shown = Drive("true_false", STATEMENT, seed=seed).present()
        assert [(option["key"], option["text"]) for option in shown["options"]] == [
            ("true", "True"),
            ("false", "False"),
        ]
