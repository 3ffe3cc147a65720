"""Stored figures of quizzes: who counts in them, when they are stale, and what follows."""

from datetime import timedelta
from random import Random

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from courses.domain import attempts, enrolments, jobs, personal_data, regrading, relay, sections
from courses.domain.analysis import noting, reading, storing
from courses.domain.analysis.findings import ItemFinding
from courses.domain.analysis.stored_figures import dump, load
from courses.domain.learners import known
from courses.models import ApiClient, Attempt, ExternalIdentity, Job, Quiz, QuizAnalysis
from tests.factories import (
    NOW,
    SINGLE_CHOICE,
    ModuleFactory,
    QuizFactory,
    UserFactory,
    add_item,
    add_version,
    join,
    make_learner,
    make_question,
    make_quiz,
    reader_of,
)

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(minutes=10)
NUMBER = {
    "stem": "Half of 10?",
    "blanks": [
        {
            "key": "x", "answer": "5", "feedback": "Yes.", "decimals": 0,
            "errors": [
                {"answer": "20", "feedback": "Doubled."},
                {"answer": "10", "feedback": "Not halved."},
            ],
        }
    ],
}  # fmt: skip
TEXT = {
    "stem": "Who?",
    "accept": [
        {"text": "owner", "feedback": "Yes."},
        {"text": "boss", "feedback": "Nearly.", "scaled": "1/2"},
    ],
    "otherwise": "No.",
}


def take(enrolment, quiz, answers, *, at=NOW, pause=30):
    """An attempt with these answers, each so many seconds after the one before."""
    by = enrolment.user
    attempt = attempts.start(reader=reader_of(enrolment), quiz_key=quiz.key, by=by, now=at)
    for position, raw in enumerate(answers, 1):
        if raw is not None:
            moment = at + timedelta(seconds=pause * position)
            attempts.save(
                attempt=attempt, position=position, raw=raw, based_on=0, by=by, now=moment
            )
    return attempts.submit(attempt=attempt, by=by, now=at + timedelta(minutes=5))


def pick(*options):
    return [{"choice": one} if one else None for one in options]


def relay_once(now=LATER):
    return relay.run_once(clock=lambda: now, jitter=Random(1))


def work(now):
    return jobs.work(clock=lambda: now, until=now + timedelta(seconds=2))


def figures(quiz, **scope):
    analysis = storing.current(analysis=storing.find(quiz=quiz, **scope), now=LATER)
    return load(analysis.data)


class World:
    """A quiz of four questions with the key "b", which everybody may take three times.

    Eight learners took it: two have all right, two three, two two, and two one.
    """

    def __init__(self):
        self.quiz = make_quiz(questions=4, attempts_allowed=3)
        self.learners = [make_learner(self.quiz.course) for _number in range(8)]
        for place, one in enumerate(self.learners):
            right = 4 - place // 2
            take(one, self.quiz, pick(*["b"] * right, *["a"] * (4 - right)))


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield World()
        transaction.set_rollback(True)


@pytest.fixture
def quiz(world):
    return Quiz.objects.select_related("course", "module").get(pk=world.quiz.pk)


@pytest.fixture
def taken(world):
    return world.learners


def test_figures_are_those_of_what_was_answered(quiz, taken):
    found = figures(quiz)
    assert (found.attempts, found.judged, found.passed.value) == (8, 8, 0.25)
    assert found.distribution == (0, 0, 2, 0, 0, 2, 0, 2, 0, 2)
    assert (found.mean_percent, found.median_percent) == (62.5, 62.5)
    assert found.seconds.value == 300
    order = [item.question.ready_version_id for item in quiz.items.order_by("position")]
    by_version = {one.version: one for one in found.questions}
    assert [by_version[pk].facility.value for pk in order] == [1, 0.75, 0.5, 0.25]
    assert {one.drawn for one in found.questions} == {8}
    third = by_version[order[2]]
    assert {row.key: row.chosen for row in third.options} == {"a": 4, "b": 4, "c": 0}
    assert (third.seconds.value, third.timed) == (30, 8)


