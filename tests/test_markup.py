"""Markdown of authors becomes safe HTML, whatever it holds."""

import gc
import time
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from django.template import Context, Template
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses import markup
from courses.coursefiles import file_kinds
from courses.markup import formulas, parser, safety
from tests.lengths import spread
from tests.payloads import ADDRESSES, MARKDOWN, PAYLOADS, encoded

VOID = {"br", "hr", "img"}
MATH = set(formulas._TAGS)
SCHEMES = ("http://", "https://", "mailto:", "#", "cx:", "/place/")


class Here:
    """Everything is at `/place/<kind>/<key>`, with what an address may hold at worst."""

    def lesson(self, key: str) -> str:
        return f'/place/lesson/{key}?a=1&b="><script>alert(1)</script>'

    def asset(self, name: str) -> str:
        return f"/place/asset/{name}"

    def term(self, key: str) -> str:
        return f"/place/term#{key}"

    def source(self, key: str) -> str:
        return f"#source-{key}"


class Judge(HTMLParser):
    """Reads HTML as a page would and notes everything that is not on the lists."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.wrong: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        is_math = "math" in self.open or tag == "math"
        if tag not in (MATH if is_math else safety.TAGS):
            self.wrong.append(f"<{tag}>")
        for name, value in attrs:
            self._attribute(tag, name, value or "", is_math=is_math)
        if tag not in VOID:
            self.open.append(tag)

    def _attribute(self, tag: str, name: str, value: str, *, is_math: bool) -> None:
        if is_math:
            pattern = formulas._ATTRIBUTES.get(name)
            if pattern is None or not pattern.fullmatch(value):
                self.wrong.append(f"<{tag} {name}={value!r}>")
        elif name == "class":
            known = safety.CLASSES.get(tag, set()) | {"formula", "formula-source"}
            if not set(value.split()) <= known:
                self.wrong.append(f"<{tag} class={value!r}>")
        elif name == "rel":
            if value != "noopener":
                self.wrong.append(f"<{tag} rel={value!r}>")
        elif name not in safety.ATTRIBUTES.get(tag, set()):
            self.wrong.append(f"<{tag} {name}>")
        elif name in ("href", "src") and not value.startswith(SCHEMES):
            self.wrong.append(f"<{tag} {name}={value!r}>")
        elif name == "id" and not value.startswith(("h-", "p-", "fn-", "fnref-", "cite-")):
            self.wrong.append(f"<{tag} id={value!r}>")

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> out of place")

    def handle_comment(self, data: str) -> None:
        self.wrong.append("comment")

    handle_decl = handle_pi = unknown_decl = handle_comment  # type: ignore[assignment]


def wrong(html: str) -> list[str]:
    judge = Judge()
    judge.feed(html)
    judge.close()
    return judge.wrong + [f"<{tag}> open" for tag in judge.open]


def block(text: str) -> str:
    return markup.markdown(text)


def inline(text: str) -> str:
    return markup.markdown_inline(text)


def lesson(text: str) -> str:
    # Every piece must stand on its own: a check comes between them.
    html = markup.render_lesson(text, terms={"x": text}, sources=("x",)).html
    for piece in markup.segments(html):
        assert wrong(piece.html) == []
    return markup.resolve(html, Here())


def linked(text: str) -> str:
    return markup.markdown(text, Here())


def in_an_attribute(text: str) -> str:
    page = Template('{% load courses_markup %}<img src="#" alt="{{ text|markdown_plain }}">')
    return page.render(Context({"text": text}))


SINKS: list[Callable[[str], str]] = [block, inline, lesson, linked, in_an_attribute]


@pytest.mark.parametrize("sink", SINKS, ids=lambda sink: sink.__name__)
@pytest.mark.parametrize("rounds", range(4))
def test_no_payload_becomes_anything_but_text(sink: Callable[[str], str], rounds: int) -> None:
    assert len(set(PAYLOADS)) >= 150
    for payload in PAYLOADS:
        html = sink(encoded(payload, rounds))
        assert wrong(html) == [], (payload, html)


FRAMES = [
    "[x]({})",
    "[x](<{}>)",
    "<{}>",
    '![x]({} "t")',
    "[x]: {}\n\n[x]",
    '[x](https://example.org "{}")',
    "![{}](asset:x.svg)",
    '![x](asset:x.svg "{}")',
    "[[term:x|{}]]",
    "[[source:{}]]",
    "[[check:{}]]",
    "$\\text{{{}}}$",
    "$$\n{}\n$$",
    "## {}",
    "| {} |\n|---|\n| {} |",
    "> [!TIP]\n> {}",
    "x[^1]\n\n[^1]: {}",
    "[x](lesson:{})",
    "[x](asset:{})",
    "[x](lesson:y#{})",
]


@pytest.mark.parametrize("frame", spread(FRAMES, check=8))
def test_no_payload_breaks_out_of_its_place(frame: str) -> None:
    for payload in PAYLOADS:
        text = frame.replace("{}", payload).replace("{{", "{").replace("}}", "}")
        for sink in SINKS:
            html = sink(text)
            assert wrong(html) == [], (text, html)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.one_of(
            st.sampled_from([*MARKDOWN, *ADDRESSES]),
            st.sampled_from("<>\"'`&[](){}!$|*_~#:\\\n -=^"),
            st.sampled_from(
                ["[[", "]]", "term:", "check:", "asset:", "lesson:", "$$", "> ", "```"]
            ),
            st.text(max_size=4),
        ),
        max_size=12,
    ).map("".join)
)
def test_no_mixture_becomes_anything_but_text(text: str) -> None:
    for sink in SINKS:
        assert wrong(sink(text)) == []


@pytest.mark.parametrize("payload", MARKDOWN)
def test_cleaning_again_changes_nothing(payload: str) -> None:
    html = markup.markdown(payload)
    if "<math" not in html:
        assert safety.clean(html) == html


def test_text_is_not_decoded_a_second_time() -> None:
    assert inline("&lt;b&gt;") == "&lt;b&gt;"
    assert inline("&amp;lt;b&amp;gt;") == "&amp;lt;b&amp;gt;"


class TestPlaceholders:
    """`cx:` stands for an address; nobody but the renderer can write one."""

    @pytest.mark.parametrize(
        "text",
        [
            "[x](cx:lesson:a)",
            "<cx:lesson:a>",
            '"<a href="cx:lesson:a">x</a>',
            "![x](cx:asset:a)",
            '![<a href="cx:lesson:a">](asset:b.svg)',
            '`<a href="cx:lesson:a">`',
        ],
    )
    def test_an_author_cannot_write_one(self, text: str) -> None:
        assert "/place/lesson" not in lesson(text)

    def test_addresses_are_put_in_and_escaped(self) -> None:
        html = markup.markdown(
            "[x](lesson:a-b#h-c) [[term:t]] [[source:s]] ![p](asset:q.svg)", Here()
        )

        assert html == (
            '<p><a href="/place/lesson/a-b?a=1&amp;b=&quot;&gt;&lt;script&gt;alert(1)&lt;/script'
            '&gt;#h-c" rel="noopener">x</a> <a href="/place/term#t" class="term" rel="noopener">t'
            '</a> <a href="#source-s" class="citation" rel="noopener">[s]</a> '
            '<img src="/place/asset/q.svg" alt="p" loading="lazy"></p>'
        )

    def test_without_links_only_the_texts_stay(self) -> None:
        html = markup.markdown("[x](lesson:a) [[term:t|shown]] ![p](asset:q.svg)")

        assert html == (
            '<p><a rel="noopener">x</a> <a class="term" rel="noopener">shown</a> '
            '<img alt="p" loading="lazy"></p>'
        )


class TestLesson:
    def test_checks_cut_it_into_segments(self) -> None:
        rendered = markup.render_lesson("One.\n\n[[check:a]]\n\n[[check:b-2]]\n\nTwo.\n")

        assert rendered.checks == ("a", "b-2")
        assert markup.segments(rendered.html) == [
            markup.Segment(html='<p id="p-70277bfc">One.</p>\n'),
            markup.Segment(check="a"),
            markup.Segment(check="b-2"),
            markup.Segment(html='<p id="p-1eb32d1e">Two.</p>\n'),
        ]

    @pytest.mark.parametrize(
        "source",
        ["- [[check:a]]", "> [[check:a]]", "x [[check:a]]", "| a |\n|--|\n| [[check:a]] |"],
    )
    def test_a_check_inside_something_is_no_check_but_odd(self, source: str) -> None:
        rendered = markup.render_lesson(source)

        assert rendered.checks == ()
        assert len(rendered.oddities) == 1

    def test_terms_and_numbered_sources(self) -> None:
        rendered = markup.render_lesson(
            "[[term:outside-in]] [[source:b]] [[source:a|Ada 2020]] [[source:b]]",
            terms={"outside-in": "Outside-in"},
            sources=("a", "c"),
        )

        assert rendered.html == (
            '<p id="p-93ce6947">'
            '<a href="cx:term:outside-in" class="term" rel="noopener">Outside-in</a> '
            '<a href="cx:source:b" class="citation" id="cite-b" aria-label="Source 1" '
            'rel="noopener">[1]</a> '
            '<a href="cx:source:a" class="citation" id="cite-a" rel="noopener">Ada 2020</a> '
            '<a href="cx:source:b" class="citation" aria-label="Source 1" rel="noopener">[1]</a>'
            "</p>\n"
        )
        assert rendered.sources == ("b", "a", "c")
        assert rendered.terms == ("outside-in",)

    def test_headings_have_ids_of_their_own(self) -> None:
        rendered = markup.render_lesson("## What *is* it?\n\n### Größe\n\n## What is it?\n\n## !\n")

        assert rendered.headings == (
            markup.Heading(2, "h-what-is-it", "What is it?"),
            markup.Heading(3, "h-größe", "Größe"),
            markup.Heading(2, "h-what-is-it.2", "What is it?"),
            markup.Heading(2, "h-part", "!"),
        )
        assert '<h2 id="h-what-is-it.2">' in rendered.html

    def test_a_first_level_heading_becomes_a_second_one_and_is_odd(self) -> None:
        rendered = markup.render_lesson("# Title")

        assert rendered.html == '<h2 id="h-title">Title</h2>\n'
        assert [oddity.line for oddity in rendered.oddities] == [1]

    def test_a_table_scrolls_and_is_named(self) -> None:
        rendered = markup.render_lesson("| A | *B* |\n|:-:|--:|\n| 1 | 2 |\n")

        assert rendered.html == (
            '<div class="table-scroll" tabindex="0" role="group" aria-label="Table: A, B">'
            "<table>\n"
            '<thead>\n<tr>\n<th scope="col" class="align-center">A</th>\n'
            '<th scope="col" class="align-end"><em>B</em></th>\n</tr>\n</thead>\n<tbody>\n<tr>\n'
            '<td class="align-center">1</td>\n<td class="align-end">2</td>\n</tr>\n</tbody>\n'
            "</table></div>\n"
        )

    def test_a_figure_has_a_caption_with_markup(self) -> None:
        rendered = markup.render_lesson('![Two *boxes*](asset:a.svg "By [[source:x]], *2020*")')

        assert rendered.html == (
            '<figure><img src="cx:asset:a.svg" alt="Two boxes" loading="lazy">\n<figcaption>By '
            '<a href="cx:source:x" class="citation" id="cite-x" aria-label="Source 1" '
            'rel="noopener">[1]</a>, '
            "<em>2020</em></figcaption></figure>\n"
        )

    @pytest.mark.parametrize("kind", ["note", "tip", "important", "warning", "caution"])
    def test_callouts(self, kind: str) -> None:
        rendered = markup.render_lesson(f"> [!{kind.upper()}]\n> Do it.\n")

        assert rendered.html == (
            f'<aside class="callout callout-{kind}" role="note">\n'
            f'<p class="callout-title">{kind.capitalize()}</p>\n'
            '<p id="p-456e482a">Do it.</p>\n</aside>\n'
        )

    @pytest.mark.parametrize(
        ("words", "beat"),
        [
            ("Predict", "predict"),
            ("Do: sort the advice", "do"),
            ("explain", "explain"),
            ("Vote again", "vote"),
            ("Do not rush", ""),
            ("Explain the gap", ""),
        ],
    )
    def test_heading_of_a_beat_is_known_by_its_words(self, words: str, beat: str) -> None:
        html = markup.render_lesson(f"## {words}\n").html

        assert (f'class="beat beat-{beat}"' in html) is bool(beat)
        assert ("beat" in html) is bool(beat)

    def test_heading_of_a_beat_is_known_in_the_language_of_the_course(self) -> None:
        with translation.override("de"):
            assert 'class="beat beat-predict"' in markup.render_lesson("## Vorhersagen\n").html
            assert "beat" not in markup.render_lesson("## Predict\n").html

    @pytest.mark.parametrize(
        ("words", "is_monday"),
        [("**On Monday.** Take one report.", True), ("On Monday.", False), ("**Not yet.**", False)],
    )
    def test_callout_for_monday_is_known_by_its_first_words(
        self, words: str, is_monday: bool
    ) -> None:
        html = markup.render_lesson(f"> [!TIP]\n> {words}\n").html

        assert ("beat-monday" in html) is is_monday

    def test_footnotes(self) -> None:
        rendered = markup.render_lesson("A[^x] and B[^x].\n\n[^x]: The note.\n")

        assert rendered.html == (
            '<p id="p-1b0c71cb">A<sup class="footnote-ref"><a href="#fn-1" id="fnref-1" '
            'aria-label="Footnote 1" rel="noopener">1</a></sup> and B'
            '<sup class="footnote-ref"><a href="#fn-1" '
            'id="fnref-1-2" aria-label="Footnote 1" rel="noopener">1</a></sup>.</p>\n'
            '<section class="footnotes" role="doc-endnotes" aria-label="Footnotes">\n<ol>\n'
            '<li id="fn-1"><p>The note. <a href="#fnref-1" class="footnote-back" '
            'aria-label="Back to the text of footnote 1" rel="noopener">↩\ufe0e</a> '
            '<a href="#fnref-1-2" class="footnote-back" '
            'aria-label="Back to the text of footnote 1" rel="noopener">↩\ufe0e</a></p>\n</li>\n'
            "</ol>\n</section>\n"
        )

    def test_formulas_become_mathml(self) -> None:
        rendered = markup.render_lesson("So $a \\le 1$.\n\n$$\n\\frac{1}{2}\n$$\n")

        assert rendered.html == (
            '<p id="p-65c6c89f">So <span class="formula"><math display="inline"><mrow><mi>a</mi>'
            "<mo>≤</mo><mn>1</mn></mrow></math></span>.</p>\n"
            '<div class="formula" tabindex="0" role="group" aria-label="Formula">'
            '<math display="block"><mrow><mfrac><mrow><mn>1</mn></mrow><mrow>'
            "<mn>2</mn></mrow></mfrac></mrow></math></div>\n"
        )

    @pytest.mark.parametrize("latex", ["\\frac{a", "\\unknown", "a_b_c", "\\def\\x{y}", "{" * 99])
    def test_an_unreadable_formula_is_shown_as_it_is(self, latex: str) -> None:
        rendered = markup.render_lesson(f"${latex}$")

        assert f'<code class="formula-source">{latex}</code>' in rendered.html
        assert [oddity.message for oddity in rendered.oddities] == ["This formula cannot be read."]

    @pytest.mark.parametrize(
        "text",
        [
            "It cost $5, then $6.",
            "\\$x\\$",
            "$ x $",
            "5$ and 6$",
            "From US$5/user to A$/user.",
            "Between US$5 and US$7.",
            "From $5/user to A$ a year.",
            "It is $5 each, $6 both$.",
            "| Pen | $1 |\n|---|---|\n| Book | $2 |",
        ],
    )
    def test_money_is_no_formula(self, text: str) -> None:
        assert "<math" not in markup.render_lesson(text).html

    def test_words_are_counted_without_checks(self) -> None:
        rendered = markup.render_lesson(
            "## One two\n\nThree `four` [[term:five]].\n\n[[check:a]]\n"
        )

        assert rendered.word_count == 6  # the full stop stands alone after the term

    def test_pictures_from_elsewhere_are_only_their_text(self) -> None:
        rendered = markup.render_lesson("![a cat](https://example.org/cat.png)")

        assert rendered.html == '<p id="p-51e46741">a cat</p>\n'
        assert len(rendered.oddities) == 1


class TestShortTexts:
    @pytest.mark.parametrize(
        ("text", "html"),
        [
            ("plain", "plain"),
            ('it\'s "plain" <b>', 'it\'s "plain" &lt;b&gt;'),
            ("*a* **b** `c` ~~d~~", "<em>a</em> <strong>b</strong> <code>c</code> <s>d</s>"),
            ("# no heading", "# no heading"),
            ("- no list", "- no list"),
            ("[a](https://example.org)", '<a href="https://example.org" rel="noopener">a</a>'),
            ("[[check:a]]", "[[check:a]]"),
            ("", ""),
        ],
    )
    def test_inline(self, text: str, html: str) -> None:
        assert inline(text) == html

    def test_a_block_has_no_ids_and_no_checks(self) -> None:
        assert block("## A\n\n[[check:a]]\n\nx[^1]") == (
            "<h2>A</h2>\n<p>[[check:a]]</p>\n<p>x[^1]</p>"
        )

    def test_a_cached_text_is_in_the_language_of_the_page(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        title = "courses.markup.parser.callout_title"
        monkeypatch.setattr(title, lambda kind: f"{kind} {translation.get_language()}")
        text = "> [!NOTE]\n> said once"

        assert "Note en" in block(text)
        with translation.override("de"):
            assert "Note de" in block(text)

    def test_plain_has_no_markup_and_is_not_escaped(self) -> None:
        assert markup.plain("*a* & [b](https://example.org) [[term:c-d]] <e>") == "a & b c d <e>"

    def test_filters(self) -> None:
        page = Template(
            "{% load courses_markup %}"
            "{{ t|markdown }}|{{ t|markdown_inline }}|{{ t|markdown_plain }}"
        )

        assert page.render(Context({"t": "*a* <b>"})) == (
            "<p><em>a</em> &lt;b&gt;</p>|<em>a</em> &lt;b&gt;|a &lt;b&gt;"
        )


COSTLY = {
    "brackets": "[",
    "pictures": "![",
    "double brackets": "[[",
    "closing": "]",
    "stars": "*a ",
    "underscores": "_a*",
    "backticks": "`a``",
    "dollars": "$a ",
    "formulas": "$a$ ",
    "quotes": ">",
    "lists": "- a\n",
    "terms": "[[term:a|",
    "references": "[a][",
    "links": "[a](",
    "angles": "<",
    "ampersands": "&#",
    "tables": "a|b\n-|-\n",
    "footnotes": "[^1] ",
    "headings": "# a\n\n",
    "definitions": "[a]: b\n",
    "checks": "[[check:a]]\n\n",
    "escapes": "\\$",
    "tildes": "~~a",
    "pipes": "|",
    "callouts": "> [!NOTE]\n> a\n\n",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", spread(COSTLY, check=6))
def test_cost_grows_with_the_length_and_not_faster(name: str) -> None:
    unit = COSTLY[name]

    def cost(length: int) -> float:
        text = unit * (length // len(unit))
        start = time.process_time()
        markup.render_lesson(text)
        return time.process_time() - start

    def is_linear() -> bool:
        # Four times the text: 4 if linear, 16 if quadratic.
        return cost(12_000) < 9 * cost(3_000) + 0.02

    gc.collect()
    gc.disable()
    try:
        assert any(is_linear() for _ in range(5))  # a busy machine may spoil some measurements
    finally:
        gc.enable()


def test_deep_nesting_ends() -> None:
    for text in (">" * 5000, "- " * 2000, "[" * 5000 + "]" * 5000, "*" * 9999, "(" * 5000):
        assert wrong(lesson(text)) == []


def test_the_empty_corner_of_a_table_is_no_heading() -> None:
    html = markup.markdown("| | Slogan |\n|---|---|\n| Scope | Everything |\n")

    assert "<thead>\n<tr>\n<td></td>" in html
    assert html.count("<th ") == 1


def test_audio_and_video_are_played_and_other_files_only_linked() -> None:
    for text, shown in (
        (
            '![A "talk"](asset:a.mp3)',
            '<figure><audio src="cx:asset:a.mp3" aria-label="A &quot;talk&quot;" controls=""',
        ),
        ("See ![A tour](asset:a.webm).", '<video src="cx:asset:a.webm" aria-label="A tour"'),
    ):
        rendered = markup.render_lesson(text)
        assert shown in rendered.html
        assert not rendered.oddities
        judge = Judge()
        judge.feed(rendered.html)
        assert judge.wrong == []
    resolved = markup.markdown("![A tour](asset:a.webm)", Here())
    assert '<video src="/place/asset/a.webm"' in resolved
    assert '<a href="/place/asset/a.webm"' in resolved
    linked = markup.render_lesson("![The form](asset:a.pdf)")
    assert '<a href="cx:asset:a.pdf"' in linked.html
    assert [one.line for one in linked.oddities] == [1]


def test_a_picture_without_a_text_is_an_error_unless_it_is_said_to_be_decorative() -> None:
    for text, count in (
        ("![](asset:a.svg)", 1),
        ('![](asset:a.svg "A caption")', 1),
        ('![](asset:a.svg "decorative")', 0),
        ('In a line ![](asset:a.svg "decorative").', 0),
        ('![](asset:a.mp3 "decorative")', 1),
    ):
        rendered = markup.render_lesson(text)
        assert len(rendered.oddities) == count, text
        assert "figcaption" not in rendered.html or "A caption" in rendered.html
        assert 'alt=""' in rendered.html or "mp3" in text


def test_every_kind_of_file_has_its_element() -> None:
    shown = {ending for endings in parser.MEDIA.values() for ending in endings}
    families = {"img": "picture", "audio": "audio", "video": "video"}
    for ending, kind in file_kinds.KINDS.items():
        tag = next((tag for tag, endings in parser.MEDIA.items() if ending in endings), "")
        assert families.get(tag, "document") == kind.family, ending
    assert shown <= set(file_kinds.KINDS)
