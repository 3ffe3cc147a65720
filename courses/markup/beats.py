"""The beats of a lesson, known by the words of a heading or of a callout's first words in bold."""

from collections.abc import Sequence

from django.utils.translation import pgettext
from markdown_it.token import Token

MONDAY = "monday"


def beat_of_heading(text: str) -> str:
    """Return which beat a heading opens ("Predict", "Do: sort the advice"), or ""."""
    words = {
        pgettext("beat of a lesson", "Predict"): "predict",
        pgettext("beat of a lesson", "Do"): "do",
        pgettext("beat of a lesson", "Explain"): "explain",
        pgettext("beat of a lesson", "Vote before you read"): "vote",
        pgettext("beat of a lesson", "Vote again"): "vote",
    }
    first = text.partition(":")[0].strip().casefold()
    return next((beat for word, beat in words.items() if word.casefold() == first), "")


def beat_of_callout(tokens: Sequence[Token]) -> str:
    """Return the beat of the callout whose tokens begin here: for Monday, or ""."""
    texts = [token for token in tokens[:6] if token.type == "inline"]
    words = texts[1].children or [] if len(texts) > 1 else []
    children = [child for child in words if child.content or child.nesting]
    is_bold = bool(children) and children[0].type == "strong_open"
    first = children[1].content.rstrip(".:") if is_bold else ""
    monday = pgettext("beat of a lesson", "On Monday")
    return MONDAY if first.casefold() == monday.casefold() else ""
