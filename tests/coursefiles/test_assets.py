"""Which figures and data files a course may carry."""

from pathlib import Path

import pytest

from courses.coursefiles.assets import check_asset, content_type
from courses.coursefiles.file_kinds import KINDS

PNG = b"\x89PNG\r\n\x1a\n"
NS = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
ASSETS = Path(__file__).parents[2] / "courses" / "content"


def problems(name: str, content: bytes) -> list[tuple[int, str]]:
    return list(check_asset(name, content))


def svg(inside: str, attributes: str = "") -> bytes:
    return f"<svg {NS} {attributes}>\n{inside}\n</svg>".encode()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.png", PNG),
        ("a.jpg", b"\xff\xd8\xff\xe0"),
        ("a.jpeg", b"\xff\xd8\xff\xe0"),
        ("a.webp", b"RIFF\x00\x00\x00\x00WEBPVP8 "),
        ("a.csv", "a;b\n1;2\né;".encode()),
        ("a.svg", svg("<title>T</title><path d='M0 0h1' fill='url(#g)'/>")),
        (
            "a.svg",
            svg("<style>@media (prefers-color-scheme: dark) { path { fill: #fff } }</style>"),
        ),
        ("a.svg", svg("<use xlink:href='#p'/><use href='#p'/>")),
        ("a.svg", b'<?xml version="1.0" encoding="UTF-8"?>' + svg("<g/>")),
    ],
)
def test_allowed(name: str, content: bytes) -> None:
    assert problems(name, content) == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.html", b"<p>"),
        ("a.xhtml", b"<p/>"),
        ("a.js", b"1"),
        ("a.svgz", b"\x1f\x8b"),
        ("a.gif", b"GIF89a"),
        ("a.SVG", svg("")),
        ("a.svg.html", svg("")),
        ("a", b""),
        ("a.png", b"<svg/>"),
        ("a.png", b""),
        ("a.jpg", PNG),
        ("a.webp", b"RIFFxxxxAVI "),
        ("a.csv", b"\xff\xfe"),
        ("a.csv", b"a\x00b"),
        ("a.png", PNG + b"x" * KINDS["png"].max_bytes),
    ],
)
def test_refused(name: str, content: bytes) -> None:
    assert len(problems(name, content)) == 1


@pytest.mark.parametrize(
    "content",
    [
        svg("<script>alert(1)</script>"),
        svg("<SCRIPT>alert(1)</SCRIPT>"),
        svg("<x:script xmlns:x='http://www.w3.org/1999/xhtml'>alert(1)</x:script>"),
        svg("<g onclick='alert(1)'/>"),
        svg("<g OnLoad='alert(1)'/>"),
        svg("", "onload='alert(1)'"),
        svg("<foreignObject><p>x</p></foreignObject>"),
        svg("<image href='https://example.org/x.png'/>"),
        svg("<image href='data:image/png;base64,AA'/>"),
        svg("<a href='https://example.org'/>"),
        svg("<a xlink:href='javascript:alert(1)'><text>x</text></a>"),
        svg("<use href='other.svg#p'/>"),
        svg("<use xlink:href='data:image/svg+xml,x'/>"),
        svg("<set attributeName='href' to='javascript:alert(1)'/>"),
        svg("<animate attributeName='href' values='javascript:alert(1)'/>"),
        svg("<iframe/>"),
        svg("<path fill='url(https://example.org/x)'/>"),
        svg("<path style='fill: url( \"//example.org\")'/>"),
        svg("<path style='fill: u\\72l(x)'/>"),
        svg("<style>@import 'x.css';</style>"),
        svg("<style>path { background: url(x) }</style>"),
        svg("<style>@font-face { src: url(x) }</style>"),
        svg("<style>path { fill: \\75rl(x) }</style>"),
        svg("<style>pa<![CDATA[th { background: u]]><![CDATA[rl(x) }]]></style>"),
        svg("<style><g/>@import 'x';</style>"),
        svg("<g xml:base='https://example.org'/>"),
        svg("<g xmlns:ev='http://www.w3.org/2001/xml-events' ev:event='x'/>"),
        svg("<?xml-stylesheet href='x.css'?>"),
        b"<!DOCTYPE svg [<!ENTITY a 'x'>]>" + svg("&a;"),
        b"<!DOCTYPE svg SYSTEM 'file:///etc/passwd'>" + svg(""),
        b"<!DOCTYPE svg [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>" + svg("&a;"),
        svg("&nbsp;"),
        svg("<g>"),
        b"<svg/>",
        b"<html xmlns='http://www.w3.org/1999/xhtml'/>",
        b"",
        "<?xml version='1.0' encoding='utf-16'?>".encode("utf-16") + svg(""),
        svg("<g>" * 200 + "</g>" * 200),
        svg("<g/>" * 20_001),
        svg("<g/>") + b"<script/>",
    ],
)
def test_a_drawing_that_could_run_or_load_is_refused(content: bytes) -> None:
    assert problems("a.svg", content) != []


