"""Any file in any format is read, or refused with its name and a line."""

import io
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.interchange import formats
from courses.interchange.found import UnreadableFile, value_of
from tests import lengths
from tests.interchange.test_hostile_files import try_reading, workbook, zipped

MOODLE_TYPES = (
    "multichoice", "truefalse", "shortanswer", "numerical", "matching", "essay", "cloze",
    "gapselect", "ordering", "category",
)  # fmt: skip
QTI_TYPES = (
    "multiple_choice", "true_false", "multiple_answers", "short_answer", "numerical", "matching",
    "essay", "fill_in_multiple_blanks", "multiple_dropdowns",
)  # fmt: skip
TEXTS = [*"{}=~#%:\\*\n \tT", "->", "::", "a", "1..2", "//", "$CATEGORY:", "[html]", "<b>"]
PIECES = {
    "gift": TEXTS,
    "aiken": ["A. ", "B) ", "ANSWER: A", "ANSWER: B", "\n", "\n\n", "x", "*", "True", " "],
    "moodlexml": [
        "<quiz>", "</quiz>", "</question>", "<text>", "</text>", "<![CDATA[", "]]>", "&", "*",
        "<answer fraction='50'>", "</answer>", "[[1]]", "{1:SA:=a}", "{1:NM:=1:1}", "{:MC:~=}",
        "<tolerance>", "<subquestion>", "<questiontext format='html'>", "</questiontext>", "\\",
        *(f"<question type='{kind}'>" for kind in MOODLE_TYPES),
    ],
    "qti12": [
        "<questestinterop>", "</questestinterop>", "<item ident='i' title='t'>", "</item>",
        "<itemmetadata><qtimetadata>", "</qtimetadata></itemmetadata>", "<presentation>",
        "</presentation>", "<response_lid ident='r'>", "</response_lid>",
        "<response_label ident='1'>", "</response_label>", "[r]", "True", "1",
        "<material><mattext>", "</mattext></material>",
        "<resprocessing><respcondition><conditionvar>", "<varequal respident='r'>", "</varequal>",
        "</conditionvar><setvar>100</setvar></respcondition></resprocessing>", "<not>", "</not>",
        *(
            "<qtimetadatafield><fieldlabel>question_type</fieldlabel>"
            f"<fieldentry>{kind}_question</fieldentry></qtimetadatafield>" for kind in QTI_TYPES
        ),
    ],
    "csv": [
        "type", ",", ";", "\n", '"', "question", "answer 1", "right", "single_choice", "numeric",
        "A", "=1", "share 1", "1/2", "x", "matching", "match 1", "tags", "'",
    ],
}  # fmt: skip


@pytest.mark.two_lengths
@pytest.mark.parametrize("key", sorted(PIECES))
def test_any_file_is_read_or_refused(key: str) -> None:
    pieces = st.lists(st.sampled_from(PIECES[key]), max_size=30).map("".join)
    headed = pieces.map(lambda text: f"type,question,right,answer 1,answer 2\n{text}")
    wrapped = pieces.map(lambda text: f"<quiz>{text}</quiz>")
    contents = st.one_of(pieces, headed, wrapped).map(str.encode) | st.binary(max_size=200)

    @settings(
        max_examples=lengths.length(short=40, long=4_000),
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(contents)
    def check(content: bytes) -> None:
        try:
            found = formats.read(key, content, name="file")
        except UnreadableFile as error:
            refused = error
        else:
            assert all(one.reason or value_of(one.item) for one in found)
            assert all(loss.text for one in found for loss in one.losses)
            return
        assert refused.file
        assert refused.line >= 1

    check()


@pytest.mark.two_lengths
@pytest.mark.parametrize("key", ["qti12", "xlsx"])
def test_any_package_is_read_or_refused(key: str) -> None:
    """Parts of a package that are cut, repeated or put together wrongly, and damaged bytes."""
    good = workbook(["single_choice", "Q", "A", "a", "r", "b", "r"])
    if key == "qti12":
        good = zipped({"a.xml": "<questestinterop>" + "".join(PIECES["qti12"][3:9])})
    with zipfile.ZipFile(io.BytesIO(good)) as package:
        members = {name: package.read(name) for name in package.namelist()}
    cuts = st.tuples(st.integers(0, 3_000), st.integers(0, 60), st.binary(max_size=8))

    @settings(
        max_examples=lengths.length(short=25, long=2_000),
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.sampled_from(sorted(members)), st.lists(cuts, min_size=1, max_size=4))
    def check(name: str, changes: list[tuple[int, int, bytes]]) -> None:
        part, whole = members[name], good
        for at, length, put in changes:
            part = part[: at % len(part)] + put + part[at % len(part) + length :] or b"<"
            whole = whole[: at % len(whole)] + put + whole[at % len(whole) + length :]
        for content in (zipped({name: part}, of=good), whole):
            try_reading(key, content)

    check()
