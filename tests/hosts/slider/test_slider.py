"""The host's own test of its type."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from courses.conf import DEFAULTS
from courses.questions.contract import RULES, Cases, Value

PAGE = Path(__file__).with_name("slider.md").read_text(encoding="utf-8")
EXAMPLES: list[Value] = [
    yaml.safe_load(PAGE.split("```")[1].removeprefix("yaml"))["data"],
    {
        "stem": "How cold may it be?",
        "explanation": "Measured at noon.",
        "lowest": -5,
        "highest": 5,
        "answer": -2,
        "feedback": "Below that the ice holds.",
    },
]


def twin(value: Value) -> Value:
    return value | {"answer": value["answer"] + 2}


CASES = Cases("slider", EXAMPLES, twin)


@pytest.fixture(autouse=True)
def slider(settings: Any) -> None:
    types = [*DEFAULTS["QUESTION_TYPES"], "tests.hosts.slider.slider.Slider"]
    settings.COURSES_QUESTION_TYPES = types


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_slider_keeps_the_contract(rule: Any) -> None:
    rule(CASES)
