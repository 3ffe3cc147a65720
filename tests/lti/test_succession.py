"""A platform registers again: people, classes and records go on under the successor."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses.errors import Conflict
from courses.lti import succession
from courses.lti import vocabulary as words
from courses.lti.models import (
    LtiClass,
    LtiContext,
    LtiDeployment,
    LtiLaunchRecord,
    LtiLink,
)
from courses.lti.succession_model import LtiSuccession
from courses.models import Attempt, Enrolment, Launch, Response, Result, Section
from tests.factories import RIGHT, take_quiz
from tests.lengths import length, two_lengths
from tests.lti.school import MEMBER, School, follow

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def schools():
    return School(), School(client_id="tool-2")


def enter(school, quiz, sub="7", context="red", http=None, **claims):
    http = http or Client()
    place = {words.CONTEXT: {"id": context, "title": context}}
    follow(http, school.launch(http, quiz.course, sub=sub, **place, **claims))
    found = Launch.objects.latest("pk").enrolment
    assert found.user.course_identities.get().subject == sub
    return found


def declare(former, successor, admin_user=None):
    rows = {"former": former.row, "successor": successor.row}
    places = succession.suggestion(**rows)
    return succession.declare(**rows, places=places, by=admin_user, now=timezone.now())


@pytest.mark.parametrize("how_long", two_lengths())
def test_learners_keep_all_records_under_the_successor(how_long, quiz, schools):
    former, successor = schools
    people = [str(number) for number in range(length(short=5, long=200))]
    for sub in people:
        take_quiz(enter(former, quiz, sub), quiz, RIGHT, now=timezone.now())
    kept = {
        model: set(model.objects.values_list("pk", flat=True))
        for model in (Enrolment, Attempt, Response, Result, Section, LtiClass, LtiLink)
    }
    declare(former, successor)
    for sub in people:
        enrolment = enter(successor, quiz, sub)
        assert enrolment.section == LtiClass.objects.get().section
        assert Result.objects.get(enrolment=enrolment).score_given == 100
        assert not Attempt.objects.get(enrolment=enrolment).is_open
    assert kept == {model: set(model.objects.values_list("pk", flat=True)) for model in kept}


def test_a_launch_of_the_former_registration_is_refused_by_name(quiz, schools):
    former, successor = schools
    enter(former, quiz)
    http = Client()
    asked = former.begin(http)
    declare(former, successor)
    token = former.sign(former.claims(asked["nonce"]))
    answer = http.post("/lti/launch/", {"state": asked["state"], "id_token": token}, secure=True)
    assert answer.status_code == 403
    assert "registration_replaced" in answer.text
    login = {"iss": former.issuer, "client_id": "tool-1", "login_hint": "1"}
    answer = Client().post("/lti/login/", login, secure=True)
    assert "registration_replaced" in answer.text
    assert "tool-2" in LtiLaunchRecord.objects.latest("pk").detail
    unknown = Client().post("/lti/login/", {**login, "client_id": "tool-3"}, secure=True)
    assert "registration_unknown" in unknown.text


def test_a_login_without_a_client_id_finds_the_successor(quiz, schools):
    former, successor = schools
    declare(former, successor)
    http = Client()
    sent = {
        "iss": former.issuer,
        "login_hint": "1",
        "target_link_uri": "https://testserver/lti/launch/",
    }
    answer = http.post("/lti/login/", sent, secure=True)
    assert "client_id=tool-2" in answer.headers["Location"]


def test_a_class_that_the_successor_began_gives_its_learners_to_the_old_one(quiz, schools):
    former, successor = schools
    take_quiz(enter(former, quiz, "1"), quiz, RIGHT, now=timezone.now())
    both = enter(successor, quiz, "1")
    new = enter(successor, quiz, "2")
    teacher = enter(successor, quiz, "3", **{words.ROLES: [f"{MEMBER}#Instructor"]})
    old = LtiClass.objects.get(context__deployment__registration=former.row)
    archived = both.section
    places = succession.suggestion(former=former.row, successor=successor.row)
    counts = succession.preview(former=former.row, successor=successor.row, places=places)
    assert (counts.people, counts.people_known, counts.people_in_both) == (1, 1, 1)
    assert (counts.contexts, counts.contexts_known) == (1, 1)
    assert (counts.classes, counts.classes_known, counts.links) == (1, 1, 1)
    declare(former, successor)
    for row in (both, new, teacher, archived):
        row.refresh_from_db()
    assert both.section == archived
    assert archived.is_archived
    assert (new.section, teacher.section, teacher.role) == (old.section, old.section, "instructor")
    found = LtiClass.objects.get()
    assert (found.pk, found.section) == (old.pk, old.section)
    assert found.context.deployment.registration == successor.row
    assert enter(successor, quiz, "1").section == old.section
    assert Enrolment.objects.filter(section=old.section).count() == 3
    assert LtiContext.objects.count() == LtiLink.objects.count() == 1


def test_columns_wait_for_a_launch_of_the_successor(quiz, schools):
    former, successor = schools
    grades = {
        words.GRADES: {
            "scope": [words.SCORE_SCOPE],
            "lineitem": "https://school.example/items/1/lineitem",
        }
    }
    enter(former, quiz, **grades)
    LtiLink.objects.create(
        lti_class=LtiClass.objects.get(), link_id="column-1", target="quiz", is_further=True,
        target_key=quiz.key, line_item="https://school.example/items/2", created_at=timezone.now(),
    )  # fmt: skip
    declare(former, successor)
    link = LtiLink.objects.get()
    assert (bool(link.line_item), link.has_scores) == (True, False)
    enter(successor, quiz, **grades)
    link.refresh_from_db()
    assert link.has_scores


def test_each_deployment_goes_where_the_administrator_says(quiz, schools):
    former, successor = schools
    second = LtiDeployment.objects.create(
        registration=former.row, deployment_id="d2", state="active", created_at=timezone.now()
    )
    for place in ("d1", "d2"):
        enter(former, quiz, context="red", **{words.DEPLOYMENT_ID: place})
    rows = {"former": former.row, "successor": successor.row}
    same = dict.fromkeys((former.deployment.pk, second.pk), successor.deployment.pk)
    with pytest.raises(Conflict):
        succession.declare(**rows, places=same, by=None, now=timezone.now())
    places = {former.deployment.pk: successor.deployment.pk, second.pk: None}
    succession.declare(**rows, places=places, by=None, now=timezone.now())
    made = LtiDeployment.objects.get(registration=successor.row, deployment_id="d2")
    assert made.state == "active"
    assert made.contexts.count() == successor.deployment.contexts.count() == 1


def test_nothing_but_another_open_registration_of_the_platform_may_follow(quiz, schools):
    former, successor = schools
    other = School(issuer="https://two.example")
    for wrong in (former, other):
        with pytest.raises(Conflict):
            declare(former, wrong)
    declare(former, successor)
    with pytest.raises(Conflict):
        declare(former, School(client_id="tool-3"))
    with pytest.raises(Conflict):
        declare(successor, former)
    assert LtiSuccession.objects.count() == 1


def test_administrators_see_what_moves_and_declare_it(admin_client, quiz, schools):
    former, successor = schools
    enter(former, quiz)
    page = reverse("admin:cx_courses_lti_ltiregistration_successor", args=[former.row.pk])
    assert "tool-2" in admin_client.get(page).text
    shown = admin_client.get(page, {"successor": successor.row.pk}).text
    assert f'name="place_{former.deployment.pk}"' in shown
    sent = {"successor": successor.row.pk, f"place_{former.deployment.pk}": successor.deployment.pk}
    assert admin_client.post(page, {**sent, "successor": former.row.pk}).status_code == 200
    assert not LtiSuccession.objects.exists()
    assert admin_client.post(page, sent).status_code == 302
    made = LtiSuccession.objects.get()
    assert (made.former, made.successor) == (former.row, successor.row)
    assert made.counts["people"] == 1
    assert admin_client.post(page, sent).status_code == 200
    change = reverse("admin:cx_courses_lti_ltiregistration_change", args=[former.row.pk])
    form = {**admin_client.get(change).context["adminform"].form.initial, "is_active": "on"}
    form = {name: value for name, value in form.items() if value not in (None, [])}
    assert admin_client.post(change, form).status_code == 200
    former.row.refresh_from_db()
    assert not former.row.is_active
