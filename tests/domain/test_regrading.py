"""Results are corrected for everybody at once, and back; every value follows."""

import random
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import transaction

from courses.domain import (
    attempts,
    grading,
    jobs,
    overrides,
    regrading,
    review,
    verifying,
)
from courses.errors import Conflict, Invalid
from courses.models import (
    Attempt,
    AttemptItem,
    Enrolment,
    Event,
    Grading,
    Job,
    LineItem,
    RegradeBatch,
    RegradeOutcome,
    Result,
)
from tests.factories import (
    ESSAY,
    NOW,
    RIGHT,
    SINGLE_CHOICE,
    WRONG,
    UserFactory,
    add_item,
    add_version,
    make_learner,
    make_question,
    make_quiz,
    reader_of,
)
from tests.lengths import length

pytestmark = [pytest.mark.django_db, pytest.mark.engines, pytest.mark.slow]

OTHER_KEY = {
    **SINGLE_CHOICE,
    "options": [{**row, "correct": row["key"] == "a"} for row in SINGLE_CHOICE["options"]],
}
WITHOUT_A = {**SINGLE_CHOICE, "options": SINGLE_CHOICE["options"][1:]}


class World:
    """A quiz of three questions whose first has a wrong key, and learners who took it."""

    def __init__(self, **quiz):
        self.now = NOW
        self.quiz = make_quiz(questions=3, pass_mark="60", **quiz)
        self.question = self.quiz.items.order_by("position").first().question
        self.grace = UserFactory()

    def learner(self, *raws):
        one = make_learner(self.quiz.course)
        self.sit(one, *raws)
        return one

    def sit(self, one, *raws):
        self.now += timedelta(minutes=1)
        attempt = self.begin(one)
        self.save(attempt, *raws)
        return attempts.submit(attempt=attempt, by=one.user, now=self.now)

    def begin(self, one):
        reader = reader_of(one)
        return attempts.start(reader=reader, quiz_key=self.quiz.key, by=one.user, now=self.now)

    def save(self, attempt, *raws):
        by = attempt.enrolment.user
        for position, raw in enumerate(raws, start=1):
            if raw is not None:
                attempts.save(
                    attempt=attempt, position=position, raw=raw, based_on=0, by=by, now=self.now
                )

    def apply(self, *, data=OTHER_KEY, points=None, **more):
        version = add_version(self.question, data=data) if data else None
        change = regrading.Correction(self.question, version, points)
        given = {"changes": [change], "reason": "The key was wrong.", **more}
        return regrading.apply(
            course=self.quiz.course, quizzes=[self.quiz], by=self.grace, now=self.now, **given
        )

    def work(self):
        for _look in range(3):
            self.now += timedelta(seconds=61)
            jobs.work(clock=lambda: self.now, until=self.now + timedelta(seconds=1))

    def corrected(self, **given):
        batch = self.apply(**given)
        self.work()
        batch.refresh_from_db()
        assert batch.state == "applied", Job.objects.values_list("errors", flat=True)
        return batch

    def undone(self, batch):
        regrading.undo(batch=batch, by=self.grace, now=self.now)
        self.work()
        batch.refresh_from_db()
        assert batch.state == "undone", Job.objects.values_list("errors", flat=True)

    def percents(self):
        rows = Result.objects.order_by("enrolment").values_list("percent", flat=True)
        return [None if one is None else round(one) for one in rows]

    def state(self):
        """Every summary that a correction may change."""
        return (
            list(AttemptItem.objects.order_by("pk").values_list("pk", *grading.SUMMARY_FIELDS)),
            list(Attempt.objects.order_by("pk").values_list("pk", *grading.TOTAL_FIELDS)),
            list(
                Result.objects.order_by("pk").values_list(
                    "pk", "percent", "score_given", "has_passed", "pass_mark", "attempt",
                    "grading_progress",
                )
            ),
            [bool(one.completed_at) for one in Enrolment.objects.order_by("pk")],
        )  # fmt: skip

    def differences(self):
        return [str(one) for one in verifying.verify(now=self.now)]


