"""Markdown → tokens: CommonMark without raw HTML, with tables, footnotes, callouts, formulas, and
our own `[[check:…]]`, `[[figure:…]]`, `[[term:…]]`, `[[source:…]]`, `lesson:` and `asset:`
addresses, figures.
"""

import re
from collections.abc import Iterator
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin

from courses.markup.findings import Findings, Heading, Kind, Mention, Oddity
from courses.markup.formulas import mathml
from courses.markup.live import wrapped

_KEY = r"[a-z0-9](?:[a-z0-9-]{0,79})"
_MENTION = re.compile(rf"\[\[(term|source):({_KEY})(?:\|([^\[\]|\n]{{1,200}}))?\]\]")
_BLOCK = re.compile(rf"\[\[(check|figure):({_KEY})\]\]")
_BLOCK_TYPES = {"check": "check", "figure": "live"}
_LEFT_OVER = re.compile(r"\[\[([a-z]{1,20}):")
ADDRESS = re.compile(
    r"""(?: https?://[^\s"<>]+ | mailto:[^\s"<>]+ | \#[\w%.-]*
        | lesson:[a-z0-9][a-z0-9-]*(?:\#[\w%.-]*)? | asset:[A-Za-z0-9][\w.-]* )""",
    re.VERBOSE,
)
"""Every address an author may write. No other scheme, and nothing relative to the page."""
DECORATIVE = "decorative"
"""The title of a picture without a text, where that is meant: ![](asset:line.svg "decorative")."""
MEDIA = {
    "img": ("svg", "png", "jpg", "jpeg", "webp"),
    "audio": ("mp3", "m4a", "ogg", "wav"),
    "video": ("mp4", "webm"),
}
"""Element → the endings of the files that it shows."""


_PRICE = re.compile(r"\$\d[\d.,]*(?:\s?/\s?|-|\s)[^\W\d_]{2,}")
"""An amount with a word behind it. In a formula such a word would be a command, with `\\`."""


def make_parser(*, is_lesson: bool) -> MarkdownIt:
    """Return a parser; only lessons have checks, footnotes and headings with ids."""
    parser = MarkdownIt("commonmark", {"html": False, "alerts": True, "maxNesting": 20})
    parser.enable(["table", "strikethrough"])
    parser.disable(["html_block", "html_inline"])
    parser.use(dollarmath_plugin, allow_labels=False, allow_space=False, allow_digits=False)
    parser.inline.ruler.before("math_inline", "money", _money)
    if is_lesson:
        parser.use(footnote_plugin, inline=False)
    parser.inline.ruler.before("link", "mention", _mention)
    parser.core.ruler.push("course", _lesson_rule if is_lesson else _text_rule)
    parser.validateLink = lambda url: bool(ADDRESS.fullmatch(url))  # type: ignore[method-assign]
    return parser


def _money(state: StateInline, silent: bool) -> bool:
    """Step over the `$` of a price, which opens no formula: `US$5`, `A$/user`, `$5 each`."""
    if state.src[state.pos] != "$":
        return False
    is_behind_letter = state.pos > 0 and state.src[state.pos - 1].isalnum()
    if not is_behind_letter and not _PRICE.match(state.src, state.pos, state.posMax):
        return False
    if not silent:
        state.pending += "$"
    state.pos += 1
    return True


def _mention(state: StateInline, silent: bool) -> bool:
    """Parse `[[term:key|shown]]` and `[[source:key]]` as one token."""
    if not state.src.startswith("[[", state.pos):
        return False
    match = _MENTION.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not silent:
        token = state.push("mention", "", 0)
        token.meta = {"kind": match[1], "key": match[2], "shown": (match[3] or "").strip()}
    state.pos = match.end()
    return True


def _lesson_rule(state: StateCore) -> None:
    tokens = list(wrapped(list(_with_blocks(state, is_lesson=True)), state.env["findings"]))
    _name_headings(tokens, state.env["findings"])
    state.tokens = tokens


