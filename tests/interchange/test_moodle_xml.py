"""A Moodle XML file becomes items; what has no counterpart is named, hostile XML is refused."""

from fractions import Fraction

import pytest

from courses.interchange import formats
from courses.interchange.found import Found, UnreadableFile, value_of

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n'


def read(body: str) -> list[Found]:
    return formats.read("moodlexml", f"{HEAD}{body}</quiz>".encode(), name="bank.xml")


def question(kind: str, inside: str, text: str = "What?") -> str:
    return (
        f'<question type="{kind}"><name><text>Name</text></name><questiontext format="html">'
        f"<text><![CDATA[{text}]]></text></questiontext>{inside}</question>\n"
    )


def answer(text: str, fraction: object, why: str = "", more: str = "") -> str:
    return (
        f'<answer fraction="{fraction}" format="html"><text><![CDATA[{text}]]></text>'
        f'<feedback format="html"><text>{why}</text></feedback>{more}</answer>'
    )


def test_choice_with_everything_around_it() -> None:
    body = '<question type="category"><category><text>top/A</text></category></question>\n'
    inside = (
        "<generalfeedback><text>So.</text></generalfeedback><defaultgrade>2</defaultgrade>"
        "<penalty>0.5</penalty><idnumber>q-7</idnumber><single>true</single>"
        "<shuffleanswers>0</shuffleanswers><answernumbering>iii</answernumbering>"
        '<incorrectfeedback format="html"><text>Read on.</text></incorrectfeedback>'
        "<tags><tag><text>war</text></tag></tags>"
        '<hint format="html"><text>Think.</text><clearwrong/></hint>'
        + answer("<b>a</b>", 100, "Yes.") + answer("b", -50)
    )  # fmt: skip
    [found] = read(body + question("multichoice", inside, "<p>What?</p>"))
    assert (found.line, found.ident, found.category) == (4, "q-7", "top/A")
    assert (found.tags, found.points) == (("war",), Fraction(2))
    assert value_of(found.item) == {
        "stem": "What?",
        "explanation": "So.\n\nRead on.",
        "hints": ["Think."],
        "shuffle": False,
        "options": [
            {"key": "a", "text": "**a**", "feedback": "Yes.", "correct": True},
            {"key": "b", "text": "b", "feedback": ""},
        ],
    }
    assert [loss.code for loss in found.losses] == [
        "points", "penalty", "numbering", "combined_feedback", "hint_options", "wrong_points",
    ]  # fmt: skip


def test_thirds_of_several_right_answers_are_even() -> None:
    answers = "".join(answer(name, 33.33333) for name in "abc") + answer("d", -33.33333)
    [found] = read(question("multichoice", "<single>false</single>" + answers))
    assert found.losses == ()
    assert [choice.weight for choice in found.item.choices] == [Fraction(1, 3)] * 3 + [
        Fraction(-1, 3)
    ]


def test_number_with_tolerance_unit_and_a_reason_for_the_rest() -> None:
    inside = (
        answer("3.5", 100, "Yes.", "<tolerance>0.1</tolerance>") + answer("*", 0, "No.")
        + "<units><unit><unit_name>m</unit_name></unit>"
        + "<unit><unit_name>cm</unit_name></unit></units>"
    )  # fmt: skip
    [found] = read(question("numerical", inside))
    assert value_of(found.item)["blanks"] == [
        {"key": "a", "answer": "3.5", "feedback": "Yes.", "absolute": "0.1", "unit": "m",
         "otherwise": "No."}
    ]  # fmt: skip
    assert [loss.code for loss in found.losses] == ["units"]


def test_embedded_answers_become_gaps() -> None:
    text = (
        "<p>Sun: {1:MULTICHOICE:cold~=hot#It is.} and {1:SHORTANSWER:=round~%50%oval~flat#No.}</p>"
    )
    [found] = read(question("cloze", "", text))
    value = value_of(found.item)
    assert value["text"] == "Sun: [[1]] and [[2]]"
    assert value["blanks"] == [
        {"key": "1", "accept": ["hot"], "feedback": "It is.", "options": ["cold", "hot"]},
        {"key": "2", "accept": ["round"], "feedback": ""},
    ]
    assert [loss.code for loss in found.losses] == ["partial_points", "feedback"]


def test_missing_words_take_the_lists_of_their_groups() -> None:
    rows = "".join(
        f"<selectoption><text>{word}</text><group>{group}</group></selectoption>"
        for word, group in (("cat", 1), ("dog", 1), ("mat", 2))
    )
    [found] = read(question("gapselect", rows, "The [[1]] on the [[3]]."))
    assert [row.get("options") for row in value_of(found.item)["blanks"]] == [
        ["cat", "dog"],
        ["mat"],
    ]


def test_embedded_files_come_along() -> None:
    file = '<file name="a.png" path="/" encoding="base64">cG5n</file>'
    body = (
        '<question type="essay"><name><text>N</text></name><questiontext format="html"><text>'
        f'&lt;img src="@@PLUGINFILE@@/a.png" alt="A map"&gt;</text>{file}</questiontext></question>'
    )
    [found] = read(body)
    assert [file.content for file in found.files] == [b"png"]
    assert found.item.prompt == f"![A map](asset:{found.files[0].name})"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (question("stack", ""), "“stack” have no counterpart"),
        (question("description", ""), "This text asks nothing"),
        (question("cloze", "", "{1:MULTIRESPONSE:=a~=b}"), "MULTIRESPONSE have no counterpart"),
        (question("multichoice", answer("a", "1e9999999")), "no share of the points"),
        (question("numerical", answer("x", 100)), "“x” is no number"),
        (question("gapselect", "", "[[4]]"), "names no word"),
    ],
)
def test_what_has_no_counterpart_is_named(body: str, reason: str) -> None:
    [found] = read(body)
    assert found.item is None
    assert reason in found.reason


BOMB = (
    '<!DOCTYPE quiz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    "<quiz><question type='essay'><name><text>&b;</text></name></question></quiz>"
)
EXTERNAL = (
    '<!DOCTYPE quiz [<!ENTITY x SYSTEM "file:///etc/passwd">]><quiz><question>&x;</question></quiz>'
)


@pytest.mark.parametrize(
    ("content", "line", "reason"),
    [
        (BOMB, 1, "entities of its own"),
        (EXTERNAL, 1, "entities of its own"),
        ("<quiz>\n<question>\n</quiz>", 3, "This is not XML"),
        ("\n<course/>", 2, "it begins with <course>"),
        ("", 1, "This is not XML"),
        ("<quiz>" + "<a>" * 101, 1, "nested too deeply"),
        ('<?xml version="1.0" encoding="x-none"?><quiz/>', 1, "This is not XML"),
        (b'<?xml version="1.0" encoding="UTF-8"?><quiz>\n\xff</quiz>', 2, "This is not XML"),
    ],
)
def test_hostile_or_broken_files_are_refused(content: str | bytes, line: int, reason: str) -> None:
    data = content if isinstance(content, bytes) else content.encode()
    with pytest.raises(UnreadableFile, match=reason) as caught:
        formats.read("moodlexml", data, name="bank.xml")
    assert (caught.value.file, caught.value.line) == ("bank.xml", line)
