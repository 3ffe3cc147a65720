"""Ordering: a sequence."""

from courses.questions.contract import Value

SOLUTIONS = ("ordered",)
EXAMPLES: list[Value] = [
    {
        "stem": "Put the steps of a journey map in order.",
        "explanation": "From the customer inwards.",
        "elements": [
            {
                "key": "a",
                "text": "Pick customer and goal",
                "feedback": "Without it nothing has a sense.",
            },
            {"key": "b", "text": "List the steps", "feedback": "Feelings need a moment."},
            {"key": "c", "text": "Add feelings", "feedback": "Before the firm comes in."},
            {"key": "d", "text": "Add what staff do", "feedback": "Then the visible part."},
            {"key": "e", "text": "Mark failure points", "feedback": "Last: they need an owner."},
        ],
    },
    {
        "stem": "Smallest first.",
        "elements": [
            {"key": "x", "text": "1", "feedback": "One."},
            {"key": "y", "text": "2", "feedback": "Two."},
        ],
    },
]


def twin(value: Value) -> Value:
    """Another order is right, and the author gave the keys in that order, too."""
    keys = [element["key"] for element in value["elements"]]
    turned = value["elements"][2:] + value["elements"][:2]
    turned = turned[::-1]
    elements = [{**element, "key": key} for element, key in zip(turned, keys, strict=True)]
    return value | {"elements": elements}
