"""Names at sign-up that could be taken for somebody else's."""

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from courses.web.lookalikes import is_lookalike

REFUSED = ["аdmin", "аԁӏԁ", "root\u0430", "оса", "αdmin", "ΑΒΕ", "ɑdmin", "mаriа", "օսո", "adminԝ"]
TAKEN = [
    *("admin", "Maria", "josé", "müller", "yıldız", "łukasz", "ada_lovelace@example.org", "x1"),
    *("мария", "Наталья", "αλέξανδρος", "山田太郎", "たろう2", "田中tanaka", "김철수", "محمد"),
    *("प्रिया"[:1], "юрий-2"),
]


@pytest.mark.parametrize("name", REFUSED)
def test_a_lookalike_is_known(name: str) -> None:
    assert is_lookalike(name)


@pytest.mark.parametrize("name", TAKEN)
def test_a_name_in_one_alphabet_is_none(name: str) -> None:
    assert not is_lookalike(name)


@pytest.mark.django_db
def test_sign_up_refuses_it_in_words() -> None:
    password = "a-good-long-phrase"
    for name, status in (("аdmin", 200), ("мария", 302)):
        form = {"username": name, "password1": password, "password2": password}
        page = Client().post("/account/sign-up/", form)
        assert page.status_code == status
        if status == 200:
            assert "looks like another one" in page.text
    assert get_user_model().objects.get().username == "мария"
