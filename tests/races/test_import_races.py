"""Authors who accept and undo one import of questions at the same moment."""

from datetime import timedelta

import pytest
from django.utils import timezone

from courses.domain import jobs
from courses.domain.authoring import importing
from courses.interchange import formats
from courses.models import Edition, Job, QuestionImport
from tests.factories import CourseFactory
from tests.races.clients import acknowledged, clients, rounds

CLIENTS = 6
BANK = "\n\n".join(f"// [id:q{one}]\nIs {one} even?{{T#Yes.#No.}}" for one in range(3))
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.database,
    pytest.mark.slow,
    pytest.mark.two_lengths,
]


def start():
    found = formats.read("gift", BANK.encode(), name="b.gift")
    values = {"format_key": "gift", "file_name": "b.gift", "now": timezone.now()}
    return importing.start(course=CourseFactory(), found=found, **values)


def test_an_import_that_several_accept_is_accepted_once():
    with clients(CLIENTS) as together:
        for _round in range(rounds()):
            pk = start().pk

            def prepare(_client, pk=pk):
                batch = QuestionImport.objects.select_related("course").get(pk=pk)
                return lambda: importing.accept(batch=batch, by=None, now=timezone.now())

            created = [one.created for one in acknowledged(together.race(prepare))]

            assert sorted(map(len, created)) == [0] * (CLIENTS - 1) + [3]
            batch = QuestionImport.objects.get(pk=pk)
            assert batch.course.questions.count() == 3
            assert len({row["accepted"] for row in batch.rows}) == 3


def test_accepting_and_undoing_meet_in_one_order_or_the_other():
    with clients(CLIENTS) as together:
        for _round in range(rounds()):
            pk = start().pk

            def prepare(client, pk=pk):
                batch = QuestionImport.objects.select_related("course").get(pk=pk)
                act = (importing.undo, importing.accept)[client % 2]
                return lambda: act(batch=batch, by=None, now=timezone.now())

            together.race(prepare)

            batch = QuestionImport.objects.get(pk=pk)
            assert batch.undone_at is not None
            assert not batch.course.questions.filter(is_retired=False).exists()
            assert {row["accepted"] for row in batch.rows} == {""}


def test_one_job_at_a_time_works_on_an_import():
    with clients(CLIENTS) as together:
        for _round in range(rounds()):
            pk = start().pk

            def prepare(client, pk=pk):
                batch = QuestionImport.objects.select_related("course").get(pk=pk)
                act = (importing.queue_undo, importing.queue_accept)[client % 2]
                return lambda: act(batch=batch, by=None, now=timezone.now())

            assert len(acknowledged(together.race(prepare))) == 1
            jobs.work(clock=timezone.now, until=timezone.now() + timedelta(seconds=60))
            batch = QuestionImport.objects.get(pk=pk)
            accepted = Job.objects.filter(kind="question_import", course=batch.course).exists()
            assert (batch.undone_at is None) == accepted
            assert batch.course.questions.count() == (3 if accepted else 0)
            assert Edition.objects.filter(course=batch.course, kind="question").count() == (
                3 if accepted else 0
            )
