"""Pre-tests and their post-tests: one fault at a time."""

from tests.coursefiles.linted import BANK, QUIZZES, found
from tests.coursefiles.sample import FILES

RULES = "pretests: {tag: pre, post_tag: post, items: {least: 1, most: 1}}\n"
TAGGED = (
    FILES[BANK]
    .replace("tags: [bank]", "tags: [bank, pre]", 1)
    .replace("tags: [bank, easy-ones]", "tags: [bank, easy-ones, post]", 1)
)


def edited(old: str, new: str) -> list[str]:
    """What the rule finds after one text of bank or quizzes was replaced."""
    changed = {BANK: TAGGED, QUIZZES: FILES[QUIZZES]}
    assert found(RULES, **changed) == []
    assert sum(old in text for text in changed.values()) == 1
    return found(RULES, **{path: text.replace(old, new, 1) for path, text in changed.items()})


def test_a_pre_test_without_a_post_test() -> None:
    assert edited("  compares_with: m1-practice\n", "") == [
        f"{QUIZZES}:7: The pre-test m1-practice has no post-test."
    ]


def test_a_post_test_for_other_objectives() -> None:
    assert (
        edited("objective: DEF-1\n  tags: [bank, easy", "objective: DEF-2\n  tags: [bank, easy")[-1]
        == f"{QUIZZES}:19: m1-after does not ask for the objectives of m1-practice."
    )


def test_a_post_test_with_questions_that_are_not_its_own() -> None:
    assert edited("easy-ones, post]", "easy-ones]") == [
        f"{QUIZZES}:19: m1-after has questions without the tag “post”."
    ]


def test_too_many_questions() -> None:
    assert edited("    - question: q-two\n", "    - question: q-two\n    - question: q-two\n") == [
        f"{QUIZZES}:19: m1-after does not ask for the objectives of m1-practice.",
        f"{QUIZZES}:19: m1-after has 2 questions, not 1 to 1.",
    ]