def _text_rule(state: StateCore) -> None:
    state.tokens = list(_with_blocks(state, is_lesson=False))


def _with_blocks(state: StateCore, *, is_lesson: bool) -> Iterator[Token]:
    """Yield the tokens, with checks, figures and marks in place of the paragraphs they fill."""
    tokens, findings = state.tokens, state.env["findings"]
    skip = 0
    for index, token in enumerate(tokens):
        if skip:
            skip -= 1
            continue
        block = _block(tokens, index, is_lesson=is_lesson)
        if block is not None:
            skip = 2
            _note_block(block, state)
            yield block
            continue
        if token.type == "inline":
            _note_inline(token, findings)
            if index and tokens[index - 1].type == "alert_title_open":
                token.children = [Token("text", "", 0, content=callout_title(token.content))]
        elif token.type in ("math_block", "math_inline"):
            _note_formula(token, findings, line=_line(token))
        yield token


def _block(tokens: list[Token], index: int, *, is_lesson: bool) -> Token | None:
    """Return the paragraph at `index` as a check, figure or mark of a live figure, or None."""
    opening = tokens[index]
    if opening.type != "paragraph_open" or opening.hidden or index + 1 >= len(tokens):
        return None
    inline = tokens[index + 1]
    match = _BLOCK.fullmatch(inline.content.strip())
    if match and is_lesson and opening.level == 0:
        name = _BLOCK_TYPES[match[1]]
        return Token(name, "", 0, meta={"key": match[2]}, map=opening.map, block=True)
    children = inline.children or []
    if len(children) == 1 and children[0].type == "image" and _is_asset(children[0]):
        figure = Token("figure", "", 0, map=opening.map, block=True)
        figure.children = children
        return figure
    return None


def _is_asset(token: Token) -> bool:
    return str(token.attrs.get("src", "")).startswith("asset:")


def is_decorative(token: Token) -> bool:
    """Return whether the author says that a picture shows nothing that a text would have to say."""
    return not token.content.strip() and token.attrs.get("title") == DECORATIVE


def media_tag(token: Token) -> str:
    """Return what shows the file of an image: img, audio or video; "" for what only a link can."""
    ending = str(token.attrs.get("src", "")).rpartition(".")[2]
    return next((tag for tag, endings in MEDIA.items() if ending in endings), "")


def _note_block(block: Token, state: StateCore) -> None:
    findings: Findings = state.env["findings"]
    if block.type in ("check", "live"):
        kind: Kind = "check" if block.type == "check" else "figure"
        findings.mentions.append(Mention(kind, block.meta["key"], _line(block)))
        return
    picture = (block.children or [])[0]
    _note_image(picture, findings, _line(block))
    children: list[Token] = []
    title = "" if is_decorative(picture) else str(picture.attrs.get("title", ""))
    state.md.inline.parse(title, state.md, state.env, children)
    _note_inline(Token("inline", "", 0, children=children, map=block.map), findings)
    block.meta = {"caption": children}


def _note_inline(token: Token, findings: Findings) -> None:
    line = _line(token)
    for child in token.children or []:
        if child.type in ("softbreak", "hardbreak"):
            line += 1
        else:
            _note_child(child, findings, line)


def _note_child(token: Token, findings: Findings, line: int) -> None:
    if token.type == "text":
        findings.word_count += len(token.content.split())
        _note_left_over(token.content, findings, line)
    elif token.type == "code_inline":
        findings.word_count += len(token.content.split())
    elif token.type == "mention":
        findings.word_count += 1
        kind: Kind = token.meta["kind"]
        findings.mentions.append(Mention(kind, token.meta["key"], line))
    elif token.type == "math_inline":
        _note_formula(token, findings, line)
    elif token.type == "image":
        _note_image(token, findings, line)
    elif token.type == "link_open":
        _note_address(str(token.attrs.get("href", "")), findings, line)


