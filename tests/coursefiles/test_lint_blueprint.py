"""What a quiz draws against what the blueprint demands: one fault at a time."""

from tests.coursefiles.linted import BANK, MODULE, QUIZZES, edited, found
from tests.coursefiles.sample import FILES


def quiz(*rules: str, key: str = "m1-quiz") -> str:
    return f"quizzes:\n  - quiz: {key}\n" + "".join(f"    {rule}\n" for rule in rules)


def test_a_blueprint_that_is_met() -> None:
    """The sample draws 2 for DEF-1 from a bank of two single-choice questions."""
    rules = quiz(
        "objectives: {DEF-1: 2}",
        "bloom: {understand: 2}",
        "types: {single_choice: 2}",
        "is_capped: true",
    )

    assert found(rules) == []


def test_too_few_are_drawn() -> None:
    assert edited(quiz("objectives: {DEF-1: 2}"), QUIZZES, "{count: 2", "{count: 1") == [
        f"{QUIZZES}:6: 1 items are drawn for DEF-1; the blueprint has 2."
    ]


def test_an_objective_that_is_not_drawn_and_one_too_many() -> None:
    rule = quiz("objectives: {DEF-2: 2}")

    assert found(rule) == [
        f"{QUIZZES}:5: 0 items are drawn for DEF-2; the blueprint has 2.",
        f"{QUIZZES}:6: 2 items are drawn for DEF-1; the blueprint has 0.",
    ]


def test_levels_are_those_of_the_objectives() -> None:
    assert edited(
        quiz("bloom: {understand: 2}"),
        MODULE,
        "text: Tell two views apart., bloom: understand",
        "text: Tell two views apart., bloom: apply",
    ) == [
        f"{QUIZZES}:5: 0 items are drawn at “understand”; the blueprint has 2.",
        f"{QUIZZES}:5: 2 items are drawn at “apply”; the blueprint has 0.",
    ]


def test_too_few_are_authored_for_each_drawn() -> None:
    """Drafts do not count: they cannot be drawn."""
    assert edited(quiz(), BANK, "- key: q-two\n", "- key: q-two\n  status: draft\n") == [
        f"{QUIZZES}:6: The bank has 1 questions for a draw of 2 from DEF-1; 2 are needed."
    ]
    assert found(quiz("authored_per_drawn: 3")) == [
        f"{QUIZZES}:6: The bank has 2 questions for a draw of 2 from DEF-1; 6 are needed."
    ]


def test_a_type_that_the_bank_lacks() -> None:
    rule = quiz("types: {single_choice: 2}")
    other = "type: true_false\n  objective: DEF-1\n  tags: [bank, easy-ones]"
    changed = FILES[BANK].replace(
        "type: single_choice\n  objective: DEF-1\n  tags: [bank, easy-ones]", other
    )
    start = changed.index("    stem: Who waits?")
    end = changed.index("- key: q-pinned")
    changed = (
        changed[:start]
        + "    stem: Ada waits.\n    answer: true\n    if_true: Yes.\n    if_false: No.\n"
        + changed[end:]
    )

    assert found(rule) == []
    assert found(rule, **{BANK: changed}) == [
        f"{QUIZZES}:5: The bank has 1 questions of type single_choice; 2 are needed."
    ]


def test_sets_that_share_a_stimulus() -> None:
    """One question with a stimulus of its own is no set."""
    rule = quiz("shared_stimulus: 2")
    second = FILES[BANK].replace("tags: [bank, easy-ones]", "tags: [bank]\n  stimulus: a-case")

    assert found(rule, **{BANK: second}) == []
    assert found(rule) == [f"{QUIZZES}:5: 0 questions share a stimulus; 2 are needed."]


def test_an_item_above_its_objective() -> None:
    rule = quiz("is_capped: true")

    assert edited(rule, BANK, "  stimulus: a-case\n", "  bloom: apply\n") == [
        f"{BANK}:5: q-one is at “apply”, above its objective DEF-1 (“understand”)."
    ]


def test_an_item_below_its_objective_is_fine() -> None:
    changed = FILES[BANK].replace("  stimulus: a-case\n", "  bloom: remember\n")

    assert found(quiz("is_capped: true"), **{BANK: changed}) == []


def test_fixed_questions_belong_to_the_bank() -> None:
    rule = quiz("is_capped: true", key="final-exam")
    changed = FILES[BANK].replace("tags: [exam]", "tags: [exam]\n  bloom: create")

    assert found(rule) == []
    assert found(rule, **{BANK: changed}) == [
        f"{BANK}:26: q-pinned is at “create”, above its objective DEF-2 (“remember”)."
    ]


def test_a_quiz_that_is_not_there() -> None:
    rules = quiz() + "  - quiz: m9-quiz\n"

    assert found(rules) == ["lint.yaml:3: No quiz is called “m9-quiz”."]