def test_stored_figures_are_read_as_they_were(quiz, taken):
    found = storing.figures_of(analysis=storing.find(quiz=quiz))
    again = load(dump(found))
    assert dump(again) == dump(found)
    assert again.reliability.alpha.value == pytest.approx(found.reliability.alpha.value)
    assert load({}) is None


def test_only_first_attempts_of_learners_count(quiz, taken):
    before = figures(quiz)
    for role in ("instructor", "marker", "author", "observer"):
        enrolment = make_learner(quiz.course)
        enrolments.enrol(course=quiz.course, user=enrolment.user, role="learner", now=NOW)
        row = make_learner(quiz.course)
        take(row, quiz, pick("b", "b", "b", "b"))
        type(row).objects.filter(pk=row.pk).update(
            role=role, section=None if role == "author" else row.section
        )
    tried = make_learner(quiz.course)
    attempt = take(tried, quiz, pick("b", "b", "b", "b"))
    Attempt.objects.filter(pk=attempt.pk).update(policy={**attempt.policy, "is_trial": True})
    take(taken[7], quiz, pick("b", "b", "b", "b"), at=LATER)
    opened = make_learner(quiz.course)
    attempts.start(reader=reader_of(opened), quiz_key=quiz.key, by=opened.user, now=NOW)
    assert dump(figures(quiz)) == dump(before)
    everything = figures(quiz, attempts=QuizAnalysis.Attempts.ALL)
    assert everything.attempts == 9


def test_question_without_an_answer_is_wrong_and_was_drawn():
    quiz = make_quiz(questions=4)
    for _number in range(6):
        take(make_learner(quiz.course), quiz, pick("b", None, "b", "a"))
    by_facility = {one.version: one for one in figures(quiz).questions}
    second = by_facility[quiz.items.get(position=2).question.ready_version_id]
    assert (second.drawn, second.n, second.facility.value) == (6, 6, 0)
    assert {row.key: row.chosen for row in second.options} == {"a": 0, "b": 0, "c": 0, "": 6}
    assert second.seconds is None


def test_classes_and_platforms_have_figures_of_their_own(quiz, taken):
    section = sections.create(course=quiz.course, key="evening", title="Evening", now=NOW)
    client = ApiClient.objects.create(name="Platform")
    for number in range(5):
        row = join(section, UserFactory())
        take(row, quiz, pick("a", "a", "a", "b"))
        ExternalIdentity.objects.create(
            client=client, subject=str(number), user=row.user, created_at=NOW, updated_at=NOW
        )
    assert known(client=client).count() == 5
    assert figures(quiz).attempts == 13
    for scope in ({"section": section}, {"client": client}):
        found = figures(quiz, **scope)
        assert (found.attempts, found.mean_percent) == (5, 25)
    assert figures(quiz, section=taken[0].section).attempts == 8


def test_foreseen_errors_are_counted():
    module = ModuleFactory()
    quiz = QuizFactory(module=module)
    add_item(quiz, make_question(module, kind="numeric", data=NUMBER), position=1)
    add_item(quiz, make_question(module, kind="short_text", data=TEXT), position=2)
    answers = [("5", "owner"), ("20", "boss"), ("10", "boss"), ("10", "x"), ("7", None), ("20", "")]
    for number, text in answers:
        raw = [{"blank.x": number}, {"text": text} if text else None]
        take(make_learner(quiz.course), quiz, raw)
    number, text = sorted(figures(quiz).questions, key=lambda one: one.version)
    assert (number.errors, number.checked) == ((2, 2), 6)
    assert (text.errors, text.checked) == ((2,), 4)
    assert text.facility.value == pytest.approx(2 / 6)


