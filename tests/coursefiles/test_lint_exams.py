"""Rules for the bank of a quiz that counts find one fault each."""

from tests.coursefiles.linted import BANK, QUIZZES, bank, found

QUIZ = "- key: quiz\n  title: Quiz\n  kind: graded\n  items:\n    - draw: {count: 1, tag: bank}\n"
TEXT = "    if_true: So.\n    if_false: So.\n"


def linted(rule: str, questions: str, *, more: str = "") -> list[str]:
    rules = f"{more}quizzes:\n  - quiz: quiz\n    {rule}\n"
    return found(rules, **{BANK: questions, QUIZZES: QUIZ, "quizzes.yaml": None})


def statements(*answers: bool) -> str:
    return "".join(
        f"- key: s{number}\n  type: true_false\n  objective: DEF-1\n  tags: [bank]\n  data:\n"
        f"    stem: Statement {number}.\n    answer: {str(answer).lower()}\n{TEXT}"
        for number, answer in enumerate(answers)
    )


def numeric(params: str = "") -> str:
    return (
        "- key: n\n  type: numeric\n  objective: DEF-1\n  tags: [bank]\n  data:\n"
        f"    stem: Add.\n{params}    blanks:\n"
        "      - {key: s, label: Sum, answer: '20', feedback: So.}\n"
    )


def test_true_and_false_are_in_balance() -> None:
    rule = "true_percent: {least: 30, most: 70}"

    assert linted(rule, statements(True, False, False)) == []
    assert linted(rule, statements(False, False, False)) == [
        (
            f"{QUIZZES}:4: Of the 3 true-or-false questions in the bank 0 are true; "
            "30% to 70% should be."
        )
    ]
    assert len(linted(rule, statements(True, True, True))) == 1
    assert linted(rule, statements(False, False)) == []


def test_few_points_are_for_questions_that_name_an_author() -> None:
    questions = bank(0, 1).replace("Which one of them is it", "Which one does Grace mean", 1)
    authors = "authors: [Grace, the course]\n"

    assert linted("named_percent: 50", questions, more=authors) == []
    assert linted("named_percent: 40", questions, more=authors) == [
        (
            f"{QUIZZES}:4: Questions that name an author or the course earn 50% of the points, "
            "more than 40%."
        )
    ]


def test_numbers_are_drawn() -> None:
    params = "    params:\n      a: {min: 1, max: 9}\n"

    assert linted("are_numbers_drawn: true", numeric()) == [
        f"{BANK}:5: The numbers of n are the same in every attempt; give it params."
    ]
    assert linted("are_numbers_drawn: true", numeric(params)) == []


def test_a_question_that_a_rule_judges_cannot_ask_to_create() -> None:
    rules = "questions:\n  highest_by_rule: evaluate\n"
    questions = bank(0).replace("  tags:", "  bloom: create\n  tags:")
    files = {QUIZZES: QUIZ, "quizzes.yaml": None}

    assert found(rules, **{BANK: questions, **files}) == [
        (
            f"{BANK}:4: q0 is judged by a rule and cannot be at “create”; "
            "the highest such level is “evaluate”."
        )
    ]
    assert found(rules, **{BANK: questions.replace("create", "evaluate"), **files}) == []


def test_an_objective_above_that_level_counts_at_it() -> None:
    module = {
        "m1-first/module.yaml": "key: m1-first\ntitle: First\nobjectives:\n"
        "  - {key: DEF-1, text: Make one., bloom: create}\n"
        "  - {key: DEF-2, text: Match., bloom: remember}\n"
    }
    rules = "questions:\n  highest_by_rule: evaluate\nquizzes:\n  - {quiz: quiz, bloom: {%s: 1}}\n"
    quiz = QUIZ.replace("tag: bank", "tag: bank, objective: DEF-1")
    files = {BANK: bank(0), QUIZZES: quiz, "quizzes.yaml": None, **module}

    assert found(rules % "evaluate", **files) == []
    assert len(found(rules % "create", **files)) == 2


def test_a_project_may_take_longer_than_other_lessons() -> None:
    rules = "lessons:\n  minutes: {least: 12, most: 18}\n"
    other = "  minutes_of:\n    two-views: {least: 120, most: 180}\n"

    assert found(rules) == []
    assert found(rules + other) == [
        "m1-first/01-two-views.md:5: The lesson takes 14 minutes, not 120 to 180."
    ]
