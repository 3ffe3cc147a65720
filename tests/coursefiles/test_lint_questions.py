"""Each rule about questions and banks finds one fault where it stands."""

import pytest

from tests.coursefiles.linted import BANK, CHECKS, bank, edited, found, line_of
from tests.coursefiles.sample import FILES

QUIZZES = "m1-first/quizzes.yaml"


def places(line: int, counts: str, *, count: int = 6) -> str:
    """The findings for a bank whose keys are at some places too often."""
    return (
        f"{BANK}:{line}: Keys by place among the {count} questions with the tag bank: {counts}. "
        "Move this one."
    )


def questions(rule: str) -> str:
    return f"questions:\n  {rule}\n"


def alone(rules: str, *places: int, **options: object) -> list[str]:
    """What the rules find in a bank that is all the course has, besides its checks."""
    return found(rules, **{BANK: bank(*places, **options), QUIZZES: None, "quizzes.yaml": None})


@pytest.mark.parametrize("field", ["objective", "bloom", "source", "reviewed_on"])
def test_question_without_required_parts_is_reported(field: str) -> None:
    """The second check of the sample has none of bloom, source and date."""
    changed = FILES[CHECKS].replace("  objective: DEF-2\n", "")

    problems = found(questions(f"needs: [{field}]"), **{CHECKS: changed})

    assert f"{CHECKS}:17: The question c1-order says nothing under “{field}”." in problems
    assert not any("c1-view" in problem for problem in problems)


def test_an_option_without_feedback() -> None:
    rule = questions("has_feedback_per_option: true")

    assert edited(rule, CHECKS, "feedback: That counts work.", 'feedback: ""') == [
        f"{CHECKS}:12: No feedback says why “Our tickets” is right or wrong."
    ]


@pytest.mark.parametrize("opening", ["Aye.", "aye, and", "Right!"])
def test_a_reason_that_begins_with_the_verdict(opening: str) -> None:
    """It stands under the option also when another one was chosen."""
    rule = questions("unwanted_openings: [aye, right]")
    changed = FILES[CHECKS].replace("feedback: It follows her goal.", f'feedback: "{opening} so"')
    word = opening.split(maxsplit=1)[0].rstrip(".,!")

    assert found(rule) == []
    assert found(rule, **{CHECKS: changed}) == [
        f"{CHECKS}:13: The reason begins with “{word}”; the page says the verdict. Say only why."
    ]


def test_a_word_that_is_no_verdict_may_open_a_reason() -> None:
    rule = questions("unwanted_openings: [aye, right]")
    checks = FILES[CHECKS].replace("feedback: Yes.,", "feedback: Right company but wrong sum.,")

    assert found(rule, **{CHECKS: checks}) == []


def test_a_blank_without_feedback() -> None:
    rule = questions("has_feedback_per_option: true")
    cloze = (
        "- key: q-gap\n  type: cloze\n  data:\n    stem: Fill in.\n    text: A [[1]].\n"
        "    blanks:\n      - {key: '1', accept: [one, two], feedback: 'Why.'}\n"
    )
    assert edited(rule, BANK, "- key: q-one\n", f"{cloze}- key: q-one\n") == []
    assert found(rule, **{BANK: cloze.replace("Why.", "") + FILES[BANK]}) == [
        f"{BANK}:7: No feedback belongs to “one”.",
        f"{BANK}:7: No feedback belongs to “two”.",
    ]


def test_a_gap_with_a_wording_that_a_comma_cut() -> None:
    rule = questions("gap_options: {least: 3, most: 3}")
    cloze = (
        "- key: q-gap\n  type: cloze\n  data:\n    stem: Choose.\n    text: A [[1]].\n    blanks:\n"
        "      - key: '1'\n        accept: [one]\n        options: [one, two of many, three]\n"
        "        feedback: Why.\n"
    )
    cut = cloze.replace("two of many", "two of 2,400 men")

    assert found(rule, **{BANK: cloze + FILES[BANK]}) == []
    assert found(rule, **{BANK: cut + FILES[BANK]}) == [
        f"{BANK}:9: The gap offers 4 wordings, not 3 to 3: one · two of 2 · 400 men · three."
    ]


def test_essays_need_no_feedback_per_option() -> None:
    essay = (
        "- key: q-essay\n  type: essay\n  data:\n    stem: Say why.\n    model_answer: So.\n"
        "    rubric: [{key: a, text: Reason, levels: [absent, present]}]\n"
    )

    assert found(questions("has_feedback_per_option: true"), **{BANK: essay + FILES[BANK]}) == []


def test_a_number_without_known_errors() -> None:
    number = (
        "- key: q-number\n  type: numeric\n  data:\n    stem: Two and two?\n    blanks:\n"
        "      - {key: sum, label: Sum, answer: '4', feedback: Yes., errors: "
        "[{answer: '22', feedback: Added.}]}\n"
    )
    without = number.replace("[{answer: '22', feedback: Added.}]", "[]")
    rule = questions("known_errors: 1")

    assert found(rule, **{BANK: number + FILES[BANK]}) == []
    assert found(rule, **{BANK: without + FILES[BANK]}) == [
        f"{BANK}:6: “Sum” has 0 known errors, fewer than 1."
    ]


@pytest.mark.parametrize(
    "text", ["All of the above", "none of the *above*!", "It is all of the above."]
)
def test_option_about_other_options_is_reported(text: str) -> None:
    rule = questions("unwanted_options: [all of the above, none of the above]")

    assert edited(rule, CHECKS, "text: Our tickets", f'text: "{text}"') == [
        f"{CHECKS}:12: “{text}” speaks of the other options, not of the matter."
    ]


