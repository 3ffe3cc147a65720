"""A teacher picks what a link opens: the pages, the signed answer, and who may not."""

import re

import pytest
from django.utils import timezone

from courses.lti import addresses, copies, registrations
from courses.lti.models import LtiDeployment, LtiLaunchRecord, LtiLink
from courses.models import Course, Enrolment
from tests.factories import CourseFactory, make_quiz
from tests.lti.platform.messages import DEEP_LINKS
from tests.lti.platform.server import running
from tests.lti.platform.state import CLAIM, INSTRUCTOR, Message, Tool
from tests.lti.visitor import Visitor

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
ITEMS = f"{DEEP_LINKS}content_items"
SETTINGS = f"{DEEP_LINKS}deep_linking_settings"


@pytest.fixture
def platform(tool):
    with running() as found:
        row = registrations.create(
            issuer=found.issuer,
            client_id="cx",
            name="School",
            now=timezone.now(),
            auth_url=f"{found.base}/auth",
            keyset_url=f"{found.base}/jwks",
            token_url=f"{found.base}/token",
        )
        LtiDeployment.objects.create(
            registration=row, deployment_id="1", state="active", created_at=timezone.now()
        )
        login, keys = addresses.login(row.uuid), addresses.keys(row.uuid)
        found.add_tool(Tool("cx", login, [addresses.launch()], keys))
        yield found


def message(platform, *roles, target="", kind="LtiDeepLinkingRequest", **more):
    member = platform.enrol("grace", *(roles or (INSTRUCTOR,)))
    return Message(platform.tools["cx"], member, target or addresses.launch(), kind, more=more)


def settings_without(**changed):
    given = {
        "deep_link_return_url": "https://school.example/back",
        "accept_types": ["ltiResourceLink"],
        "accept_presentation_document_targets": ["iframe"],
        **changed,
    }
    return {SETTINGS: {name: value for name, value in given.items() if value is not None}}


def open_picker(platform, *roles, visitor=None, **more):
    visitor = visitor or Visitor()
    page = visitor.get(platform.login_url(message(platform, *roles, **more)))
    return visitor.submit(page)


def value(course, **part):
    return addresses.of_target(addresses.Named(course.key, **part)).removeprefix(addresses.launch())


def post(page, picks=(), visitor=None, **fields):
    """Send the form of the picker with these picked."""
    form = page.forms[0]
    given = [(name, text) for name, text in {**form.fields, **fields}.items() if name != "pick"]
    if "search" not in fields:
        given = [(name, text) for name, text in given if name != "search"]
    given = [*given, *(("pick", one) for one in picks)]
    return (visitor or Visitor()).post(form.action, given)


def test_picked_things_become_links_of_the_platform(platform):
    quiz = make_quiz()
    course = quiz.course

    page = open_picker(platform)
    assert page.status == 200, page.text
    assert course.title in page.text
    send = post(page, [value(course, quiz=quiz.key), value(course)])
    assert platform.base in send.headers["Content-Security-Policy"]
    done = Visitor().submit(send)

    assert "2 items" in done.text, send.text
    (answer,) = platform.deep_links
    whole, link = answer[ITEMS]
    assert whole["custom"] == {"cx_course": course.key, **copies.ASKED}
    assert link == {
        "type": "ltiResourceLink",
        "title": quiz.title,
        "url": addresses.of_target(addresses.Named(course.key, quiz=quiz.key)),
        "custom": {"cx_course": course.key, "cx_quiz": quiz.key, **copies.ASKED},
        "lineItem": {"label": quiz.title, "scoreMaximum": 100},
    }
    assert "lineItem" not in whole
    # What the platform sent comes back as it came.
    assert answer[f"{DEEP_LINKS}data"] == "csrf=a&b=ö"
    assert not Enrolment.objects.exists()


def test_link_that_was_picked_opens_what_was_picked(platform):
    quiz = make_quiz()
    send = post(open_picker(platform), [value(quiz.course, quiz=quiz.key)])
    Visitor().submit(send)
    item = platform.deep_links[0][ITEMS][0]

    launch = message(platform, kind="LtiResourceLinkRequest", target=item["url"])
    launch.more[f"{CLAIM}custom"] = item["custom"]
    visitor = Visitor()
    page = visitor.submit(visitor.get(platform.login_url(launch)))

    assert page.status == 200
    assert quiz.title in page.text
    assert LtiLink.objects.get().target_key == quiz.key


def test_link_that_is_edited_shows_what_it_opens(platform):
    quiz = make_quiz()
    make_quiz()
    named = value(quiz.course, quiz=quiz.key)

    page = open_picker(platform, target=f"{addresses.launch()}{named}")

    assert len(re.findall(r'name="pick"[^>]* checked>', page.text)) == 1
    assert f'value="{named}" checked>' in page.text


def test_columns_that_are_chosen_travel_with_the_link(platform):
    quiz = make_quiz()
    course = quiz.course
    page = open_picker(platform)
    assert 'name="column" value="" checked' in page.text

    send = post(page, [value(course)], column="quizzes", columns="quizzes")
    Visitor().submit(send)

    (item,) = platform.deep_links[0][ITEMS]
    assert item["custom"] == {
        "cx_course": course.key, "cx_score": "quizzes", "cx_columns": "quizzes", **copies.ASKED,
    }  # fmt: skip
    assert item["lineItem"] == {"label": course.title, "scoreMaximum": 100}
    edited = open_picker(platform, **{f"{CLAIM}custom": item["custom"]})
    assert 'name="column" value="quizzes" checked' in edited.text
    assert 'name="columns" value="quizzes" checked' in edited.text


