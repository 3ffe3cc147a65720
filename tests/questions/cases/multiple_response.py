"""Multiple response: several right options."""

from courses.questions.contract import Value, rotate

EXAMPLES: list[Value] = [
    {
        "stem": "Which signs suggest that a score is being gamed?",
        "explanation": "Whoever chooses the respondents chooses the result.",
        "options": [
            {
                "key": "a",
                "text": "Only happy guests are invited",
                "feedback": "Selection.",
                "correct": True,
            },
            {"key": "b", "text": "Staff plead for tens", "feedback": "Begging.", "correct": True},
            {"key": "c", "text": "One in five is drawn by lot", "feedback": "Sound sampling."},
            {"key": "d", "text": "Good marks are green", "feedback": "Leading.", "correct": True},
            {
                "key": "e",
                "text": "A comment box follows",
                "feedback": "The usual order.",
                "keeps_place": True,
            },
        ],
    },
    {
        "stem": "Which of these are prime?",
        "shuffle": False,
        "options": [
            {"key": "p2", "text": "2", "feedback": "The only even one.", "correct": True},
            {"key": "p4", "text": "4", "feedback": "Two times two."},
            {"key": "p9", "text": "9", "feedback": "Three times three."},
        ],
    },
]


def twin(value: Value) -> Value:
    rotate(value["options"], "correct")
    return value
