"""An operator sees whether a relay runs, also where there is nothing to relay."""

from datetime import timedelta

import pytest

from courses.domain import relay_processes
from courses.models import RelayProcess
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def test_last_seen_is_none_before_the_first_run():
    assert relay_processes.last_seen() is None


def test_the_last_of_several_processes_counts():
    relay_processes.report(name="a 1", now=NOW)
    relay_processes.report(name="b 2", now=NOW + timedelta(seconds=5))
    assert relay_processes.last_seen() == NOW + timedelta(seconds=5)


def test_relay_runs_close_together_write_once(django_assert_num_queries):
    relay_processes.report(name="a 1", now=NOW)
    with django_assert_num_queries(1):
        relay_processes.report(name="a 1", now=NOW + timedelta(seconds=19))
    relay_processes.report(name="a 1", now=NOW + timedelta(seconds=20))
    assert relay_processes.last_seen() == NOW + timedelta(seconds=20)


def test_processes_that_ended_long_ago_are_forgotten():
    relay_processes.report(name="a 1", now=NOW - timedelta(days=2))
    relay_processes.report(name="b 2", now=NOW)
    assert list(RelayProcess.objects.values_list("name", flat=True)) == ["b 2"]