def _note_left_over(text: str, findings: Findings, line: int) -> None:
    for match in _LEFT_OVER.finditer(text):
        if match[1] == "check":
            message = _("A check stands alone in a paragraph of a lesson: [[check:key]].")
        elif match[1] == "figure":
            message = _("A live figure's mark stands alone in a paragraph: [[figure:key]].")
        elif match[1] in ("term", "source"):
            message = _(
                "Write [[term:key]] or [[term:key|shown]]; inside a table the | needs a \\."
            )
        else:
            message = _("Unknown mark [[%(name)s:…]]; known: check, figure, term, source.")
            message %= {"name": match[1]}
        findings.oddities.append(Oddity(message, line))


def _note_image(token: Token, findings: Findings, line: int) -> None:
    if not _is_asset(token):
        message = _("A picture must be a file of this module: ![text](asset:name.svg).")
        findings.oddities.append(Oddity(message, line))
        return
    tag = media_tag(token)
    if not tag:
        message = _("This file is not shown on a page. Write a link: [text](asset:…).")
        findings.oddities.append(Oddity(message, line))
    elif not token.content.strip() and not (tag == "img" and is_decorative(token)):
        message = _("A picture needs a text in place of it: ![what it shows](asset:…).")
        findings.oddities.append(Oddity(message, line))
    _note_address(str(token.attrs["src"]), findings, line)


def _note_address(address: str, findings: Findings, line: int) -> None:
    scheme, _colon, rest = address.partition(":")
    if scheme in ("lesson", "asset"):
        kind: Kind = "lesson" if scheme == "lesson" else "asset"
        findings.mentions.append(Mention(kind, rest.partition("#")[0], line))


def _note_formula(token: Token, findings: Findings, line: int) -> None:
    """Store the formula; it is put in after the HTML around it has been cleaned."""
    is_block = token.type == "math_block"
    latex = token.content.strip()
    token.meta = {"number": len(findings.formulas)}
    findings.formulas.append((latex, is_block))
    if mathml(latex, is_block=is_block) is None:
        findings.oddities.append(Oddity(_("This formula cannot be read."), line))


def _name_headings(tokens: list[Token], findings: Findings) -> None:
    """Give headings an id (with a prefix, so that none takes the name of a part of the page)."""
    taken: dict[str, int] = {}
    for index, token in enumerate(tokens):
        if token.type != "heading_open":
            continue
        if token.tag == "h1":
            message = _("Headings in a lesson start with ##; # is its title.")
            findings.oddities.append(Oddity(message, _line(token)))
        text = plain_text(tokens[index + 1].children)
        base = f"h-{slugify(text, allow_unicode=True)[:60] or 'part'}"
        taken[base] = taken.get(base, 0) + 1
        name = base if taken[base] == 1 else f"{base}.{taken[base]}"
        token.meta = {"id": name}
        findings.headings.append(Heading(max(2, int(token.tag[1])), name, text))


def plain_text(tokens: list[Token] | None) -> str:
    """Return what a reader sees of inline tokens, without markup."""
    parts = []
    for token in tokens or []:
        if token.type in ("text", "code_inline", "math_inline"):
            parts.append(token.content)
        elif token.type in ("softbreak", "hardbreak"):
            parts.append(" ")
        elif token.type == "mention":
            parts.append(token.meta["shown"] or in_words(token.meta["key"]))
        elif token.type == "image":
            parts.append(plain_text(token.children))
    return "".join(parts).strip()


def in_words(key: str) -> str:
    return key.replace("-", " ")


def callout_title(kind: str) -> str:
    titles: dict[str, Any] = {
        "note": pgettext("callout", "Note"),
        "tip": pgettext("callout", "Tip"),
        "important": pgettext("callout", "Important"),
        "warning": pgettext("callout", "Warning"),
        "caution": pgettext("callout", "Caution"),
    }
    return str(titles[kind.lower()])


def _line(token: Token) -> int:
    return (token.map[0] if token.map else 0) + 1
