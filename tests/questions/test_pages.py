"""Every question type has a page, and the example on it works as written."""

import re
from pathlib import Path
from random import Random

import pytest
import yaml

from courses.questions import registry
from tests.questions.cases import EXAMPLES

FOLDER = Path(__file__).parents[2] / "docs" / "question-types"
HEADINGS = (
    "**Score.**",
    "**Author errors.**",
    "**What a learner sees.**",
    "**Keyboard and no JavaScript.**",
    "**Extending.**",
)


@pytest.mark.parametrize("key", EXAMPLES)
def test_the_example_on_the_page_works(key: str) -> None:
    page = (FOLDER / f"{key}.md").read_text(encoding="utf-8")
    found = re.search(r"```yaml\n(.*?)```", page, re.DOTALL)
    assert found is not None
    example = yaml.safe_load(found[1])
    question_type = registry.get(example["type"])
    data = question_type.load(example["data"])

    assert example["type"] == key
    assert [str(problem) for problem in question_type.check(data)] == []
    assert question_type.prepare(data, Random(1)) is not None


@pytest.mark.parametrize("key", EXAMPLES)
def test_every_page_answers_the_same_questions(key: str) -> None:
    page = (FOLDER / f"{key}.md").read_text(encoding="utf-8")

    assert [heading for heading in HEADINGS if heading not in page] == []
    assert f"[{key}]({key}.md)" in (FOLDER / "README.md").read_text(encoding="utf-8")
