"""The PDF of a certificate: one page of A4, tagged, with language, title and alternative text."""

import io
import json
import subprocess
from decimal import Decimal
from operator import methodcaller

import pypdf
import pytest
from django.utils import translation

from courses.domain.certificates import pdf
from courses.models import Certificate, CertificateRule, Course
from tests.factories import NOW
from tests.programs import judges

ADDRESS = "https://learn.example.org/verify/7Q4M-2K9X-3D5T/"


def certificate(**more):
    course = Course(title="Customer Experience")
    values = {
        "name": "Zoë Łukasiewicz-Nguyễn",
        "course_title": course.title,
        "description": "Can draw a journey map.",
        "exam_title": "Final exam",
        "percent": Decimal("88.000"),
        "minutes": 580,
        "valid_until": NOW,
        **more,
    }
    rule = CertificateRule(course=course)
    return Certificate(number="7Q4M-2K9X-3D5T", course=course, rule=rule, issued_at=NOW, **values)


def render(language="en", **more):
    with translation.override(language):
        return pdf.render(
            certificate=certificate(**more), issuer="CX Course", colour="#0b5563", address=ADDRESS
        )


def read(language="en", **more):
    return pypdf.PdfReader(io.BytesIO(render(language, **more)))


def tags(node, parent=None):
    """Every structure element below this one, as (its tag, the element)."""
    node = node.get_object()
    found = [(node["/S"], node)] if isinstance(node, dict) and "/S" in node else []
    kids = node.get("/K", []) if isinstance(node, dict) else []
    for kid in map(methodcaller("get_object"), kids if isinstance(kids, list) else [kids]):
        if isinstance(kid, dict):
            found += tags(kid, node)
    return found


def test_a_watermark_is_on_the_page_and_before_the_title():
    content = pdf.render(
        certificate=certificate(), issuer="CX Course", colour="#0b5563", address=ADDRESS,
        watermark="Sample",
    )  # fmt: skip
    made, plain = pypdf.PdfReader(io.BytesIO(content)), read()
    assert made.metadata.title == f"Sample – {plain.metadata.title}"
    assert "Sample" in made.pages[0].extract_text()
    assert "Sample" not in plain.pages[0].extract_text()
    assert (len(made.pages), b"pdfuaid" in content) == (1, True)


def test_a_certificate_without_a_name_says_who_holds_it_and_rounds_the_score():
    made = read("de", name="", percent=Decimal("95.833"))
    text = made.pages[0].extract_text()
    assert made.metadata.title == "Zertifikat: Customer Experience"
    assert text.count("Zertifikat\n") == 1
    assert "Der Inhaber oder die Inhaberin hat den Kurs" in text
    assert "95,8\xa0%" in text.replace(" %", "\xa0%")


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_certificate_is_a_tagged_page_that_says_it_is_pdf_ua(language):
    reader = read(language)
    root = reader.trailer["/Root"]

    assert len(reader.pages) == 1
    assert [round(float(side)) for side in reader.pages[0].mediabox[2:]] == [842, 595]
    assert root["/Lang"] == language
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()
    assert "Customer Experience" in reader.metadata.title


def test_a_reader_finds_heading_facts_link_and_alternative_text():
    found = tags(read().trailer["/Root"]["/StructTreeRoot"])
    names = [name for name, _element in found]

    assert names.count("/H1") == 1
    assert "/L" in names
    assert "/Link" in names
    figures = [element for name, element in found if name == "/Figure"]
    assert [one["/Alt"] for one in figures] == [f"QR code of the address {ADDRESS}"]


def test_the_text_is_all_there_and_in_order():
    text = " ".join(read().pages[0].extract_text().split())

    wanted = ["CX Course", "7Q4M-2K9X-3D5T", "Zoë", "Customer Experience", "88%", ADDRESS[:30]]
    places = [text.find(one) for one in wanted]
    assert -1 not in places
    assert places == sorted(places)


@pytest.mark.parametrize(
    "name",
    ['#panic("x") $x$ *b* _i_ `r` @a <b> \\ "', "x" * 120, "名前", "א ב", ""],
)
def test_any_name_makes_one_page_and_runs_no_code(name):
    reader = read(name=name, description="#sys.version [*] $", course_title="T" * 200)

    assert len(reader.pages) == 1
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    if name.isascii() and name:
        text = "".join(reader.pages[0].extract_text().split())
        assert "".join(name.split())[:30] in text


@pytest.mark.slow
def test_a_checker_of_pdf_ua_finds_nothing_and_finds_missing_tags(tmp_path):
    """By outloud, whose rules of conformance agree with veraPDF's on its own samples."""
    bare = pypdf.PdfWriter(clone_from=io.BytesIO(render()))
    del bare.root_object["/StructTreeRoot"]
    with (tmp_path / "bare.pdf").open("wb") as file:
        bare.write(file)
    for language in ("en", "de"):
        (tmp_path / f"{language}.pdf").write_bytes(render(language))

    names = ["en.pdf", "de.pdf", "bare.pdf"]
    program = judges.python("pdf").with_name("outloud")
    done = subprocess.run(
        [program, "--json", "-", *names], cwd=tmp_path, capture_output=True, check=False
    )

    found = {one["path"]: one for one in json.loads(done.stdout)["results"]}
    assert {name: found[name]["findings"] for name in names[:2]} == {"en.pdf": [], "de.pdf": []}
    assert found["bare.pdf"]["verdict"] == "fail"
