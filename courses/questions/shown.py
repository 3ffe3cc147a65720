"""What a review may show, decided in one place for the rows of all types."""

from typing import Any

from courses.questions.base import Json, Reveal


def judged(*, is_own: bool, is_correct: bool, feedback: str, reveal: Reveal) -> Json:
    """Return `is_correct` and `feedback` of one option, blank or pair, as `reveal` allows.

    `is_own` means that the learner chose or filled it. Correctness and feedback alone are about
    that; together with the solution they are about every row.
    """
    shown: Json = {}
    if reveal.solution or (reveal.correctness and is_own):
        shown["is_correct"] = is_correct
    if feedback and reveal.feedback and (is_own or reveal.solution):
        shown["feedback"] = feedback
    return shown


def option_row(option: Any, *, is_chosen: bool, reveal: Reveal) -> Json:
    """Return a row of a list of options (records with key, text, feedback, correct)."""
    return {
        "key": option.key,
        "text": option.text,
        "is_chosen": is_chosen,
        **judged(
            is_own=is_chosen, is_correct=option.correct, feedback=option.feedback, reveal=reveal
        ),
    }
