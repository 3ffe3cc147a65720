"""A preview shows what each way brings; what changed since is named; learners are told."""

import random
from decimal import Decimal

import pytest
from django.db import transaction

from courses.domain import attempts, jobs, learning_mails, mailing, notices
from courses.domain.regrading import batches, policies, previews, staleness
from courses.domain.regrading.changes import Correction
from courses.domain.regrading.expecting import SINCE_PREVIEW
from courses.domain.regrading.following import LATE
from courses.errors import Conflict, Invalid
from courses.models import (
    Grading,
    Job,
    LineItem,
    Notice,
    RegradeBatch,
    RegradeOutcome,
    RegradePreview,
    Result,
    StaleResults,
)
from tests.domain.test_regrading import OTHER_KEY, WITHOUT_A, World
from tests.factories import RIGHT, WRONG, add_version, make_learner
from tests.lengths import length

pytestmark = [pytest.mark.django_db, pytest.mark.engines, pytest.mark.slow]


@pytest.fixture(autouse=True)
def _site(settings):
    settings.COURSES_PUBLIC_URL = "https://learn.example.org"


class Previewed(World):
    """The same world, corrected by way of a preview."""

    def preview(self, *, data=OTHER_KEY, points=None, has_rule=False, old=()):
        version = add_version(self.question, data=data) if data else None
        change = [Correction(self.question, version, points, tuple(old))]
        return previews.start(
            course=self.quiz.course, quizzes=[self.quiz], corrections=change, by=self.grace,
            now=self.now, has_rule=has_rule,
        )  # fmt: skip

    def apply_preview(self, preview, policy="keep", **more):
        given = {"reason": "The key was wrong.", **more}
        batch = previews.apply(preview=preview, policy=policy, by=self.grace, now=self.now, **given)
        self.work()
        batch.refresh_from_db()
        assert batch.state == "applied", Job.objects.values_list("errors", flat=True)
        return batch


def shown(preview, policy):
    """Learner → per cent and verdict that the preview shows."""
    found = {}
    for row in preview.rows.all():
        percent, has_passed = row.effects[policy][:2]
        found[row.enrolment_id] = (percent and Decimal(percent), has_passed)
    return found


def results():
    return {row.enrolment_id: (row.percent, row.has_passed) for row in Result.objects.all()}


@pytest.mark.two_lengths
def test_every_way_comes_out_as_the_preview_showed_and_is_taken_back():
    for seed in range(length(short=2, long=25)):
        # PostgreSQL keeps every version of a row until its transaction ends.
        with transaction.atomic():
            every_way_of(seed)
            transaction.set_rollback(True)


def every_way_of(seed):
    draw = random.Random(seed)
    world = Previewed(attempts_allowed=2, grade_method=draw.choice(["best", "last", "average"]))
    answers = [RIGHT, WRONG, None]
    for _number in range(3):
        one = world.learner(*draw.choices(answers, k=3))
        if draw.random() < 0.5:
            world.sit(one, *draw.choices(answers, k=3))
    world.quiz.pass_mark = draw.choice([40, 60, 90])
    world.quiz.save()
    data, points = draw.choice([OTHER_KEY, WITHOUT_A]), draw.choice([None, Decimal(3)])
    before = world.state()
    preview = world.preview(data=data, points=points, has_rule=draw.random() < 0.5)
    assert world.state() == before
    for one in policies.ALL:
        again = previews.start(
            course=world.quiz.course, quizzes=[world.quiz], by=world.grace, now=world.now,
            corrections=list(previews.changes.loaded(preview).values()),
            has_rule=preview.has_rule,
        )  # fmt: skip
        batch = world.apply_preview(again, one.key)
        assert results() == shown(again, one.key), (seed, one)
        outcomes = list(RegradeOutcome.objects.filter(batch=batch))
        assert not any(SINCE_PREVIEW in row.notes for row in outcomes), (seed, one)
        if one.spares:
            assert all(row.percent_after >= row.percent_before for row in outcomes), seed
        world.undone(batch)
        assert world.state()[:2] == before[:2], seed
    assert world.differences() == []