def test_a_wrong_key_is_corrected_for_everybody_and_taken_back():
    world = World()
    ada, bob = world.learner(WRONG, RIGHT, RIGHT), world.learner(RIGHT, RIGHT, WRONG)
    before = world.state()
    assert world.percents() == [67, 67]

    batch = world.corrected(spares=False)

    assert world.percents() == [100, 33]
    assert world.differences() == []
    found = {row.enrolment: row for row in RegradeOutcome.objects.all()}
    assert (round(found[ada].percent_after), found[bob].passed_before) == (100, True)
    assert (found[bob].passed_after, found[bob].state) == (False, "changed")
    job = Job.objects.get(kind="regrade")
    assert job.result == {"learners": 2, "changed": 2, "passed": 0, "lost": 1, "noted": 0}
    changed = Event.objects.filter(type="result.changed", data__cause__regrade=str(batch.uuid))
    assert changed.count() == 2
    assert Event.objects.filter(type="regrade.applied").count() == 1

    world.undone(batch)
    assert world.state() == before
    assert world.differences() == []
    assert Event.objects.filter(type="regrade.undone").count() == 1


def test_nobody_falls_where_the_better_is_kept():
    world = World()
    for raws in ((WRONG, RIGHT, RIGHT), (RIGHT, RIGHT, WRONG), (None, RIGHT, RIGHT)):
        world.learner(*raws)

    world.corrected()

    assert world.percents() == [100, 67, 67]
    assert world.differences() == []
    # Everybody's review follows the corrected key.
    assert Grading.objects.filter(kind="regrade").count() == 3


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"transform": "full"}, [100, 67, 67]),
        ({"transform": "drop", "spares": False}, [100, 50, 50]),
        ({"transform": "drop"}, [100, 67, 50]),
        ({"points": Decimal(2), "data": None, "spares": False}, [50, 75, 25]),
        ({"points": Decimal(2), "data": None}, [67, 75, 33]),
    ],
)
def test_the_other_policies(more, expected):
    world = World()
    for raws in ((WRONG, RIGHT, RIGHT), (RIGHT, RIGHT, WRONG), (None, RIGHT, WRONG)):
        world.learner(*raws)
    before = world.state()

    batch = world.corrected(**more)

    assert world.percents() == expected
    assert world.differences() == []
    world.undone(batch)
    assert world.state() == before


def test_results_equal_a_naive_remark_from_the_responses():
    world, source = World(attempts_allowed=None), random.Random(7)
    raws = [None, RIGHT, WRONG, {"choice": "c"}]
    for _learner in range(6):
        one = world.learner(*source.choices(raws, k=3))
        world.sit(one, *source.choices(raws, k=3))

    world.corrected(spares=False)

    key = {world.question.pk: "a"}
    for attempt in Attempt.objects.all():
        items = attempt.items.select_related("version")
        right = [
            (item.value or {}).get("choice") == key.get(item.version.question_id, "b")
            for item in items
        ]
        assert attempt.score == sum(right)
    for result in Result.objects.all():
        scores = [one.score for one in Attempt.objects.filter(enrolment=result.enrolment)]
        assert result.score_given == max(scores) * Fraction(100, 3)


def test_applied_twice_counts_once_and_a_killed_step_is_done_again():
    world = World()
    world.learner(WRONG, RIGHT, RIGHT)
    batch = world.corrected()
    first = world.state()
    Job.objects.update(state="running", cursor=None, result=None, lease_until=None)
    RegradeBatch.objects.update(state="applying")
    RegradeOutcome.objects.all().delete()

    world.work()

    batch.refresh_from_db()
    assert (batch.state, world.state()) == ("applied", first)
    assert Grading.objects.filter(kind="regrade").count() == 1


def test_an_attempt_that_is_open_meanwhile_follows():
    world = World()
    ada, bob, eve = (make_learner(world.quiz.course) for _ in range(3))
    early, late = world.begin(ada), world.begin(bob)
    world.save(early, WRONG, RIGHT, RIGHT)
    world.save(late, WRONG, RIGHT, RIGHT)
    batch = world.apply()
    attempts.submit(attempt=early, by=ada.user, now=world.now)  # Before the work begins.
    world.work()
    attempts.submit(attempt=late, by=bob.user, now=world.now)
    world.sit(eve, WRONG, RIGHT, RIGHT)  # It draws the corrected version.

    assert world.percents() == [100, 100, 100]
    assert world.differences() == []
    batch.refresh_from_db()
    assert batch.state == "applied"


