"""Pages in German: no English sentence is left on them, and numbers are read as they are typed."""

import re
from collections.abc import Callable
from html import unescape
from itertools import product
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from courses.domain import glossary
from courses.models import Attempt, Quiz
from tests.factories import add_item, make_lesson, make_question
from tests.questions.cases import EXAMPLES
from tests.test_translations import GERMAN, PLACEHOLDER
from tests.web.seat import Seat

pytestmark = pytest.mark.slow

WORDS_OF_A_SENTENCE = 3
LANGUAGES = ("de", "en")
"""English proves that the search would find something; the rest is about German."""

NUMBERS = {
    "stem": "Two numbers?",
    "blanks": [
        {"key": "share", "label": "Share", "answer": "28.5", "feedback": "Count again."},
        {"key": "people", "label": "People", "answer": "1234", "feedback": "Count again."},
    ],
}


def sentences() -> dict[str, tuple[list[str], re.Pattern[str]]]:
    """Every text of three words and more that differs in German → its parts, and how they stand."""
    found = {}
    for key, german in GERMAN.items():
        english = (key if isinstance(key, str) else key[0]).rpartition("\x04")[2]
        parts = PLACEHOLDER.split(english)
        if english != german and len(re.findall(r"[A-Za-z]+", " ".join(parts))) >= (
            WORDS_OF_A_SENTENCE
        ):
            pattern = re.compile(r"\b" + ".{0,80}?".join(map(re.escape, parts)))
            found[english] = (parts, pattern)
    return found


SENTENCES = sentences()


def english_in(html: str) -> list[str]:
    text = unescape(html)
    # Looking for the parts first takes a hundredth of the time.
    return [
        english
        for english, (parts, pattern) in SENTENCES.items()
        if all(part in text for part in parts) and pattern.search(text)
    ]


class Reader(Seat):
    """A learner of a course with everything in it, and the texts of each page in a language."""

    def __init__(self, client: Client) -> None:
        super().__init__(client, questions=0, attempts_allowed=1, time_limit_s=3600)
        for position, (kind, examples) in enumerate(EXAMPLES.items(), start=1):
            question = make_question(self.quiz.module, kind=kind, data=examples[0])
            add_item(self.quiz, question, position=position)
        self.lesson = make_lesson(module=self.quiz.module, checks=2)
        self.course.terms.create(key="churn", term="Churn", definition="People who leave.")

    def course_url(self, name: str, *more: str) -> str:
        return reverse(f"cx_courses:{name}", args=[self.course.key, *more])

    def check_all(self, urls: list[str], *, status: int = 200) -> None:
        """These pages are in German for one reader, and have English texts for another."""
        for language, url in product(LANGUAGES, urls):
            response = self.client.get(url, headers={"accept-language": language})
            assert response.status_code == status, url
            check(response.content.decode(), language)


def check(html: str, language: str) -> None:
    assert f'<html lang="{language}" dir="ltr"' in html
    if language == "de":
        assert english_in(html) == []
    else:
        assert english_in(html) != []


@pytest.fixture
def reader(client: Client) -> Reader:
    return Reader(client)


@pytest.mark.django_db
def test_pages_for_everybody(client: Client) -> None:
    reader = Reader(client)
    client.logout()
    reader.check_all(
        [
            *(reverse(f"cx_courses:{name}") for name in ("catalogue", "sign-in", "sign-up")),
            f"{reverse('cx_courses:sign-in')}?next=/",
            reader.course_url("course"),
        ],
    )


@pytest.mark.django_db
def test_pages_of_a_learner(reader: Reader) -> None:
    reader.check_all(
        [
            *(reverse(f"cx_courses:{name}") for name in ("catalogue", "progress")),
            *(reverse(f"cx_courses:{name}") for name in ("account", "password", "erase")),
            *(reader.course_url(name) for name in ("course", "glossary")),
            f"{reader.course_url('glossary')}?q=churn",
            reader.course_url("lesson", reader.lesson.key),
            reader.quiz_url(),
        ],
    )


