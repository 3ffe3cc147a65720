"""The platform of the demo: that of the tests, with one course, three people and a page."""

import html
import re
import urllib.parse
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from tests.lti.platform import messages
from tests.lti.platform.state import CLAIM, INSTRUCTOR, Message, Platform, Tool
from tests.lti.platform.web import Answer, Call, sent

PAGE = Path(__file__).with_name("page.html")
PEOPLE = {
    "tenney": ("Ines", "Tenney", INSTRUCTOR),
    "ada": ("Ada", "Lindqvist"),
    "ben": ("Ben", "Okafor"),
}
SHOWN_CALLS = 12


class PyJwtKeys:
    """Sign and read with PyJWT: the platform of the tests takes another library, for a contrast."""

    def __init__(self) -> None:
        self.kid = "demo"
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def public(self) -> dict[str, Any]:
        found = RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return {**found, "kid": self.kid, "alg": "RS256", "use": "sig"}

    def sign(self, header: dict[str, Any], claims: dict[str, Any]) -> str:
        return jwt.encode(claims, self.key, algorithm="RS256", headers=header)

    def read(self, token: str, key_set: dict[str, Any]) -> dict[str, Any] | None:
        """Return the claims of a token that one of these keys signed; None for every other."""
        try:
            keys = jwt.PyJWKSet.from_dict(key_set)
            key = keys[jwt.get_unverified_header(token)["kid"]]
            # Times and audience are for the platform to compare.
            options = {"verify_signature": True, "verify_aud": False}
            return dict(jwt.decode(token, key, algorithms=["RS256"], options=options))
        except (jwt.PyJWTError, KeyError):
            return None


@dataclass
class Link:
    """An activity of the course, as a teacher picked it."""

    number: str
    item: dict[str, Any]
    line_item: str = ""

    @property
    def title(self) -> str:
        return str(self.item.get("title") or "A link")


class School(Platform):
    """One course with a teacher and two learners, and its gradebook."""

    product = "demo"

    def __init__(self, base: str) -> None:
        super().__init__(base, keys=PyJwtKeys())
        self.context = {"id": "service", "title": "Good service", "type": ["CourseSection"]}
        self.links: dict[str, Link] = {}
        for user, (given, family, *roles) in PEOPLE.items():
            name = f"{given} {family}"
            self.enrol(user, *roles, given_name=given, family_name=family, name=name)
        self.pages = {
            r"GET /": show_page,
            r"GET /course": show_course,
            r"GET /open/(\d+)": open_link,
            r"GET /pick": pick,
            r"POST /deep-links": add_links,
        }

    @property
    def tool(self) -> Tool:
        return next(iter(self.tools.values()))

    def register(self, invitation: str) -> None:
        """Open the tool's page of registration and press its button."""
        url = self.registration_url(invitation)
        with urllib.request.urlopen(url, timeout=60) as answer:
            (shown,) = re.findall(r'name="shown" value="([^"]+)"', answer.read().decode())
        form = {"shown": html.unescape(shown), "privacy": "name"}
        body = urllib.parse.urlencode(form).encode()
        with urllib.request.urlopen(url, body, timeout=60) as answer:
            answer.read()

    def score(self, user: str, link: Link) -> str:
        """Return the newest score of a learner in the column of a link."""
        number = column(link)
        found = [one for of, one in self.scores if (of, one["userId"]) == (number, user)]
        if not found or "scoreGiven" not in found[-1]:
            return ""
        return f"{found[-1]['scoreGiven']:g} / {found[-1]['scoreMaximum']:g}"


def show_page(_school: School, _call: Call) -> Answer:
    return Answer(200, PAGE.read_bytes(), "text/html; charset=utf-8")


def show_course(school: School, _call: Call) -> Answer:
    """Answer what the page shows: people, links, scores, and what the tool called."""
    calls = [one for one in school.calls if one[1] in ("/token", "/jwks") or "/scores" in one[1]]
    return sent({
        "people": [
            {"id": user, "name": one.claims["name"], "teaches": INSTRUCTOR in one.roles}
            for user, one in school.members.items()
        ],
        "links": [
            {"id": one.number, "title": one.title, "has_column": bool(one.line_item),
             "scores": {user: school.score(user, one) for user in PEOPLE}}
            for one in school.links.values()
        ],
        "calls": [f"{method} {path}: {status}" for method, path, status in calls[-SHOWN_CALLS:]],
    })  # fmt: skip


def open_link(school: School, call: Call, number: str) -> Answer:
    """Send the browser to the tool with a link of the course."""
    link = school.links[number]
    target = link.item.get("url") or school.tool.redirect_uris[0]
    more = {f"{CLAIM}resource_link": {"id": number, "title": link.title}}
    if link.item.get("custom"):
        more[f"{CLAIM}custom"] = link.item["custom"]
    return launch(school, call, target, link=number, line_item=link.line_item, more=more)


def pick(school: School, call: Call) -> Answer:
    """Send a teacher to the tool, to pick what links open."""
    target = school.tool.redirect_uris[0]
    return launch(school, call, target, kind="LtiDeepLinkingRequest", more={})


def launch(
    school: School, call: Call, target: str, *, more: dict[str, Any], **about: Any
) -> Answer:
    shown = {"return_url": f"{school.base}/return", "locale": call.query.get("locale", "en")}
    more[f"{CLAIM}launch_presentation"] = shown
    member = school.members[call.query["as"]]
    message = Message(school.tool, member, target, more=more, **about)
    # In a window there is no page around that keeps anything for the tool.
    storage = {} if "window" in call.query else {"lti_storage_target": "_parent"}
    return Answer(302, headers={"Location": school.login_url(message, **storage)})


def add_links(school: School, call: Call) -> Answer:
    """Add what the teacher picked to the course, with a column where the tool asks for one."""
    done = messages.receive_deep_links(school, call)
    if done.status == 200:  # noqa: PLR2004
        for item in school.deep_links[-1].get(f"{messages.DEEP_LINKS}content_items", []):
            link = Link(str(len(school.links) + 1), item)
            if "lineItem" in item:
                link.line_item = f"{school.base}/lineitems/{link.number}/lineitem?type_id=1"
                school.line_items[int(link.number)] = {
                    "label": link.title, "resourceLinkId": link.number, **item["lineItem"],
                    "id": link.line_item,
                }  # fmt: skip
            school.links[link.number] = link
    return done


def column(link: Link) -> int:
    return int(link.number)
