"""Platforms made of Open edX's consumer and of lti1p3platform launch our tool."""

import json

import pytest
from django.utils import timezone

from courses.lti import addresses, copies, registrations
from courses.lti.models import (
    LtiDeployment,
    LtiLaunchRecord,
    LtiLink,
    LtiPlatform,
    LtiRegistration,
)
from courses.models import Enrolment, ExternalIdentity
from tests.factories import make_quiz
from tests.lti.judges import running as judges
from tests.lti.visitor import Visitor
from tests.programs.ports import free_port

GUEST = "does not say who you are"
pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture(params=["open_edx", "lti1p3platform"])
def world(request, tool):
    """A quiz, and the base address of a platform with which the tool is registered."""
    quiz, port = make_quiz(), free_port()
    base = f"http://127.0.0.1:{port}"
    about = judges.register(quiz=quiz, base=base)
    with judges.server("other_platforms", request.param, json.dumps(about), port=port):
        yield base, quiz


def launch(base, user, role="student", visitor=None):
    visitor = visitor or Visitor()
    return visitor.submit(visitor.get(f"{base}/start?user={user}&role={role}"))


def test_learner_and_teacher_of_another_platform_launch(world):
    base, quiz = world

    page = launch(base, "ada")

    assert page.status == 200, page.text
    assert quiz.title in page.text
    assert "/embed/" in page.url
    assert launch(base, "grace", "instructor").status == 200
    roles = dict(Enrolment.objects.values_list("user__course_identities__subject", "role"))
    assert roles == {"ada": Enrolment.Role.LEARNER, "grace": Enrolment.Role.INSTRUCTOR}
    assert Enrolment.objects.values("section").distinct().count() == 1
    link = LtiLink.objects.get()
    assert (link.target, link.target_key) == ("quiz", quiz.key)
    assert link.line_item == f"{base}/lineitems/1"
    assert set(LtiLaunchRecord.objects.values_list("reason", flat=True)) == {""}


@pytest.mark.parametrize("world", ["open_edx"], indirect=True)
def test_people_without_name_and_nobody_by_two_clients_of_open_edx(world):
    """Both registrations have one issuer: the person is one, in a class of each."""
    base, quiz = world
    first = LtiRegistration.objects.get()
    registrations.create(
        issuer=base, client_id="cx-2", name="Second", now=timezone.now(),
        auth_url=first.auth_url, keyset_url=first.keyset_url, accepts_deployments=True,
    )  # fmt: skip

    for more in ("&named=no", "&client=cx-2", "&client=cx-2&sub=no"):
        visitor = Visitor()
        page = visitor.submit(visitor.get(f"{base}/start?user=ada&role=student{more}"))
        assert page.status == 200, page.text
        assert quiz.title in page.text
        assert (GUEST in page.text) == ("sub=no" in more)

    ada = ExternalIdentity.objects.get()
    assert ada.subject == "ada"
    assert Enrolment.objects.filter(user=ada.user).values("section").distinct().count() == 2
    assert LtiPlatform.objects.get().registrations.count() == 2


def test_new_deployment_of_another_platform_waits(world):
    base, _quiz = world
    LtiRegistration.objects.update(accepts_deployments=False)

    page = launch(base, "ada")

    assert page.status == 403
    assert "deployment_pending" in page.text
    assert LtiDeployment.objects.get().state == LtiDeployment.State.PENDING
    assert not Enrolment.objects.exists()


def test_same_launch_posted_again_is_refused(world):
    base, _quiz = world
    visitor = Visitor()
    form = visitor.get(f"{base}/start?user=ada&role=student")

    assert visitor.submit(form).status == 200
    again = visitor.submit(form)

    assert again.status == 403
    assert "nonce_used" in again.text


def test_launch_in_another_browser_is_refused(world):
    base, _quiz = world
    form = Visitor().get(f"{base}/start?user=ada&role=student")

    page = Visitor().submit(form)

    assert page.status == 403
    assert "cookie_missing" in page.text


def test_teacher_of_another_platform_picks_a_link(world):
    base, quiz = world
    visitor = Visitor()
    page = visitor.submit(
        visitor.get(f"{base}/start?user=grace&role=instructor&kind=LtiDeepLinkingRequest")
    )
    assert page.status == 200, page.text
    form = page.forms[0]
    picked = f"{quiz.course.key}/quizzes/{quiz.key}/"

    send = visitor.post(form.action, {"choice": form.fields["choice"], "pick": picked})
    back = visitor.submit(send)

    (item,) = json.loads(back.text)["items"]
    named = {"cx_course": quiz.course.key, "cx_quiz": quiz.key}
    assert item["custom"] == {**named, **copies.ASKED}
    assert item["url"] == addresses.of_target(addresses.Named(quiz.course.key, quiz=quiz.key))