@pytest.mark.django_db
@pytest.mark.parametrize("mode", Quiz.FeedbackMode.values)
def test_pages_of_an_attempt(reader: Reader, mode: str) -> None:
    reader.quiz.feedback_mode = mode
    reader.quiz.save()
    reader.begin()
    reader.check_all([reader.url(), reader.quiz_url(), reader.url("attempt-submit")])
    reader.client.post(reader.url("attempt-submit"))
    reader.check_all([reader.url("review"), reader.quiz_url(), reverse("cx_courses:progress")])


@pytest.mark.django_db
def test_a_response_that_cannot_be_read(reader: Reader) -> None:
    reader.begin()
    position = list(EXAMPLES).index("numeric") + 1
    blank = EXAMPLES["numeric"][0]["blanks"][0]["key"]
    for language in LANGUAGES:
        response = reader.client.post(
            reader.url(),
            {f"i{position}-based_on": 0, f"i{position}-blank.{blank}": "many", "save": "1"},
            headers={"accept-language": language},
        )
        html = response.content.decode()
        check(html, language)
        assert ("„many“ ist nicht als Zahl lesbar" in html) is (language == "de")


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_of_refusals(
    reader: Reader, language: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept = {"accept-language": language}
    reader.check_all(["/no/such/page/"], status=404)
    reader.begin()
    reader.client.post(reader.url("attempt-submit"))
    confirm = reader.course_url("lesson-confirm", reader.lesson.key)
    asked: list[tuple[int, Callable[[], Any]]] = [
        (409, lambda: reader.client.post(reader.url("attempt-flag", 1), headers=accept)),
        (403, lambda: reader.client.post(confirm, headers=accept)),
        (403, lambda: strict().post(reverse("cx_courses:sign-in"), headers=accept)),
        (429, lambda: locked_out(settings, accept)),
        (500, lambda: broken(monkeypatch, reader, accept)),
    ]
    for status, ask in asked:
        response = ask()
        assert response.status_code == status
        check(response.content.decode(), language)


def strict() -> Client:
    return Client(enforce_csrf_checks=True)


def locked_out(settings: Settings, headers: dict[str, str]) -> Any:
    settings.AXES_ENABLED = True
    settings.AXES_FAILURE_LIMIT = 1
    get_user_model().objects.create_user("ada", password="right-password")
    form = {"username": "ada", "password": "wrong"}
    return Client().post(reverse("cx_courses:sign-in"), form, headers=headers)


def broken(monkeypatch: pytest.MonkeyPatch, reader: Reader, headers: dict[str, str]) -> Any:
    def fail(**_given: Any) -> None:
        raise RuntimeError("on purpose")

    monkeypatch.setattr(glossary, "terms", fail)
    reader.client.raise_request_exception = False
    return reader.client.get(reader.course_url("glossary"), headers=headers)


# --- Numbers


@pytest.mark.django_db
def test_numbers_typed_the_german_way_are_graded_right(client: Client) -> None:
    seat = Seat(client, questions=0)
    add_item(seat.quiz, make_question(seat.quiz.module, kind="numeric", data=NUMBERS), position=1)
    seat.begin()
    german = {"accept-language": "de"}

    page = client.get(seat.url(), headers=german).content.decode()
    decimal = re.search(r'name="i1-decimal" value="(.)"', page)
    assert decimal is not None
    typed = {
        "i1-based_on": 0,
        "i1-blank.share": "28,5",
        "i1-blank.people": "1.234",
        "i1-decimal": decimal[1],
    }
    client.post(seat.url(), {**typed, "save": "1"}, headers=german)
    client.post(seat.url("attempt-submit"), headers=german)

    assert decimal[1] == ","
    assert Attempt.objects.get(uuid=seat.uuid).percent == 100
    review = client.get(seat.url("review"), headers=german).content.decode()
    assert "28,5" in review
    assert "1 von 1 Punkt" in review
