"""German is complete: every text of the sources is in the catalogue, with its German, compiled."""

import re
from collections import Counter
from html import unescape
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from django.utils import translation

from tests import translatable

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "courses/locale/de/LC_MESSAGES/django.po"
SOURCE = CATALOGUE.read_text(encoding="utf-8")

PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[a-z%]|\{\w+\}|</?[a-z]+>")
STYLE = re.compile(r"<style>.*?</style>", re.S)
COMMENT = re.compile(r"{#.*?#}|{% comment %}.*?{% endcomment %}", re.DOTALL)
CLASS_NAMES = re.compile(r"{% block \w*class %}.*?{% endblock")
BLOCKTRANSLATE = re.compile(r"{% blocktranslate.*?{% endblocktranslate %}", re.DOTALL)
TAG = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL)
SPOKEN_ATTRIBUTE = re.compile(r'(?:aria-label|title|placeholder|alt|data-text[\w-]*)="([^"]*)"')
UNTRANSLATED = re.compile(r'^#,.*\bfuzzy\b|^msgstr(?:\[\d\])? ""$(?!\n")', re.MULTILINE)


def texts_of(catalogue: Catalog) -> dict[str, list[str]]:
    """Text, behind its context where it has one → its translations: one, or one for each number."""
    found = {}
    for message in catalogue:
        ids, strings = (
            [text] if isinstance(text, str) else list(text) for text in (message.id, message.string)
        )
        if ids[0]:
            found[f"{message.context}\x04{ids[0]}" if message.context else ids[0]] = strings
    return found


with CATALOGUE.open("rb") as source:
    GERMAN = texts_of(read_po(source))


def untranslated(source: str) -> list[str]:
    """Entries of a .po file without a text, or with one that nobody has looked at."""
    return [entry for entry in source.split("\n\n") if UNTRANSLATED.search(entry)]


def test_every_entry_is_translated() -> None:
    assert untranslated(SOURCE) == []
    assert len(GERMAN) > 800


def test_compiled_catalogue_holds_the_translations() -> None:
    with CATALOGUE.with_suffix(".mo").open("rb") as file:
        compiled = texts_of(read_mo(file))
    assert compiled == GERMAN, "manage.py compilemessages, please"


@pytest.mark.parametrize(
    "entry",
    [
        'msgid "One"\nmsgstr ""\n',
        'msgid "%d day"\nmsgid_plural "%d days"\nmsgstr[0] "%d Tag"\nmsgstr[1] ""\n',
        '#, fuzzy, python-format\nmsgid "One %d"\nmsgstr "Zwei %d"\n',
    ],
)
def test_an_entry_without_a_translation_is_found(entry: str) -> None:
    whole = '\nmsgid "Long"\nmsgstr ""\n"Lang "\n"und länger"\n\n'
    assert untranslated(whole) == []
    assert len(untranslated(f"{whole}{entry}{whole}")) == 1


def test_translations_keep_their_placeholders() -> None:
    different = {}
    for english, forms in GERMAN.items():
        wanted = Counter(PLACEHOLDER.findall(english))
        for german in forms:
            if wanted != Counter(PLACEHOLDER.findall(german)):
                different[english] = german
    assert different == {}


def test_every_text_of_the_sources_is_in_the_catalogue() -> None:
    modules = [path for path in (ROOT / "courses").rglob("*.py") if "migrations" not in path.parts]
    templates = list((ROOT / "courses").rglob("templates/**/*.html"))
    found = {text for path in modules for text in translatable.in_python(path)}
    found |= {text for path in templates for text in translatable.in_template(path)}

    assert sorted(found - GERMAN.keys()) == [], "makemessages and compilemessages, please"
    assert len(found) > 800


def test_site_texts_are_translated_by_django() -> None:
    """The folder of the settings has no catalogue: it holds only names of languages."""
    texts = {
        text for path in (ROOT / "cxcourse").glob("*.py") for text in translatable.in_python(path)
    }
    with translation.override("de"):
        assert [text for text in sorted(texts) if translation.gettext(text) == text] == []


def test_texts_of_every_notation_are_found(tmp_path: Path) -> None:
    module, page = tmp_path / "a.py", tmp_path / "a.html"
    module.write_text(
        "from django.utils.translation import gettext as _, ngettext, pgettext_lazy\n"
        "_('plain ' 'and joined')\nngettext('%d day', '%d days', 2)\npgettext_lazy('c', 'held')\n"
    )
    page.write_text(
        """<a title="{% translate "it's" %}">{% translate 'Dark' context 'colours' %}</a>"""
        "{% blocktranslate with n=1 trimmed %}\n  {{ n }}\n  left {% endblocktranslate %}"
        "{% blocktranslate count n=1 %}{{ n }} day{% plural %}{{ n }} days{% endblocktranslate %}"
        '{{ _("in a variable")|upper }}{% include "a" with b=_("in a tag") %}'
    )
    assert set(translatable.in_python(module)) == {"plain and joined", "%d day", "c\x04held"}
    assert set(translatable.in_template(page)) == {
        *("it's", "colours\x04Dark", "%(n)s left", "%(n)s day", "in a variable", "in a tag")
    }


def test_a_text_that_is_computed_is_refused(tmp_path: Path) -> None:
    module = tmp_path / "a.py"
    module.write_text("from django.utils.translation import gettext as _\n_(f'{1} day')\n")
    with pytest.raises(AssertionError, match=r"a\.py:2"):
        list(translatable.in_python(module))


def bare_words(source: str) -> list[str]:
    """A template's words outside every tag: in its text, or in an attribute that people read."""
    for mute in (COMMENT, STYLE, CLASS_NAMES, BLOCKTRANSLATE, TAG):
        source = mute.sub("", source)
    spoken = [*SPOKEN_ATTRIBUTE.findall(source), *re.split(r"<[^>]*>", source)]
    return [text.strip() for text in spoken if re.search(r"[^\W\d_]{2}", unescape(text))]


def test_templates_say_nothing_that_cannot_be_translated() -> None:
    templates = list((ROOT / "courses").rglob("templates/**/*.html"))
    texts = {path.name: bare_words(path.read_text(encoding="utf-8")) for path in templates}
    assert {name: words for name, words in texts.items() if words} == {}
    assert bare_words('<p class="a b">{% if a %}Hello {{ b }}{% endif %}</p>') == ["Hello"]
    assert bare_words('<input placeholder="A word">{# note #}{% url "a" %}&nbsp;') == ["A word"]
