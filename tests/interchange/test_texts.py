"""Texts of other systems show the same as Markdown, and what they lose is named."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses import markup
from courses.interchange.escaping import escaped
from courses.interchange.texts import HTML, MARKDOWN, MOODLE, PLAIN, Texts
from tests.payloads import PAYLOADS
from tests.proofs.dom import MARKUP, Page


def shown(source: str) -> str:
    """What a page shows of Markdown, in one line."""
    text = re.sub(r"<[^>]*>", " ", markup.markdown(source))
    return " ".join(html.unescape(text).split())


SIGNS = st.lists(
    st.sampled_from([*"*_`~[]()<>#+-.!|\\$&:=1a \n", "http:", "amp;", "[["]), max_size=30
)
PIECES = [*"<>/=\"' &;!-", "p", "b", "<li>", "<table>", "<td>", "</", "<a href=", "img"]


@given(SIGNS)
def test_plain_text_is_shown_as_it_is(signs: list[str]) -> None:
    text = "".join(signs)
    lines = "\n".join(" ".join(line.split()) for line in text.split("\n"))
    flat = " ".join(lines.split())
    assert "".join(shown(escaped(flat)).split()) == "".join(flat.split())


@pytest.mark.parametrize(
    ("source", "expected", "lost"),
    [
        ("<p>One <b>bold</b></p><p>two<br>three</p>", "One **bold**\n\ntwo\\\nthree", []),
        ("<ul><li>a<li>b <ol><li>c</ol></ul>", "- a\n- b\n\n  1. c", []),
        ("<table><tr><th>a|b<td>c<tr><td>d</table>", "| a\\|b | c |\n|---|---|\n| d |  |", []),
        (r"<p>Is \(x_1^2\) or \[y\]?</p>", "Is $x_1^2$ or $$y$$?", []),
        ("H<sub>2</sub>O <span style='color:red'>x</span>", "H2O x", ["sub", "style"]),
        ("<a href='javascript:x'>go</a>", "go", ["javascript:x"]),
        ("<a href='https://e.org/(a)'>go</a>", "[go](https://e.org/%28a%29)", []),
        ("<script>alert(1)</script><style>p{}</style>ok", "ok", ["script", "style"]),
        ("<pre>a\n b</pre><code>`x</code>", "```\na\n b\n```\n\n`` `x ``", []),
        ("<img src='http://e.org/a.png' alt='A map'>", "A map", ["http://e.org/a.png"]),
    ],
)
def test_html_becomes_markdown(source: str, expected: str, lost: list[str]) -> None:
    texts = Texts(HTML)
    assert texts.markdown(source) == expected
    assert [loss.detail for loss in texts.losses] == lost


def test_pictures_come_along_and_one_without_a_text_is_named() -> None:
    texts = Texts(HTML, {"a b.PNG": b"png", "x.exe": b"mz"})
    source = (
        "<img src='@@PLUGINFILE@@/a%20b.PNG' alt='A [map]'>"
        "<img src='data:image/png;base64,cG5n'><img src='@@PLUGINFILE@@/x.exe'>"
    )
    assert texts.markdown(source).startswith("![A \\[map\\]](asset:a-b-")
    assert [file.content for file in texts.files.values()] == [b"png", b"png"]
    assert [loss.code for loss in texts.losses] == ["alternative_text", "picture_kind"]


@given(st.lists(st.sampled_from(PIECES)))
def test_any_html_is_read(pieces: list[str]) -> None:
    markup.markdown(Texts(HTML).markdown("".join(pieces)))


def test_deep_html_is_read_as_text() -> None:
    assert Texts(HTML).markdown("<div>" * 5_000 + "x" + "<b>" * 5_000 + "y") != ""


def test_plain_formulas_are_kept() -> None:
    assert Texts(PLAIN).markdown(r"Costs $5: \(a*b\)") == r"Costs \$5: $a*b$"


def test_no_text_of_a_file_becomes_anything_active() -> None:
    for payload in PAYLOADS:
        for form in (HTML, MOODLE, PLAIN, MARKDOWN):
            page = Page(markup.markdown(Texts(form).markdown(payload)))
            assert page.wrong == [], (form, payload)
            assert page.shape <= MARKUP, (form, payload)
