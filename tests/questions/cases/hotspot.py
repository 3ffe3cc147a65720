"""Hotspot: one right region, and two."""

from courses.questions.contract import Value, rotate

EXAMPLES: list[Value] = [
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


def twin(value: Value) -> Value:
    rotate(value["regions"], "correct")
    return value
