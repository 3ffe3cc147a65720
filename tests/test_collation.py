"""The order of words in the lists of a language."""

from random import Random

import pytest

from courses.collation import folded, initial, sort_key

ORDERS = {
    "de": ["1. Wahl", "Anliegen", "Ärgernis", "Art", "Maß", "Masse", "Übergabe", "Umfrage", "Zug"],
    "en": ["café", "Caffeine", "co-create", "cocoa", "naïve", "Naive bias", "score", "Zebra"],
    "sv": ["Adel", "Zon", "Ånga", "Ära", "Öl"],
    "da": ["Adel", "Zone", "Æble", "Øl", "Ånd"],
    "es": ["nube", "ñame", "oso"],
    "pl": ["las", "łaska", "mapa", "źle", "żaba"],
    "cs": ["cena", "čas", "den"],
    "tr": ["ısı", "iz", "jilet", "oda", "öz", "paket"],
    "ru": ["ёж", "жук", "икра", "йод", "кот"],
}


@pytest.mark.parametrize("language", ORDERS)
def test_words_stand_where_a_dictionary_has_them(language):
    wanted = ORDERS[language]
    found = list(wanted)
    Random(7).shuffle(found)
    assert sorted(found, key=lambda one: sort_key(one, language)) == wanted


def test_accents_decide_between_words_that_are_else_alike_and_small_letters_go_first():
    assert sorted(["Resume", "résumé", "resume"], key=lambda one: sort_key(one, "fr")) == [
        "resume",
        "Resume",
        "résumé",
    ]


@pytest.mark.parametrize(
    ("text", "language", "letter"),
    [("Ärger", "de", "A"), ("Ära", "sv", "Ä"), ("7 Wege", "de", "#"), ("", "de", "#"),
     ("ısı", "tr", "I"), ("Æble", "en", "A"), ("(so)", "en", "#")],
)  # fmt: skip
def test_a_word_stands_under_its_first_letter(text, language, letter):
    assert initial(text, language) == letter


def test_search_ignores_case_accents_and_invisible_characters():
    assert folded("Kund\u00adEN-ÄRGER") == folded("kunden-arger")
    assert folded("Straße") == folded("STRASSE")
