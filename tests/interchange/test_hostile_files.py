"""Files that are made to harm: every format refuses them in words, quickly."""

import io
import time
import zipfile
from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise

import openpyxl
import pytest

from courses.interchange import archive, formats, sources
from courses.interchange.found import UnreadableFile

BOMB = (
    '<?xml version="1.0"?><!DOCTYPE quiz [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {one} "{f"&{other};" * 10}">' for other, one in pairwise("abcdefgh"))
    + "]>"
)
EXTERNAL = '<?xml version="1.0"?><!DOCTYPE quiz [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
DEEP = "<a>" * 100_000
ROOTS = {
    "moodlexml": "<quiz>{}</quiz>",
    "qti12": "<questestinterop>{}</questestinterop>",
    "xlsx": (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="1"><c r="A1" t="inlineStr"><is><t>{}</t></is></c></row></sheetData></worksheet>'
    ),
}
SHEET = "xl/worksheets/sheet1.xml"
HEADER = ["type", "question", "right", "answer 1", "feedback 1", "answer 2", "feedback 2"]


def workbook(*rows: list[object]) -> bytes:
    book = openpyxl.Workbook()
    for row in (HEADER, *rows):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def zipped(members: dict[str, str | bytes], *, of: bytes | None = None) -> bytes:
    """A zip of these members; with `of` that zip with these in the place of its own."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        if of is not None:
            with zipfile.ZipFile(io.BytesIO(of)) as old:
                for name in old.namelist():
                    if name not in members:
                        made.writestr(name, old.read(name))
        for name, content in members.items():
            made.writestr(name, content)
    return out.getvalue()


def file_of(key: str, text: str) -> bytes:
    """A file of the format with this XML."""
    if key == "xlsx":
        return zipped({SHEET: text}, of=workbook())
    return text.encode()


def packaged(key: str, members: dict[str, str | bytes]) -> bytes:
    return zipped(members, of=workbook() if key == "xlsx" else None)


def refused(key: str, content: bytes) -> str:
    begun = time.process_time()
    with pytest.raises(UnreadableFile) as caught:
        formats.read(key, content, name=f"file.{key}")
    assert time.process_time() - begun < 5
    assert caught.value.file
    assert caught.value.line >= 1
    return str(caught.value)


@pytest.mark.parametrize("key", sorted(ROOTS))
@pytest.mark.parametrize("text", [f"{BOMB}%s&h;", f"{EXTERNAL}%s&x;"], ids=["entities", "external"])
def test_xml_with_entities_is_refused(key: str, text: str) -> None:
    head, _sign, entity = text.partition("%s")
    assert "hostname" not in refused(key, file_of(key, head + ROOTS[key].format(entity)))


@pytest.mark.parametrize("key", sorted(ROOTS))
def test_xml_without_an_end_is_refused(key: str) -> None:
    refused(key, file_of(key, ROOTS[key].format(DEEP)))
    refused(key, file_of(key, ROOTS[key].format("")[:-5]))
    refused(key, file_of(key, "\ufffe<quiz/>"))


@pytest.mark.parametrize("key", ["qti12", "xlsx"])
def test_zips_are_not_unpacked_beyond_their_limits(
    key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("../../x.xml", "/etc/x.xml", "..\\x.xml", "C:\\x.xml"):
        assert "leads out of the zip" in refused(key, packaged(key, {name: "<a/>"}))
    crowd: dict[str, str | bytes] = {f"{n}.txt": "" for n in range(archive.MEMBERS_LIMIT + 1)}
    assert "more than 5000" in refused(key, packaged(key, crowd))
    monkeypatch.setattr(archive, "UNPACKED_LIMIT", 2**20)
    bomb = packaged(key, {"xl/media/a.xml": b"\0" * 2**22})
    assert len(bomb) < 2**15
    assert "Unpacked" in refused(key, bomb)
    good = packaged(key, {"a.xml": "<a/>"})
    for place in range(0, len(good), max(1, len(good) // 40)):
        broken = bytearray(good)
        broken[place] ^= 0xFF
        try_reading(key, bytes(broken))


def try_reading(key: str, content: bytes) -> None:
    """Read a file, or see it refused; anything else is an error of ours."""
    with suppress(UnreadableFile):
        formats.read(key, content, name="file")


@pytest.mark.parametrize("key", sorted(formats.BY_KEY))
def test_too_large_files_are_refused_before_they_are_read(
    key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "BYTES_LIMIT", 1000)
    assert "larger than" in refused(key, b"a" * 1001)


@pytest.mark.parametrize("key", sorted(set(formats.BY_KEY) - {"xlsx", "qti12"}))
@pytest.mark.parametrize("content", [b"caf\xe9?{=a}", b"\xff\xfea", b"a\x00b", b"\xed\xa0\x80"])
def test_broken_encodings_are_refused_with_a_line(key: str, content: bytes) -> None:
    refused(key, b"\n" + content if key != "moodlexml" else b"<quiz>\n" + content)


def one_sheet(*, cells: Callable[[int], str], rows: int, dimension: str = "A1") -> bytes:
    body = "".join(f'<row r="{row}">{cells(row)}</row>' for row in range(1, rows + 1))
    text = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f'<dimension ref="{dimension}"/><sheetData>{body}</sheetData></worksheet>'
    )
    return zipped({SHEET: text}, of=workbook())


def test_huge_and_odd_sheets_are_read_to_their_limits() -> None:
    def cell(row: int) -> str:
        return f'<c r="A{row}" t="inlineStr"><is><t>x</t></is></c>'

    assert "The first row names the columns" in refused("xlsx", one_sheet(cells=cell, rows=2))
    claimed = one_sheet(cells=cell, rows=1, dimension="A1:XFD1048576")
    assert "The first row names the columns" in refused("xlsx", claimed)
    far = one_sheet(cells=lambda _row: '<c r="XFD1048576"><v>1</v></c>', rows=1)
    try_reading("xlsx", far)
    last = workbook(["essay", "Write.", "", "", "", "", ""])
    sheet = zipfile.ZipFile(io.BytesIO(last)).read(SHEET).decode()
    jump = sheet.replace('<row r="2"', '<row r="1048576"').replace('"A2"', '"A1048576"')
    assert jump != sheet
    assert "more than 20000 rows" in refused("xlsx", zipped({SHEET: jump}, of=last))


def test_formulas_in_cells_are_no_questions() -> None:
    """Of a formula the sheet holds the last value, or none; it is never worked out."""
    row: list[object] = ["single_choice", "=1+1", "A", "=HYPERLINK(1)", "r", "no", "=cmd|' /C'!A0"]
    (found,) = formats.read("xlsx", workbook(row), name="file.xlsx")
    assert found.item is None
    assert "no text" in found.reason