def test_columns_offer_a_review_where_the_platform_opens_work(platform):
    registrations.LtiRegistration.objects.update(sends_reviews=True)
    quiz = make_quiz()
    named = addresses.Named(quiz.course.key, quiz=quiz.key)
    send = post(open_picker(platform), [value(quiz.course, quiz=quiz.key), value(quiz.course)])
    Visitor().submit(send)

    whole, link = platform.deep_links[0][ITEMS]
    assert "lineItem" not in whole
    assert link["lineItem"] == {
        "label": quiz.title,
        "scoreMaximum": 100,
        "submissionReview": {
            "reviewableStatus": ["InProgress", "Submitted", "Completed"],
            "url": addresses.of_target(named),
            "custom": {"cx_course": quiz.course.key, "cx_quiz": quiz.key},
        },
    }


def test_search_keeps_what_is_picked_and_shows_what_matches(platform):
    first, second = CourseFactory(title="Maps of journeys"), CourseFactory(title="Metrics")
    page = open_picker(platform)

    found = post(page, [value(first)], search="1", words="metr")

    assert "Metrics" in found.text
    assert "Maps of journeys" not in found.text
    send = post(found, [value(first), value(second)])
    assert "2 items" in Visitor().submit(send).text


def test_nothing_picked_is_asked_again_and_cancelling_sends_no_link(platform):
    make_quiz()
    page = open_picker(platform)

    again = post(page)
    assert again.status == 400
    assert "Pick something first." in again.text
    Visitor().submit(post(again, cancel="1"))

    assert platform.deep_links[0][ITEMS] == []


def test_draft_is_not_offered_and_cannot_be_picked(platform):
    draft = CourseFactory(title="A draft", state=Course.State.DRAFT)
    page = open_picker(platform)

    assert "A draft" not in page.text
    assert post(page, [value(draft)]).status == 400


@pytest.mark.parametrize("accepts", [True, "true"])
def test_platform_that_takes_several_links_gets_them(platform, accepts):
    quiz = make_quiz()
    page = open_picker(platform, **settings_without(accept_multiple=accepts))

    send = post(page, [value(quiz.course), value(quiz.course, quiz=quiz.key)])
    token = send.forms[0].fields["JWT"]
    assert len(platform.read(token, platform.issuer)[1][ITEMS]) == 2


@pytest.mark.parametrize("accepts", [False, "false", None])
def test_platform_that_takes_one_link_gets_one(platform, accepts):
    quiz = make_quiz()
    page = open_picker(platform, **settings_without(accept_multiple=accepts))

    assert 'type="radio"' in page.text
    send = post(page, [value(quiz.course), value(quiz.course, quiz=quiz.key)])
    token = send.forms[0].fields["JWT"]
    assert len(platform.read(token, platform.issuer)[1][ITEMS]) == 1


def test_data_that_did_not_come_does_not_go_back(platform):
    quiz = make_quiz()
    page = open_picker(platform, **settings_without())
    send = post(page, [value(quiz.course)])

    _tool, answer = platform.read(send.forms[0].fields["JWT"], platform.issuer)

    assert f"{DEEP_LINKS}data" not in answer
    assert send.forms[0].action == "https://school.example/back"


@pytest.mark.parametrize(
    ("reason", "more"),
    [
        ("deep_linking_missing", {SETTINGS: None}),
        ("deep_linking_missing", {SETTINGS: "x"}),
        ("links_not_accepted", settings_without(accept_types=["file"])),
        ("links_not_accepted", settings_without(accept_types=None)),
        ("return_url_wrong", settings_without(deep_link_return_url="http://school.example/b")),
        ("return_url_wrong", settings_without(deep_link_return_url="javascript:alert(1)")),
        ("return_url_wrong", settings_without(deep_link_return_url=None)),
        ("data_wrong", settings_without(data={"a": 1})),
    ],
)
def test_request_that_cannot_be_answered_is_refused(platform, reason, more):
    page = open_picker(platform, **more)

    assert page.status == 403
    assert reason in page.text
    assert LtiLaunchRecord.objects.get().reason == reason


def test_learner_may_not_pick(platform):
    learner = "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"

    page = open_picker(platform, learner)

    assert page.status == 403
    assert "picking_not_allowed" in page.text


def test_one_who_makes_content_may_pick(platform):
    developer = "http://purl.imsglobal.org/vocab/lis/v2/membership#ContentDeveloper"

    assert open_picker(platform, developer).status == 200


def test_choice_that_was_changed_or_of_a_closed_registration_is_refused(platform):
    quiz = make_quiz()
    page = open_picker(platform)
    sealed = page.forms[0].fields["choice"]

    assert "state_unknown" in post(page, [value(quiz.course)], choice=f"{sealed}x").text
    registrations.change(registration=registrations.LtiRegistration.objects.get(),
                         values={"is_active": False})  # fmt: skip
    assert "registration_unknown" in post(page, [value(quiz.course)]).text
    assert platform.deep_links == []
