"""An attempt is reopened or made void: what changes is judged again, and all else follows."""

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from courses.domain import attempts, grading, grants, jobs, regrading, trials
from courses.domain.attempts import starting
from courses.domain.regrading import batches
from courses.domain.verifying import verify
from courses.errors import Closed, Conflict, Invalid
from courses.models import (
    Attempt,
    AttemptDecision,
    Enrolment,
    Event,
    LineItem,
    Result,
)
from tests.admin.conftest import teacher_of
from tests.factories import (
    ESSAY,
    NOW,
    RIGHT,
    SINGLE_CHOICE,
    WRONG,
    add_item,
    add_version,
    make_learner,
    make_lesson,
    make_question,
    make_quiz,
    reader_of,
    take_quiz,
)

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(days=1)
END = NOW + timedelta(days=2)


@pytest.fixture
def quiz():
    found = make_quiz(questions=2, pass_mark=60, attempts_allowed=1)
    add_item(found, make_question(found.module, kind="essay", data=ESSAY), position=3, points="2")
    return found


@pytest.fixture
def ada(quiz):
    return make_learner(quiz.course)


def reopen(attempt, *, deadline_at=END, reason="The network failed", now=LATER):
    return attempts.reopen(
        attempt=attempt, deadline_at=deadline_at, reason=reason, by=None, now=now
    )


def save(attempt, position, raw, *, now=LATER):
    item = attempt.items.get(position=position)
    return attempts.save(
        attempt=attempt, position=position, raw=raw, based_on=item.revision,
        by=attempt.enrolment.user, now=now,
    )  # fmt: skip


def submit(attempt, *, now=LATER):
    return attempts.submit(attempt=attempt, by=attempt.enrolment.user, now=now)


def mark(attempt, position, share):
    item = attempt.items.get(position=position)
    return grading.grade_by_person(item=item, scaled=Fraction(share), by=None, now=NOW)


def percent(learner):
    return Result.objects.get(enrolment=learner).percent


def in_order():
    return list(verify(now=LATER)) == []


def test_what_is_changed_is_judged_again_and_nothing_else(ada, quiz):
    attempt = take_quiz(ada, quiz, RIGHT, WRONG, {"text": "A long text."})
    mark(attempt, 3, 1)
    assert percent(ada) == 75
    assert Enrolment.objects.get(pk=ada.pk).completed_at is not None

    opened = reopen(attempt)
    assert (opened.state, opened.number, opened.deadline_at) == ("open", 1, END)
    assert (opened.submitted_at, opened.percent, opened.has_passed) == (None, None, None)
    row = Result.objects.get(enrolment=ada)
    assert (row.percent, row.has_passed, row.attempt) == (None, None, None)
    assert Enrolment.objects.get(pk=ada.pk).completed_at is None
    assert in_order()

    save(opened, 2, RIGHT)
    closed = submit(opened)
    assert (closed.percent, closed.state) == (100, "graded")
    assert percent(ada) == 100
    kinds = [list(item.gradings.values_list("kind", flat=True)) for item in closed.items.all()]
    assert kinds == [["auto"], ["auto", "auto"], ["auto", "person"]]
    assert in_order()

    save(reopen(closed), 3, {"text": "Another text."})
    closed = submit(attempt)
    assert (closed.state, percent(ada)) == ("submitted", 50)
    mark(closed, 3, "1/2")
    assert percent(ada) == 75
    assert in_order()
    types = list(Event.objects.order_by("pk").values_list("type", flat=True))
    assert types.count("attempt.reopened") == 2
    assert "course.completion_withdrawn" in types


def test_a_worse_response_counts_as_what_it_is(ada, quiz):
    attempt = take_quiz(ada, quiz, RIGHT, RIGHT)
    save(reopen(attempt), 1, WRONG)
    assert submit(attempt).items.get(position=1).score == 0
    assert in_order()


def test_who_was_cut_off_may_answer_what_is_blank_where_it_is_judged_at_once():
    quiz = make_quiz(questions=3, feedback_mode="immediate", pass_mark=60)
    ada = make_learner(quiz.course)
    attempt = take_quiz(ada, quiz, RIGHT)
    assert percent(ada) < 60
    opened = reopen(attempt)
    assert in_order()
    with pytest.raises(Closed):
        save(opened, 1, WRONG)
    save(opened, 2, RIGHT)
    closed = submit(opened)
    assert closed.percent < 67 < percent(ada) + 1
    kinds = [list(item.gradings.values_list("kind", flat=True)) for item in closed.items.all()]
    assert kinds == [["auto"], ["auto", "reopen", "auto"], ["auto", "reopen", "auto"]]
    assert in_order()


