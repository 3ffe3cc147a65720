"""Attempts agree with a simple model after any order of actions.

After every step the whole state in the database is compared with the model's: nothing else was
written, nothing is missing (INV-2 to INV-8, INV-10). Handles may be stale, as they are when several
requests have loaded the same attempt.
"""

from datetime import timedelta
from fractions import Fraction

import pytest
from django.db import transaction
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from courses.domain import attempts, grading, grants, relay
from courses.domain.reveal.policy import Policy
from courses.errors import CoursesError
from courses.models import Attempt, AttemptItem, Event, Grading, Response, Result
from tests.domain.attempt_model import ESSAY, POINTS, Model, RefusedError
from tests.factories import (
    ESSAY as ESSAY_DATA,
)
from tests.factories import (
    NOW,
    SINGLE_CHOICE,
    add_item,
    add_version,
    make_learner,
    make_question,
    make_quiz,
    reader_of,
)
from tests.lengths import length

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.engines,
    pytest.mark.slow,
    pytest.mark.two_lengths,
]

CREDIT = ["1", "1/2", "1/3"]
SENT = {
    "a": {"choice": "a"},
    "b": {"choice": "b"},
    "c": {"choice": "c"},
    "blank": {},
    "clear": {},
    "unreadable": {"choice": "no-such-option"},
}
WRITTEN = {
    "a": {"text": "One."},
    "b": {"text": "Another."},
    "c": {"text": "  Spaces\nand lines "},
    "blank": {"text": " "},
    "clear": {},
    "unreadable": {"text": ["two", "texts"]},
}


