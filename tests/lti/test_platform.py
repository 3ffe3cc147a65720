"""Tools made of PyLTI1p3 and django-lti work with our test platform, and meet its refusals."""

import json

import pytest

from tests.lti.judges import running as judges
from tests.lti.platform.server import running
from tests.lti.platform.state import CLAIM, INSTRUCTOR, Message, Tool
from tests.lti.visitor import Visitor
from tests.programs.ports import free_port

pytestmark = pytest.mark.slow
ITEMS = "https://purl.imsglobal.org/spec/lti-dl/claim/content_items"


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A platform, and a tool registered with it that runs in another process."""
    with running() as platform:
        port = free_port()
        base = f"http://127.0.0.1:{port}"
        tool = platform.add_tool(Tool("cx", f"{base}/login", [f"{base}/launch"], f"{base}/jwks"))
        about = {
            "issuer": platform.issuer, "client_id": "cx", "auth_url": f"{platform.base}/auth",
            "token_url": f"{platform.base}/token", "keyset_url": f"{platform.base}/jwks",
        }  # fmt: skip
        database = str(tmp_path_factory.mktemp("tool") / "tool.sqlite3")
        with judges.server("django_lti_tool", database, json.dumps(about), port=port):
            for number in range(5):
                platform.enrol(f"learner-{number}", name=f"Learner {number}")
            platform.enrol("teacher", INSTRUCTOR, name="Teacher")
            yield platform, tool


def launch(platform, message, visitor=None):
    """What the tool answers when somebody clicks the link."""
    visitor = visitor or Visitor()
    # The tool asks by a script whether cookies work; this parameter says that it did.
    page = visitor.get(f"{platform.login_url(message)}&lti1p3_new_window=1")
    return visitor.submit(page)


def message(world, member, **more):
    platform, tool = world
    found = platform.members.get(member)
    return Message(tool, found, tool.redirect_uris[0], **more)


def test_a_tool_reads_a_launch_and_sends_a_score(world):
    platform, _tool = world

    found = json.loads(launch(platform, message(world, "learner-1")).text)

    assert found.pop("results")[0]["resultScore"] == 7
    assert found == {
        "sub": "learner-1", "name": "Learner 1", "context": "Course 1", "link": "link-1",
        "is_instructor": False, "copies": True,
    }  # fmt: skip
    (item,) = platform.line_items.values()
    assert (item["tag"], item["resourceId"]) == ("quiz", "q")


def test_a_tool_reads_all_pages_of_the_people(world):
    platform, _tool = world
    platform.enrol("learner-0", status="Inactive")
    # django-lti wants each status, and PyLTI1p3 2.0.0 spells addresses of next pages in lower case.
    platform.page_parameter = "from"
    platform.names_active_status = True

    found = json.loads(launch(platform, message(world, "teacher")).text)

    assert found["is_instructor"]
    assert found["members"] == [
        ["learner-0", False], *([f"learner-{number}", True] for number in range(1, 5)),
        ["teacher", True],
    ]  # fmt: skip


def test_a_tool_answers_a_choice_of_content(world):
    platform, _tool = world
    visitor = Visitor()

    form = launch(platform, message(world, "teacher", kind="LtiDeepLinkingRequest"), visitor)

    assert "1 items" in visitor.submit(form).text
    assert platform.deep_links[-1][ITEMS][0]["custom"] == {"quiz": "q"}


def test_a_tool_reads_a_submission_review(world):
    platform, _tool = world
    for_user = {"user_id": "learner-1"}
    more = {f"{CLAIM}for_user": for_user}
    line_item = f"{platform.base}/lineitems/1/lineitem?type_id=1"

    page = launch(
        platform,
        message(
            world, "teacher", kind="LtiSubmissionReviewRequest", line_item=line_item, more=more
        ),
    )

    assert json.loads(page.text) == {"for_user": for_user}


BROKEN = [
    ("Registration not found", {"more": {"iss": "https://elsewhere.example.org"}}),
    ("Registration not found", {"more": {"aud": "another"}}),
    ("Invalid Nonce", {"more": {"nonce": "another"}}),
    ("Incorrect version", {"more": {f"{CLAIM}version": "1.1"}}),
    ("Invalid message type", {"more": {f"{CLAIM}message_type": None}}),
    ("Signature has expired", {"expires": -300}),
    ("Unable to find public key", {"header": {"kid": "another"}}),
]


@pytest.mark.parametrize(("reason", "broken"), BROKEN)
def test_a_message_made_wrong_is_refused_by_a_tool(world, reason, broken):
    """That the platform can send such messages is what tests of our own launches rest on."""
    platform, _tool = world
    page = launch(platform, message(world, "learner-1", **broken))
    assert page.status == 400
    assert reason in json.loads(page.text)["error"]


def test_a_registration_comes_from_a_tool_with_dynamic_registration():
    with running() as platform:
        platform.registration_token = "secret"
        configuration = f"{platform.base}/.well-known/openid-configuration"
        register = ("registering", "registering_tool", configuration)

        assert judges.answer(*register, "wrong", "") == {
            "status": 401, "answer": {"error": "registration_token"},
        }  # fmt: skip
        found = judges.answer(*register, "secret", "")
        assert list(platform.tools) == [found["registration"]["client_id"]]
        # The token is used up: Brightspace sends none at all.
        platform.wants_placements = True
        assert judges.answer(*register, "", "") == {
            "status": 422, "answer": {"errors": ["placements"]},
        }  # fmt: skip
        assert "registration" in judges.answer(*register, "", "link_selection")
        assert [tool.redirect_uris for tool in platform.tools.values()] == [
            ["https://tool.example.org/launch"]
        ] * 2