def test_the_new_deadline_closes_it_as_any_other(ada, quiz):
    attempt = reopen(take_quiz(ada, quiz, RIGHT))
    with pytest.raises(Closed):
        save(attempt, 2, RIGHT, now=END + timedelta(minutes=5))
    attempt.refresh_from_db()
    assert (attempt.closed_by, attempt.submitted_at) == ("deadline", END)


def test_reopening_is_refused_where_nobody_could_go_on(ada, quiz):
    attempt = take_quiz(ada, quiz, RIGHT)
    for wrong in ({"reason": " "}, {"reason": "x" * 301}, {"deadline_at": LATER}):
        with pytest.raises(Invalid):
            reopen(attempt, **wrong)
    grants.set_extension(enrolment=ada, quiz=quiz, extra_attempts=1)
    second = attempts.start(reader=reader_of(ada), quiz_key=quiz.key, by=ada.user, now=NOW)
    with pytest.raises(Conflict, match="Another attempt"):
        reopen(attempt)
    with pytest.raises(Conflict, match="open already"):
        reopen(second)
    submit(second)
    attempts.void(attempt=attempt, reason="A test", by=None, now=NOW)
    with pytest.raises(Conflict, match="void"):
        reopen(attempt)
    Enrolment.objects.filter(pk=ada.pk).update(state="withdrawn")
    with pytest.raises(Conflict, match="no longer"):
        reopen(second)
    assert AttemptDecision.objects.count() == 1


def test_a_void_attempt_counts_nowhere_and_counts_again(ada, quiz):
    teacher = teacher_of(quiz.course)
    attempt = take_quiz(ada, quiz, RIGHT, RIGHT, {"text": "A long text."})
    mark(attempt, 3, 1)
    assert start_refused(ada, quiz) != ""

    for _time in range(2):
        attempts.void(attempt=attempt, reason="Copied", by=teacher, now=LATER)
    assert percent(ada) is None
    assert Enrolment.objects.get(pk=ada.pk).completed_at is None
    assert start_refused(ada, quiz) == ""
    assert in_order()
    page = attempts.quiz_page(reader=reader_of(ada), quiz_key=quiz.key, now=LATER)
    assert (page.attempts_left, page.attempts[0].attempt.is_void) == (1, True)

    second = take_quiz(ada, quiz, RIGHT, WRONG, now=LATER)
    assert second.number == 2
    for _time in range(2):
        attempts.restore(attempt=attempt, reason="Not copied", by=teacher, now=LATER)
    assert percent(ada) == 100
    assert Enrolment.objects.get(pk=ada.pk).completed_at is not None
    page = attempts.quiz_page(reader=reader_of(ada), quiz_key=quiz.key, now=LATER)
    assert page.attempts_left == 0
    assert in_order()
    rows = list(AttemptDecision.objects.order_by("sequence").values_list("kind", "by", "reason"))
    assert rows == [("voided", teacher.pk, "Copied"), ("restored", teacher.pk, "Not copied")]
    assert Event.objects.filter(type="attempt.voided").count() == 2


def start_refused(learner, quiz):
    last = starting.last_attempt(enrolment=learner, quiz=quiz)
    given = grants.of(enrolment=learner, quiz=quiz)
    return attempts.permit(enrolment=learner, quiz=quiz, last=last, given=given, now=LATER).refusal


def test_an_open_attempt_is_closed_before_it_is_void(ada, quiz):
    attempt = attempts.start(reader=reader_of(ada), quiz_key=quiz.key, by=ada.user, now=NOW)
    found = attempts.void(attempt=attempt, reason="By mistake", by=None, now=LATER)
    assert (found.state, found.closed_by, found.submitted_at) == ("graded", "staff", LATER)
    assert percent(ada) is None
    assert in_order()


def test_checks_of_lessons_are_not_reopened():
    lesson = make_lesson(checks=1)
    ada = make_learner(lesson.course)
    attempt = Attempt.objects.create(
        enrolment=ada, quiz=lesson.checks, number=1, state="graded", started_at=NOW,
        submitted_at=NOW, policy=lesson.checks.settings,
    )  # fmt: skip
    for act in (reopen, lambda one: attempts.void(attempt=one, reason="x", by=None, now=NOW)):
        with pytest.raises(Conflict):
            act(attempt)


