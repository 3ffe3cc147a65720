"""Author data of every question type, rich enough for other suites to build on.

`EXAMPLES[key]` is a list of plain JSON values, as a course file or a QuestionVersion holds them.
"""

from typing import Any

SINGLE_CHOICE: list[dict[str, Any]] = [
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

MULTIPLE_RESPONSE: list[dict[str, Any]] = [
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
            {"key": "e", "text": "A comment box follows", "feedback": "The usual order."},
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

TRUE_FALSE: list[dict[str, Any]] = [
    {
        "stem": "“A satisfied customer is a loyal one.”",
        "explanation": "Satisfaction and leaving go together more often than one would think.",
        "answer": False,
        "if_true": "Many who leave had ticked “satisfied”.",
        "if_false": "Satisfied means average, and average is easily left.",
    },
    {"stem": "7 > 5", "answer": True, "if_true": "By two.", "if_false": "Count again."},
]

MATCHING: list[dict[str, Any]] = [
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

CATEGORISE: list[dict[str, Any]] = [
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

ORDERING: list[dict[str, Any]] = [
    {
        "stem": "Put the steps of a journey map in order.",
        "explanation": "From the customer inwards.",
        "elements": [
            {
                "key": "a",
                "text": "Pick customer and goal",
                "feedback": "Without it nothing has a sense.",
            },
            {"key": "b", "text": "List the steps", "feedback": "Feelings need a moment."},
            {"key": "c", "text": "Add feelings", "feedback": "Before the firm comes in."},
            {"key": "d", "text": "Add what staff do", "feedback": "Then the visible part."},
            {"key": "e", "text": "Mark failure points", "feedback": "Last: they need an owner."},
        ],
    },
    {
        "stem": "Smallest first.",
        "elements": [
            {"key": "x", "text": "1", "feedback": "One."},
            {"key": "y", "text": "2", "feedback": "Two."},
        ],
    },
]

NUMERIC: list[dict[str, Any]] = [
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

CLOZE: list[dict[str, Any]] = [
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

SHORT_TEXT: list[dict[str, Any]] = [
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

ESSAY: list[dict[str, Any]] = [
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

HOTSPOT: list[dict[str, Any]] = [
    {
        "stem": "Select the row for “the warehouse reserves stock”.",
        "explanation": "Software that nobody sees is a support process.",
        "image": "blueprint.svg",
        "alt": "A service blueprint with four rows",
        "width": 800,
        "height": 400,
        "regions": [
            {
                "key": "r1",
                "label": "Customer",
                "shape": "rect",
                "coords": "0,0,800,100",
                "feedback": "Not hers.",
            },
            {
                "key": "r2",
                "label": "Frontstage",
                "shape": "rect",
                "coords": "0,100,800,100",
                "feedback": "Unseen.",
            },
            {
                "key": "r3",
                "label": "Support",
                "shape": "polygon",
                "coords": "0,300 800,300 800,400 0,400",
                "feedback": "It enables the service.",
                "correct": True,
            },
        ],
    },
    {
        "stem": "Select both wheels.",
        "image": "bicycle.png",
        "alt": "A bicycle",
        "width": 200,
        "height": 100,
        "regions": [
            {
                "key": "front",
                "label": "Front wheel",
                "shape": "circle",
                "coords": "150,70,30",
                "feedback": "Steers.",
                "correct": True,
            },
            {
                "key": "rear",
                "label": "Rear wheel",
                "shape": "circle",
                "coords": "50,70,30",
                "feedback": "Drives.",
                "correct": True,
            },
            {
                "key": "bell",
                "label": "Bell",
                "shape": "rect",
                "coords": "140,10,10,10",
                "feedback": "Rings.",
            },
        ],
    },
]

VOTE: list[dict[str, Any]] = [
    {
        "stem": "Who should own the customer experience?",
        "explanation": "No study has settled it; the lesson names what would.",
        "positions": [
            {"key": "a", "text": "Everyone", "feedback": "Smuda says so; who acts on Monday?"},
            {"key": "b", "text": "One head", "feedback": "Clear; but who obeys her?"},
            {"key": "c", "text": "A lead per outcome", "feedback": "Who leads the leads?"},
        ],
    },
    {
        "stem": "And now?",
        "again": "first-vote",
        "asks_reason": False,
        "positions": [
            {"key": "yes", "text": "Yes", "feedback": "Then say when."},
            {"key": "no", "text": "No", "feedback": "Then say why."},
        ],
    },
]

EXAMPLES: dict[str, list[dict[str, Any]]] = {
    "single_choice": SINGLE_CHOICE,
    "multiple_response": MULTIPLE_RESPONSE,
    "true_false": TRUE_FALSE,
    "matching": MATCHING,
    "ordering": ORDERING,
    "categorise": CATEGORISE,
    "numeric": NUMERIC,
    "cloze": CLOZE,
    "short_text": SHORT_TEXT,
    "essay": ESSAY,
    "hotspot": HOTSPOT,
    "vote": VOTE,
}
