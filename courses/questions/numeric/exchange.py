"""The blanks of a numeric question in the neutral form, and back."""

from fractions import Fraction

from courses.questions.base import Choice, Entry, Json
from courses.questions.numeric.blanks import NumericBlank


def entry_of(blank: NumericBlank, count: int) -> Entry:
    """Return the key first, with its share of full marks, then the known errors with none."""
    right = Choice("key", blank.answer, Fraction(1, count), blank.feedback)
    wrong = (
        Choice(f"error-{number}", error.answer, Fraction(0), error.feedback)
        for number, error in enumerate(blank.errors, 1)
    )
    return Entry(blank.key, blank.label, (right, *wrong), blank.otherwise)


def blank_of(entry: Entry) -> Json:
    """Return the part of a blank's data that an entry says."""
    right = next((choice for choice in entry.accepted if choice.weight > 0), None)
    wrong = [choice for choice in entry.accepted if choice.weight == 0]
    return {
        "key": entry.key,
        "label": entry.label,
        "answer": right.text if right else "",
        "feedback": right.feedback if right else "",
        "otherwise": entry.feedback,
        "errors": [{"answer": choice.text, "feedback": choice.feedback} for choice in wrong],
    }
