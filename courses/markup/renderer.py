"""Tokens → HTML. What it writes is cleaned afterwards all the same (`safety`)."""

# ruff: noqa: ARG002 (the parser calls every rule with the same four arguments)

from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from django.utils.translation import gettext as _
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from courses.markup.beats import beat_of_callout, beat_of_heading
from courses.markup.parser import in_words, media_tag, plain_text

_ALIGNMENT = {"left": "start", "center": "center", "right": "end"}

Tokens = Sequence[Token]
Env = MutableMapping[str, Any]


@dataclass(frozen=True)
class KeyNames:
    """What keys are called on the page: terms by their name, sources by their number."""

    terms: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, int] = field(default_factory=dict)


class Renderer(RendererHTML):
    """Method names are token types. `env["names"]` is a `KeyNames`."""

    def check(self, tokens: Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        return f'<div data-check="{tokens[idx].meta["key"]}"></div>\n'

    def mention(self, tokens: Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        meta = tokens[idx].meta
        names: KeyNames = env["names"]
        key = meta["key"]
        if meta["kind"] == "term":
            shown = escape(meta["shown"] or names.terms.get(key) or in_words(key))
            return f'<a href="cx:term:{key}" class="term">{shown}</a>'
        number = names.sources.get(key)
        shown = escape(meta["shown"] or (f"[{number}]" if number else f"[{in_words(key)}]"))
        label = ""
        if number and not meta["shown"]:
            label_text = _("Source %(number)d") % {"number": number}
            label = f' aria-label="{escape(label_text)}"'
        return f'<a href="cx:source:{key}" class="citation"{_place_of(key, env)}{label}>{shown}</a>'

    def link_open(self, tokens: Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        address = str(tokens[idx].attrs.get("href", ""))
        if address.startswith(("lesson:", "asset:")):
            address = f"cx:{address}"
        return f'<a href="{escape(address)}">'

    def image(self, tokens: Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        token = tokens[idx]
        shown = escape(plain_text(token.children))
        address = str(token.attrs.get("src", ""))
        if not address.startswith("asset:"):
            return shown
        tag = media_tag(token)
        if tag == "img":
            return f'<img src="cx:{escape(address)}" alt="{shown}" loading="lazy">'
        link = f'<a href="cx:{escape(address)}">{shown}</a>'
        if not tag:
            return link
        label = f'aria-label="{shown}" controls="" preload="metadata"'
        return f'<{tag} src="cx:{escape(address)}" {label}>{link}</{tag}>'

    def figure(self, tokens: Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        image = self.image(tokens[idx].children or [], 0, options, env)
        text = self.renderInline(tokens[idx].meta["caption"], options, env)
        caption = f"\n<figcaption>{text}</figcaption>" if text else ""
        return f"<figure>{image}{caption}</figure>\n"

    def live_open(self, tokens: Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        return f'<div class="live-figure" data-figure="{tokens[idx].meta["key"]}">\n'

    def live_close(self, tokens: Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        return "</div>\n"

    def heading_open(self, tokens: Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        token = tokens[idx]
        name = f' id="{escape(token.meta["id"])}"' if token.meta else ""
        # Only lessons have headings with ids, and beats.
        beat = beat_of_heading(plain_text(tokens[idx + 1].children)) if name else ""
        kind = f' class="beat beat-{beat}"' if beat and _heading(token) == "h2" else ""
        return f"<{_heading(token)}{name}{kind}>"

    def heading_close(self, tokens: Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        return f"</{_heading(tokens[idx])}>\n"

    def table_open(self, tokens: Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        columns = []
        for index in range(idx, len(tokens)):
            if tokens[index].type == "th_open":
                columns.append(plain_text(tokens[index + 1].children))
            elif tokens[index].type in ("tbody_open", "table_close"):
                break
        named = ", ".join(column for column in columns if column)
        label = _("Table: %(columns)s") % {"columns": named} if named else _("Table")
        return (
            f'<div class="table-scroll" tabindex="0" role="group" aria-label="{escape(label)}">'
            "<table>\n"
        )

    def table_close(self, tokens: Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        return "</table></div>\n"

    def th_open(self, tokens: Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        if not tokens[idx + 1].content:
            # The empty corner of a table with row headings heads nothing.
            tokens[idx + 2].tag = "td"
            return "<td>"
        return f'<th scope="col"{_alignment(tokens[idx])}>'

    def td_open(self, tokens: Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        return f"<td{_alignment(tokens[idx])}>"

    def fence(self, tokens: Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        return f"<pre><code>{escape(tokens[idx].content)}</code></pre>\n"

    def alert_open(self, tokens: Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        kind = tokens[idx].meta["kind"].lower()
        beat = beat_of_callout(tokens[idx:])
        also = f" beat beat-{beat}" if beat else ""
        return f'<aside class="callout callout-{kind}{also}" role="note">\n'

    def alert_close(self, tokens: Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        return "</aside>\n"

    def alert_title_open(self, tokens: Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        return '<p class="callout-title">'

    def math_inline(self, tokens: Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        return f'<span data-math="{tokens[idx].meta["number"]}"></span>'

    def math_block(self, tokens: Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        return f'<div data-math="{tokens[idx].meta["number"]}"></div>\n'

    def footnote_ref(self, tokens: Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        meta = tokens[idx].meta
        number = meta["id"] + 1
        label = escape(_("Footnote %(number)d") % {"number": number})
        return (
            f'<sup class="footnote-ref"><a href="#fn-{number}" id="{_ref_id(meta)}" '
            f'aria-label="{label}">{number}</a></sup>'
        )

    def footnote_block_open(self, tokens: Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        label = escape(_("Footnotes"))
        return f'<section class="footnotes" role="doc-endnotes" aria-label="{label}">\n<ol>\n'

    def footnote_block_close(self, tokens: Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        return "</ol>\n</section>\n"

    def footnote_open(self, tokens: Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        return f'<li id="fn-{tokens[idx].meta["id"] + 1}">'

    def footnote_close(self, tokens: Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        return "</li>\n"

    def footnote_anchor(self, tokens: Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        meta = tokens[idx].meta
        label = escape(_("Back to the text of footnote %(number)d") % {"number": meta["id"] + 1})
        return f' <a href="#{_ref_id(meta)}" class="footnote-back" aria-label="{label}">↩\ufe0e</a>'


def _place_of(key: str, env: Env) -> str:
    """Return the id of a lesson's first mention of a source, to which that leads back."""
    cited = env.get("cited")
    if cited is None or key in cited:
        return ""
    cited.add(key)
    return f' id="cite-{key}"'


def _heading(token: Token) -> str:
    return "h2" if token.tag == "h1" else token.tag


def _alignment(token: Token) -> str:
    _name, _colon, side = str(token.attrs.get("style", "")).partition(":")
    return f' class="align-{_ALIGNMENT[side]}"' if side in _ALIGNMENT else ""


def _ref_id(meta: Mapping[str, Any]) -> str:
    again = f"-{meta['subId'] + 1}" if meta.get("subId") else ""
    return f"fnref-{meta['id'] + 1}{again}"