class AttemptMachine(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.now = NOW
        self.transaction = transaction.atomic()
        self.transaction.__enter__()

    def teardown(self):
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    @initialize(
        kind=st.sampled_from(["practice", "graded"]),
        mode=st.sampled_from(["deferred", "immediate", "interactive"]),
        limit_s=st.sampled_from([None, 600, 600]),
        grace_s=st.sampled_from([0, 30]),
        delay_s=st.sampled_from([0, 0, 300]),
        allowed=st.sampled_from([None, 1, 2]),
        closes_s=st.sampled_from([None, None, 1500]),
        method=st.sampled_from(["best", "last", "first", "average"]),
    )
    def open_the_quiz(  # noqa: PLR0917
        self, kind, mode, limit_s, grace_s, delay_s, allowed, closes_s, method
    ):
        closes_at = closes_s and NOW + timedelta(seconds=closes_s)
        credit = [Fraction(share) for share in (CREDIT if mode == "interactive" else ["1"])]
        self.model = Model(
            kind, mode, credit, limit_s, grace_s, delay_s, allowed, closes_at, method
        )
        self.quiz = make_quiz(
            questions=0,
            kind=kind,
            feedback_mode=mode,
            credit=CREDIT,
            time_limit_s=limit_s,
            grace_s=grace_s,
            attempt_delay_s=delay_s,
            attempts_allowed=allowed,
            closes_at=closes_at,
            grade_method=method,
        )
        self.questions = [make_question(self.quiz.module) for _ in range(2)]
        self.questions.append(make_question(self.quiz.module, kind="essay", data=ESSAY_DATA))
        for position, question in enumerate(self.questions, start=1):
            points = str(float(POINTS[position]))
            add_item(self.quiz, question, position=position, points=points)
        self.ada = make_learner(self.quiz.course)
        self.grace = make_learner(self.quiz.course, role="instructor")
        self.reader = reader_of(self.ada)
        self.handles = {}

    # --- actions: the model predicts the result of each

    def expect(self, predict, act):
        """The outcome of both, or the same refusal of both."""
        try:
            wanted = predict()
        except RefusedError as refusal:
            with pytest.raises(CoursesError) as caught:
                act()
            same_refusal(caught.value, refusal)
            return None, None
        return wanted, act()

    def pick(self, back, is_stale):
        """An attempt of the model and a handle on it: the last, or one before it."""
        wanted = self.model.attempts[-1 - back % len(self.model.attempts)]
        handle = self.handles[wanted.number]
        return wanted, handle if is_stale else load(handle)

    @rule()
    def start(self):
        wanted, found = self.expect(
            lambda: self.model.start(self.now),
            lambda: attempts.start(
                reader=self.reader, quiz_key=self.quiz.key, by=self.ada.user, now=self.now
            ),
        )
        if wanted:
            assert found.number == wanted.number
            self.handles.setdefault(found.number, load(found))

    @precondition(lambda self: self.model.attempts)
    @rule(
        back=st.sampled_from([0, 0, 0, 1]),
        is_stale=st.booleans(),
        position=st.sampled_from([1, 2, ESSAY]),
        sent=st.sampled_from(["a", "b", "b", "c", "blank", "clear", "unreadable"]),
        offset=st.sampled_from([0, 0, 0, -1, 1]),
        key=st.sampled_from([None, None, "k1", "k2"]),
    )
    def save(self, back, is_stale, position, sent, offset, key):  # noqa: PLR0917
        wanted, handle = self.pick(back, is_stale)
        forms = WRITTEN if position == ESSAY else SENT
        based_on = max(0, len(wanted.items[position].log) + offset)
        value = {"blank": None, "clear": "clear", "unreadable": "unreadable"}.get(sent, forms[sent])
        revision, saved = self.expect(
            lambda: self.model.save(wanted, position, value, based_on, key, now=self.now),
            lambda: attempts.save(
                attempt=handle,
                position=position,
                raw=forms[sent],
                based_on=based_on,
                by=self.ada.user,
                now=self.now,
                idempotency_key=key,
                is_clear=sent == "clear",
            ),
        )
        if revision:
            assert (saved.revision, saved.is_new) == revision

    @precondition(lambda self: self.model.attempts)
    @rule(
        back=st.sampled_from([0, 0, 1]), position=st.integers(1, 3), is_flagged=st.booleans()
    )  # fmt: skip
    def flag(self, back, position, is_flagged):
        wanted, handle = self.pick(back, is_stale=True)
        self.expect(
            lambda: self.model.flag(wanted, position, is_flagged, self.now),
            lambda: attempts.flag(
                attempt=handle, position=position, is_flagged=is_flagged, now=self.now
            ),
        )

    @precondition(lambda self: self.model.attempts)
    @rule(back=st.sampled_from([0, 0, 1]), is_stale=st.booleans())
    def submit(self, back, is_stale):
        wanted, handle = self.pick(back, is_stale)
        self.model.submit(wanted, self.now)
        found = attempts.submit(attempt=handle, by=self.ada.user, now=self.now)
        assert not found.is_open

    @rule(
        first=st.sampled_from("abc"),
        text=st.sampled_from("abc"),
        second_thought=st.sampled_from(["a", "blank", "clear", "unreadable"]),
    )
    def a_whole_sitting(self, first, text, second_thought):
        """What most learners do: start, respond to everything, think again, hand in."""
        self.start()
        if self.model.attempts:
            fresh = {"back": 0, "is_stale": False, "offset": 0, "key": None}
            for position, sent in ((1, first), (2, "b"), (ESSAY, text)):
                self.save(position=position, sent=sent, **fresh)
                self.save(position=position, sent=second_thought, **fresh)
            self.submit(back=0, is_stale=False)

    @precondition(lambda self: self.model.attempts)
    @rule(share=st.sampled_from([Fraction(0), Fraction(1, 3), Fraction(1)]))
    def a_person_grades_the_essay(self, share):
        wanted, handle = self.pick(0, is_stale=False)
        item = handle.items.get(position=ESSAY)
        self.expect(
            lambda: self.model.grade(wanted, share),
            lambda: grading.grade_by_person(
                item=item, scaled=share, by=self.grace.user, now=self.now
            ),
        )

    @precondition(lambda self: self.model.attempts)
    @rule(
        back=st.sampled_from([0, 0, 1]),
        is_stale=st.booleans(),
        seconds=st.sampled_from([0, 300, 600]),
    )
    def a_person_reopens(self, back, is_stale, seconds):
        wanted, handle = self.pick(back, is_stale)
        given = {"deadline_at": self.now + timedelta(seconds=seconds), "now": self.now}
        self.expect(
            lambda: self.model.reopen(wanted, **given),
            lambda: attempts.reopen(attempt=handle, reason="Ill", by=self.grace.user, **given),
        )

    @precondition(lambda self: self.model.attempts)
    @rule(back=st.sampled_from([0, 0, 1]), is_stale=st.booleans())
    def a_person_makes_it_void(self, back, is_stale):
        wanted, handle = self.pick(back, is_stale)
        self.model.void(wanted, self.now)
        attempts.void(attempt=handle, reason="Copied", by=self.grace.user, now=self.now)

    @precondition(lambda self: any(one.is_void for one in self.model.attempts))
    @rule(back=st.sampled_from([0, 0, 1]), is_stale=st.booleans())
    def a_person_lets_it_count_again(self, back, is_stale):
        wanted, handle = self.pick(back, is_stale)
        wanted.is_void = False
        attempts.restore(attempt=handle, reason="Not copied", by=self.grace.user, now=self.now)

    # --- what happens around it

    @rule(seconds=st.sampled_from([1, 60, 299, 300, 305, 306, 600, 640]))
    def time_passes(self, seconds):
        self.now += timedelta(seconds=seconds)

    @rule()
    def the_relay_runs(self):
        for attempt in self.model.attempts:
            self.model.close_due(attempt, self.now)
        relay.attempts.close_expired(now=self.now)

    @rule(extra_time_s=st.sampled_from([0, 60, 600]), extra_attempts=st.sampled_from([0, 1]))
    def an_extension_is_granted(self, extra_time_s, extra_attempts):
        self.model.extend(extra_time_s, extra_attempts)
        grants.set_extension(
            enrolment=self.ada,
            quiz=self.quiz,
            extra_time_s=extra_time_s,
            extra_attempts=extra_attempts,
        )

    @rule(position=st.sampled_from([1, 2]), right=st.sampled_from(["a", "b", "c"]))
    def a_new_version_is_published(self, position, right):
        self.model.right[position] = right
        options = [{**one, "correct": one["key"] == right} for one in SINGLE_CHOICE["options"]]
        add_version(self.questions[position - 1], data={**SINGLE_CHOICE, "options": options})

    # --- after every step

    @invariant()
    def attempts_agree(self):
        found = [
            (
                row.number,
                row.is_open,
                row.is_void,
                row.deadline_at,
                row.submitted_at,
                row.closed_by,
            )
            for row in self.ada.attempts.order_by("number")
        ]
        assert found == [
            (
                one.number,
                one.is_open,
                one.is_void,
                one.deadline_at,
                one.submitted_at,
                one.closed_by,
            )
            for one in self.model.attempts
        ]

    @invariant()
    def items_agree(self):
        rows = AttemptItem.objects.order_by("attempt__number", "position")
        fields = ("value", "revision", "is_flagged", "tries", "score", "is_closed")
        items = [item for one in self.model.attempts for item in one.items.values()]
        assert list(rows.values_list("position", *fields)) == [
            (
                item.position,
                item.value,
                len(item.log),
                item.is_flagged,
                item.tries,
                item.score,
                item.is_closed,
            )
            for item in items
        ]

    @invariant()
    def every_acknowledged_response_is_in_the_log(self):
        rows = Response.objects.order_by("item__attempt__number", "item__position", "revision")
        fields = ("item__attempt__number", "item__position", "revision", "value", "by")
        assert list(rows.values_list(*fields)) == [
            (one.number, item.position, revision, value, self.ada.user_id)
            for one in self.model.attempts
            for item in one.items.values()
            for revision, value in enumerate(item.log, start=1)
        ]

    @invariant()
    def scores_and_result_agree(self):
        for row in self.ada.attempts.finished():
            wanted = self.model.attempts[row.number - 1]
            assert (row.score, row.score_maximum) == self.model.totals(wanted)
            waiting = row.state == Attempt.State.SUBMITTED
            assert waiting == self.model.is_waiting(wanted)
        cell = Result.objects.filter(enrolment=self.ada).first()
        wanted = None if self.model.kind == "practice" else self.model.result()
        assert (cell.score_given if cell else None) == wanted

    @invariant()
    def one_event_for_each_start_and_each_end(self):
        closings = sum(one.closings for one in self.model.attempts)
        assert count("attempt.started") == len(self.model.attempts)
        assert count("attempt.submitted") == closings

    @invariant()
    def summaries_are_a_fold_over_the_log(self):
        gradings = {}
        judged = [item.judged for one in self.model.attempts for item in one.items.values()]
        assert Grading.objects.count() == sum(judged)
        for row in Grading.objects.order_by("sequence"):
            gradings.setdefault(row.item_id, []).append(row)
        for item in AttemptItem.objects.select_related("attempt"):
            rows = gradings.get(item.pk, [])
            assert [row.sequence for row in rows] == list(range(1, len(rows) + 1))
            rules = Policy.load(item.attempt.policy)
            fold = grading.summarise(gradings=rows, policy=rules)
            assert (item.tries, item.score, item.is_closed) == (
                fold.tries,
                fold.score,
                fold.is_closed,
            )


def same_refusal(found, wanted):
    assert type(found).__name__ == wanted.why
    assert {name: found.details[name] for name in wanted.details} == wanted.details


def load(attempt):
    return Attempt.objects.select_related("enrolment__course", "enrolment__user", "quiz").get(
        pk=attempt.pk
    )


def count(kind):
    return Event.objects.filter(type=kind).count()


def test_attempts_agree_with_the_model():
    run_state_machine_as_test(
        AttemptMachine,
        settings=settings(
            max_examples=length(short=6, long=300, variable="MACHINE_EXAMPLES"),
            stateful_step_count=20,
            deadline=None,
            # Shrinking takes minutes with a database; add Phase.shrink to look into a failure.
            phases=[Phase.generate],
        ),
    )
