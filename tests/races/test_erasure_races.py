"""A learner is erased while requests of theirs run: no deadlock, nothing left."""

from decimal import Decimal

import pytest
from django.contrib.auth import get_user_model

from courses import users
from courses.domain import access, attempts, grants, lessons, personal_data, tokens
from courses.domain.lessons import visit
from courses.domain.personal_data import erasing
from courses.errors import CoursesError
from courses.models import ApiClient, Attempt, Enrolment, ExternalIdentity
from tests.factories import NOW, RIGHT, WRONG, make_learner, make_lesson, make_quiz, reader_of
from tests.races.clients import clients, rounds

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.database,
    pytest.mark.slow,
    pytest.mark.two_lengths,
]
BUSY = 12
STEPS = 8


@pytest.fixture
def together():
    with clients(BUSY) as running:
        yield running


def busy(client, *, attempt, lesson, user):
    """What one tab does, again and again: refusals are fine, errors are not."""
    enrolment = Enrolment.objects.get(pk=attempt.enrolment_id)
    reader = access.reader(course_key=attempt.quiz.course.key, by=user)
    question = lesson.checks.items.first().question.key
    quiz = attempt.quiz

    def save(step):
        raw = RIGHT if step % 2 else WRONG
        attempts.save(
            attempt=attempt, position=1 + client % 2, raw=raw, based_on=step, by=user, now=NOW
        )

    def check(step):
        lessons.respond(
            reader=reader,
            lesson_key=lesson.key,
            question_key=question,
            raw=RIGHT,
            based_on=step,
            by=user,
            now=NOW,
        )

    acts = [
        save,
        save,
        check,
        lambda _step: attempts.start(reader=reader, quiz_key=quiz.key, by=user, now=NOW),
        lambda _step: attempts.submit(attempt=attempt, by=user, now=NOW),
        lambda step: visit(reader=reader, lesson_key=lesson.key, position=str(step), now=NOW),
        lambda step: grants.set_extension(enrolment=enrolment, quiz=quiz, extra_time_s=step),
        lambda _step: grants.set_accommodation(
            user=user, course=quiz.course, time_factor=Decimal("1.5")
        ),
        lambda _step: tokens.create_token(user=user, lifetime=tokens.LONGEST_ISSUED, now=NOW),
        lambda _step: lessons.practise_again(
            reader=reader, lesson_key=lesson.key, by=user, now=NOW
        ),
    ]
    return acts[client % len(acts)]


def by_themselves(user):
    personal_data.erase(user=user, now=NOW)


def by_the_platform(user):
    identity = ExternalIdentity.objects.select_related("client").get(user=user)
    personal_data.erase_learner(client=identity.client, external_id="a-1", now=NOW)


@pytest.mark.parametrize("erase", [by_themselves, by_the_platform])
def test_erasure_beside_busy_tabs(together, erase):
    platform = ApiClient.objects.create(name="Acme")
    lesson = make_lesson(checks=1)
    quiz = make_quiz(module=lesson.module, questions=2, attempts_allowed=None)
    for _ in range(rounds()):
        ada = make_learner(quiz.course)
        ada.user.username = users.new_name()
        ada.user.set_unusable_password()
        ada.user.save()
        ExternalIdentity.objects.create(
            client=platform, subject="a-1", user=ada.user, created_at=NOW, updated_at=NOW
        )
        begun = attempts.start(reader=reader_of(ada), quiz_key=quiz.key, by=ada.user, now=NOW)

        def prepare(client, ada=ada, begun=begun):
            user = get_user_model().objects.get(pk=ada.user_id)
            if client == BUSY - 1:
                return lambda: erase(user)
            attempt = Attempt.objects.select_related("quiz", "enrolment__course").get(pk=begun.pk)
            act = busy(client, attempt=attempt, lesson=lesson, user=user)
            return lambda: [_refused(act, step) for step in range(STEPS)]

        together.race(prepare)

        assert [rows.count() for rows in erasing._records(ada.user) if rows.exists()] == []
        assert get_user_model().objects.get(pk=ada.user_id).username == f"erased-{ada.user_id}"


def _refused(act, step):
    try:
        act(step)
    except CoursesError as refusal:
        return type(refusal).__name__
    return ""
