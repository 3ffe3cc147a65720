"""Matching: pairs, also with distractors."""

from courses.questions.contract import Value, rotate

SOLUTIONS = ("is_used",)
EXAMPLES: list[Value] = [
    {
        "stem": "Match the comment with the dimension of service quality.",
        "explanation": "Tangibles are what can be touched or seen.",
        "hints": ["Nobody speaks of the building."],
        "pairs": [
            {
                "key": "a",
                "text": "They rang at the hour promised",
                "match": "Reliability",
                "feedback": "Kept.",
            },
            {
                "key": "b",
                "text": "She knew the rule by heart",
                "match": "Assurance",
                "feedback": "Knows.",
            },
            {
                "key": "c",
                "text": "He saw that I had a baby",
                "match": "Empathy",
                "feedback": "Individual.",
            },
        ],
        "distractors": [
            {"key": "x", "text": "Tangibles", "feedback": "Nothing here can be touched."},
            {"key": "y", "text": "Loyalty", "feedback": "No dimension, a consequence."},
        ],
    },
    {
        "stem": "Which unit belongs to which quantity?",
        "shuffle": False,
        "pairs": [
            {"key": "len", "text": "length", "match": "metre", "feedback": "SI base unit."},
            {"key": "mass", "text": "mass", "match": "kilogram", "feedback": "SI base unit."},
        ],
    },
]


def twin(value: Value) -> Value:
    """Other pairs belong together, and a former distractor belongs to a prompt."""
    pairs, distractors = value["pairs"], value.get("distractors", [])
    rotate(pairs, "match")
    if distractors:
        pairs[0]["match"], distractors[0]["text"] = distractors[0]["text"], pairs[0]["match"]
    return value
