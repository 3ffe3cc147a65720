"""Short text: accepted texts, with shares and by case."""

from courses.questions.contract import Value

SECRETS = ("otherwise",)
SOLUTIONS = ("accepted",)
EXAMPLES: list[Value] = [
    {
        "stem": "Which score asks for the likelihood of recommending?",
        "explanation": "Asked from 0 to 10.",
        "accept": [
            {"text": "Net Promoter Score", "feedback": "The full name."},
            {"text": "NPS", "feedback": "The usual short form."},
            {"text": "promoter score", "scaled": "0.5", "feedback": "“Net” is what matters."},
        ],
        "otherwise": "It is the one with promoters and detractors.",
    },
    {
        "stem": "Symbol of potassium?",
        "case_sensitive": True,
        "accept": [{"text": "K", "feedback": "From kalium."}],
        "otherwise": "Upper and lower case matter in symbols.",
    },
]


def twin(value: Value) -> Value:
    return value | {"accept": [{"text": "something else", "feedback": "Quite."}]}
