"""Open edX's own services: it publishes our scores, and we read its list of people."""

import json
from datetime import timedelta
from random import Random
from urllib.parse import urlencode

import pytest
from django.utils import timezone

from courses.domain import jobs, relay
from courses.domain.attempts import deciding
from courses.lti import access_tokens, roster_calls, rosters
from courses.lti.models import LtiRegistration, LtiScore
from courses.lti.roster_models import LtiRoster, LtiRosterRead
from courses.models import Delivery, DeliveryTry, Enrolment, ExternalIdentity
from tests.factories import RIGHT, WRONG, UserFactory, make_quiz, take_quiz
from tests.lti.judges import running as judges
from tests.lti.visitor import Visitor
from tests.programs.ports import free_port

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(tool, tmp_path):
    """A learner of the platform who came by its link to a quiz; its base address."""
    access_tokens._tokens.clear()
    quiz, port = make_quiz(), free_port()
    base = f"http://127.0.0.1:{port}"
    about = judges.register(quiz=quiz, base=base, client_id="unknown yet")
    database = str(tmp_path / "platform.sqlite3")
    with judges.server("open_edx_services", database, json.dumps(about), port=port):
        visitor = Visitor()
        LtiRegistration.objects.update(**json.loads(visitor.get(f"{base}/about").text))
        page = visitor.submit(visitor.get(f"{base}/start?user=ada"))
        assert page.status == 200, page.text
        yield base, quiz, Enrolment.objects.get(user__course_identities__subject="ada")


def grades(base):
    while not relay.run_once(clock=timezone.now, jitter=Random(3)).was_idle:
        pass
    assert not Delivery.objects.exclude(state="done").exists(), DeliveryTry.objects.values()
    return json.loads(Visitor().get(f"{base}/grades").text)


def stored(score, activity="Completed", grading="FullyGraded"):
    return [{
        "user_id": "ada", "score_given": score, "score_maximum": 100,
        "activity_progress": activity, "grading_progress": grading,
    }]  # fmt: skip


def test_scores_are_stored_and_published_by_open_edx(world):
    """Zero, a better try, and both of them void: then the cell is empty, and nothing published."""
    base, quiz, ada = world
    staff = UserFactory(is_superuser=True)

    first = take_quiz(ada, quiz, WRONG, WRONG, now=timezone.now())
    assert grades(base) == {"stored": stored(0), "published": [["ada", 0, 100]]}
    second = take_quiz(ada, quiz, RIGHT, WRONG, now=timezone.now())
    assert grades(base)["stored"] == stored(50)
    deciding.void(attempt=second, reason="Copied", by=staff, now=timezone.now())
    assert grades(base)["stored"] == stored(0)
    deciding.void(attempt=first, reason="Copied", by=staff, now=timezone.now())

    found = grades(base)
    assert found["stored"] == stored(None, "Initialized", "NotReady")
    assert found["published"] == [["ada", 0, 100], ["ada", 0.5, 100], ["ada", 0, 100]]
    assert LtiScore.objects.get().answer.startswith("201")


def listed(base, **people):
    """Set the course's people in Open edX and read its list; what is in the class then."""
    Visitor().get(f"{base}/people?{urlencode(people, doseq=True)}")
    rosters.request(roster=LtiRoster.objects.get(), by=None, now=timezone.now())
    jobs.work(clock=timezone.now, until=timezone.now() + timedelta(minutes=1))
    read = LtiRosterRead.objects.first()
    assert not read.problem, read.problem
    names = dict(ExternalIdentity.objects.values_list("user", "subject"))
    return {names[row.user_id]: (row.role, row.state) for row in Enrolment.objects.all()}


def test_the_people_of_open_edx_are_in_the_class(world, monkeypatch):
    """Over several pages, with names; who has left is withdrawn, who comes back is in it again."""
    base, _quiz, ada = world
    monkeypatch.setattr(roster_calls, "PAGE", 2)
    students = ["ada", "bob", "eve", "mia", "tom"]
    learns, gone = ("learner", "active"), ("learner", "withdrawn")

    found = listed(base, student=students, staff="grace", data_researcher="kim")
    assert found == {
        **dict.fromkeys([*students, "kim"], learns),
        "grace": ("instructor", "active"),
    }
    bob = ExternalIdentity.objects.get(subject="bob").user
    assert (bob.first_name, bob.email) == ("Bob", "")
    assert Enrolment.objects.values("section").distinct().get() == {"section": ada.section_id}

    found = listed(base, student=["ada", "eve"], staff="grace", limited_staff="mia")
    assert (found["bob"], found["tom"], found["eve"]) == (gone, gone, learns)
    assert found["mia"] == ("instructor", "active")
    found = listed(base, student=["ada", "bob"], staff="grace")
    assert (found["bob"], found["eve"]) == (learns, gone)
