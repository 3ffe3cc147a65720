"""Exported questions are read again as they were; what a format cannot say is named."""

import json
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.interchange import formats, writing
from courses.interchange.found import value_of
from courses.interchange.outgoing import OutgoingQuestion, OutgoingText
from courses.interchange.sheet import COLUMNS
from courses.questions import registry
from tests import lengths
from tests.programs import node
from tests.questions.cases import EXAMPLES

WORDS = st.text(
    st.sampled_from("ab {}=~#%:\\*_`[]()<>|&'\"+-@;,\n½ß→☂/$1"), min_size=1, max_size=16
).map(lambda text: text.strip() or "x")
LINES = WORDS.map(lambda text: " ".join(text.split()) or "x").filter(lambda text: text != "*")
KEYS = "abcdefgh"


@st.composite
def values(draw: Any) -> tuple[str, dict[str, Any]]:
    """Data of a type that most formats can say."""
    kind = draw(st.sampled_from(sorted(MAKERS)))
    value = {"stem": draw(WORDS)} | MAKERS[kind](draw)
    if draw(st.booleans()):
        value["explanation"] = draw(WORDS)
    return kind, value


def _options(draw: Any, right: set[int], count: int) -> dict[str, Any]:
    return {
        "options": [
            {"key": KEYS[place], "text": draw(WORDS), "feedback": draw(WORDS)}
            | ({"correct": True} if place in right else {})
            for place in range(count)
        ]
    }


def single(draw: Any) -> dict[str, Any]:
    count = draw(st.integers(2, 4))
    return _options(draw, {draw(st.integers(0, count - 1))}, count)


def multiple(draw: Any) -> dict[str, Any]:
    count = draw(st.integers(2, 5))
    return _options(draw, set(range(draw(st.integers(1, count)))), count)


def statement(draw: Any) -> dict[str, Any]:
    return {"answer": draw(st.booleans()), "if_true": draw(WORDS), "if_false": draw(WORDS)}


def typed(draw: Any) -> dict[str, Any]:
    texts = draw(st.lists(LINES, min_size=1, max_size=3, unique=True))
    shares = ["1", *draw(st.lists(st.sampled_from(["1/3", "0.5", "1"]), min_size=2, max_size=2))]
    rows = [
        {"text": text, "feedback": draw(WORDS)} | ({} if share == "1" else {"scaled": share})
        for text, share in zip(texts, shares, strict=False)
    ]
    return {"accept": rows, "otherwise": draw(WORDS)}


def number(draw: Any) -> dict[str, Any]:
    blank = {"key": "a", "answer": str(draw(st.integers(-99, 99))), "feedback": draw(WORDS)}
    if draw(st.booleans()):
        blank |= {"absolute": "0.5", "otherwise": draw(WORDS)}
    if draw(st.booleans()):
        blank["errors"] = [{"answer": "250", "feedback": draw(WORDS)}]
    return {"blanks": [blank]}


def matching(draw: Any) -> dict[str, Any]:
    rights = draw(st.lists(LINES, min_size=3, max_size=4, unique=True))
    pairs = [
        {"key": KEYS[place], "text": draw(WORDS), "match": right, "feedback": ""}
        for place, right in enumerate(rights[:-1])
    ]
    place = len(rights) - 1
    return {
        "pairs": pairs,
        "distractors": [{"key": KEYS[place], "text": rights[-1], "feedback": ""}],
    }


MAKERS = {
    "single_choice": single,
    "multiple_response": multiple,
    "true_false": statement,
    "short_text": typed,
    "numeric": number,
    "matching": matching,
}


def outgoing(kind: str, value: Any, key: str = "k") -> OutgoingQuestion:
    question_type = registry.get(kind)
    item = question_type.to_item(question_type.load(value))
    return OutgoingQuestion(key, item, tags=("t-1",), category="mod")


def again(format_key: str, question: OutgoingQuestion) -> tuple[Any, Any]:
    """The question after it was written and read, and what the format could not say."""
    written = writing.WRITE[format_key].write([question])
    if written.refused:
        return None, written
    [found] = formats.read(format_key, written.content, name="out")
    assert found.item is not None, (found.reason, written.content)
    assert (found.ident, found.tags) == ("k", ("t-1",))
    return OutgoingQuestion("k", found.item, tags=("t-1",), category="mod"), written


