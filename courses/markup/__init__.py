"""Markdown from authors → safe HTML. There is no second way from an author's text to a page.

`markdown` and `markdown_inline` are for short texts (questions, summaries, definitions) and cached
by text. `render_lesson` is for lesson bodies, whose HTML is stored; `resolve` puts this site's
addresses in and `segments` cuts it where the checks belong.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from html import escape
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext
from markdown_it import MarkdownIt
from markdown_it.token import Token

from courses.lru_cache import reported
from courses.markup.findings import Findings, Heading, Mention, Oddity
from courses.markup.formulas import mathml
from courses.markup.links import Links, Segment, resolve, segments
from courses.markup.paragraphs import name_paragraphs
from courses.markup.parser import make_parser, plain_text
from courses.markup.renderer import KeyNames, Renderer
from courses.markup.safety import clean

__all__ = [
    "Findings",
    "Heading",
    "Links",
    "Mention",
    "Oddity",
    "RenderedLesson",
    "Segment",
    "inspect",
    "markdown",
    "markdown_inline",
    "plain",
    "render_lesson",
    "resolve",
    "segments",
]

VERSION = 9
"""Counts changes of what the same source renders to; stored HTML of another version is stale."""

_FORMULA = re.compile(r'<(span|div) data-math="(\d+)"></\1>')
_PLAIN = re.compile(r"[^\\`*_~\[\]<>&!$|#\n\t\r\x00:^]*")
"""Inline text in which no character means anything to Markdown or HTML."""


@dataclass(frozen=True)
class RenderedLesson:
    """A lesson's HTML with `cx:` addresses and check markers (see `resolve`, `segments`).

    `sources` are in the order of the numbers that the text shows; `figures` are the kinds of live
    figures in it.
    """

    html: str
    headings: tuple[Heading, ...]
    checks: tuple[str, ...]
    figures: tuple[str, ...]
    terms: tuple[str, ...]
    sources: tuple[str, ...]
    oddities: tuple[Oddity, ...]
    word_count: int


def markdown(text: str, links: Links | None = None) -> SafeString:
    """Return a text of blocks (paragraphs, lists, tables …) as HTML."""
    return resolve(_short(text, get_language() or "", is_inline=False), links)


def markdown_inline(text: str, links: Links | None = None) -> SafeString:
    """Return a text of one line as HTML without a paragraph around it."""
    return resolve(_short(text, get_language() or "", is_inline=True), links)


def plain(text: str) -> str:
    """Return a text of one line without markup, not yet escaped: for attributes, titles, mails."""
    tokens = _parse(text, is_lesson=False, is_inline=True)[1]
    return plain_text(tokens[0].children) if tokens else ""


def render_lesson(
    source: str, *, terms: Mapping[str, str] | None = None, sources: Sequence[str] = ()
) -> RenderedLesson:
    """Return a lesson's body as HTML, in the active language.

    `terms` are the glossary's names by key; `sources` the lesson's reference keys: those that the
    text cites are numbered first, in order of appearance, then the others.
    """
    parser, tokens, findings, env = _parse(source, is_lesson=True)
    cited = tuple(dict.fromkeys((*findings.keys("source"), *sources)))
    numbers = {key: number for number, key in enumerate(cited, start=1)}
    env |= {"names": KeyNames(terms or {}, numbers), "cited": set()}
    html = clean(parser.renderer.render(tokens, parser.options, env))
    return RenderedLesson(
        html=_with_formulas(html, findings),
        headings=tuple(findings.headings),
        checks=findings.keys("check"),
        figures=findings.keys("figure"),
        terms=findings.keys("term"),
        sources=cited,
        oddities=tuple(findings.oddities),
        word_count=findings.word_count,
    )


def inspect(source: str, *, is_lesson: bool = False) -> Findings:
    """Return what the text mentions and what looks wrong in it, without rendering it."""
    return _parse(source, is_lesson=is_lesson)[2]


@reported("markup")
@lru_cache(maxsize=8192)
def _short(text: str, language: str, *, is_inline: bool) -> str:  # noqa: ARG001 (a cache key)
    if is_inline and _PLAIN.fullmatch(text):
        return escape(text, quote=False)
    parser, tokens, findings, env = _parse(text, is_lesson=False, is_inline=is_inline)
    html = clean(parser.renderer.render(tokens, parser.options, env))
    shown = _with_formulas(html, findings)
    # A stretch of a line may stand next to something else: its blanks belong to it.
    return shown if is_inline else shown.strip()


@cache
def _parser(*, is_lesson: bool) -> MarkdownIt:
    parser = make_parser(is_lesson=is_lesson)
    parser.renderer = Renderer()
    if is_lesson:
        parser.core.ruler.push("paragraphs", name_paragraphs)
    return parser


def _parse(
    text: str, *, is_lesson: bool, is_inline: bool = False
) -> tuple[MarkdownIt, list[Token], Findings, dict[str, Any]]:
    """Return parser, tokens, findings and the environment that rendering needs."""
    parser = _parser(is_lesson=is_lesson)
    findings = Findings()
    env: dict[str, Any] = {"findings": findings, "names": KeyNames()}
    tokens = parser.parseInline(text, env) if is_inline else parser.parse(text, env)
    return parser, tokens, findings, env


def _with_formulas(html: str, findings: Findings) -> str:
    """Return the clean HTML with MathML where the parser left numbers."""
    if not findings.formulas:
        return html

    def put(match: re.Match[str]) -> str:
        latex, is_block = findings.formulas[int(match[2])]
        formula = mathml(latex, is_block=is_block)
        if formula is None:
            formula = f'<code class="formula-source">{escape(latex)}</code>'
        if not is_block:
            return f'<span class="formula">{formula}</span>'
        # Like a table it is scrolled where it is too wide, by the keyboard too.
        label = escape(gettext("Formula"))
        name = f'tabindex="0" role="group" aria-label="{label}"'
        return f'<div class="formula" {name}>{formula}</div>'

    return _FORMULA.sub(put, html)