def test_a_persons_mark_stays_before_and_after():
    world = World()
    ada, bob = world.learner(RIGHT, RIGHT, RIGHT), world.learner(WRONG, RIGHT, RIGHT)
    first, second = (
        AttemptItem.objects.get(attempt__enrolment=one, position=1) for one in (ada, bob)
    )
    grading.grade_by_person(item=first, scaled=Fraction(1, 2), by=world.grace, now=world.now)
    batch = world.corrected(spares=False)
    assert world.percents() == [83, 100]
    assert RegradeOutcome.objects.get(enrolment=ada).notes == ["by_person"]

    second.refresh_from_db()
    grading.grade_by_person(item=second, scaled=Fraction(1, 4), by=world.grace, now=world.now)
    world.undone(batch)

    assert world.percents() == [83, 75]
    assert RegradeOutcome.objects.get(enrolment=bob).notes == ["by_person"]
    assert world.differences() == []


def test_an_essay_that_waits_is_left_to_its_marker_and_may_be_dropped():
    world = World()
    essay = make_question(world.quiz.module, kind="essay", data=ESSAY)
    add_item(world.quiz, essay, position=4)
    ada = world.learner(RIGHT, RIGHT, RIGHT, {"text": "An essay."})
    assert Attempt.objects.get().state == "submitted"
    world.question = essay

    world.corrected(transform="drop", data=None)

    attempt = Attempt.objects.get()
    assert (attempt.state, attempt.score_maximum) == ("graded", 3)
    assert Event.objects.filter(type="attempt.graded", enrolment=ada).count() == 1
    item = AttemptItem.objects.get(position=4)
    with pytest.raises(Conflict):
        grading.grade_by_person(item=item, scaled=Fraction(1), by=world.grace, now=world.now)
    assert world.differences() == []


def test_what_the_new_version_cannot_read_is_kept_and_named():
    world = World()
    ada = world.learner(WRONG, RIGHT, RIGHT)

    world.corrected(data=WITHOUT_A, spares=False)

    assert world.percents() == [67]
    assert RegradeOutcome.objects.get(enrolment=ada).notes == ["unreadable"]


def test_an_override_wins_and_is_named():
    world = World()
    ada = world.learner(WRONG, RIGHT, RIGHT)
    column = LineItem.objects.get()
    overrides.override(
        line_item=column, enrolment=ada, scaled=Fraction(1, 10), by=world.grace, now=world.now
    )

    world.corrected()

    assert world.percents() == [10]
    assert RegradeOutcome.objects.get().notes == ["overridden"]
    assert Attempt.objects.get().percent == 100


def test_a_pass_that_is_lost_takes_the_completion_along_and_brings_it_back():
    world = World()
    ada = world.learner(RIGHT, RIGHT, WRONG)
    ada.refresh_from_db()
    assert ada.completed_at is not None

    batch = world.corrected(spares=False)
    ada.refresh_from_db()
    assert ada.completed_at is None
    assert Event.objects.filter(type="course.completion_withdrawn").count() == 1

    world.undone(batch)
    ada.refresh_from_db()
    assert ada.completed_at is not None


def test_a_raised_pass_mark_holds_for_everybody_when_it_is_applied():
    world = World()
    world.learner(RIGHT, RIGHT, WRONG)
    world.quiz.pass_mark = Decimal(80)
    world.quiz.save()
    assert Result.objects.get().has_passed is True
    before = world.state()

    batch = world.corrected(data=None, changes=[], has_rule=True, spares=False)
    row = Result.objects.get()
    assert (row.has_passed, row.pass_mark) == (False, 80)
    assert world.differences() == []

    world.undone(batch)
    assert world.state() == before
    assert world.differences() == []


def test_two_batches_are_refused_or_ordered():
    world = World()
    world.learner(WRONG, RIGHT, RIGHT)
    first = world.apply()
    with pytest.raises(Conflict):
        world.apply()
    with pytest.raises(Conflict):
        regrading.undo(batch=first, by=world.grace, now=world.now)
    world.work()
    second = world.corrected(transform="drop", data=None, spares=False)
    with pytest.raises(Conflict):
        regrading.undo(batch=first, by=world.grace, now=world.now)

    world.undone(second)
    assert world.percents() == [100]
    world.undone(first)
    assert world.percents() == [67]
    with pytest.raises(Conflict):
        regrading.undo(batch=first, by=world.grace, now=world.now)


