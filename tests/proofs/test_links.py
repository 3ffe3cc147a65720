"""No link, picture or fragment of the shipped course leads nowhere."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

import courses
from courses.domain import attempts
from courses.models import Course, Quiz
from tests.admin.conftest import teacher_of
from tests.content.oracle import COURSE
from tests.crawling import Crawled, crawl, faults
from tests.factories import NOW, UserFactory, make_learner, reader_of, take_quiz
from tests.lengths import length

TEMPLATES = Path(courses.__file__).parent / "templates"
# Static files are another server's; an export makes a file of everything.
NOT_FOLLOWED = r"^/static/|/jsi18n/|/logout/|/export|\.csv$|/api/"
PAGES = {"anonymous": 3, "newcomer": 4, "learner": 12, "instructor": 30, "administrator": 40}


@pytest.fixture
def people(db: None) -> dict[str, Any]:
    """Everybody who meets the shipped course."""
    call_command("sync_courses", str(COURSE), verbosity=0)
    course = Course.objects.get(key=COURSE.name)
    ada = make_learner(course)
    quiz = Quiz.objects.filter(course=course, kind=Quiz.Kind.PRACTICE, lesson=None).first()
    take_quiz(ada, quiz)
    attempts.start(reader=reader_of(ada), quiz_key=quiz.key, by=ada.user, now=NOW)
    return {
        "anonymous": None,
        "newcomer": UserFactory(),
        "learner": ada.user,
        "instructor": teacher_of(course),
        "administrator": UserFactory(is_staff=True, is_superuser=True),
    }


@pytest.mark.slow
@pytest.mark.two_lengths
def test_no_link_of_a_learners_page_leads_nowhere(people: dict[str, Any], subtests: Any) -> None:
    for name in ("anonymous", "newcomer", "learner"):
        with subtests.test(person=name):
            found = followed(people[name], "/", each=length(short=3, long=200))
            assert sum(page.is_page for page in found.values()) >= PAGES[name]
            assert list(faults(found)) == []


@pytest.mark.proofs
@pytest.mark.parametrize("name", ["instructor", "administrator"])
def test_no_link_of_the_admin_leads_nowhere(people: dict[str, Any], name: str) -> None:
    found = followed(people[name], "/admin/", each=2)
    assert sum(page.is_page for page in found.values()) >= PAGES[name]
    assert list(faults(found)) == []


def followed(person: Any, start: str, *, each: int) -> Crawled:
    client = Client()
    if person:
        client.force_login(person)
    return crawl(client, start, each=each, leave_out=NOT_FOLLOWED)


def test_no_template_swallows_an_address_that_is_not_there() -> None:
    """`{% url … as name %}` is empty where the route is not found, without an error."""
    silent = [
        str(path.relative_to(TEMPLATES))
        for path in TEMPLATES.rglob("*.html")
        if re.search(r"{%\s*url\s[^%]*\sas\s", path.read_text(encoding="utf-8"))
    ]
    assert silent == []
