"""Categorise: cards into categories, also an empty one."""

from courses.questions.contract import Value

EXAMPLES: list[Value] = [
    {
        "stem": "Seen from inside or from outside?",
        "explanation": "Outside-in follows somebody's goal.",
        "categories": [{"key": "in", "text": "Inside-out"}, {"key": "out", "text": "Outside-in"}],
        "cards": [
            {
                "key": "c1",
                "text": "94% closed on target",
                "category": "in",
                "feedback": "Counts closing.",
            },
            {
                "key": "c2",
                "text": "Dad's phone must work today",
                "category": "out",
                "feedback": "A goal.",
            },
            {
                "key": "c3",
                "text": "No form fitted my case",
                "category": "out",
                "feedback": "An obstacle.",
            },
        ],
    },
    {
        "stem": "Sort.",
        "shuffle": False,
        "categories": [
            {"key": "odd", "text": "odd"},
            {"key": "even", "text": "even"},
            {"key": "none", "text": "neither"},
        ],
        "cards": [
            {"key": "n3", "text": "3", "category": "odd", "feedback": "One is left over."},
            {"key": "n4", "text": "4", "category": "even", "feedback": "Two pairs."},
            {"key": "n5", "text": "½", "category": "none", "feedback": "Not whole."},
            {"key": "n6", "text": "6", "category": "even", "feedback": "Three pairs."},
        ],
    },
]


def twin(value: Value) -> Value:
    keys = [category["key"] for category in value["categories"]]
    for card in value["cards"]:
        card["category"] = keys[keys.index(card["category"]) - 1]
    return value
