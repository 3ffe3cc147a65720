"""Durations, percentages and points in words."""

from decimal import Decimal
from fractions import Fraction

import pytest
from django.template.loader import get_template
from django.utils import translation

from courses.domain.deadlines import TimeAllowance
from courses.templatetags import courses_ui


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(45, "45 seconds"), (1, "1 second"), (60, "1 min"), (1799, "29 min"), (3600, "1 h")],
)
def test_duration_has_one_unit_where_one_will_do(seconds: int, shown: str) -> None:
    assert courses_ui.duration(seconds) == shown


def test_duration_has_two_units_at_most() -> None:
    assert courses_ui.duration(2 * 3600 + 5 * 60 + 7) == "2 h 5 min"


@pytest.mark.parametrize(
    ("base", "extra", "shown"),
    [(1800, 1800, "60 min (30 + 30)"), (1800, 0, "30 min"), (2700, 675, "56.3 min (45 + 11.3)")],
)
def test_allowance_says_what_was_granted(base: int, extra: int, shown: str) -> None:
    assert courses_ui.allowance(TimeAllowance(base, extra)) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0%"),
        (100, "100%"),
        (Decimal("62.5"), "63%"),
        (Fraction(200, 3), "67%"),
        (None, "–"),
    ],
)
def test_percent_is_rounded_half_up(value: Decimal | Fraction | None, shown: str) -> None:
    assert courses_ui.percent(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Fraction(5, 2), "2.5"),
        (Decimal("3.000"), "3"),
        (Fraction(1, 3), "0.33"),
        (Decimal(10), "10"),
    ],
)
def test_points_say_no_more_than_they_must(value: Decimal | Fraction, shown: str) -> None:
    assert courses_ui.points(value) == shown


def test_numbers_follow_the_language() -> None:
    with translation.override("de"):
        assert courses_ui.points(Fraction(5, 2)) == "2,5"


@pytest.mark.parametrize(
    ("value", "form"),
    [("0", 0), ("1", 1), ("1.000", 1), ("0.5", 2), ("1.5", 2), ("2", 2), ("2.5", 3)],
)
def test_a_language_picks_its_form_by_a_whole_number(value: str, form: int) -> None:
    assert courses_ui.grammar(Decimal(value)) == form


def test_hostname_says_where_a_link_leads() -> None:
    assert courses_ui.hostname("https://www.example.org/a?b") == "example.org"


@pytest.mark.parametrize("name", ["check", "arrow-right", "brand"])
def test_icon_is_hidden_from_screen_readers(name: str) -> None:
    assert get_template(f"cx_courses/icons/{name}.html")
    assert 'aria-hidden="true"' in courses_ui.icon(name)
