"""Each rule about lessons is quiet on the sample and finds one fault where it stands."""

import pytest

from tests.coursefiles.linted import LESSON, edited, found, unpublishable
from tests.coursefiles.sample import FILES

GLOSSARY = "glossary.yaml"
SECOND = "m1-first/02-the-next.md"
LONG = "So it goes on, word for word for word. " * 5  # 45 words


def lessons(rule: str) -> str:
    return f"lessons:\n  {rule}\n"


def test_without_rules_nothing_is_found() -> None:
    assert found("{}\n") == []
    assert found("") == []


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("summary: One event, told twice.\n", 2),
        ("objectives: [DEF-1, DEF-2]\n", 2),
        ("reviewed_on: 2026-11-22\n", 2),
        ("sources: [dodkins, alaybek]\n", 2),
    ],
)
def test_lesson_without_required_parts_is_reported(name: str, line: int) -> None:
    field = name.partition(":")[0]
    changed = FILES[LESSON].replace(name, "")
    other = FILES[SECOND].replace("completion: confirm\n", f"completion: confirm\n{name}")

    assert found(lessons(f"needs: [{field}]"), **{LESSON: changed, SECOND: other}) == [
        f"{LESSON}:{line}: The lesson says nothing under “{field}”."
    ]


def test_a_lesson_too_short_or_too_long() -> None:
    assert edited(
        lessons("words: {least: 4, most: 30}"), LESSON, "> Read on in", f"> {LONG}Read on in"
    ) == [f"{LESSON}:11: The lesson has 67 words, not 4 to 30."]
    assert edited(lessons("words: {least: 4, most: 30}"), SECOND, "Nothing to", "No") == [
        f"{SECOND}:6: The lesson has 3 words, not 4 to 30."
    ]


def test_minutes() -> None:
    assert edited(
        lessons("minutes: {least: 12, most: 18}"), LESSON, "minutes: 14", "minutes: 19"
    ) == [f"{LESSON}:5: The lesson takes 19 minutes, not 12 to 18."]


def test_too_few_or_too_many_checks_come_back() -> None:
    rule = lessons("review: {least: 0, most: 1}")
    both = "completion: checks\nreview: [c1-view, c1-order]\n"

    assert edited(rule, LESSON, "completion: checks\n", both) == [
        f"{LESSON}:8: Of the lesson's checks 2 come back, not 0 to 1."
    ]


def test_a_long_stretch_without_a_check() -> None:
    """The line is where the text becomes too long, not where it began."""
    rule = lessons("words_between_checks: 30")

    assert edited(rule, LESSON, "> Read on in", f"> {LONG}Read on in") == [
        f"{LESSON}:16: There are 61 words without a check, more than 30."
    ]


def test_a_long_stretch_after_the_last_check() -> None:
    """The footnote of two words stands at the end, too."""
    rule = lessons("words_between_checks: 30")

    assert edited(rule, LESSON, "[[check:c1-order]]\n", f"[[check:c1-order]]\n\n{LONG}\n") == [
        f"{LESSON}:30: There are 47 words without a check, more than 30."
    ]


def test_a_lesson_that_is_hard_to_read() -> None:
    """The line is that of the hardest paragraph."""
    hard = "Organisations frequently underestimate considerable expectations. " * 9

    problems = edited(lessons("reading_grade: 11"), LESSON, "The sum is", f"{hard}\n\nThe sum is")

    assert problems == [f"{LESSON}:24: The reading grade is 26.3, above 11; start here."]


def test_a_figure_without_a_text_in_place_of_it() -> None:
    assert edited(lessons("figure_text_words: 2"), LESSON, "![A square]", "![Square]") == [
        f"{LESSON}:18: The text in place of the figure has 1 words, fewer than 2."
    ]


def test_a_term_without_a_source() -> None:
    rule = "terms:\n  needs: [source]\n"
    sourced = FILES[GLOSSARY].replace("  term: Process\n", "  term: Process\n  source: dodkins\n")

    assert found(rule, **{GLOSSARY: sourced}) == []
    assert found(rule) == [f"{GLOSSARY}:5: The term “process” says nothing under “source”."]


def test_module_in_preparation_is_not_checked() -> None:
    """It has objectives and perhaps questions, and no lessons yet."""
    head = FILES["m2-second/module.yaml"] + (
        "objectives:\n  - {key: CXM-1, text: Later., bloom: apply}\n"
    )
    rule = "questions: {needs: [source]}\nquizzes:\n  - {quiz: m2-quiz, objectives: {CXM-1: 2}}\n"
    sourced = FILES["m1-first/questions/checks.yaml"].replace(
        "  tags: [check]\n  data", "  tags: [check]\n  source: dodkins\n  data"
    )
    bank = FILES["m1-first/questions/bank.yaml"]
    changes = {
        "m2-second/module.yaml": head,
        "m1-first/questions/checks.yaml": sourced,
        "m1-first/questions/bank.yaml": bank.replace(
            "  data:", "  source: dodkins\n  data:"
        ).replace('  source: [dodkins, "A talk, 2019"]\n', ""),
        "m2-second/questions/bank.yaml": "- {key: q-late, type: true_false, data: "
        "{stem: Yes., answer: true, if_true: Yes., if_false: No.}}\n",
    }

    assert unpublishable("are_objectives_met: true\n", **changes) == []
    assert found(rule, **changes) == []


def test_a_live_figure_in_the_place_of_another_picture() -> None:
    """With scripts the figure takes the picture's place, so that both must show the same."""
    body = FILES[LESSON].replace("![A square]", "[[figure:nps-scale]]\n\n![A square]")
    files = {LESSON: body}

    assert found(lessons("twins: {nps-scale: [square.svg]}"), **files) == []
    [problem] = found(lessons("twins: {nps-scale: [other.svg]}"), **files)
    assert problem.endswith("The picture “square.svg” is no twin of the live figure “nps-scale”.")