def test_attempts_of_a_trial_are_reopened_and_void_without_a_trace(quiz):
    teacher = teacher_of(quiz.course)
    trial = trials.begin(course=quiz.course, quiz=quiz, by=teacher, now=NOW, place="", back="")
    events = Event.objects.count()
    by = {"by": teacher, "now": NOW}
    reader = trials.reader(trial=trial, course_key=quiz.course.key)
    attempt = attempts.start(reader=reader, quiz_key=quiz.key, **by)
    attempts.submit(attempt=attempt, **by)
    reopen(attempt)
    attempts.void(attempt=attempt, reason="x", **by)
    attempts.restore(attempt=attempt, reason="x", **by)
    assert Event.objects.count() == events
    assert not Result.objects.exists()
    assert not LineItem.objects.exists()


def test_a_correction_holds_for_what_is_answered_after_it(ada, quiz):
    """The key of question 1 was wrong: `a` is right. Reopened attempts keep that."""
    attempt = take_quiz(ada, quiz, WRONG, WRONG)
    question = attempt.items.get(position=1).version.question
    correct(quiz, question)
    assert attempt.items.get(position=1).score == 1

    save(reopen(attempt), 1, RIGHT)
    assert submit(attempt).items.get(position=1).score == 0
    save(reopen(attempt), 1, WRONG)
    assert submit(attempt).items.get(position=1).score == 1
    assert in_order()


def test_a_correction_made_meanwhile_reaches_void_and_reopened_attempts(ada, quiz):
    bea = make_learner(quiz.course)
    void, opened = take_quiz(ada, quiz, WRONG), take_quiz(bea, quiz, WRONG)
    take_quiz(make_learner(quiz.course), quiz, WRONG)
    attempts.void(attempt=void, reason="x", by=None, now=LATER)
    reopen(opened)
    correct(quiz, void.items.get(position=1).version.question)
    attempts.restore(attempt=void, reason="x", by=None, now=LATER)
    submit(opened)
    for one in (void, opened):
        assert one.items.get(position=1).score == 1
    assert in_order()


@pytest.mark.parametrize("is_open_meanwhile", [False, True])
def test_a_correction_undone_leaves_nothing_of_it(quiz, is_open_meanwhile):
    """Nor in a response that was changed, nor where the attempt is reopened at that time."""
    question = quiz.items.get(position=1).question
    learners = [make_learner(quiz.course) for _one in range(2)]
    kept, changed = (take_quiz(one, quiz, WRONG, RIGHT) for one in learners)
    batch = correct(quiz, question, points=Decimal(2))
    assert kept.items.get(position=1).score == 2
    save(reopen(changed), 1, RIGHT)
    if is_open_meanwhile:
        reopen(kept)
    else:
        item = submit(changed).items.get(position=1)
        assert (item.score, item.worth) == (0, 2)
    undo(batch)
    for one, score in ((kept, 0), (changed, 1)):
        item = submit(one).items.get(position=1)
        assert (item.score, item.worth) == (score, 1)
    assert [percent(one) for one in learners] == [25, 50]
    assert in_order()


def test_a_correction_judges_the_response_that_replaced_another_after_a_reopening(quiz):
    """The other key makes the first answer right; it counts no more."""
    question = quiz.items.get(position=1).question
    changed = take_quiz(make_learner(quiz.course), quiz, WRONG, RIGHT)
    save(reopen(changed), 1, RIGHT)
    submit(changed)

    correct(quiz, question)

    assert changed.items.get(position=1).score == 0
    assert in_order()


OTHER_KEY = {
    **SINGLE_CHOICE,
    "options": [{**row, "correct": row["key"] == "a"} for row in SINGLE_CHOICE["options"]],
}


def correct(quiz, question, points=None):
    """Judge everybody by another key: what was wrong is right."""
    change = regrading.Correction(question, add_version(question, data=OTHER_KEY), points)
    batch = regrading.apply(
        course=quiz.course, quizzes=[quiz], changes=[change], spares=False, by=None, now=LATER,
        reason="A wrong key",
    )  # fmt: skip
    return worked(batch, "applied")


def undo(batch):
    batches.undo(batch=batch, by=None, now=LATER)
    worked(batch, "undone")


def worked(batch, state):
    """The batch after its job is done."""
    for look in range(1, 4):
        then = LATER + timedelta(seconds=61 * look)
        jobs.work(clock=lambda: then, until=then + timedelta(seconds=1))  # noqa: B023
    batch.refresh_from_db()
    assert batch.state == state
    return batch
