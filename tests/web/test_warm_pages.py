"""The pages of a quiz show each learner the same from full caches as from empty ones."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse, set_script_prefix
from django.utils import timezone

from courses import lru_cache
from courses.domain import attempts, jobs, regrading
from courses.models import AttemptItem, Stimulus
from courses.templatetags import courses_items
from tests.factories import (
    SINGLE_CHOICE,
    UserFactory,
    add_item,
    add_version,
    make_learner,
    make_question,
    make_quiz,
    reader_of,
)

pytestmark = pytest.mark.django_db

QUESTIONS = 20
FEW = 6
PAGES = ("attempt", "attempt-submit", "review")
TYPED = {"stem": "Say it.", "accept": [{"text": "goal", "feedback": "So."}], "otherwise": "No."}


@pytest.fixture(autouse=True)
def empty_caches():
    empty()
    yield
    empty()


def empty():
    for one in lru_cache._caches:
        one.clear()
    courses_items._reads_more.clear()


class Learner:
    """Somebody at work in a quiz; what they answered differs from learner to learner."""

    def __init__(self, quiz, number, *, answers=(), flags=()):
        self.quiz, self.enrolment = quiz, make_learner(quiz.course)
        self.client = Client()
        self.client.force_login(self.enrolment.user)
        self.number = number
        by, now = self.enrolment.user, timezone.now()
        self.attempt = attempts.start(
            reader=reader_of(self.enrolment), quiz_key=quiz.key, by=by, now=now
        )
        for position in answers:
            raw = {"choice": "abc"[(position + number) % 3], "text": f"text of {by.username}"}
            item = self.attempt.items.get(position=position)
            kind = item.version.type
            attempts.save(
                attempt=self.attempt,
                position=position,
                raw={
                    name: raw[name] for name in (["text"] if kind == "short_text" else ["choice"])
                },
                based_on=0,
                by=by,
                now=now,
            )
        for position in flags:
            attempts.flag(attempt=self.attempt, position=position, is_flagged=True, now=now)

    def submit(self):
        attempts.submit(attempt=self.attempt, by=self.enrolment.user, now=timezone.now())
        return self

    def url(self, name):
        where = [self.quiz.course.key, self.quiz.key] if name == "quiz" else [self.attempt.uuid]
        return reverse(f"cx_courses:{name}", args=where)

    def get(self, name, address="", language="en"):
        self.client.cookies["django_language"] = language
        response = self.client.get(address or self.url(name), follow=True)
        assert response.status_code == 200
        return re.sub(r'(csrfmiddlewaretoken" value=")[^"]+', r"\1", response.text)

    def seen(self, **how):
        return {name: self.get(name, **how) for name in ("quiz", *PAGES)}


def quiz_of(mode="deferred", **extra):
    """Single choices, then a typed question, then one with a stimulus."""
    quiz = make_quiz(questions=FEW - 2, feedback_mode=mode, **extra)
    typed = make_question(quiz.module, kind="short_text", data=TYPED)
    stimulus = Stimulus.objects.create(course=quiz.course, key="s", title="Table", body="Seen.")
    shared = make_question(quiz.module, stimulus=stimulus)
    add_item(quiz, typed, position=FEW - 1)
    add_item(quiz, shared, position=FEW)
    return quiz


def learners(mode):
    """One in the middle, one who has hardly begun, one who has handed in."""
    quiz = quiz_of(mode, kind="practice" if mode == "interactive" else "graded")
    return [
        Learner(quiz, 0, answers=(1, 3, 5), flags=[3, 4]),
        Learner(quiz, 1, answers=[2, 5], flags=[3]),
        Learner(quiz, 2, answers=range(1, FEW + 1)).submit(),
    ]


@pytest.mark.parametrize(
    ("mode", "language"), [("deferred", "en"), ("immediate", "de"), ("interactive", "en")]
)
def test_full_caches_show_each_learner_what_empty_ones_do(mode, language):
    people = learners(mode)
    cold = []
    for one in people:
        empty()
        cold.append(one.seen(language=language))
    empty()
    for one in [*reversed(people), *people]:
        one.seen(language=language)

    warm = [one.seen(language=language) for one in people]

    assert warm == cold
    assert ("Frage 1" in warm[0]["attempt"]) == (language == "de")
    assert "text of" in warm[0]["attempt"]


def test_what_one_learner_was_shown_is_on_no_page_of_another():
    done, fresh = (Learner(quiz, n) for quiz in [quiz_of(kind="graded")] for n in (0, 1))
    same_draw(done, fresh)
    before = fresh.seen()
    for position in (1, 2, FEW - 1):
        text = {"text": "a secret of mine"} if position == FEW - 1 else {"choice": "b"}
        attempts.save(
            attempt=done.attempt,
            position=position,
            raw=text,
            based_on=0,
            by=done.enrolment.user,
            now=timezone.now(),
        )
    done.seen()
    assert "why prose" in done.submit().get("review")

    assert fresh.seen() == before
    assert "why prose" not in "".join(before.values())
    kept = courses_items._cache._values.values()
    assert kept
    assert not any("a secret of mine" in html or str(done.attempt.uuid) in html for html in kept)


def same_draw(one, other):
    """Put the questions of one attempt into another one: the order turned round, all else alike."""
    drawn = list(one.attempt.items.order_by("-position"))
    for item, like in zip(other.attempt.items.order_by("position"), drawn, strict=True):
        AttemptItem.objects.filter(pk=item.pk).update(
            version=like.version, params=like.params, stimulus=like.stimulus
        )


def hits(page, learner):
    before = (courses_items._cache.hits, courses_items._cache.misses)
    learner.get(page)
    return courses_items._cache.hits - before[0], courses_items._cache.misses - before[1]


def test_second_learner_finds_every_question_in_the_cache():
    quiz = make_quiz(questions=QUESTIONS, kind="graded")
    ada, ben = Learner(quiz, 0), Learner(quiz, 1)
    same_draw(ada, ben)

    first, second = hits("attempt", ada), hits("attempt", ben)

    assert first[1] >= QUESTIONS
    assert (second[0] >= QUESTIONS, second[1]) == (True, 0)
    assert hits("review", ada.submit())[1] >= QUESTIONS
    assert hits("review", ben.submit())[1] == 0


def test_questions_are_found_again_under_another_prefix():
    ada = Learner(make_quiz(questions=QUESTIONS), 0)
    plain = ada.get("attempt")
    misses = courses_items._cache.misses

    address = ada.url("attempt")
    set_script_prefix("/school/")
    try:
        inside = ada.get("attempt", address)
    finally:
        set_script_prefix("/")

    assert courses_items._cache.misses == misses
    assert inside == re.sub(r'="/(?!static/)', '="/school/', plain)


def test_edited_question_is_shown_as_its_attempt_has_it_and_moved_ones_lead_on():
    quiz = make_quiz(questions=1, kind="graded")
    ada = Learner(quiz, 0)
    before = ada.get("attempt")
    question = quiz.items.get().question
    add_version(question, data={**SINGLE_CHOICE, "stem": "Another stem?"})

    assert ada.get("attempt") == before
    assert "Another stem?" in Learner(quiz, 1).get("attempt")


def test_corrected_key_is_shown_from_full_caches():
    quiz = make_quiz(questions=2, kind="graded")
    ada, ben = (Learner(quiz, n, answers=[1, 2]).submit() for n in (0, 1))
    for one in (ada, ben):
        assert "Corrected on" not in one.get("review")
    question = quiz.items.order_by("position").first().question
    other = [{**row, "correct": row["key"] == "a"} for row in SINGLE_CHOICE["options"]]
    corrected(quiz, question, add_version(question, data={**SINGLE_CHOICE, "options": other}))

    for one in (ada, ben):
        warm = one.get("review")
        empty()
        assert warm == one.get("review")
        assert "The key was “Her solved need”, now it is “Our tickets”." in warm


def test_row_of_a_host_that_reads_the_page_is_rendered_for_each(settings, tmp_path):
    folder = tmp_path / "cx_courses/attempt"
    folder.mkdir(parents=True)
    (folder / "item.html").write_text("<p>{{ request.user.pk }}: {{ row.view.position }}</p>")
    templates = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    settings.TEMPLATES = templates
    quiz = make_quiz(questions=3)
    for one in (Learner(quiz, 0), Learner(quiz, 1)):
        for _time in range(2):
            page = one.get("attempt")
            assert page.count(f"<p>{one.enrolment.user.pk}: ") == 3


def test_question_type_that_cannot_be_cached_is_rendered_for_each(monkeypatch):
    quiz = make_quiz(questions=3)
    ada = Learner(quiz, 0)
    kind = quiz.items.first().question.ready_version.question_type
    monkeypatch.setattr(kind, "is_cacheable", False)

    ada.get("attempt")
    assert hits("attempt", ada)[1] == 0
    assert all(
        "item-" not in key[0] and "attempt/item" not in key[0]
        for key in courses_items._cache._values
    )


def corrected(quiz, question, version):
    """Correct the quiz's results by another version of the question."""
    now = timezone.now()
    regrading.apply(
        course=quiz.course,
        quizzes=[quiz],
        changes=[regrading.Correction(question, version, None)],
        reason="The key was wrong.",
        by=UserFactory(),
        now=now,
    )
    for later in (61, 122, 183):
        at = now + timedelta(seconds=later)
        jobs.work(clock=lambda at=at: at, until=at + timedelta(seconds=1))
