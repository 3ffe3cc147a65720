"""A platform's list of people becomes its class, over a socket, and nothing else changes."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from courses.domain import grants, learners, personal_data, sections
from courses.lti import access_tokens, rosters
from courses.lti.models import LtiClass, LtiRegistration
from courses.lti.roster_models import LtiRoster, LtiRosterRead
from courses.models import Attempt, Course, Enrolment, Event, ExternalIdentity, Job, JobFilePart
from tests.factories import RIGHT, UserFactory, make_quiz
from tests.lengths import spread
from tests.lti.class_list import ACTIVE, GONE, ListWorld
from tests.lti.platform.server import running
from tests.lti.platform.state import INSTRUCTOR, LEARNER

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
MEMBER = "http://purl.imsglobal.org/vocab/lis/v2/membership"


@pytest.fixture
def platform(tool):
    access_tokens._tokens.clear()
    with running() as platform:
        yield platform


@pytest.fixture
def world(platform):
    for name in ("ada", "bob", "cyd"):
        platform.enrol(name, name=name.title())
    return ListWorld(platform)


def test_a_teachers_launch_fills_the_class_from_all_pages(world):
    assert world.people() == {"grace": ("instructor", ACTIVE)}
    assert world.pages() == 0

    done = world.work()

    assert world.learners() == ["ada", "bob", "cyd"]
    assert (done.people, done.joined, done.left, done.problem) == (4, 3, 0, "")
    assert world.pages() == 2
    assert not JobFilePart.objects.exists()


def test_a_learner_gets_more_time_before_their_first_launch(world):
    world.work()
    ada = Enrolment.objects.get(user__course_identities__subject="ada")
    closes_at = timezone.now() + timedelta(days=3)
    grants.set_extension(enrolment=ada, quiz=world.quiz, closes_at=closes_at)

    assert world.launch("ada") == ada
    assert ada.extensions.get().closes_at == closes_at


@pytest.mark.parametrize(
    ("level", "kept"),
    [
        ("id", ("", "", "")),
        ("name", ("Ada", "Lovelace", "")),
        ("mail", ("Ada", "Lovelace", "ada@school.example")),
    ],
)
def test_no_more_is_kept_than_the_registration_allows(platform, level, kept):
    full = {"given_name": "Ada", "family_name": "Lovelace", "email": "ada@school.example"}
    platform.enrol("ada", **full)
    platform.enrol("bob")
    world = ListWorld(platform)
    LtiRegistration.objects.update(privacy=level)

    world.work()

    user = ExternalIdentity.objects.get(subject="ada").user
    assert (user.first_name, user.last_name, user.email) == kept
    nameless = ExternalIdentity.objects.get(subject="bob").user
    assert (nameless.first_name, nameless.last_name, nameless.email) == ("", "", "")


def test_nothing_is_read_for_a_registration_that_keeps_nobody(world):
    LtiRegistration.objects.update(privacy="nothing")
    assert world.work().problem == "The registration keeps nothing of people."
    assert world.pages() == 0


def test_only_those_who_learn_or_teach_are_enrolled_and_ids_may_be_numbers(platform):
    platform.numeric_ids = True
    roles = {
        "1": [LEARNER],
        "2": [f"{MEMBER}#Mentor"],
        "3": [LEARNER, "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"],
        "4": [f"{MEMBER}#ContentDeveloper"],
        "5": [f"{MEMBER}#Instructor", f"{MEMBER}/Instructor#TeachingAssistant"],
        "6": ["Instructor", "Learner"],
    }
    world = ListWorld(platform)
    del platform.members["grace"]
    platform.changes.clear()
    for name, found in roles.items():
        platform.enrol(name, *found)

    done = world.read()

    assert world.people() == {
        "grace": ("instructor", ACTIVE),
        "1": ("learner", ACTIVE),
        "5": ("marker", ACTIVE),
        "6": ("instructor", ACTIVE),
    }
    assert (done.people, done.ignored) == (6, 3)


def test_who_is_no_longer_listed_leaves_this_class_alone_and_may_come_back(world):
    world.work()
    attempt = world.take(world.launch("ada"), RIGHT, RIGHT)
    other = Enrolment.objects.create(
        course=world.quiz.course,
        section=sections.add(course=world.quiz.course, title="Other", now=timezone.now()),
        user=ExternalIdentity.objects.get(subject="ada").user,
        enrolled_at=timezone.now(),
    )
    before = Enrolment.objects.get(section=world.teacher.section, user=other.user)
    world.platform.enrol("ada", status="Deleted")

    done = world.read()

    assert (done.left, world.learners(), world.learners(GONE)) == (1, ["bob", "cyd"], ["ada"])
    other.refresh_from_db()
    assert other.state == ACTIVE
    assert Attempt.objects.get() == attempt

    world.platform.enrol("ada")
    done = world.read()
    before.refresh_from_db()
    assert (done.joined, before.state) == (1, ACTIVE)
    assert Enrolment.objects.filter(user=other.user).count() == 2


def test_who_launches_while_the_list_is_read_stays(world):
    world.work()
    rosters.request(roster=LtiRoster.objects.get(), by=None, now=world.clock())
    world.launch("ada")
    world.platform.enrol("ada", status="Deleted")
    world.platform.enrol("bob", status="Deleted")

    assert world.work().left == 1
    assert world.learners() == ["ada", "cyd"]


def test_changes_alone_are_read_where_the_platform_offers_them(world):
    world.work()
    world.platform.enrol("ada", status="Inactive")
    world.platform.enrol("bob", status="Deleted")
    world.platform.enrol("dan")
    calls = world.pages()

    done = world.read(changes=True)

    assert world.learners() == ["cyd", "dan"]
    assert world.learners(GONE) == ["ada", "bob"]
    assert (done.is_full, done.people, done.joined, done.left) == (False, 3, 1, 2)
    assert world.pages() == calls + 2
    assert world.read(changes=True).people == 0
    assert world.learners() == ["cyd", "dan"]


def test_changes_that_are_forgotten_are_replaced_by_the_whole_list(world):
    world.work()
    world.platform.forgets_changes = True
    del world.platform.members["ada"]
    world.platform.changes = ["bob", "cyd", "grace"]

    done = world.read(changes=True)

    assert (done.is_full, done.left, done.problem) == (True, 1, "")
    assert world.learners() == ["bob", "cyd"]


def test_the_whole_list_is_read_once_a_week(world):
    world.work()
    LtiRoster.objects.update(full_read_at=timezone.now() - timedelta(days=8))
    assert world.read(changes=True).is_full


def test_a_class_that_is_made_later_gets_the_whole_list(world):
    world.work()
    other = make_quiz(questions=1)
    world.quiz = other
    world.launch("grace", INSTRUCTOR, quiz=other.key)

    world.work()

    section = LtiClass.objects.get(course=other.course).section
    assert world.people(section) == world.people()


@pytest.mark.parametrize("fault", spread(["500", "html", "cut"], check=1))
def test_a_list_that_breaks_off_changes_nobody(world, fault):
    world.platform.enrol("dan", status="Inactive")
    world.work()
    before = world.people()
    for name in ("eve", "fay"):
        world.platform.enrol(name)
    for name in ("ada", "bob"):
        del world.platform.members[name]
    world.platform.changes = ["cyd", "grace", "dan", "eve", "fay"]
    world.platform.faults = [("From=4", fault)] * 3

    problem = world.fail()

    assert "platform" in problem or "cut off" in problem
    assert world.people() == before
    assert LtiRoster.objects.get().problem == problem
    assert not JobFilePart.objects.exists()
    assert world.read().problem == ""
    assert world.learners() == ["cyd", "eve", "fay"]


def test_a_fault_that_passes_is_read_over(world):
    world.platform.faults = [("From=2", "500"), ("From=2", "429"), ("From=2", "cut")]
    world.work()
    assert world.learners() == []
    for _try in range(3):
        world.work(timedelta(minutes=1))
    assert world.learners() == ["ada", "bob", "cyd"]


def test_an_empty_list_takes_nobody_out(world):
    world.work()
    world.platform.changes.clear()
    assert "empty" in world.fail()
    assert world.learners() == ["ada", "bob", "cyd"]


def test_a_next_page_at_another_site_is_refused(world):
    with running() as other:
        world.platform.next_page = f"{other.base}/members?From=2"
        assert other.base in world.work().problem
        assert other.calls == []
    assert world.learners() == []


def test_a_page_that_leads_back_is_refused(world):
    world.platform.next_page = f"{world.platform.base}/members?limit=200"
    assert "leads back" in world.work().problem
    assert world.pages() == 1


def test_list_of_another_course_is_refused(world):
    world.platform.context = {"id": "course-2"}
    assert "course-2" in world.work().problem
    assert world.learners() == []


def test_a_platform_that_does_not_allow_it_is_named_in_plain_words(world):
    world.tool.scopes = ()
    assert "Names and Role Provisioning" in world.work().problem
    world.launch("grace", INSTRUCTOR)
    assert not Job.objects.unfinished().exists()


def test_who_is_barred_here_stays_so(world):
    people = {one: world.launch(one) for one in ("ada", "bob", "cyd", "dan", "eve")}
    Enrolment.objects.filter(pk=people["ada"].pk).update(state="suspended")
    Enrolment.objects.filter(pk=people["bob"].pk).update(state="ended")
    Enrolment.objects.filter(pk=people["cyd"].pk).update(role="tester")
    identity = ExternalIdentity.objects.get(subject="dan")
    learners.deactivate(identity=identity, now=timezone.now())
    personal_data.erase(user=people["eve"].user, now=timezone.now())
    world.platform.enrol("max")
    world.work()
    user = ExternalIdentity.objects.get(subject="max").user
    user.is_staff = True
    user.save()
    Enrolment.objects.filter(user=user).update(state=GONE)

    world.read()

    assert world.people() == {
        "grace": ("instructor", ACTIVE),
        "ada": ("learner", "suspended"),
        "bob": ("learner", "ended"),
        "cyd": ("tester", ACTIVE),
        "dan": ("learner", ACTIVE),
        "max": ("learner", GONE),
    }
    assert not ExternalIdentity.objects.filter(subject="eve").exists()


def test_people_whom_the_platform_did_not_name_are_left_alone(world):
    mine = Enrolment.objects.create(
        course=world.quiz.course,
        section=world.teacher.section,
        user=UserFactory(),
        enrolled_at=timezone.now(),
    )
    world.work()
    mine.refresh_from_db()
    assert mine.state == ACTIVE


def test_an_entry_without_an_id_takes_nobody_out(world):
    world.work()
    del world.platform.members["bob"]
    world.platform.changes = ["ada", "cyd", "grace"]
    world.platform.members["ada"].claims["user_id"] = None

    done = world.read()

    assert (done.problem, done.left, done.ignored) == ("", 0, 1)
    assert world.learners() == ["ada", "bob", "cyd"]


def test_lists_of_two_courses_touch_their_own_class_alone(world):
    world.work()
    first = LtiRoster.objects.get()
    red = world.teacher.section
    world.platform.context = {"id": "course-2", "title": "Course 2"}
    world.platform.members.clear()
    world.platform.changes.clear()
    world.platform.enrol("ada")
    world.launch("hal", INSTRUCTOR)

    done = world.work()

    blue = LtiClass.objects.exclude(section=red).get().section
    assert done.roster != first
    assert world.people(blue) == {"hal": ("instructor", ACTIVE), "ada": ("learner", ACTIVE)}
    assert world.learners() == ["ada", "bob", "cyd"]


def test_reading_again_changes_nothing_and_costs_the_same_for_more_people(platform):
    platform.page_size = 200
    world = ListWorld(platform)
    for number in range(10):
        platform.enrol(f"learner-{number}")
    world.work()
    with CaptureQueriesContext(connection) as few:
        assert world.read().joined == 0
    for number in range(90):
        platform.enrol(f"more-{number}")
    world.read()
    events, rows = Event.objects.count(), sorted(Enrolment.objects.values_list())
    with CaptureQueriesContext(connection) as many:
        done = world.read()

    assert (done.people, done.joined, done.changed, done.left) == (101, 0, 0, 0)
    assert len(many) <= len(few) + 30
    assert Event.objects.count() == events
    assert sorted(Enrolment.objects.values_list()) == rows


def test_a_course_that_is_not_published_gets_nobody(world):
    Course.objects.update(state="archived")
    world.work()
    assert world.people() == {"grace": ("instructor", ACTIVE)}


def test_what_came_of_it_is_kept_and_names_nobody(world):
    world.work()
    (row,) = LtiRosterRead.objects.all()
    assert (row.roster.context.context_id, row.is_full) == ("course-1", True)
    job = Job.objects.get(kind="lti_roster")
    assert job.result == {"people": 4, "joined": 3, "changed": 0, "left": 0, "ignored": 0}
    assert not re.search(r"\bada\b", str([job.args, job.cursor, job.result, job.errors]))
