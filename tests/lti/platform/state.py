"""What a platform knows: its keys, its tools, one course with its people, and what tools sent."""

import json
import secrets
import threading
import time
import urllib.request
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

SPEC = "https://purl.imsglobal.org/spec/"
CLAIM = f"{SPEC}lti/claim/"
INSTRUCTOR, LEARNER = (
    f"http://purl.imsglobal.org/vocab/lis/v2/membership#{name}"
    for name in ("Instructor", "Learner")
)
AGS = tuple(
    f"{SPEC}lti-ags/scope/{name}"
    for name in ("lineitem", "lineitem.readonly", "result.readonly", "score")
)
NRPS = f"{SPEC}lti-nrps/scope/contextmembership.readonly"
NOTICES = f"{SPEC}lti/scope/noticehandlers"
SCOPES = (*AGS, NRPS, NOTICES)


@dataclass
class Tool:
    """A registered tool. Its keys are read at every check, for they may change."""

    client_id: str
    login_url: str
    redirect_uris: list[str]
    jwks_url: str
    deployment_id: str = "1"
    scopes: tuple[str, ...] = SCOPES


@dataclass
class Member:
    """Somebody in the course. `claims`: name, email …, what the platform gives away."""

    user_id: str
    roles: tuple[str, ...] = (LEARNER,)
    status: str = "Active"
    claims: dict[str, Any] = field(default_factory=dict)


@dataclass
class Message:
    """A message to send; `more` overrides its claims (None: left out), `header` the token's header.

    Without a `member` it is an anonymous launch. `expires`: seconds from now (Moodle: 60).
    """

    tool: Tool
    member: Member | None
    target: str
    kind: str = "LtiResourceLinkRequest"
    link: str = "link-1"
    line_item: str = ""
    expires: int = 300
    more: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)


class Platform:
    """A platform at `base`, its issuer."""

    product = "test-platform"
    page_size = 2
    page_parameter = "From"
    """Next pages have an address with capitals, which tools must keep."""
    next_page = ""
    """The address to which the first page of people leads, instead of the second."""
    ignores_filters = False
    """Lists of line items have all of them, whatever is asked for."""
    forgets_changes = False
    """It no longer knows what has changed: the address of changes is answered by 410."""
    offers_notices = True
    numeric_ids = False
    names_active_status = False
    one_score_a_second = False
    """As Moodle: a second score within one second is answered by 409."""
    wants_placements = False
    """As Canvas: messages at registration need placements."""
    registration_token = ""
    gives_deployment = True

    def __init__(self, base: str, keys: Any = None) -> None:
        if keys is None:
            # The demo signs with another library, because it does without the tools of the tests.
            from tests.lti.platform.signing import JoseKeys

            keys = JoseKeys()
        self.keys = keys
        self.pages: dict[str, Any] = {}
        """Further addresses: "METHOD pattern" → what answers it."""
        self.base = self.issuer = base
        self.token_audience = f"{base}/token"
        self.context: dict[str, Any] = {
            "id": "course-1",
            "title": "Course 1",
            "type": ["CourseSection"],
        }
        self.tools: dict[str, Tool] = {}
        self.messages: dict[str, Message] = {}
        self.tokens: dict[str, tuple[str, frozenset[str]]] = {}
        self.assertions: set[str] = set()
        self.members: dict[str, Member] = {}
        self.changes: list[str] = []
        self.line_items: dict[int, dict[str, Any]] = {}
        self.scores: list[tuple[int, dict[str, Any]]] = []
        self.handlers: dict[tuple[str, str], str] = {}
        self.deep_links: list[dict[str, Any]] = []
        self.returns: list[dict[str, str]] = []
        self.registrations: list[dict[str, Any]] = []
        self.calls: list[tuple[str, str, int]] = []
        """(method, path, status) of every call."""
        self.faults: list[tuple[str, str]] = []
        """(part of an address, name in `server.FAULTS`); each is met once."""
        self.faults_met: list[tuple[str, str]] = []
        self.noted: list[tuple[str, str, int]] = []
        """As `calls`, but of those that began after the last `recover`."""
        self.released = threading.Event()
        self.lock = threading.RLock()

    def recover(self) -> None:
        """Have no faults any more. Calls that have met one may still be under way."""
        with self.lock:
            self.faults.clear()
            self.noted = []

    def sign(self, claims: dict[str, Any], **header: Any) -> str:
        header = {"alg": "RS256", "kid": self.keys.kid, "typ": "JWT", **header}
        return self.keys.sign(header, claims)

    def read(self, token: str, audience: str) -> tuple[Tool, dict[str, Any]] | None:
        """The tool that signed this for that audience, a moment ago, and what it says."""
        now = time.time()
        for tool in self.tools.values():
            with urllib.request.urlopen(tool.jwks_url, timeout=10) as answer:
                found = self.keys.read(token, json.load(answer))
            if found is None:
                continue
            is_for_us = audience in (found.get("aud"), *found.get("aud", ()))
            is_now = found["iat"] - 60 <= now <= found["exp"]
            if is_for_us and is_now and found.get("iss") == tool.client_id:
                return tool, found
        return None

    def add_tool(self, tool: Tool) -> Tool:
        self.tools[tool.client_id] = tool
        return tool

    def enrol(self, user_id: str, *roles: str, status: str = "Active", **claims: Any) -> Member:
        """Add somebody to the course, or change them: `status` "Deleted" takes them out."""
        self.members[user_id] = Member(user_id, roles or (LEARNER,), status, claims)
        self.changes.append(user_id)
        return self.members[user_id]

    def send(self, message: Message) -> dict[str, str]:
        """The parameters with which a browser comes to the tool's login for this message."""
        hint = secrets.token_urlsafe(8)
        self.messages[hint] = message
        return {
            "iss": self.issuer, "login_hint": message.member.user_id if message.member else "none",
            "target_link_uri": message.target, "lti_message_hint": hint,
            "client_id": message.tool.client_id, "lti_deployment_id": message.tool.deployment_id,
        }  # fmt: skip

    def login_url(self, message: Message, **more: str) -> str:
        """The address in the tool to which a link in the platform leads."""
        return f"{message.tool.login_url}?{urlencode({**self.send(message), **more})}"

    def registration_url(self, url: str) -> str:
        """The tool's address for registration as the platform opens it."""
        found = {"openid_configuration": f"{self.base}/.well-known/openid-configuration"}
        if self.registration_token:
            found["registration_token"] = self.registration_token
        return f"{url}{'&' if '?' in url else '?'}{urlencode(found)}"