def test_the_counts_say_who_rises_falls_and_crosses_the_mark():
    world = Previewed()
    for raws in ((WRONG, RIGHT, RIGHT), (RIGHT, RIGHT, WRONG), (WRONG, RIGHT, WRONG)):
        world.learner(*raws)
    counts = world.preview().counts

    assert counts["learners"] == 3
    assert counts["before"]["passed"] == 2
    names = ("rise", "fall", "gain", "lose", "passed")
    assert [counts["keep"][name] for name in names] == [2, 0, 1, 0, 3]
    assert [counts["rule"][name] for name in names] == [2, 1, 1, 1, 2]
    assert counts["full"]["fall"] == counts["drop"]["fall"] == 0


def test_a_preview_is_applied_once_and_not_before_it_is_there(monkeypatch):
    monkeypatch.setattr(previews, "AT_ONCE", 1)
    world = Previewed()
    learners = [world.learner(WRONG, RIGHT, RIGHT) for _number in range(3)]
    preview = world.preview()

    assert preview.computed_at is None
    with pytest.raises(Conflict):
        world.apply_preview(preview)
    world.work()
    job = previews.job_of(preview)
    assert (job.state, job.done, job.total) == ("done", 3, 3)
    preview.refresh_from_db()
    with pytest.raises(Invalid):
        world.apply_preview(preview, "another")
    with pytest.raises(Invalid):
        world.apply_preview(preview, reason=" ")
    first = world.apply_preview(preview)
    assert world.apply_preview(preview) == first
    assert RegradeBatch.objects.count() == 1
    assert Grading.objects.filter(batch=first).count() == len(learners)


def test_what_changed_since_the_preview_is_named():
    world = Previewed(attempts_allowed=3)
    ada, bob = world.learner(WRONG, RIGHT, RIGHT), world.learner(WRONG, RIGHT, RIGHT)
    preview = world.preview()
    world.sit(bob, WRONG, WRONG, WRONG)
    carl = world.learner(RIGHT, WRONG, WRONG)
    world.sit(ada, RIGHT, RIGHT, RIGHT)
    batch = world.apply_preview(preview)

    noted = {row.enrolment: row.notes for row in batch.outcomes.all()}
    assert noted[carl] == [SINCE_PREVIEW]
    assert noted[bob] == []
    assert noted[ada] == []


def test_only_the_old_versions_that_were_picked_are_judged_anew():
    world = Previewed(attempts_allowed=1)
    first = world.question.ready_version
    ada = world.learner(WRONG, RIGHT, RIGHT)
    second = add_version(world.question, data={**OTHER_KEY, "stem": "Again?"})
    world.learner(RIGHT, RIGHT, RIGHT)
    world.apply_preview(world.preview(old=[first.pk]), "rule")

    held = {row.item.version_id for row in Grading.objects.filter(kind="regrade")}
    assert held == {first.pk}
    assert second.pk not in held
    assert Result.objects.get(enrolment=ada).percent == 100


def test_learners_whose_result_changed_get_a_notice_and_undoing_takes_it_back():
    world = Previewed()
    ada, bob = world.learner(WRONG, RIGHT, RIGHT), world.learner(RIGHT, RIGHT, RIGHT)
    carl = world.learner(WRONG, WRONG, WRONG)
    carl.user.email = ""  # Nothing was mailed to them.
    carl.user.save()
    batch = world.apply_preview(world.preview())

    assert set(Notice.objects.values_list("enrolment", flat=True)) == {ada.pk, carl.pk}
    (one,) = notices.of_learner(enrolments=[ada], now=world.now)
    assert one.data["questions"] == ["Which is outside-in?"]
    assert round(one.data["percent_before"]) == 67
    assert one.data["percent_after"] == 100
    assert not notices.of_learner(enrolments=[bob], now=world.now)
    notices.mark_read(uuid=one.uuid, enrolments=[ada], now=world.now)

    world.undone(batch)
    assert not notices.of_learner(enrolments=[carl], now=world.now)
    (second, _first) = notices.of_learner(enrolments=[ada], now=world.now)
    assert (second.data["is_undo"], second.data["percent_before"]) == (True, 100)


def test_nobody_is_told_where_that_was_not_wanted():
    world = Previewed()
    world.learner(WRONG, RIGHT, RIGHT)
    world.undone(world.apply_preview(world.preview(), notifies=False))
    assert not Notice.objects.exists()


