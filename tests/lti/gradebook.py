"""A platform with a gradebook, with which the site is registered, and the relay."""

import re
from datetime import timedelta
from random import Random

from django.urls import reverse
from django.utils import timezone

from courses.domain import relay
from courses.lti import addresses, registrations
from courses.models import Enrolment
from tests.factories import (
    make_quiz,
    take_quiz,
)
from tests.lti.platform.state import CLAIM, Message, Tool
from tests.lti.visitor import Visitor


class Clock:
    """The time of the relay: as it is, and as much later as it was told to be."""

    def __init__(self):
        self.more = timedelta()

    def __call__(self):
        return timezone.now() + self.more


class FrameSeat:
    """A browser in the session that a launch opened."""

    def __init__(self, visitor, page):
        self.visitor, self.first = visitor, page
        self.base = re.match(r".*/embed/[0-9a-f-]+/", page.url)[0]

    def address(self, name, *args):
        return self.base + reverse(f"cx_courses:{name}", args=args)[1:]

    def get(self, name, *args, query=""):
        return self.visitor.get(self.address(name, *args) + query)

    def post(self, name, *args, **fields):
        """Send a form with the session's token."""
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.first.text)[1]
        sent = {"csrfmiddlewaretoken": token, **fields}
        return self.visitor.post(self.address(name, *args), sent)


class World:
    """A platform with which the tool is registered, a quiz, and the relay."""

    def __init__(self, platform):
        self.platform, self.clock = platform, Clock()
        platform.offers_notices = False  # Asking for them would be calls that no test means.
        self.quiz = make_quiz(questions=2)
        self.row = registrations.create(
            issuer=platform.issuer, client_id="cx", name="School", now=timezone.now(),
            auth_url=f"{platform.base}/auth", keyset_url=f"{platform.base}/jwks",
            token_url=f"{platform.base}/token", accepts_deployments=True,
        )  # fmt: skip
        self.tool = platform.add_tool(
            Tool("cx", addresses.login(), [addresses.launch()], addresses.keys(self.row.uuid))
        )
        self.item = self.column(1)

    def item_url(self, number):
        return f"{self.platform.base}/lineitems/{number}/lineitem?type_id=1"

    def column(self, number):
        url = self.item_url(number)
        self.platform.line_items[number] = {"id": url, "label": "Quiz", "scoreMaximum": 100}
        return url

    def launch(self, user="ada", *roles, **more):
        """Somebody clicks the link; return their enrolment."""
        self.seat(user, *roles, **more)
        rows = Enrolment.objects.filter(course=self.quiz.course)
        return rows.get(user__course_identities__subject=user)

    def seat(self, user, *roles, item=None, link="link-1", more=None, kind="", **named):
        """Somebody clicks the link; return their browser."""
        page, visitor = self.click(
            user, *roles, item=item, link=link, more=more, kind=kind, **named
        )
        assert page.status == 200, page.text
        return FrameSeat(visitor, page)

    def click(self, user, *roles, item=None, link="link-1", more=None, kind="", **named):
        """Somebody clicks the link; return what they see, and their browser."""
        member = self.platform.enrol(user, *roles)
        named = named or {"quiz": self.quiz.key}
        target = addresses.of_target(addresses.Named(self.quiz.course.key, **named))
        item = self.item if item is None else item
        message = Message(self.tool, member, target, link=link, line_item=item, more=more or {})
        message.kind = kind or message.kind
        visitor = Visitor()
        return visitor.submit(visitor.get(self.platform.login_url(message))), visitor

    def context(self, name):
        """The claim of another course of the platform."""
        return {f"{CLAIM}context": {"id": name, "title": name}}

    def take(self, enrolment, *answers):
        return take_quiz(enrolment, self.quiz, *answers, now=timezone.now())

    def relay(self, later=timedelta()):
        """Let the relay run until it has nothing to do."""
        self.clock.more += later
        random = Random(3)
        while not (run := relay.run_once(clock=self.clock, jitter=random)).was_idle:
            if run.failed:
                break
        return run

    def sent(self, user="ada", item=1):
        return [one for of, one in self.platform.scores if (of, one["userId"]) == (item, user)]

    def given(self, user="ada", item=1):
        return [one.get("scoreGiven") for one in self.sent(user, item)]

    def score_calls(self):
        return [status for _m, path, status in self.platform.calls if path.endswith("/scores")]

    def tokens(self):
        return [status for _m, path, status in self.platform.calls if path == "/token"]
