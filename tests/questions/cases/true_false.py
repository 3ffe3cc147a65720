"""True or false: a statement."""

from courses.questions.contract import Value

SECRETS = ("if_true", "if_false")
EXAMPLES: list[Value] = [
    {
        "stem": "“A satisfied customer is a loyal one.”",
        "explanation": "Satisfaction and leaving go together more often than one would think.",
        "answer": False,
        "if_true": "Many who leave had ticked “satisfied”.",
        "if_false": "Satisfied means average, and average is easily left.",
    },
    {"stem": "7 > 5", "answer": True, "if_true": "By two.", "if_false": "Count again."},
]


def twin(value: Value) -> Value:
    return value | {"answer": not value["answer"]}
