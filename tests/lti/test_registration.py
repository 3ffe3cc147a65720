"""A platform registers the tool by a link with an invitation, once; and what is refused."""

from datetime import timedelta

import pytest
from django.utils import timezone

from courses.errors import Invalid
from courses.lti import addresses, inviting
from courses.lti.models import LtiDeployment, LtiInvitation, LtiPlatform, LtiRegistration
from courses.models import ApiClient
from tests.factories import make_quiz
from tests.lti.platform.called import TOOL
from tests.lti.platform.server import running
from tests.lti.platform.state import Message
from tests.lti.visitor import Inside, Visitor

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _may_call_this_machine(settings):
    settings.COURSES_OUTGOING_ALLOW = ["127.0.0.1"]


@pytest.fixture
def platform():
    with running() as found:
        yield found


def invite(**more):
    values = {"note": "Moodle", "lifetime": timedelta(days=7), "now": timezone.now(), **more}
    return inviting.create(**values)


def address(invitation, platform):
    return platform.registration_url(addresses.register(invitation.code))


def register(platform, invitation=None, visitor=None, **fields):
    """Open the page as the platform does, and press the button."""
    visitor = visitor or Inside()
    page = visitor.get(address(invitation or invite(), platform))
    assert page.status == 200, page.text
    return visitor.submit(page, **{"privacy": "name", **fields})


def nothing_is_left():
    return not any(model.objects.exists() for model in (LtiRegistration, LtiPlatform, ApiClient))


@pytest.mark.django_db(transaction=True)
def test_platform_registers_and_launches(tool, platform):
    quiz = make_quiz()
    platform.registration_token = "token"

    page = register(platform, visitor=Visitor())

    assert "close.js" in page.text
    row = LtiRegistration.objects.get()
    (known,) = platform.tools.values()
    assert (row.client_id, row.platform.issuer) == (known.client_id, platform.issuer)
    assert row.is_active
    assert row.privacy == "name"
    assert row.token_audience == platform.token_audience
    deployment = LtiDeployment.objects.get()
    assert (deployment.deployment_id, deployment.state) == ("1", "active")
    ada = platform.enrol("ada", given_name="Ada", email="ada@school.example")
    visitor = Visitor()
    target = addresses.of_target(addresses.Named(course=quiz.course.key))
    form = visitor.get(platform.login_url(Message(known, ada, target)))
    opened = visitor.submit(form)
    assert opened.status == 200, opened.text
    assert quiz.course.title in opened.text
    assert "/embed/" in opened.url


def test_page_says_what_is_asked_before_anything_is_sent(platform):
    page = Inside().get(address(invite(), platform))

    assert platform.issuer in page.text
    assert "LtiResourceLinkRequest" in page.text
    assert "frame-ancestors *" in page.headers["Content-Security-Policy"]
    assert [path for _method, path, _status in platform.calls] == [
        "/.well-known/openid-configuration"
    ]
    assert nothing_is_left()


@pytest.mark.parametrize(
    ("privacy", "claims"),
    [
        ("id", ["iss", "sub"]),
        ("name", ["iss", "sub", "name", "given_name", "family_name"]),
        ("mail", ["iss", "sub", "name", "given_name", "family_name", "email"]),
    ],
)
def test_claims_follow_the_chosen_privacy(platform, privacy, claims):
    register(platform, privacy=privacy)

    assert LtiRegistration.objects.get().privacy == privacy
    assert platform.registrations[0][TOOL]["claims"] == claims


def test_canvas_gets_its_own_claims_and_placements(platform):
    platform.product, platform.wants_placements = "canvas", True

    register(platform, privacy="mail")

    own = platform.registrations[0][TOOL]
    assert own["https://canvas.instructure.com/lti/privacy_level"] == "public"
    assert all(message["placements"] for message in own["messages"])


def test_refusal_of_the_platform_is_shown_and_the_invitation_stays_good(platform):
    platform.wants_placements = True  # Only Canvas does, and this one does not say that it is.
    invitation = invite()

    page = register(platform, invitation)

    assert page.status == 400
    assert "placements" in page.text
    assert "422" in page.text
    assert nothing_is_left()
    platform.wants_placements = False
    assert register(platform, invitation).status == 200


@pytest.mark.parametrize("fault", ["500", "401", "html", "cut"])
def test_broken_answer_registers_nothing(platform, fault):
    platform.faults.append(("/registrations", fault))

    assert register(platform).status == 400
    assert nothing_is_left()


