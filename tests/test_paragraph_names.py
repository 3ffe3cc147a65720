"""Paragraphs of a lesson have names that stay while their words stay."""

from courses import markup
from courses.markup import paragraphs


def names(text: str) -> list[str]:
    return paragraphs.named_paragraphs(markup.render_lesson(text).html)


def test_name_stays_when_others_are_written_around_it_or_words_are_set_in_bold() -> None:
    (name,) = names("Ask *those* who left.")
    assert paragraphs.NAME.fullmatch(name)
    assert names("New.\n\nAsk those\nwho **left**.\n\nEnd.")[1] == name
    assert names("> [!TIP]\n> Ask those who left.") == [name]
    assert name not in names("Ask those who stay.")


def test_same_words_again_have_a_name_of_their_own() -> None:
    first, second, third = names("Again.\n\n- Again.\n- Again.\n")
    assert (second, third) == (f"{first}-2", f"{first}-3")


def test_items_of_lists_have_names_and_footnotes_and_titles_have_none() -> None:
    text = "- one\n- two\n  - three\n\n1. four\n\n2. five[^a]\n\n[^a]: foot\n"
    html = markup.render_lesson(text + "\n> [!NOTE]\n> six\n").html
    found = paragraphs.named_paragraphs(html)
    words = [paragraphs.words_of(html, name) for name in found]
    assert words == ["one", "two", "three", "four", "five1", "six"]
    assert markup.markdown("Short.") == "<p>Short.</p>"


def test_words_are_what_a_reader_sees() -> None:
    source = "Ask **A & B** about [[term:nps|the score]], `a < b`.\n"
    html = markup.render_lesson(source).html
    (name,) = paragraphs.named_paragraphs(html)
    assert paragraphs.words_of(html, name) == "Ask A & B about the score, a < b."
    assert paragraphs.words_of(html, "p-00000000") is None


def test_something_is_put_behind_a_paragraph_and_inside_of_an_item() -> None:
    html = markup.render_lesson("One.\n\n- two\n  - three\n\n> four\n").html
    put = paragraphs.put_after(html, lambda name: f"<i>{name[:1]}</i>")
    assert "One.</p><i>p</i>\n" in put
    assert "two\n<i>p</i><ul>" in put
    assert "three<i>p</i></li>" in put
    assert "four</p><i>p</i>\n</blockquote>" in put
    assert paragraphs.put_after(html, lambda _name: "") == html
    assert put.replace("<i>p</i>", "") == html
