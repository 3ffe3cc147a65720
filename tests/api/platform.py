"""Who calls the API in tests: a platform by key or OAuth token, a person by token or session."""

import base64
import json
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from courses.domain import clients, enrolments, learners, tokens
from courses.models import ApiClient, ApiKey, Enrolment
from tests.factories import NOW

ROOT = "/api/v1"
EVERYTHING = (
    "catalogue:read",
    "learners:write",
    "learning:write",
    "gradebook:write",
    "authoring:draft",
    "authoring:write",
    "events:read",
    "webhooks:write",
)


class Caller:
    """`caller.get("/courses")`: a request with the credential `key`; JSON in and out."""

    def __init__(self, key: str | None) -> None:
        self.key = key
        self.http = Client(raise_request_exception=False)

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        given = {} if self.key is None else {"authorization": f"Bearer {self.key}"}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        url = path if path.startswith("http") else ROOT + path
        extra: dict[str, Any] = {}
        if body is not None:
            extra = {
                "data": body if isinstance(body, bytes | str) else json.dumps(body),
                "content_type": "application/json",
            }
        return getattr(self.http, method)(url, headers=given, **extra)

    def get(self, path: str, **headers: str) -> Any:
        return self.call("get", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.call("post", path, {} if body is None else body, **headers)

    def put(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.call("put", path, {} if body is None else body, **headers)

    def delete(self, path: str, **headers: str) -> Any:
        return self.call("delete", path, **headers)


def anonymous() -> Caller:
    """Return a caller without any credential."""
    return Caller(None)


def by_token(user: Any) -> Caller:
    """A person with a token of their own."""
    lifetime = timedelta(days=30)
    return Caller(tokens.create_token(user=user, lifetime=lifetime, now=timezone.now()).text)


def by_session(user: Any) -> Caller:
    """A person who is signed in in a browser."""
    caller = Caller(None)
    caller.http.force_login(user)
    return caller


def access_token(client_id: str, secret: str, **asked: str) -> Any:
    """The answer of the token endpoint."""
    basic = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
    return Client(raise_request_exception=False).post(
        "/oauth/token",
        {"grant_type": "client_credentials", **asked},
        headers={"authorization": f"Basic {basic}"},
    )


class Platform(Caller):
    """A platform with a key of these scopes, or with an access token of an OAuth client."""

    def __init__(
        self, *scopes: str, name: str = "Acme", courses: Any = (), kind: str = ApiKey.Kind.KEY
    ) -> None:
        self.client, _is_new = ApiClient.objects.get_or_create(name=name)
        new = clients.create_key(
            client=self.client, scopes=scopes or EVERYTHING, courses=list(courses), kind=kind
        )
        self.row, self.secret = new.row, new.text
        super().__init__(self.access_token() if kind == ApiKey.Kind.OAUTH else new.text)

    def access_token(self, **asked: str) -> str:
        """A new access token of this OAuth client."""
        return str(access_token(self.row.prefix, self.secret, **asked).json()["access_token"])

    def learner(self, external_id: str = "a-1", *, course: Any = None) -> Any:
        """One of the platform's learners, enrolled when a course is given."""
        done = learners.upsert(client=self.client, external_id=external_id, values={}, now=NOW)
        if course is not None:
            enrolments.enrol(course=course, user=done.identity.user, now=NOW)
        return done.identity.user

    def enrolment(self, external_id: str = "a-1") -> Enrolment:
        user = learners.find(client=self.client, external_id=external_id).user
        return Enrolment.objects.latest_cycle().get(user=user)


def problem(response: Any, status: int, code: str) -> dict[str, Any]:
    """The body of a problem, which must be this one."""
    assert response.headers["Content-Type"] == "application/problem+json", response.content
    body = response.json()
    assert (response.status_code, body["status"], body["code"]) == (status, status, code), body
    assert body["type"].endswith(f"{ROOT}/problems/{code}")
    return body
