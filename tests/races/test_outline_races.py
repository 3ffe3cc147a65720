"""Editors who move the rows of one outline at the same moment."""

import random

import pytest

from courses.domain.authoring import edits
from courses.models import Lesson
from tests.factories import LessonFactory, ModuleFactory
from tests.races.clients import COUNT, acknowledged, clients, rounds

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.database,
    pytest.mark.slow,
    pytest.mark.two_lengths,
]


def test_moves_lose_no_row_and_leave_one_order():
    module = ModuleFactory()
    for _one in range(6):
        LessonFactory(module=module, position=1)
    pks = list(Lesson.objects.values_list("pk", flat=True))
    with clients() as together:
        for _round in range(rounds()):

            def prepare(_client):
                row, before = random.sample(pks, 2)
                lesson = Lesson.objects.select_related("module__course").get(pk=row)
                return lambda: edits.move(
                    row=lesson, before=random.choice([before, None]), origin=None
                )

            calls = together.race(prepare)

            assert len(acknowledged(calls)) == COUNT
            rows = Lesson.objects.filter(module=module)
            assert sorted(rows.values_list("pk", flat=True)) == pks
            assert len(set(rows.values_list("position", flat=True))) == len(pks)
