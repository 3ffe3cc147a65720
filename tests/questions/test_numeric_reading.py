"""Numbers as people type them, in the separators and digits of many languages."""

from decimal import Decimal

import pytest
from django.conf import settings as django_settings
from django.utils import formats, translation
from hypothesis import example, given, settings
from hypothesis import strategies as st

from courses.questions.base import ResponseError
from courses.questions.numeric.reading import read_number, shown_number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,234.5", "1234.5"),
        ("1.234,5", "1234.5"),
        ("1 234,5", "1234.5"),
        ("1\u00a0234,5", "1234.5"),
        ("1\u2009234.5", "1234.5"),
        ("1\u202f234,5", "1234.5"),
        ("1'234.5", "1234.5"),
        ("1’234,5", "1234.5"),
        ("1,234,567", "1234567"),
        ("1.234.567", "1234567"),
        ("1.234.567,8", "1234567.8"),
        ("12,34,567.8", "1234567.8"),
        ("1,5", "1.5"),
        ("1.5", "1.5"),
        ("0,125", "0.125"),
        ("0.125", "0.125"),
        ("1234,567", "1234.567"),
        ("1234.567", "1234.567"),
        (".5", "0.5"),
        (",5", "0.5"),
        ("5.", "5"),
        ("007", "7"),
        ("−5", "-5"),
        ("–5", "-5"),
        ("- 5", "-5"),
        ("+5", "5"),
        ("١٢", "12"),
        ("١٢٫٥", "12.5"),
        ("١٬٢٣٤٫٥", "1234.5"),
        ("۱۲۳", "123"),
        ("१२.५", "12.5"),
        ("１２．５", "12.5"),
        ("1e3", "1000"),
        ("1.5E-3", "0.0015"),
        (" 28.0\t", "28.0"),
    ],
)
@pytest.mark.parametrize("decimal", [".", ","])
def test_clear_numbers_mean_the_same_everywhere(text: str, value: str, decimal: str) -> None:
    assert read_number(text, decimal=decimal) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "decimal", "value"),
    [
        ("1,234", ".", "1234"),
        ("1,234", ",", "1.234"),
        ("1.234", ".", "1.234"),
        ("1.234", ",", "1234"),
        ("-12.345", ",", "-12345"),
        ("999,999", ".", "999999"),
    ],
)
def test_two_readings_are_decided_by_the_language(text: str, decimal: str, value: str) -> None:
    assert read_number(text, decimal=decimal) == Decimal(value)


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "-", "+-5", "--5", ".", ",", "e5", "1e", "1e999", "1e-999", "1e9999999"),
        *("NaN", "nan", "sNaN", "inf", "-Infinity", "½", "1/2", "2²", "Ⅻ", "twelve", "0x1F"),
        *("1.2.3", "1,23,4", "1.234,567,8", "1,234.567.8", "12 34", "1 23", "1_000", "1:5"),
        *("5%", "€5", "5 5", "9" * 61, "9" * 101, "1.0000000 1", "٫", "1٫2٫3"),
        *("3*4", "1e3e3", "1.5.", "(5)", "١٢٫٥٫"),
    ],
)
def test_anything_else_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(ResponseError) as error:
        read_number(text)

    assert str(error.value).endswith(".")


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("28 %", "%"),
        ("28％", "%"),
        ("28 points", "points"),
        ("28 Points", "points"),
        ("€ 28", "€"),
        ("28 €", "€"),
        ("-€28", "€"),
        ("28 kWh a day", "kWh a day"),
        ("28", "points"),
    ],
)
def test_the_unit_of_the_question_may_be_given_back(text: str, unit: str) -> None:
    assert abs(read_number(text, unit=unit)) == 28


@pytest.mark.parametrize(
    ("text", "unit"), [("28 %", "€"), ("28 eggs", "points"), ("points", "points")]
)
def test_another_unit_is_refused(text: str, unit: str) -> None:
    with pytest.raises(ResponseError):
        read_number(text, unit=unit)


@settings(deadline=None)
@given(
    st.text(max_size=30)
    | st.text(alphabet="0123456789.,'’-+eE \u00a0\u202f%٫٬١", max_size=20)
    | st.text(alphabet=st.characters(categories=["Nd", "No", "Nl", "Po", "Sm"]), max_size=8),
    st.sampled_from(".,"),
    st.sampled_from(["", "%", "€", "points", "ß", "1"]),
)
@example("0e-30", ".", "")
def test_any_text_is_a_finite_number_or_refused(text: str, decimal: str, unit: str) -> None:
    try:
        number = read_number(text, decimal=decimal, unit=unit)
    except ResponseError:
        return

    assert number.is_finite()
    assert abs(number) <= Decimal("1e50")


@settings(deadline=None)
@given(
    st.sampled_from([code for code, _name in django_settings.LANGUAGES]),
    st.decimals(min_value=-(10**9), max_value=10**9, places=3, allow_nan=False),
)
def test_shown_number_can_be_typed_back(language: str, number: Decimal) -> None:
    with translation.override(language):
        shown = shown_number(number, 2)
        decimal = formats.get_format("DECIMAL_SEPARATOR")
        assert read_number(shown, decimal=decimal) == round(number, 2) or (
            # Half a cent: Python rounds to even, people and we away from zero.
            abs(read_number(shown, decimal=decimal) - number) == Decimal("0.005")
        )


@pytest.mark.parametrize(
    ("value", "places", "shown"),
    [
        ("1234.5", None, "1,234.5"),
        ("0.80", None, "0.8"),
        ("100", None, "100"),
        ("1E+3", None, "1,000"),
        ("5.475", 2, "5.48"),
        ("-0.04", 1, "0.0"),
        ("-0.00", None, "0"),
        ("0.3333333333333333", None, "0.3333333333"),
    ],
)
def test_shown_numbers(value: str, places: int | None, shown: str) -> None:
    assert shown_number(Decimal(value), places) == shown


@pytest.mark.parametrize("dash", "‐‑‒–—―−﹣－")
def test_every_dash_that_a_word_processor_makes_is_a_minus(dash: str) -> None:
    assert read_number(f"{dash}5") == -5


@pytest.mark.parametrize(
    "typed", ["\u200e-5", "\ufeff-5", "-\u20605", "\u2066-5\u2069", "-5\u200b"]
)
def test_marks_that_nobody_sees_are_no_part_of_a_number(typed: str) -> None:
    assert read_number(typed) == -5
