"""A platform's list of 5,000 people is read in a minute, in flat memory."""

import time
import tracemalloc

import pytest

from courses.lti import access_tokens
from courses.models import Enrolment
from tests.lengths import length
from tests.lti.class_list import ListWorld
from tests.lti.platform.server import running

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
MOST_S = 60
MORE_MEMORY = 4_000_000
"""Bytes more for ten times as many people: a page of 200, half a kilobyte for each who leaves."""


def enrol(platform, numbers):
    for number in numbers:
        platform.enrol(f"learner-{number}", name=f"Learner {number}")


def peak(world):
    """The most memory that a reading of the whole list takes, platform and all."""
    tracemalloc.start()
    try:
        done = world.read()
        return done, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.two_lengths
def test_a_long_list_is_read_soon_and_in_little_memory(tool):
    many = length(short=250, long=5_000)
    access_tokens._tokens.clear()
    with running() as platform:
        platform.page_size = 200
        world = ListWorld(platform)
        enrol(platform, range(many // 10))
        _few, memory_of_few = peak(world)
        enrol(platform, range(many))

        begun = time.process_time()
        done = world.read()
        took = time.process_time() - begun  # platform and all; other programs aside

        assert (done.people, done.problem) == (many + 1, "")
        assert Enrolment.objects.active().learners().count() == many
        assert took < MOST_S
        # Most of them leave, and some are new.
        some = many // 10
        platform.changes = ["grace"]
        enrol(platform, range(many - some, many + some))
        done, memory = peak(world)

    assert (done.joined, done.left) == (some, many - some)
    assert memory < memory_of_few + MORE_MEMORY
