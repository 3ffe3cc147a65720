"""The five parameterised model items on customer metrics, with one worked example each."""

from typing import Any


def counted(*limits: tuple[str, int, int]) -> dict[str, Any]:
    return {name: {"min": least, "max": most} for name, least, most in limits}


def weighted_sum(letter: str, most: int) -> str:
    return " + ".join(f"{k}*{letter}{k}" for k in range(1, most + 1))


def total(letter: str, *numbers: int) -> str:
    return " + ".join(f"{letter}{k}" for k in numbers)


N1: dict[str, Any] = {
    "stem": "| 0 | 1 | 10 |\n|---|---|---|\n| {r0} | {r1} | {r10} |\n\nThe NPS to one decimal?",
    "explanation": "P = {P}, D = {D}, n = {n}: 100 · ({P} − {D}) / {n} = {nps}.",
    "params": counted(
        *((f"r{k}", 2, 12) for k in range(6)),
        ("r6", 8, 20),
        *((f"r{k}", 25, 60) for k in (7, 8)),
        *((f"r{k}", 35, 80) for k in (9, 10)),
    ),
    "values": {"P": "r9 + r10", "D": total("r", *range(7)), "n": total("r", *range(11))},
    "blanks": [
        {
            "key": "nps",
            "label": "NPS",
            "answer": "100*(P - D)/n",
            "absolute": "0.2",
            "decimals": 1,
            "feedback": "Promoters minus detractors, out of all.",
            "errors": [
                {"answer": "100*P/n", "feedback": "Promoter share; detractors not subtracted."},
                {"answer": "100*(P - D)/(P + D)", "feedback": "Passives belong in the base."},
                {"answer": "100*(P - D + r6)/n", "feedback": "A 6 is a detractor."},
                {"answer": "100*(P + r8 - D)/n", "feedback": "An 8 is passive."},
            ],
        }
    ],
}

N2: dict[str, Any] = {
    "stem": "1: {c1}, 2: {c2}, 3: {c3}, 4: {c4}, 5: {c5}. Give the top-two-box CSAT in %.",
    "params": counted(
        *((f"c{k}", 10, 45) for k in (1, 2, 3)), *((f"c{k}", 30, 95) for k in (4, 5))
    ),
    "values": {"n": total("c", 1, 2, 3, 4, 5)},
    "blanks": [
        {
            "key": "csat",
            "label": "CSAT",
            "unit": "%",
            "answer": "100*(c4 + c5)/n",
            "absolute": "0.2",
            "feedback": "The two highest boxes out of all.",
            "errors": [
                {"answer": "100*c5/n", "feedback": "Top box only."},
                {"answer": "100*(c3 + c4 + c5)/n", "feedback": "The middle is not satisfied."},
                {
                    "answer": f"20*({weighted_sum('c', 5)})/n",
                    "feedback": "Mean turned into a percentage, not top-two-box.",
                },
            ],
        }
    ],
}

N3: dict[str, Any] = {
    "stem": "1: {e1}, 2: {e2}, 3: {e3}, 4: {e4}, 5: {e5}, 6: {e6}, 7: {e7}.",
    "params": counted(
        *((f"e{k}", 3, 15) for k in (1, 2, 3)), *((f"e{k}", 15, 75) for k in (4, 5, 6, 7))
    ),
    "values": {"n": total("e", *range(1, 8)), "mean": f"({weighted_sum('e', 7)})/n"},
    "blanks": [
        {
            "key": "a",
            "label": "Mean to two decimals",
            "answer": "mean",
            "absolute": "0.02",
            "decimals": 2,
            "feedback": "Sum of k times e_k by n.",
            "errors": [
                {
                    "answer": "8 - a",
                    "feedback": "Scale reversed, as in CES 1.0, where low was good.",
                }
            ],
        },
        {
            "key": "b",
            "label": "Share scoring 5 to 7",
            "unit": "%",
            "answer": "100*(e5 + e6 + e7)/n",
            "absolute": "0.2",
            "feedback": "Three boxes agree.",
            "errors": [{"answer": "100*(e6 + e7)/n", "feedback": "A 5 also agrees."}],
        },
    ],
}

N4: dict[str, Any] = {
    "stem": "Yearly margin €{m}, retention {r:2}, discount rate {i:2}. CLV in €?",
    "params": {
        "m": {"min": 60, "max": 400, "step": 20},
        "r": {"min": 0.6, "max": 0.9, "step": 0.05},
        "i": {"min": 0.06, "max": 0.14, "step": 0.01},
    },
    "blanks": [
        {
            "key": "clv",
            "label": "CLV",
            "unit": "€",
            "answer": "m*r/(1 + i - r)",
            "relative": "0.01",
            "feedback": "First margin one year from now.",
            "errors": [
                {"answer": "m*(1 + i)/(1 + i - r)", "feedback": "Also counts a margin today."},
                {"answer": "m/(1 - r)", "feedback": "Undiscounted, and counts today."},
                {"answer": "m*r/(1 - r)", "feedback": "No discounting."},
            ],
        }
    ],
}

N5: dict[str, Any] = {
    "stem": "{P} promoters, {S} passives, {D} detractors. 95% margin of error in points?",
    "params": counted(("P", 60, 200), ("S", 40, 120), ("D", 20, 90)),
    "values": {
        "n": "P + S + D",
        "p": "P/n",
        "d": "D/n",
        "s": "abs(p - d)",
        "spread": "p + d - (p - d)**2",
    },
    "blanks": [
        {
            "key": "margin",
            "label": "Margin of error",
            "unit": "points",
            "answer": "196*sqrt(spread/n)",
            "absolute": "0.2",
            "decimals": 1,
            "feedback": "1.96 standard errors of a difference.",
            "errors": [
                {
                    "answer": "100*sqrt(spread/n)",
                    "feedback": "One standard error; multiply by 1.96.",
                },
                {
                    "answer": "196*sqrt(s*(1 - s)/n)",
                    "feedback": "Single-share formula; NPS is a difference of two shares.",
                },
                {"answer": "196*sqrt(spread)/n", "feedback": "Divide by √n, not n."},
            ],
        }
    ],
}

MODEL_ITEMS = {"N1": N1, "N2": N2, "N3": N3, "N4": N4, "N5": N5}

DRAWN: dict[str, dict[str, str]] = {
    "N1": {f"r{k}": str(n) for k, n in enumerate((6, 3, 4, 5, 7, 12, 13, 38, 42, 55, 65))},
    "N2": {f"c{k}": str(n) for k, n in enumerate((12, 18, 40, 90, 40), 1)},
    "N3": {f"e{k}": str(n) for k, n in enumerate((5, 5, 10, 20, 40, 70, 50), 1)},
    "N4": {"m": "120", "r": "0.80", "i": "0.10"},
    "N5": {"P": "120", "S": "80", "D": "50"},
}