def test_a_mistake_in_a_drawing_has_its_line() -> None:
    assert problems("a.svg", svg("<g/>\n<script/>")) == [
        (3, "<script> is not allowed in a figure.")
    ]


def test_entities_that_grow_are_not_expanded() -> None:
    levels = "".join(f"<!ENTITY a{n} '&a{n - 1};&a{n - 1};'>" for n in range(1, 60))
    bomb = f"<!DOCTYPE svg [<!ENTITY a0 'x'>{levels}]>".encode() + svg("&a59;")

    assert problems("a.svg", bomb) == [(1, "An SVG of a course has no DOCTYPE and no entities.")]


@pytest.mark.parametrize("path", sorted(ASSETS.glob("*/*/assets/*")), ids=lambda path: path.name)
def test_the_shipped_figures_pass(path: Path) -> None:
    assert problems(path.name, path.read_bytes()) == []


def test_content_types() -> None:
    assert content_type("a.svg") == "image/svg+xml"
    assert content_type("a.html") == ""


USES = "".join(
    f"<g id='a{n}'><use href='#a{n - 1}'/><use xlink:href='#a{n - 1}'/></g>" for n in range(1, 31)
)
PATTERNS = "".join(
    f"<pattern id='a{n}'>" + f"<rect fill='url(#a{n - 1})'/>" * 10 + "</pattern>"
    for n in range(1, 10)
)
BLUR = "<filter id='f'><feGaussianBlur stdDeviation='{}'/></filter>"


@pytest.mark.parametrize(
    "inside",
    [
        f"<rect id='a0'/>{USES}<use href='#a30'/>",
        f"<pattern id='a0'><rect/></pattern>{PATTERNS}<rect fill='url(#a9)'/>",
        "<g id='a'><use href='#b'/></g><g id='b'><use href='#a'/></g>",
        "<g id='a'><use href='#a'/></g>",
        BLUR.format(3) + "<rect filter='url(#f)'/>" * 100,
        BLUR.format("9999"),
        BLUR.format("2 9999"),
        BLUR.format("much"),
        "<style>rect { filter: url(#f) }</style>",
        "<rect filter='blur(999px)'/>",
        "<rect style='filter: drop-shadow(0 0 999px red)'/>",
    ],
)
def test_a_drawing_that_costs_more_than_it_looks_is_refused(inside: str) -> None:
    assert problems("a.svg", svg(inside))


@pytest.mark.parametrize(
    "css",
    [
        "background: image-set('https://example.org/a.png' 1x)",
        "background: -webkit-image-set('https://example.org/a.png' 1x)",
        "mask: src('https://example.org/a.svg')",
        "background: image('https://example.org/a.png')",
        "background: cross-fade('https://example.org/a.png', red)",
    ],
)
def test_no_function_of_css_loads_anything(css: str) -> None:
    assert problems("a.svg", svg(f"<style>rect {{ {css} }}</style>"))
    assert problems("a.svg", svg(f'<rect style="{css}"/>'))


def test_a_few_repeated_parts_and_a_soft_shadow_are_fine() -> None:
    uses = "<use href='#p'/>" * 200
    soft = BLUR.format(4) + "<rect filter='url(#f)'/>"

    assert problems("a.svg", svg(f"<g id='p'><rect/><rect/></g>{uses}{soft}")) == []
