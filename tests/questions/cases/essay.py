"""Essay: a text with a rubric."""

from courses.questions.contract import Value

SECRETS = ("model_answer",)
SOLUTIONS = ("rubric", "model_answer")
EXAMPLES: list[Value] = [
    {
        "stem": "In 150 words: has the word lost its meaning?",
        "explanation": "There is no single right view.",
        "rubric": [
            {"key": "a", "text": "Sceptic stated fairly", "levels": ["absent", "vague", "precise"]},
            {"key": "b", "text": "Evidence is observable", "levels": ["absent", "present"]},
        ],
        "model_answer": "The sceptic says that a word for everything names nothing.",
        "min_words": 100,
        "max_words": 150,
        "feedback": "Compare your text with the model.",
    },
    {
        "stem": "Describe a queue you remember.",
        "rubric": [{"key": "r", "text": "Feeling named", "levels": ["no", "yes"]}],
        "model_answer": "I stood, I waited, I grew angry.",
    },
]


def twin(value: Value) -> Value:
    rubric = [{"key": "other", "text": "Other criterion", "levels": ["low", "high"]}]
    return value | {"rubric": rubric}