def test_mails_go_to_known_addresses_without_the_score_and_once(mailoutbox):
    world = Previewed()
    ada, bob = world.learner(WRONG, RIGHT, RIGHT), world.learner(WRONG, RIGHT, RIGHT)
    bob.user.email = ""
    bob.user.save()
    world.apply_preview(world.preview())
    world.work()

    assert [one.to for one in mailoutbox] == [[ada.user.email]]
    assert world.quiz.title in mailoutbox[0].body
    assert "100" not in mailoutbox[0].body
    assert f"https://learn.example.org/courses/{world.quiz.course.key}/" in mailoutbox[0].body
    assert Notice.objects.exclude(mailed_at=None).get().enrolment == ada


@pytest.mark.parametrize("reason", ["switched off", "account closed"])
def test_no_mail_to_a_person_who_wants_none_or_cannot_sign_in(mailoutbox, reason):
    world = Previewed()
    ada = world.learner(WRONG, RIGHT, RIGHT)
    if reason == "switched off":
        learning_mails.choose(
            user=ada.user, marked=True, corrected=False, cards_day=None, now=world.now
        )
    else:
        ada.user.is_active = False
        ada.user.save()
    world.apply_preview(world.preview())
    world.work()

    assert mailoutbox == []
    assert Notice.objects.get().enrolment == ada


def test_a_mail_that_the_server_refuses_is_sent_later(settings, mailoutbox):
    world = Previewed()
    world.learner(WRONG, RIGHT, RIGHT)
    works = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # Nobody listens there.
    world.apply_preview(world.preview())
    world.work()
    assert Notice.objects.get().mailed_at is None
    settings.EMAIL_BACKEND = works
    world.now += mailing.RETRIES[-1]
    world.work()
    assert len(mailoutbox) == 1


def test_an_attempt_handed_in_after_the_batch_is_named_and_undone_with_it():
    world = Previewed()
    world.learner(WRONG, RIGHT, RIGHT)
    late = make_learner(world.quiz.course)
    attempt = world.begin(late)
    world.save(attempt, WRONG, RIGHT, RIGHT)
    batch = world.apply_preview(world.preview())
    attempts.submit(attempt=attempt, by=late.user, now=world.now)

    row = batch.outcomes.get(enrolment=late)
    assert (row.notes, row.state, row.percent_after) == ([LATE], "changed", 100)
    world.undone(batch)
    assert round(Result.objects.get(enrolment=late).percent) == 67
    assert world.differences() == []


def test_an_undoing_that_stopped_goes_on():
    world = Previewed()
    world.learner(WRONG, RIGHT, RIGHT)
    before = world.state()
    batch = world.apply_preview(world.preview())
    batches.undo(batch=batch, by=world.grace, now=world.now)
    job = Job.objects.get(kind="regrade_undo")
    jobs.cancel(job=job, now=world.now)
    batch.refresh_from_db()
    assert batch.state == "undo_stopped"

    with pytest.raises(Conflict):
        batches.undo(batch=batch, by=world.grace, now=world.now)
    batches.resume(batch=batch, by=world.grace, now=world.now)
    world.work()
    batch.refresh_from_db()
    assert batch.state == "undone"
    assert world.state() == before


def counted(world):
    """Count what is stale, in the background."""
    staleness.queue_changed(
        course=world.quiz.course, names=[("quiz", world.quiz.key)], now=world.now
    )
    world.work()
    row = StaleResults.objects.get()
    return row.count, row.questions, row.rule_count


def test_results_on_an_older_key_or_rule_are_counted_until_somebody_decides():
    world = Previewed()
    for raws in ((WRONG, RIGHT, RIGHT), (RIGHT, RIGHT, WRONG), (None, RIGHT, WRONG)):
        world.learner(*raws)
    assert counted(world) == (0, {}, 0)

    preview = world.preview()
    assert counted(world) == (2, {str(world.question.pk): 2}, 0)
    batch = world.apply_preview(preview)
    assert counted(world) == (0, {}, 0)
    world.undone(batch)
    assert counted(world)[0] == 2

    world.quiz.pass_mark = 90
    world.quiz.save()
    assert counted(world) == (3, {str(world.question.pk): 2}, 3)
    column = LineItem.objects.get(quiz=world.quiz)
    changed = staleness.differences(line_item=column, now=world.now)
    assert changed.has_rule
    assert [one.question for one in changed.questions] == [world.question]


def test_an_old_preview_goes_with_the_next_one():
    world = Previewed()
    world.learner(WRONG, RIGHT, RIGHT)
    world.preview()
    world.now += previews.KEPT * 2
    last = world.preview()
    assert RegradePreview.objects.get() == last
