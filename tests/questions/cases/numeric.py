"""Numeric: drawn figures with known errors, and fixed ones."""

from courses.questions.contract import Value

SECRETS = ("otherwise",)
EXAMPLES: list[Value] = [
    {
        "stem": "Promoters {p}, passives {s}, detractors {d}. Give the NPS to one decimal.",
        "explanation": "$\\frac{100 (p - d)}{n}$ with n = {n} is {nps}, to two decimals {nps:2}.",
        "hints": ["There are {n} answers."],
        "params": {
            "p": {"min": 60, "max": 200},
            "s": {"min": 40, "max": 120, "step": 4},
            "d": {"choices": ["20", "p / 2", 35]},
        },
        "values": {"n": "p + s + d"},
        "blanks": [
            {
                "key": "nps",
                "label": "NPS of {n} answers",
                "answer": "100*(p - d)/n",
                "absolute": "0.2",
                "unit": "points",
                "decimals": 1,
                "feedback": "Promoters minus detractors.",
                "errors": [
                    {"answer": "100*p/n", "feedback": "Detractors ({d}) are missing."},
                    {"answer": "100*(p - d)/(p + d)", "feedback": "Passives count in the base."},
                    {"answer": "0 - nps", "feedback": "The sign is turned round."},
                ],
                "otherwise": "Begin with the share of promoters.",
            }
        ],
    },
    {
        "stem": "A queue of 12 with 2.5 minutes each.",
        "blanks": [
            {
                "key": "wait",
                "label": "Minutes until the last one is served",
                "answer": 30,
                "feedback": "12 times 2.5.",
                "errors": [{"answer": 27.5, "feedback": "The last one is served, too."}],
            },
            {
                "key": "third",
                "label": "A third of an hour and a bit, in minutes",
                "answer": "61/3",
                "relative": "0.01",
                "feedback": "61 by 3.",
            },
        ],
    },
]


def twin(value: Value) -> Value:
    """Another key where no draw depends on it; of drawn questions the reasons alone."""
    if "params" not in value:
        for blank in value["blanks"]:
            blank["answer"] = f"1000 + {blank['answer']}"
            blank["absolute"] = "0.125"
    return value
