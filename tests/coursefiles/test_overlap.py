"""Questions that one attempt may show together and that give each other away."""

import pytest

from tests.coursefiles.linted import BANK, QUIZZES, unpublishable

RULES = "are_enemies_declared: true\n"
QUIZ = "- key: quiz\n  title: Quiz\n  kind: graded\n  items:\n    - draw: {count: 1, tag: bank}\n"
HEAD = "  objective: DEF-1\n  tags: [bank]\n"


def choice(key: str, stem: str, right: str, *wrong: str, head: str = "") -> str:
    lines = [
        f"- key: {key}\n  type: single_choice\n{HEAD}{head}  data:\n    stem: {stem}\n    options:",
        f"      - {{key: r, text: {right}, feedback: So., correct: true}}",
    ]
    for number, text in enumerate(wrong or (f"Lamp {key}", f"Chair {key}")):
        lines.append(f"      - {{key: w{number}, text: {text}, feedback: Not so.}}")
    return "\n".join(lines) + "\n"


def numeric(key: str, head: str) -> str:
    return (
        f"- key: {key}\n  type: numeric\n{HEAD}{head}  data:\n    stem: Work out the score.\n"
        "    blanks:\n      - {key: s, label: Score, answer: '20', feedback: So.}\n"
    )


def linted(*questions: str, **changes: str | None) -> list[str]:
    files = {BANK: "".join(questions), QUIZZES: QUIZ, "quizzes.yaml": None, **changes}
    return [line.partition(": ")[2] for line in unpublishable(RULES, **files)]


def test_a_short_key_that_another_question_prints() -> None:
    exposed = choice("exposed", "Which label is it?", "Connect")
    source = choice("source", "A plan says connect first. Who wrote it?", "A man")

    assert linted(exposed, source) == [
        "source gives exposed away: it says “Connect”. Change one, or declare them as enemies."
    ]
    assert linted(exposed, source.replace("connect", "listen")) == []


@pytest.mark.parametrize("names", ["exposed", "source"])
def test_declared_enemies_are_fine(names: str) -> None:
    heads = {"exposed": "  enemies: [source]\n", "source": "  enemies: [exposed]\n"}
    exposed = choice(
        "exposed", "Which label?", "Connect", head=heads["exposed"] * (names == "exposed")
    )
    source = choice("source", "Connect?", "A man", head=heads["source"] * (names == "source"))

    assert linted(exposed, source) == []


def test_a_long_key_whose_words_stand_in_another_question() -> None:
    exposed = choice("exposed", "Who does?", "One lead answers for the outcome of every function")
    source = choice("source", "Why has the lead who answers one outcome a say?", "For a function")

    assert linted(exposed, source)[0].startswith(
        "source gives exposed away: it says “One lead answers"
    )


def test_words_of_the_own_stem_give_nothing_away() -> None:
    exposed = choice("exposed", "Is it Connect or another?", "Connect")
    source = choice("source", "Connect?", "A man")

    assert linted(exposed, source) == []


def test_a_number_in_the_options_beside_a_question_for_a_number() -> None:
    head = "  stimulus: a-case\n"
    exposed = numeric("exposed", head)
    source = choice("source", "What does it say?", "It rose by eight points", head=head)

    reason = "its options say “eight” about the same stimulus."

    assert linted(exposed, source) == [
        f"source gives exposed away: {reason} Change one, or declare them as enemies."
    ]
    assert linted(exposed, source.replace("eight", "some")) == []


def test_questions_that_no_quiz_shows_together_are_left_alone() -> None:
    exposed = choice("exposed", "Which label?", "Connect")
    source = choice("source", "Connect?", "A man").replace("[bank]", "[other]")

    assert linted(exposed, source) == []


def test_a_text_that_lists_wrong_options_too_gives_nothing_away() -> None:
    exposed = choice("exposed", "Which label is it?", "Connect", "Collect", "Correct")
    source = choice("source", "A list says connect, collect and correct. Whose?", "A man")

    assert linted(exposed, source) == []
