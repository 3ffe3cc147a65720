"""A platform with a key, as the tests of the API drive it."""

import json
from typing import Any

from django.test import Client

from courses.domain import clients, enrolments, learners
from courses.models import ApiClient, Enrolment
from tests.factories import NOW

ROOT = "/api/v1"
EVERYTHING = (
    "catalogue:read",
    "learners:write",
    "learning:write",
    "gradebook:write",
    "authoring:write",
    "events:read",
    "webhooks:write",
)


class Platform:
    """`platform.get("/courses")`: a request with the platform's key; JSON in and out."""

    def __init__(self, *scopes: str, name: str = "Acme", courses: Any = ()) -> None:
        self.client, _is_new = ApiClient.objects.get_or_create(name=name)
        new = clients.create_key(
            client=self.client, scopes=scopes or EVERYTHING, courses=list(courses)
        )
        self.key, self.row = new.text, new.row
        self.http = Client(raise_request_exception=False)

    def learner(self, external_id: str = "a-1", *, course: Any = None) -> Any:
        """One of the platform's learners, enrolled when a course is given."""
        done = learners.upsert(client=self.client, external_id=external_id, values={}, now=NOW)
        if course is not None:
            enrolments.enrol(course=course, user=done.identity.user, now=NOW)
        return done.identity.user

    def enrolment(self, external_id: str = "a-1") -> Enrolment:
        user = learners.find(client=self.client, external_id=external_id).user
        return Enrolment.objects.get(user=user)

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        given = {"authorization": f"Bearer {self.key}"}
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


def problem(response: Any, status: int, code: str) -> dict[str, Any]:
    """The body of a problem, which must be this one."""
    assert response.headers["Content-Type"] == "application/problem+json", response.content
    body = response.json()
    assert (response.status_code, body["status"], body["code"]) == (status, status, code), body
    assert body["type"].endswith(f"{ROOT}/problems/{code}")
    return body
