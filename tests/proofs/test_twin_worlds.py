"""Courses that differ only in keys and feedback look the same until these are shown.

What a policy shows is allowed to differ; everything before must agree to the byte: pages,
fragments, conflicts, errors and the export of one's own data.
"""

import difflib
from itertools import product

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.contrib.staticfiles import finders
from django.db import transaction

from courses.models import ExternalIdentity
from tests import lengths
from tests.api.platform import Platform
from tests.factories import NOW
from tests.lengths import spread
from tests.proofs.twins import HIDDEN, Session, build, fixed_draws, questions
from tests.questions.cases import CASES

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

KINDS, MODES = ["practice", "graded", "exam"], ["deferred", "immediate", "interactive"]
QUIZZES = list(product(KINDS, MODES, [{}, HIDDEN]))


def others():
    """The same questions with another key and other feedback."""
    return [(key, CASES[key].twin(value)) for key, value in questions()]


def marked_ones():
    """The same questions with a word in everything that is not to be shown yet."""
    return [
        (key, CASES[key].marked(value, f"canary-{place}-"))
        for place, (key, value) in enumerate(questions(), start=1)
    ]


@pytest.fixture(autouse=True)
def _same_moment():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(autouse=True)
def _all_examples_among_the_proofs(request):
    lengths.use(lengths.LONG if request.node.get_closest_marker("proofs") else lengths.SHORT)
    yield
    lengths.use(lengths.SHORT)


def sessions(monkeypatch, script, **quiz):
    """The same script in both worlds."""
    responses, seen = [], []
    for values in (questions(), others()):
        with fixed_draws(monkeypatch), _world(values, quiz) as session:
            session.responses = responses
            script(session)
            responses = session.responses
            seen.append(session.seen)
    return seen


class _world(Session):  # noqa: N801 - reads as a context
    def __init__(self, values, quiz):
        super().__init__()
        self.values, self.quiz = values, quiz

    def __enter__(self):
        self.outer = transaction.atomic()
        self.outer.__enter__()
        build(self.values, **self.quiz)
        return super().__enter__()

    def __exit__(self, *error):
        super().__exit__(*error)
        transaction.set_rollback(True)
        self.outer.__exit__(None, None, None)


def same(seen):
    ours, theirs = seen
    assert len(ours) > 0
    assert [one[:2] for one in ours] == [one[:2] for one in theirs]
    differing = [pair for pair in zip(ours, theirs, strict=True) if pair[0] != pair[1]]
    assert not differing, "\n".join(map(difference, differing))


def difference(pair):
    (what, _status, ours), (_same, _also, theirs) = pair
    lines = difflib.unified_diff(ours.splitlines(), theirs.splitlines(), lineterm="", n=1)
    return f"{what} differs:\n" + "\n".join(lines)


@pytest.mark.parametrize("kind", spread(["practice", "graded", "exam"], check=1))
def test_until_the_attempt_is_submitted(monkeypatch, kind):
    def script(session):
        session.look_around()
        session.start()
        session.work()
        session.look_around()

    same(sessions(monkeypatch, script, kind=kind))


def test_another_learner_who_was_shown_everything_changes_nothing(monkeypatch):
    """The caches of the process are full of keys, verdicts and reasons when Ada begins."""

    hers = []

    def script(session):
        with Session(responses=hers, name="bea") as other:
            other.start()
            other.work()
            other.submit()
            assert "outcome" in other.get("review", other.uuid).text
            hers[:] = other.responses
        session.look_around()
        session.start()
        session.work()
        session.look_around()

    same(sessions(monkeypatch, script, kind="graded"))


@pytest.mark.proofs
@pytest.mark.parametrize("one_item_per_page", [True, False])
def test_hidden_results_look_the_same_for_ever(monkeypatch, one_item_per_page):
    """Not even the score: neither in the review, nor in the course's map, nor in any list."""

    def script(session):
        session.start()
        session.work()
        session.submit()
        session.get("review", session.uuid)
        session.look_around()

    quiz = {"kind": "graded", "review": HIDDEN, "one_item_per_page": one_item_per_page}
    same(sessions(monkeypatch, script, **quiz))