def test_figures_are_as_new_as_can_be_and_reading_writes_nothing(quiz, taken):
    assert figures(quiz).attempts == 8
    assert not QuizAnalysis.objects.exists()
    first = storing.compute(analysis=storing.find(quiz=quiz), now=LATER)
    analysis = storing.find(quiz=quiz)
    with CaptureQueriesContext(connection) as queries:
        again = storing.current(analysis=analysis, now=LATER + timedelta(hours=1))
    assert (again.computed_at, again.is_stale) == (first.computed_at, False)
    assert len(queries) == 2
    take(make_learner(quiz.course), quiz, pick("b", "b", "b", "b"), at=LATER)
    assert figures(quiz).attempts == 9
    personal_data.erase(user=taken[0].user, now=LATER)
    assert figures(quiz).attempts == 8
    assert load(QuizAnalysis.objects.get().data).attempts == 8


def test_correction_moves_answers_to_the_version_that_judged_them(quiz, taken):
    old = quiz.items.get(position=1).question.ready_version
    options = [{**row, "correct": row["key"] == "a"} for row in SINGLE_CHOICE["options"]]
    new = add_version(old.question, data={**SINGLE_CHOICE, "options": options})
    batch = regrading.apply(
        course=quiz.course, quizzes=[quiz], by=None, now=LATER, reason="A wrong key.",
        changes=[regrading.Correction(old.question, new)], spares=False,
    )  # fmt: skip
    for minutes in (2, 4, 6):
        work(LATER + timedelta(minutes=minutes))
    found = {one.version: one for one in figures(quiz).questions}
    assert old.pk not in found
    assert (found[new.pk].n, found[new.pk].facility.value) == (8, 0)
    regrading.undo(batch=batch, by=None, now=LATER + timedelta(minutes=8))
    work(LATER + timedelta(minutes=8))
    found = {one.version: one for one in figures(quiz).questions}
    assert new.pk not in found
    assert found[old.pk].facility.value == 1


def test_dropped_question_is_drawn_and_says_nothing(quiz, taken):
    question = quiz.items.get(position=4).question
    regrading.apply(
        course=quiz.course, quizzes=[quiz], by=None, now=LATER, reason="Out.",
        changes=[regrading.Correction(question, None)], transform="drop", spares=False,
    )  # fmt: skip
    work(LATER)
    found = {one.version: one for one in figures(quiz).questions}
    dropped = found[question.ready_version_id]
    assert (dropped.drawn, dropped.n, dropped.finding) == (8, 0, ItemFinding.TOO_FEW)


def test_relay_computes_what_is_new_and_rests_then(quiz, taken):
    relay_once()
    (row,) = QuizAnalysis.objects.all()
    assert (row.quiz, row.section, row.is_stale) == (quiz, None, False)
    assert load(row.data).attempts == 8
    while not relay_once().was_idle:
        pass
    with CaptureQueriesContext(connection) as queries:
        noting.note_changes(now=LATER)
    assert len(queries) == 3
    take(make_learner(quiz.course), quiz, pick("b", "b", "b", "b"), at=LATER)
    relay_once(LATER + timedelta(minutes=1))
    row.refresh_from_db()
    assert row.is_stale, "not computed again for each attempt"
    relay_once(LATER + timedelta(minutes=6))
    row.refresh_from_db()
    assert (row.is_stale, load(row.data).attempts) == (False, 9)
    assert Job.objects.filter(kind=storing.KIND).count() == 1


def test_relay_makes_figures_of_classes_that_have_staff(quiz, taken):
    relay_once()
    section = sections.create(course=quiz.course, key="evening", title="Evening", now=NOW)
    join(section, UserFactory(), role="instructor")
    take(join(section, UserFactory()), quiz, pick("b", "b", "b", "a"), at=LATER)
    relay_once(LATER + timedelta(minutes=6))
    assert set(QuizAnalysis.objects.values_list("section", flat=True)) == {None, section.pk}
    assert load(QuizAnalysis.objects.get(section=section).data).attempts == 1