def test_a_stopped_batch_goes_on_or_is_undone():
    world = World()
    world.learner(WRONG, RIGHT, RIGHT)
    batch = world.apply()
    jobs.cancel(job=Job.objects.get(), now=world.now)
    batch.refresh_from_db()
    assert batch.state == "stopped"
    with pytest.raises(Conflict):
        world.apply()

    regrading.resume(batch=batch, by=world.grace, now=world.now)
    with pytest.raises(Conflict):
        regrading.resume(batch=batch, by=world.grace, now=world.now)
    world.work()
    assert world.percents() == [100]


def test_what_cannot_be_applied_is_refused():
    world = World()
    other = make_quiz()
    practice = make_quiz(module=world.quiz.module, kind="practice")
    foreign = regrading.Correction(other.items.first().question)
    draft = add_version(world.question)
    draft.status = "draft"
    essay = add_version(make_question(world.quiz.module), kind="essay", data=ESSAY)
    good = {"data": None, "changes": [regrading.Correction(world.question)]}
    for wrong in (
        {"reason": " "},
        {"changes": []},
        {"changes": [foreign]},
        {"changes": [regrading.Correction(world.question, draft)]},
        {"changes": [regrading.Correction(world.question, essay)]},
        {"changes": [regrading.Correction(essay.question, essay)]},
        {"changes": [regrading.Correction(world.question, None, Decimal(0))]},
        {"transform": "worse"},
    ):
        with pytest.raises(Invalid):
            world.apply(**{**good, **wrong})
    for quiz in (other, practice):
        world.quiz = quiz
        with pytest.raises(Invalid):
            world.apply(**good)
    assert not RegradeBatch.objects.exists()


ACTIONS = ("apply", "apply", "undo", "mark", "override", "sit", "stop")


@pytest.mark.two_lengths
def test_whatever_happens_in_whatever_order_summaries_equal_the_log():
    for seed in range(length(short=2, long=20)):
        # PostgreSQL keeps every version of a row until its transaction ends.
        with transaction.atomic():
            world, source = World(attempts_allowed=None), random.Random(seed)
            learners = [world.learner(*source.choices([RIGHT, WRONG, None], k=3)) for _ in "ab"]
            trace = []
            for _turn in range(length(short=8, long=15)):
                trace.append(action := source.choice(ACTIONS))
                act(world, action, source, learners)
            assert world.differences() == [], (seed, trace)
            transaction.set_rollback(True)


def act(world, action, source, learners):
    world.now += timedelta(minutes=2)
    one, batch = source.choice(learners), RegradeBatch.objects.order_by("pk").last()
    share = Fraction(source.randint(0, 4), 4)
    try:
        if action == "apply":
            transform = source.choice(["rule", "full", "drop"])
            data = source.choice([OTHER_KEY, SINGLE_CHOICE, None])
            points = source.choice([None, Decimal(3)])
            spares = source.random() < 0.5
            world.apply(transform=transform, data=data, points=points, spares=spares)
            world.work()
        elif action == "undo" and batch is not None:
            regrading.undo(batch=batch, by=world.grace, now=world.now)
            world.work()
        elif action == "stop" and batch is not None and batch.state == "stopped":
            regrading.resume(batch=batch, by=world.grace, now=world.now)
            world.work()
        elif action == "mark":
            item = AttemptItem.objects.filter(attempt__enrolment=one).order_by("?").first()
            grading.grade_by_person(item=item, scaled=share, by=world.grace, now=world.now)
        elif action == "override":
            column = LineItem.objects.get(quiz=world.quiz)
            overrides.override(
                line_item=column, enrolment=one, scaled=share, by=world.grace, now=world.now
            )
        elif action == "sit":
            world.sit(one, *source.choices([RIGHT, WRONG, None], k=3))
    except Conflict:
        pass


def test_a_closed_review_judges_by_the_corrected_key_and_says_so():
    world = World()
    ada = world.learner(WRONG, RIGHT, RIGHT)
    batch = world.corrected()
    attempt = Attempt.objects.select_related("quiz", "enrolment__course").get()

    shown = review.review(attempt=attempt, by=ada.user, now=world.now).items[0]
    assert (shown.is_correct, shown.score, shown.correction) == (True, 1, "The key was wrong.")
    assert [row["key"] for row in shown.q["options"] if row["is_correct"]] == ["a"]
    assert shown.key_change == ("Her solved need", "Our tickets")

    world.undone(batch)
    attempt.refresh_from_db()
    shown = review.review(attempt=attempt, by=ada.user, now=world.now).items[0]
    assert (shown.is_correct, shown.score, shown.corrected_at) == (False, 0, None)
