"""Lists that grow with use end after so many rows, the newest first."""

from datetime import timedelta

import pytest

from courses.domain import attempts, sign_ins
from courses.models import Attempt, SignIn
from tests.factories import NOW, UserFactory, make_learner, make_quiz, reader_of

pytestmark = pytest.mark.django_db


def test_quiz_page_lists_the_fifty_newest_attempts():
    quiz = make_quiz(questions=1)
    ada = make_learner(quiz.course)
    Attempt.objects.bulk_create(
        Attempt(
            enrolment=ada,
            quiz=quiz,
            number=number,
            state=Attempt.State.GRADED,
            policy=quiz.settings,
            started_at=NOW,
            submitted_at=NOW,
        )
        for number in range(1, 53)
    )

    page = attempts.quiz_page(reader=reader_of(ada), quiz_key=quiz.key, now=NOW)

    assert [row.number for row in page.attempts] == list(range(52, 2, -1))


def test_running_sign_ins_are_the_fifty_newest_of_the_person():
    ada, bob = UserFactory(), UserFactory()
    for number in range(53):
        made = sign_ins.note(
            user=ada,
            session_key=str(number),
            address="2001:db8::1",
            browser="A browser",
            now=NOW + timedelta(minutes=number),
        )
    sign_ins.note(user=bob, session_key="his", address="", browser="", now=NOW)
    sign_ins.end(sign_ins=SignIn.objects.filter(pk=made.pk), now=NOW)

    keys = [row.session_key for row in sign_ins.running(user=ada)]

    assert keys == [str(number) for number in range(51, 1, -1)]