def test_more_events_than_are_looked_through_make_everything_stale(quiz, taken, monkeypatch):
    monkeypatch.setattr(noting, "LOOK_BACK", 3)
    relay_once()
    row = QuizAnalysis.objects.get()
    assert load(row.data).attempts == 8
    for _number in range(2):
        take(make_learner(quiz.course), quiz, pick("b", "b", "b", "b"), at=LATER)
    relay_once(LATER + timedelta(minutes=6))
    row.refresh_from_db()
    assert load(row.data).attempts == 10


def test_figures_of_a_large_quiz_are_stored_ones(quiz, taken, monkeypatch):
    monkeypatch.setattr(storing, "AT_ONCE", 7)
    row = storing.current(analysis=storing.find(quiz=quiz), now=LATER)
    assert (row.is_stale, row.data) == (True, {})
    for _time in range(2):
        storing.ask(analysis=row, now=LATER)
    assert Job.objects.get().kind == storing.KIND
    work(LATER)
    row = storing.current(analysis=storing.find(quiz=quiz), now=LATER)
    assert (row.is_stale, load(row.data).attempts) == (False, 8)
    take(make_learner(quiz.course), quiz, pick("b", "b", "b", "b"), at=LATER)
    row = storing.current(analysis=storing.find(quiz=quiz), now=LATER)
    assert (row.is_stale, load(row.data).attempts) == (True, 8)


def test_figures_of_a_very_large_quiz_are_stale_when_the_relay_says_so(quiz, taken, monkeypatch):
    monkeypatch.setattr(storing, "COMPARED", 7)

    def current():
        return storing.current(analysis=storing.find(quiz=quiz), now=LATER)

    with CaptureQueriesContext(connection) as queries:
        assert (current().is_stale, current().data) == (True, {})
    assert all("LIMIT 8" in one["sql"] for one in queries if "COUNT" in one["sql"])
    relay_once()
    assert (current().is_stale, load(current().data).attempts) == (False, 8)
    take(make_learner(quiz.course), quiz, pick("b", "b", "b", "b"), at=LATER)
    relay_once(LATER + timedelta(minutes=1))
    assert (current().is_stale, load(current().data).attempts) == (True, 8)


def test_number_of_queries_does_not_depend_on_the_attempts(quiz, taken):
    analysis = storing.find(quiz=quiz)

    def count():
        with CaptureQueriesContext(connection) as queries:
            reading.input_of(analysis=analysis)
        return len(queries)

    before = count()
    with transaction.atomic():
        for _number in range(3):
            take(make_learner(quiz.course), quiz, pick("b", "a", "b", "a"), at=LATER)
    assert count() == before


def test_daily_review_is_not_analysed(quiz, taken):
    relay_once()
    QuizAnalysis.objects.all().delete()
    take(taken[0], quiz, pick("b", "b", "b", "b"), at=LATER)
    Quiz.objects.filter(pk=quiz.pk).update(is_review=True)
    relay_once(LATER + timedelta(minutes=6))
    assert not QuizAnalysis.objects.exists()


@pytest.mark.usefixtures("taken")
@pytest.mark.parametrize(("least", "is_known"), [(8, True), (9, False)])
def test_quiz_is_looked_at_once_as_many_took_it_as_can_be_spoken_of(
    monkeypatch, quiz, least, is_known
):
    """Asked in every round of the relay while there are no figures: in few, short queries."""
    monkeypatch.setattr(noting, "LEAST", least)
    QuizAnalysis.objects.all().delete()
    with CaptureQueriesContext(connection) as queries:
        assert noting._with_attempts() == ({quiz.pk} if is_known else set())
        noting._add_missing(set())

    assert len(queries) == 1
    assert not any("GROUP BY" in one["sql"] for one in queries)