def test_all_of_something_else_is_fine() -> None:
    rule = questions("unwanted_options: [all of the above]")
    changed = FILES[CHECKS].replace("Our tickets", "All of the customers above thirty")

    assert found(rule, **{CHECKS: changed}) == []


def test_a_hotspot_without_a_text_in_place_of_its_figure() -> None:
    hotspot = (
        "- key: q-spot\n  type: hotspot\n  data:\n    stem: Where?\n    image: square.svg\n"
        "    alt: {alt}\n    width: 9\n    height: 9\n    regions:\n"
        "      - {key: a, label: A, shape: rect, coords: '0,0,1,1', feedback: Why., "
        "correct: true}\n"
    )
    rule = "lessons: {figure_text_words: 2}\n"

    assert found(rule, **{BANK: hotspot.replace("{alt}", "A square") + FILES[BANK]}) == []
    assert found(rule, **{BANK: hotspot.replace("{alt}", "Square") + FILES[BANK]}) == [
        f"{BANK}:6: The text in place of the figure has 1 words, fewer than 2."
    ]


POSITIONS = "banks:\n  - {tag: bank, least_questions: 6, position_percent: {least: 20, most: 45}}\n"


def test_keys_that_stand_at_one_place() -> None:
    """The line is that of the last key at the place that is taken too often."""
    assert alone(POSITIONS, 0, 1, 2, 2, 1, 0) == []
    assert alone(POSITIONS, 2, 1, 2, 2, 1, 0) == [places(line_of(3, 2), "1, 2, 3")]


def test_a_place_that_never_holds_the_key() -> None:
    assert alone(POSITIONS, 0, 1, 0, 1, 0, 1) == [places(line_of(4, 0), "3, 3, 0")]


def test_small_banks_and_other_tags_are_not_judged() -> None:
    assert alone(POSITIONS, 0, 0, 0, 0, 0) == []
    assert alone(POSITIONS, 0, 0, 0, 0, 0, 0, tag="exam") == []


def test_questions_with_other_numbers_of_options_are_judged_apart() -> None:
    four = bank(0, 0, 0, 0, 0, 0, size=4).replace("key: q", "key: r")
    both = bank(0, 1, 2, 0, 1, 2) + four

    problems = found(POSITIONS, **{BANK: both, QUIZZES: None, "quizzes.yaml": None})

    line = 6 * 10 + line_of(5, 0, size=4)
    assert problems == [places(line, "6, 0, 0, 0")]


def test_balance_over_the_whole_course() -> None:
    """Five and five are too few to judge, ten together are not."""
    rules = POSITIONS.replace("least_questions: 6", "least_questions: 10")
    together = rules.replace("tag: bank", "tag: bank, is_per_module: false")
    second = FILES["m1-first/02-the-next.md"].replace("the-next", "the-third")
    changes = {
        BANK: bank(0, 0, 0, 0, 0),
        "m2-second/01-the-third.md": second,
        "m2-second/questions/bank.yaml": bank(0, 0, 0, 0, 0).replace("key: q", "key: r"),
        QUIZZES: None,
        "quizzes.yaml": None,
    }

    assert found(rules, **changes) == []
    assert found(together, **changes) == [
        (
            f"m2-second/questions/bank.yaml:{line_of(4, 0)}: Keys by place among the 10 questions "
            "with the tag bank: 10, 0, 0. Move this one."
        )
    ]


def test_keys_that_are_longer_than_the_other_options() -> None:
    rules = "banks:\n  - {tag: bank, least_questions: 6, length_percent: {least: 90, most: 110}}\n"

    assert alone(rules, 0, 1, 2, 0, 1, 2) == []
    assert alone(rules, 0, 1, 2, 0, 1, 2, long=(4,)) == [
        (
            f"{BANK}:{line_of(4, 1)}: Tag bank: Keys are 118% as long as the other options; "
            "begin with this one."
        )
    ]


def test_keys_that_stand_out_by_their_length() -> None:
    rules = "banks:\n  - {tag: bank, least_questions: 6, longest_percent: 20}\n"

    assert alone(rules, 0, 1, 2, 0, 1, 2, long=(4,)) == []
    assert alone(rules, 0, 1, 2, 0, 1, 2, long=(2, 4)) == [
        (
            f"{BANK}:{line_of(2, 2)}: Tag bank: The key is visibly the longest option in 33% "
            "of the questions."
        )
    ]


SEVERAL = questions("several_percent: {least: 30, most: 70}")


def several(*right: str) -> str:
    """A bank of multiple-response questions, each with three options, of which these are right."""
    rows = []
    for number, keys in enumerate(right):
        options = "".join(
            f"      - {{key: {key}, text: Option {key}, feedback: Why."
            + (", correct: true}\n" if key in keys else "}\n")
            for key in "abc"
        )
        rows.append(
            f"- key: q{number}\n  type: multiple_response\n  objective: DEF-1\n  tags: [bank]\n"
            f"  data:\n    stem: Which of them are it, in case {'abcdefghijk'[number] * 3}?\n"
            f"    options:\n{options}"
        )
    return "".join(rows)


def test_right_options_of_several_that_stand_at_one_place() -> None:
    even = several("ab", "bc", "ac") + several(*["ab", "bc", "ac"] * 3).replace("key: q", "key: r")
    first = several(*["ab", "ac", "a"] * 3)
    files = {QUIZZES: None, "quizzes.yaml": None}

    assert found(SEVERAL, **{BANK: even, **files}) == []
    [problem] = found(SEVERAL, **{BANK: first, **files})
    assert "by place among the 9 questions with 3 options" in problem
    assert problem.endswith("9, 3, 3. Move this one.")
    assert found(SEVERAL, **{BANK: several("a", "a", "a"), **files}) == []