@pytest.mark.two_lengths
@pytest.mark.parametrize("format_key", ["gift", "moodlexml", "csv"])
def test_export_and_import_are_a_fixed_point(format_key: str) -> None:
    @settings(
        max_examples=lengths.length(short=60, long=2_000),
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(values())
    def check(case: tuple[str, Any]) -> None:
        kind, value = case
        first, written = again(format_key, outgoing(kind, value))
        if first is None:
            return
        assert first.item.type_key == kind
        read = value_of(first.item)
        if not written.losses:
            assert read == same(kind, value), written.content.decode()
        second, _written = again(format_key, first)
        assert value_of(second.item) == read

    check()


def same(kind: str, value: Any) -> Any:
    """The data in its shortest form, shares as fractions."""
    question_type = registry.get(kind)
    dumped = question_type.dump(question_type.load(value))
    for row in dumped.get("accept", ()):
        if row.get("scaled") == "0.5":
            row["scaled"] = "1/2"
    return dumped


def test_every_type_is_written_or_refused_with_its_name() -> None:
    examples = [
        outgoing(kind, value, f"{kind}-{place}")
        for kind, rows in EXAMPLES.items()
        for place, value in enumerate(rows)
    ]
    for key, written_format in writing.WRITE.items():
        written = written_format.write(examples)
        assert all(reason for reason in written.refused.values())
        assert all(loss.text for losses in written.losses.values() for loss in losses)
        if key in formats.BY_KEY:
            found = formats.read(key, written.content, name="out")
            assert len(found) == len(examples) - len(written.refused)
            assert all(one.item is not None for one in found)


def test_cells_that_look_like_formulas_are_no_formulas_and_come_back() -> None:
    texts = ["=1+1", "'=1", "''=1", "@x", "-5", "+5", "'quoted'", "\t=1", "＝1"]
    options = [
        {"key": KEYS[place], "text": text, "feedback": "-"} for place, text in enumerate(texts[:8])
    ]
    options[0]["correct"] = True
    question = outgoing("single_choice", {"stem": "=cmd|' /C calc'!A0", "options": options})
    written = writing.WRITE["csv"].write([question])
    for line in written.content.decode("utf-8-sig").splitlines()[1:]:
        assert not line.lstrip('"').startswith(("=", "+", "-", "@"))
        assert ",=" not in line
    [found] = formats.read("csv", written.content, name="out")
    assert [choice.text for choice in found.item.choices] == [text.strip() for text in texts[:8]]


def test_pictures_go_out_and_come_back_with_moodle_xml() -> None:
    stem = "See ![A map](asset:map-1.png)?"
    question_type = registry.get("true_false")
    value = {"stem": stem, "answer": True, "if_true": "y", "if_false": "n"}
    item = question_type.to_item(question_type.load(value))
    question = OutgoingQuestion("k", item, files={"map-1.png": b"png"})
    written = writing.WRITE["moodlexml"].write([question])
    [found] = formats.read("moodlexml", written.content, name="out")
    [file] = found.files
    assert file.content == b"png"
    assert found.item.prompt == f"See ![A map](asset:{file.name})?"


@pytest.mark.parametrize("format_key", ["gift", "moodlexml", "csv"])
def test_a_shared_text_goes_out_once_before_its_questions_and_comes_back(format_key: str) -> None:
    body = "# Map\n\n* one = {1}\n* two ~ #2\n\n![A map](asset:map.png)"
    text = OutgoingText("t", "The map", body, {"map.png": b"png"})
    value = {"stem": "So?", "answer": True, "if_true": "y", "if_false": "n"}
    questions = [replace(outgoing("true_false", value, key), shared=text) for key in ("a", "b")]
    written = writing.WRITE[format_key].write(questions)
    assert {loss.code for loss in written.losses["b"]} == {"shared_text"}
    found = formats.read(format_key, written.content, name="out")
    assert [one.ident for one in found] == ["t", "a", "b"]
    assert (found[0].title, found[0].is_supported, found[0].item) == ("The map", True, None)
    name = found[0].files[0].name if found[0].files else "map.png"
    assert found[0].text == body.replace("map.png", name)
    assert [one.content for one in found[0].files] == (
        [b"png"] if format_key == "moodlexml" else []
    )


def test_a_shared_text_is_named_where_the_format_has_no_place_for_it() -> None:
    value = {"stem": "So?", "answer": True, "if_true": "y", "if_false": "n"}
    text = OutgoingText("t", "The map", "A map.")
    written = writing.WRITE["qti21"].write([replace(outgoing("true_false", value), shared=text)])
    assert "The map" in written.losses["k"][0].text


JUDGE = """
import parser from "gift-pegjs";
import { readFileSync } from "node:fs";
const texts = JSON.parse(readFileSync(0, "utf8"));
const said = texts.map((text) => {
  try { return { found: parser.parse(text).map((one) => one.type) }; }
  catch (error) { return { error: String(error) + " in " + text }; }
});
process.stdout.write(JSON.stringify(said));
"""
JUDGED = {
    "single_choice": "MC",
    "multiple_response": "MC",
    "true_false": "TF",
    "short_text": "Short",
    "numeric": "Numerical",
    "matching": "Matching",
}


@pytest.mark.slow
def test_gift_pegjs_parses_every_export(tmp_path: Any) -> None:
    (tmp_path / "node_modules").symlink_to(node.packages() / "node_modules")
    script = tmp_path / "judge.mjs"
    script.write_text(JUDGE, encoding="utf-8")
    kinds, texts = [], []

    @settings(
        max_examples=300, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(values())
    def collect(case: tuple[str, Any]) -> None:
        written = writing.WRITE["gift"].write([outgoing(*case)])
        if not written.refused:
            kinds.append(JUDGED[case[0]])
            texts.append(written.content.decode())

    collect()
    command = [str(node.program("node")), str(script)]
    answer = subprocess.run(
        command, input=json.dumps(texts), capture_output=True, text=True, check=True, timeout=60
    )
    said = json.loads(answer.stdout)
    assert [one for one in said if "error" in one] == []
    found = [[kind for kind in one["found"] if kind != "Category"] for one in said]
    assert found == [[kind] for kind in kinds]


def test_the_sheet_is_documented_column_by_column() -> None:
    text = Path("docs/question-banks.md").read_text(encoding="utf-8")
    assert [name for name in COLUMNS if f"`{name}`" not in text] == []
