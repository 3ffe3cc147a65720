"""Cloze: gaps to type and one to choose."""

from courses.questions.contract import Value

SOLUTIONS = ("accepted",)
EXAMPLES: list[Value] = [
    {
        "stem": "Complete the chain.",
        "explanation": "Repetition makes the difference.",
        "text": "Deeds are [[1]]; what they leave is an [[2]].\n\nConfirmed *again* it is [[3]].",
        "blanks": [
            {"key": "1", "accept": ["service"], "feedback": "Deeds belong to the provider."},
            {
                "key": "2",
                "accept": ["experience", "CX"],
                "feedback": "Feelings are the customer's.",
            },
            {
                "key": "3",
                "label": "What it becomes",
                "accept": ["loyalty"],
                "options": ["satisfaction", "loyalty", "reach"],
                "feedback": "It needs many dealings.",
            },
        ],
    },
    {
        "stem": "Spell it.",
        "text": "Schnee im [[x]]",
        "blanks": [{"key": "x", "accept": ["Gebüsch", "Straße"], "feedback": "Mind the letters."}],
    },
]


def twin(value: Value) -> Value:
    for blank in value["blanks"]:
        right = blank["accept"][0]
        others = [option for option in blank.get("options", ()) if option != right]
        blank["accept"] = others[:1] or ["something", "else"]
    return value
