"""The queries, bytes and words that a frame may cost."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.models import Attempt
from tests.embed.frame import opened
from tests.factories import make_lesson, make_quiz

pytestmark = [pytest.mark.django_db, pytest.mark.engines]

ELEMENT = "cx_courses/embed/v1/cx-course.js"
NOT_COUNTED = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")


def queries(act):
    with CaptureQueriesContext(connection) as captured:
        assert act().status_code in (200, 204)
    return [one["sql"] for one in captured if not one["sql"].startswith(NOT_COUNTED)]


def costs(frame, path):
    frame.get(path)
    return len(queries(lambda: frame.get(path)))


def test_pages_in_a_frame_cost_the_same_for_one_and_for_three():
    """One query finds session, learner and course; the page's own come on top."""
    found = set()
    for size in (1, 3):
        quiz = make_quiz(questions=size)
        lesson = make_lesson(module=quiz.module, checks=size)
        frame = opened(quiz.course, external_id=f"a-{size}")
        start = reverse("cx_courses:quiz-start", args=[quiz.course.key, quiz.key]).lstrip("/")
        frame.post(start)
        attempt = Attempt.objects.get(quiz=quiz)
        paths = [
            reverse("cx_courses:course", args=[quiz.course.key]),
            reverse("cx_courses:lesson", args=[quiz.course.key, lesson.key]),
            reverse("cx_courses:attempt", args=[attempt.uuid]),
            "/standing/",
        ]
        found.add(tuple(costs(frame, path.lstrip("/")) for path in paths))

    (counts,) = found
    assert all(one <= most for one, most in zip(counts, (6, 6, 9, 3), strict=True)), counts


def test_the_element_is_small_and_needs_nothing():
    source = Path(finders.find(ELEMENT)).read_text(encoding="utf-8")

    assert len(gzip.compress(source.encode())) < 5 * 1024
    assert not re.search(
        r"\bimport\b|innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval", source
    )
    assert '"*"' not in source


def test_the_frames_scripts_speak_to_one_origin():
    source = Path(finders.find("cx_courses/js/frame.js")).read_text(encoding="utf-8")

    sent = re.findall(r"postMessage\(.*, (\w+)\)", source)
    assert sent == ["origin", "origin"]
