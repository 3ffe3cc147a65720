"""Every example of every type becomes a well-formed item of QTI 2.1, or is refused by name."""

import io
import zipfile
from typing import Any

from courses.interchange import xml_tree
from courses.interchange.outgoing import OutgoingQuestion
from courses.interchange.qti21 import write_qti21
from courses.questions import registry
from tests.questions.cases import EXAMPLES

ORDER = [
    "responseDeclaration", "outcomeDeclaration", "itemBody", "responseProcessing", "modalFeedback",
]  # fmt: skip


def outgoing(kind: str, value: Any, key: str) -> OutgoingQuestion:
    question_type = registry.get(kind)
    item = question_type.to_item(question_type.load(value))
    return OutgoingQuestion(key, item, files={"map.png": b"png"})


def members(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_every_example_is_an_item_in_the_order_of_the_standard() -> None:
    questions = [
        outgoing(kind, value, f"{kind.replace('_', '-')}-{place}")
        for kind, rows in EXAMPLES.items()
        for place, value in enumerate(rows)
    ]
    written = write_qti21(questions)
    files = members(written.content)
    manifest = xml_tree.parse(files["imsmanifest.xml"], "imsmanifest.xml")
    named = {node.attrs["href"] for node in manifest.deep("resource")}
    items = {name for name in files if name.startswith("items/") and name.endswith(".xml")}
    assert named == items
    assert len(items) == len(questions) - len(written.refused)
    kinds = {one.item.type_key for one in questions if one.key not in written.refused}
    assert kinds >= {"single_choice", "multiple_response", "cloze", "matching", "ordering", "essay"}
    for name in sorted(items):
        root = xml_tree.parse(files[name], name)
        places = [ORDER.index(node.tag) for node in root.nodes]
        assert places == sorted(places), name
        declared = {node.attrs["identifier"] for node in root.all("responseDeclaration")}
        asked = {
            node.attrs["responseIdentifier"]
            for node in walk(root.child("itemBody"))
            if "responseIdentifier" in node.attrs
        }
        assert declared == asked, name


def walk(node: xml_tree.XmlNode) -> list[xml_tree.XmlNode]:
    return [node, *(found for child in node.nodes for found in walk(child))]


def test_choice_scores_by_its_mapping_and_shows_reasons_and_pictures() -> None:
    value = {
        "stem": "Which ![Map](asset:map.png) <b>?",
        "options": [
            {"key": "a", "text": "x & y", "feedback": "*Yes*.", "correct": True},
            {"key": "b", "text": "z", "feedback": "No.", "keeps_place": True},
        ],
    }
    written = write_qti21([outgoing("single_choice", value, "one")])
    files = members(written.content)
    assert files["items/files/map.png"] == b"png"
    root = xml_tree.parse(files["items/one.xml"], "one.xml")
    right = root.child("responseDeclaration").child("correctResponse").string("value")
    rows = {one.attrs["mapKey"]: one.attrs["mappedValue"] for one in root.deep("mapEntry")}
    assert (right, rows) == ("a", {"a": "1", "b": "0"})
    assert [one.attrs["fixed"] for one in root.deep("simpleChoice")] == ["false", "true"]
    assert next(root.deep("img")).attrs == {"src": "files/map.png", "alt": "Map"}
    assert [one.text.strip() for one in root.all("modalFeedback")] == ["Yes.", "No."]
    assert written.losses == {}
