"""Single choice: one right option of several."""

from courses.questions.contract import Value, rotate

EXAMPLES: list[Value] = [
    {
        "stem": "A parcel arrives a day late. Which sentence describes the **experience**?",
        "explanation": "An experience is told from the customer's side, from need to fulfilment.",
        "hints": ["Who is speaking?", "Look for a feeling."],
        "options": [
            {
                "key": "a",
                "text": "The depot scanned it at 9:14",
                "feedback": "A record, not a life.",
            },
            {
                "key": "b",
                "text": "She waited at home in vain and felt forgotten",
                "feedback": "Thoughts, feelings and actions while pursuing a goal.",
                "correct": True,
            },
            {"key": "c", "text": "The carrier promises 24 hours", "feedback": "That is a promise."},
        ],
    },
    {
        "stem": "How many scoops fit?",
        "shuffle": False,
        "options": [
            {"key": "one", "text": "1", "feedback": "One is what fits.", "correct": True},
            {"key": "two", "text": "2", "feedback": "The second one falls."},
        ],
    },
]


def twin(value: Value) -> Value:
    rotate(value["options"], "correct")
    return value