@pytest.mark.two_lengths
@pytest.mark.parametrize("mode", ["immediate", "interactive"])
def test_until_the_first_response(monkeypatch, mode):
    def script(session):
        session.look_around()
        session.start()
        session.get("attempt", session.uuid)
        session.get("attempt-submit", session.uuid)

    same(sessions(monkeypatch, script, kind="practice", feedback_mode=mode, credit=["1", "1/2"]))


@pytest.mark.two_lengths
def test_lists_of_a_course_show_a_platform_nothing_before_the_attempt_is_submitted(monkeypatch):
    """Afterwards the scope `gradebook:read` reads scores, also those that the learner does not."""

    def script(session):
        session.start()
        session.work()
        platform = knowing(get_user_model().objects.get(username="ada"))
        for kind in ("results", "attempts", "responses"):
            session.note(kind, platform.get(f"/courses/twin/{kind}?limit=100"))

    seen = sessions(monkeypatch, script, kind="graded")
    same(seen)
    lists = {what: (status, text) for what, status, text in seen[0][-3:]}
    assert {status for status, _text in lists.values()} == {200}
    assert '"is_shown":true' not in lists["responses"][1]
    assert lists["responses"][1].count('"scaled":null') >= len(questions())


def knowing(user):
    """A platform that keeps the grades and has named this person."""
    platform = Platform("gradebook:read")
    ExternalIdentity.objects.create(
        client=platform.client, subject="a-1", user=user, created_at=NOW, updated_at=NOW
    )
    return platform


def canaries(seen):
    return {what for what, _status, text in seen if "canary-" in text}


def marked(monkeypatch, script, **quiz):
    with fixed_draws(monkeypatch), _world(marked_ones(), quiz) as session:
        script(session)
        return session


@pytest.mark.parametrize(("kind", "mode", "review"), spread(QUIZZES, check=5))
def test_no_word_of_feedback_before_its_time(monkeypatch, kind, mode, review):
    """Whatever the mode: before a response nothing, after one nothing about the other questions."""

    def script(session):
        session.look_around()
        session.start()
        session.get("attempt", session.uuid)
        assert canaries(session.seen) == set()
        session.seen.clear()
        session.respond(2)
        session.get("attempt", session.uuid)
        others = [text.replace("canary-2-", "") for _what, _status, text in session.seen]
        assert not any("canary-" in text for text in others)
        if mode == "deferred" or kind != "practice" or review:
            for position in range(3, len(questions()) + 1):
                session.respond(position)
            session.get("attempt", session.uuid)
            assert canaries(session.seen) == set()

    marked(monkeypatch, script, kind=kind, feedback_mode=mode, review=review)


@pytest.mark.two_lengths
def test_no_feedback_after_an_exam_whose_attempts_are_not_used_up(monkeypatch):
    def script(session):
        session.start()
        session.work()
        session.submit()
        session.get("review", session.uuid)
        session.look_around()

    session = marked(monkeypatch, script, kind="exam", attempts_allowed=2)

    assert canaries(session.seen) == set()


@pytest.mark.two_lengths
def test_the_canaries_do_sing(monkeypatch):
    """Where the policy shows everything, everything is there: the oracle sees what it looks for."""

    def script(session):
        session.start()
        session.work()
        session.submit()
        session.seen.clear()
        session.get("review", session.uuid)

    session = marked(monkeypatch, script, kind="graded")

    text = session.seen[0][2]
    missing = [place for place in range(1, len(questions()) + 1) if f"canary-{place}-" not in text]
    assert missing == []


@pytest.mark.two_lengths
def test_unanswered_checks_reveal_nothing(monkeypatch):
    def script(session):
        session.look_around()
        session.get("lesson", "twin", "l")
        assert canaries(session.seen) == set()
        session.post("lesson-check", "twin", "l", "question-1", **{"c-question-1-choice": "a"})
        session.get("lesson", "twin", "l")
        texts = [text.replace("canary-1-", "") for _what, _status, text in session.seen]
        assert not any("canary-" in text for text in texts)

    marked(monkeypatch, script)


def test_static_files_hold_no_key():
    for finder in finders.get_finders():
        for name, storage in finder.list([]):
            if name.startswith("courses/"):
                with storage.open(name) as file:
                    assert b"canary-" not in file.read()
