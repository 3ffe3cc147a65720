"""Vote: the first and the second vote of a debate."""

from courses.questions.contract import Value

EXAMPLES: list[Value] = [
    {
        "stem": "Who should own the customer experience?",
        "explanation": "No study has settled it; the lesson names what would.",
        "positions": [
            {"key": "a", "text": "Everyone", "feedback": "Smuda says so; who acts on Monday?"},
            {"key": "b", "text": "One head", "feedback": "Clear; but who obeys her?"},
            {"key": "c", "text": "A lead per outcome", "feedback": "Who leads the leads?"},
        ],
    },
    {
        "stem": "And now?",
        "again": "first-vote",
        "asks_reason": False,
        "positions": [
            {"key": "yes", "text": "Yes", "feedback": "Then say when."},
            {"key": "no", "text": "No", "feedback": "Then say why."},
        ],
    },
]


def twin(value: Value) -> Value:
    """Nothing is right in either world; the feedback on the positions differs."""
    return value
