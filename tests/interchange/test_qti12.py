"""A Canvas package of QTI 1.2 becomes items; hostile zips are refused."""

import io
import stat
import zipfile
from fractions import Fraction

import pytest

from courses.interchange import archive, formats
from courses.interchange.found import Found, UnreadableFile, value_of

HEAD = '<?xml version="1.0"?><questestinterop><assessment title="Bank"><section>'
TAIL = "</section></assessment></questestinterop>"


def package(files: dict[str, bytes | str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in files.items():
            zipped.writestr(name, content)
    return out.getvalue()


def read(items: str, **files: bytes) -> list[Found]:
    content = package({"imsmanifest.xml": "<manifest/>", "q/q.xml": HEAD + items + TAIL, **files})
    return formats.read("qti12", content, name="bank.zip")


def item(kind: str, presentation: str, processing: str, more: str = "") -> str:
    return (
        f'<item ident="i1" title="Question"><itemmetadata><qtimetadata><qtimetadatafield>'
        f"<fieldlabel>question_type</fieldlabel><fieldentry>{kind}</fieldentry></qtimetadatafield>"
        f"</qtimetadata></itemmetadata><presentation>{presentation}</presentation>"
        f"<resprocessing>{processing}</resprocessing>{more}</item>"
    )


def text(html: str) -> str:
    return f'<material><mattext texttype="text/html"><![CDATA[{html}]]></mattext></material>'


def lid(labels: dict[str, str], ident: str = "response1", name: str = "") -> str:
    rows = "".join(
        f'<response_label ident="{key}">{text(label)}</response_label>'
        for key, label in labels.items()
    )
    head = text(name) if name else ""
    return (
        f'<response_lid ident="{ident}">{head}<render_choice>{rows}</render_choice></response_lid>'
    )


def score(value: str, ident: str = "response1", points: str = "100") -> str:
    return (
        f'<respcondition><conditionvar><varequal respident="{ident}">{value}</varequal>'
        f'</conditionvar><setvar action="Set" varname="SCORE">{points}</setvar></respcondition>'
    )


def test_choice_with_reasons_and_a_picture() -> None:
    shown = (
        '<respcondition continue="Yes"><conditionvar><varequal respident="response1">2</varequal>'
        '</conditionvar><displayfeedback linkrefid="2_fb"/></respcondition>'
    )
    fb = f'<itemfeedback ident="2_fb"><flow_mat>{text("<i>No.</i>")}</flow_mat></itemfeedback>'
    stem = '<p>Which?</p><img src="$IMS-CC-FILEBASE$/a%20b.png" alt="Map">'
    body = item(
        "multiple_choice_question",
        text(stem) + lid({"1": "a", "2": "b"}),
        shown + score("1"),
        fb,
    )
    [found] = read(body, **{"web_resources/a b.png": b"png"})
    assert (found.title, found.category, found.ident) == ("Which?", "Bank", "i1")
    value = value_of(found.item)
    assert value["stem"].startswith("Which?\n\n![Map](asset:a-b-")
    assert value["options"] == [
        {"key": "a", "text": "a", "feedback": "", "correct": True},
        {"key": "b", "text": "b", "feedback": "*No.*"},
    ]


def test_several_answers_number_pairs_and_gaps() -> None:
    several = (
        "<respcondition><conditionvar><and><varequal respident='response1'>1</varequal>"
        "<not><varequal respident='response1'>2</varequal></not></and></conditionvar>"
        "<setvar>100</setvar></respcondition>"
    )
    number = (
        "<respcondition><conditionvar><or><varequal respident='r'>3</varequal><and>"
        "<vargte respident='r'>2.5</vargte><varlte respident='r'>3.5</varlte></and></or>"
        "</conditionvar><setvar>100</setvar></respcondition>"
    )
    words = {"x": "one", "y": "two"}
    found = read(
        item("multiple_answers_question", text("Q") + lid({"1": "a", "2": "b"}), several)
        + item("numerical_question", text("N"), number)
        + item(
            "matching_question",
            text("M") + lid(words, "m1", "L") + lid(words, "m2", "R"),
            score("x", "m1", "50") + score("y", "m2", "50"),
        )
        + item(
            "multiple_dropdowns_question",
            text("The [w] sun.") + lid({"1": "hot", "2": "cold"}, "response_w", "w"),
            score("1", "response_w"),
        )
        + item("file_upload_question", text("F"), "")
    )  # fmt: skip
    assert [choice.weight for choice in found[0].item.choices] == [Fraction(1), Fraction(-1)]
    assert value_of(found[1].item)["blanks"][0]["absolute"] == "0.5"
    assert [row["match"] for row in value_of(found[2].item)["pairs"]] == ["one", "two"]
    assert value_of(found[3].item)["text"] == "The [[1]] sun."
    assert value_of(found[3].item)["blanks"][0]["options"] == ["hot", "cold"]
    assert (found[4].item, "file_upload" in found[4].reason) == (None, True)


def link() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as zipped:
        member = zipfile.ZipInfo("a.xml")
        member.external_attr = (stat.S_IFLNK | 0o777) << 16
        zipped.writestr(member, "/etc/passwd")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (package({"../a.xml": "<a/>"}), "leads out of the zip"),
        (package({"/etc/a.xml": "<a/>"}), "leads out of the zip"),
        (link(), "Links are not followed"),
        (package({"a.xml": "<a/>"}), "no file that begins with"),
        (package({"a.xml": "<a/>"})[:-30], "not a zip file, or it is damaged"),
        (package({f"{n}.txt": "" for n in range(archive.MEMBERS_LIMIT + 1)}), "more than 5000"),
    ],
)
def test_hostile_or_broken_packages_are_refused(content: bytes, reason: str) -> None:
    with pytest.raises(UnreadableFile, match=reason):
        formats.read("qti12", content, name="bank.zip")


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "UNPACKED_LIMIT", 1000)
    with pytest.raises(UnreadableFile, match="Unpacked"):
        formats.read("qti12", package({"a.xml": b"<" * 100_000}), name="bank.zip")