@pytest.mark.parametrize("fault", ["500", "html", "cut", "huge"])
def test_broken_configuration_is_refused(platform, fault):
    platform.faults.append(("openid-configuration", fault))

    assert Inside().get(address(invite(), platform)).status == 400
    assert nothing_is_left()


def test_platform_without_token_is_sent_none(platform):
    assert register(platform).status == 200


def test_wrong_token_of_the_platform_registers_nothing(platform):
    visitor = Inside()
    page = visitor.get(address(invite(), platform))
    platform.registration_token = "another"

    assert "401" in visitor.submit(page, privacy="name").text
    assert nothing_is_left()


def test_platform_without_deployment_waits_for_the_first_launch(platform):
    platform.gives_deployment = False

    register(platform)

    assert LtiRegistration.objects.get().is_active
    assert not LtiDeployment.objects.exists()


def test_invitation_is_good_once(platform):
    invitation = invite()
    register(platform, invitation)

    page = Inside().get(address(invitation, platform))

    assert page.status == 404
    assert LtiInvitation.objects.get().registration == LtiRegistration.objects.get()


def test_two_pages_of_one_invitation_register_once(platform):
    invitation = invite()
    first, second = Inside(), Inside()
    pages = [one.get(address(invitation, platform)) for one in (first, second)]

    assert first.submit(pages[0], privacy="name").status == 200
    assert second.submit(pages[1], privacy="name").status == 404
    assert len(platform.registrations) == 1


def test_expired_or_unknown_invitation_is_refused(platform):
    now = timezone.now()
    old = inviting.create(note="Old", lifetime=timedelta(hours=1), now=now - timedelta(hours=2))

    assert Inside().get(address(old, platform)).status == 404
    assert Inside().get(addresses.register("cxl_unknown")).status == 404
    assert platform.calls == []


def test_invitation_for_another_host_is_refused(platform):
    page = Inside().get(address(invite(host="moodle.example.org"), platform))

    assert page.status == 400
    assert "moodle.example.org" in page.text


def test_invitation_for_this_host_registers(platform):
    assert register(platform, invite(host="127.0.0.1")).status == 200


def test_issuer_of_another_site_is_refused(platform):
    for issuer in ("https://elsewhere.example.org", "https://canvas.instructure.com", ""):
        platform.issuer = issuer
        assert Inside().get(address(invite(), platform)).status == 400
    assert nothing_is_left()


def test_address_that_is_not_public_is_never_called(platform, settings):
    settings.COURSES_OUTGOING_ALLOW = []

    page = Inside().get(address(invite(), platform))

    assert page.status == 400
    assert platform.calls == []


@pytest.mark.parametrize(
    "url",
    ["http://moodle.example.org/c", "file:///etc/passwd", "https://a@b.example/c", "c", "//x"],
)
def test_configuration_elsewhere_than_on_https_is_refused(url):
    address = addresses.register(invite().code)

    assert Inside().get(f"{address}?openid_configuration={url}").status == 400


def test_page_that_was_changed_registers_nothing(platform):
    visitor = Inside()
    page = visitor.get(address(invite(), platform))
    shown = page.forms[0].fields["shown"]

    assert visitor.submit(page, shown=shown[:-1] + "x").status == 400
    # What was shown for one invitation is nothing that another one agreed to.
    other = visitor.get(address(invite(), platform))
    assert visitor.submit(other, shown=shown, privacy="name").status == 400
    assert visitor.submit(page, privacy="nothing").status == 400
    assert nothing_is_left()


def test_second_registration_of_an_issuer_belongs_to_one_platform(platform):
    register(platform)
    register(platform)

    assert LtiPlatform.objects.count() == 1
    assert LtiRegistration.objects.count() == 2


def test_refused_second_registration_leaves_the_first_alone(platform):
    register(platform)
    platform.faults.append(("/registrations", "500"))
    register(platform)

    assert LtiRegistration.objects.count() == LtiPlatform.objects.count() == 1


def test_address_opened_by_hand_says_where_it_belongs():
    page = Inside().get(addresses.register(invite().code))

    assert page.status == 200
    assert "paste it into your learning platform" in page.text


@pytest.mark.parametrize(
    "values",
    [{"lifetime": timedelta(0)}, {"lifetime": timedelta(days=61)}, {"host": "https://a.example/"}],
)
def test_invitation_that_cannot_be_is_refused(values):
    with pytest.raises(Invalid):
        invite(**values)
