"""Each kind of file is known by its content, within its size; a name alone convinces nobody."""

import zipfile
from io import BytesIO

import pytest

from courses.checks import file_limits
from courses.coursefiles.assets import check_asset
from courses.coursefiles.file_kinds import KINDS
from courses.coursefiles.folder import FILE_LIMIT, max_bytes

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"/>'
OPEN = "application/vnd.oasis.opendocument"


def zipped(*names: str, first: tuple[str, str] | None = None) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as file:
        if first:
            file.writestr(*first)
        for name in names:
            file.writestr(name, "x")
    return target.getvalue()


def office(folder: str, *more: str) -> bytes:
    return zipped("[Content_Types].xml", f"{folder}/document.xml", *more)


SAMPLES = {
    "svg": SVG,
    "csv": b"a,b\n",
    "png": b"\x89PNG\r\n\x1a\n",
    "jpg": b"\xff\xd8\xff\xe0",
    "jpeg": b"\xff\xd8\xff\xe0",
    "webp": b"RIFF\x00\x00\x00\x00WEBPVP8 ",
    "mp3": b"ID3\x04",
    "m4a": b"\x00\x00\x00\x20ftypM4A ",
    "ogg": b"OggS",
    "wav": b"RIFF\x00\x00\x00\x00WAVEfmt ",
    "mp4": b"\x00\x00\x00\x20ftypisom",
    "webm": b"\x1aE\xdf\xa3",
    "pdf": b"%PDF-1.7",
    "docx": office("word"),
    "xlsx": office("xl"),
    "pptx": office("ppt"),
    "odt": zipped("content.xml", first=("mimetype", f"{OPEN}.text")),
    "ods": zipped("content.xml", first=("mimetype", f"{OPEN}.spreadsheet")),
    "odp": zipped("content.xml", first=("mimetype", f"{OPEN}.presentation")),
}
ALIKE = {("jpg", "jpeg"), ("jpeg", "jpg"), ("mp4", "m4a")}
"""Endings with the same content: (ending, content of)."""


def is_taken(name: str, content: bytes) -> bool:
    return not list(check_asset(name, content))


def test_every_kind_takes_its_own_content_and_no_other():
    assert set(SAMPLES) == set(KINDS)
    assert is_taken("a.csv", SAMPLES["csv"])
    for ending in set(KINDS) - {"csv"}:  # Any text is a table of one cell.
        for other, content in SAMPLES.items():
            is_own = ending == other or (ending, other) in ALIKE
            assert is_taken(f"a.{ending}", content) == is_own, (ending, other)
        for junk in (b"", b"\x00" * 40, b"MZ\x90\x00", b"<script>alert(1)</script>\x00"):
            assert not is_taken(f"a.{ending}", junk), (ending, junk)


def test_names_that_pretend_are_refused():
    for name in (
        "a", "", ".", "png", "a.png.exe", "a.PNG", "a.pdf ", "a.pdf\n", "a.html", "a.php", "a.exe",
        "a.docm", "a.svgz", "a.png;.html", "a.png%00.html", "a.htm\x00.png ",
    ):  # fmt: skip
        assert not is_taken(name, SAMPLES["png"]), name


def test_office_files_with_macros_and_broken_ones_are_refused():
    word = SAMPLES["docx"]
    for content in (
        office("word", "word/vbaProject.bin"),
        office("word", "word/VBAPROJECT.BIN"),
        zipped("word/document.xml"),
        zipped("[Content_Types].xml"),
        word[:-10],
        b"PK\x03\x04" + b"\x00" * 50,
    ):
        assert not is_taken("a.docx", content)
    for content in (
        zipped("content.xml", "Basic/script.xml", first=("mimetype", f"{OPEN}.text")),
        zipped("mimetype"),
        zipped("content.xml", first=("mimetype", "text/html")),
        zipped("content.xml", first=("mimetype", f"{OPEN}.text" + "x" * 300)),
    ):
        assert not is_taken("a.odt", content)


def test_each_kind_has_its_size(settings):
    settings.COURSES_FILE_LIMITS = dict.fromkeys(
        ("drawing", "table", "picture", "audio", "video", "document"), 0.001
    )
    limit = int(0.001 * 2**20)
    for ending, content in SAMPLES.items():
        if ending in ("svg", "docx", "xlsx", "pptx", "odt", "ods", "odp"):
            continue
        filled = content + b" " * (limit - len(content))
        assert is_taken(f"a.{ending}", filled), ending
        assert [message for _line, message in check_asset(f"a.{ending}", filled + b" ")] == [
            "Larger than 0.000999451 MiB."
        ]
    assert max_bytes("m1/assets/a.mp4") == FILE_LIMIT
    settings.COURSES_FILE_LIMITS = {"video": 500}
    assert max_bytes("m1/assets/a.mp4") == 500 * 2**20
    assert max_bytes("m1/a.mp4") == FILE_LIMIT
    assert KINDS["png"].max_bytes == 5 * 2**20


@pytest.mark.parametrize(
    ("given", "count"),
    [
        ({}, 0),
        ({"video": 500, "table": 0.5}, 0),
        ({"film": 5}, 1),
        ({"video": 0}, 1),
        ({"video": -1, "audio": "5"}, 2),
        ({"video": True}, 1),
        ({"video": float("nan")}, 1),
        ({"video": 100_000}, 1),
        ({"video": None}, 1),
        ([("video", 5)], 1),
    ],
)
def test_senseless_limits_are_named_by_a_check(settings, given, count):
    settings.COURSES_FILE_LIMITS = given
    assert [one.id for one in file_limits()] == ["cx_courses.E021"] * count
    settings.COURSES_FILE_LIMITS, settings.COURSES_COURSE_FILES_LIMIT = {}, "much"
    assert len(list(file_limits())) == 1
