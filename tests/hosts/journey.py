"""Use the courses of a host project once as a learner, an administrator and a platform.

A script, not a test: it runs beside the host's manage.py and prints every answer as JSON. It knows
the app's URL names and the API's paths, and nothing of the host but its settings module.
"""

import json
import os
import sys
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "host.settings")
django.setup()

from django.apps import apps  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from django.contrib.auth.models import Permission  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import NoReverseMatch, reverse  # noqa: E402

import courses  # noqa: E402
from courses.models import Course, LessonProgress, Response  # noqa: E402
from courses.prepared import PreparedQuery  # noqa: E402

_PERMISSIONS = ("courses.publish_course", "cx_courses.add_course")
PLATFORM = "https://platform.example.org"


class CheckForm(HTMLParser):
    """The first form of a lesson that sends a check, filled in with the first values it offers."""

    def __init__(self) -> None:
        super().__init__()
        self.action = ""
        self.fields: dict[str, str] = {}
        self.is_inside = False
        self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "form" and not self.action and "/checks/" in (found.get("action") or ""):
            self.action, self.is_inside = found["action"] or "", True
        elif self.is_inside:
            self._fill(tag, found)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.is_inside = False

    def _fill(self, tag: str, found: dict[str, str | None]) -> None:
        name, value = found.get("name") or "", found.get("value") or ""
        if tag == "select":
            self.select = name
        elif tag == "option" and self.select and value:
            self.fields[self.select] = value
        elif tag == "textarea" and name:
            self.fields[name] = "Something sensible."
        elif tag in {"input", "button"} and name and name not in self.fields:
            self.fields[name] = value or "1"


class Journey:
    """Every request that was made, by a name, with its answer."""

    def __init__(self) -> None:
        self.answers: dict[str, dict[str, Any]] = {}
        self.course = Course.objects.published().order_by("pk")[0]
        module = self.course.modules.order_by("position")[0]
        self.lesson = module.lessons.order_by("position")[0]
        self.quiz = module.quizzes.filter(kind="graded")[0]

    def ask(self, name: str, client: Client, method: str, address: str, **more: Any) -> Any:
        """The answer, which is kept under this name."""
        more.setdefault("HTTP_X_REQUEST_ID", "journey-of-a-host")
        answer = getattr(client, method)(address, **more)
        body = answer.getvalue().decode()
        headers = {key: value for key, value in answer.headers.items() if key != "Date"}
        self.answers[name] = {"status": answer.status_code, "headers": headers, "body": body}
        return answer

    def page(self, name: str, client: Client, *args: object, method: str = "get") -> Any:
        address = reverse(f"cx_courses:{name}", args=args)
        return self.ask(f"page {name}", client, method, address)


def browser() -> Client:
    return Client(SERVER_NAME="localhost", raise_request_exception=False)


def person(name: str, **more: Any) -> Any:
    """A new user of the host, whatever its user model calls things."""
    model = get_user_model()
    fields = {field.name for field in model._meta.get_fields()}
    given = {model.USERNAME_FIELD: f"{name}@example.org", "email": f"{name}@example.org", **more}
    user = model(**{key: value for key, value in given.items() if key in fields})
    user.set_password("a-long-password")
    user.save()
    return user


def learn(journey: Journey) -> Any:
    """Take a lesson and look at every page of a learner."""
    course, client, user = journey.course.key, browser(), person("learner")
    journey.ask("page catalogue, signed out", client, "get", reverse("cx_courses:catalogue"))
    journey.ask("page progress, signed out", client, "get", reverse("cx_courses:progress"))
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    journey.page("enrol", client, course, method="post")
    lesson = journey.page("lesson", client, course, journey.lesson.key)
    form = CheckForm()
    form.feed(lesson.content.decode())
    journey.ask("check", client, "post", form.action, data=form.fields)
    for name in ("catalogue", "progress", "account", "preferences", "export"):
        journey.page(name, client)
    for name in ("course", "glossary", "daily-review", "my-data"):
        journey.page(name, client, course)
    journey.page("quiz", client, course, journey.quiz.key)
    return user


def permitted() -> Any:
    """A person with one permission for the host's own courses and one for ours."""
    user = person("instructor")
    for name in _PERMISSIONS:
        label, codename = name.split(".")
        found = Permission.objects.filter(content_type__app_label=label, codename=codename)
        user.user_permissions.add(*found)
    return user


def administer(journey: Journey) -> None:
    """Open the lists of every model, and one course."""
    client = browser()
    user = person("administrator", is_staff=True, is_superuser=True)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    journey.ask("admin", client, "get", reverse("admin:index"))
    for name in ("course", "question", "enrolment", "attempt", "apikey", "webhookendpoint"):
        try:
            address = reverse(f"admin:cx_courses_{name}_changelist")
        except NoReverseMatch:
            continue
        journey.ask(f"admin {name}", client, "get", address)
    address = reverse("admin:cx_courses_course_change", args=[journey.course.pk])
    journey.ask("admin one course", client, "get", address)
    if apps.is_installed("apps.courses"):
        journey.ask("own page", client, "get", reverse("courses:catalogue"))
        journey.ask("own admin", client, "get", reverse("admin:courses_course_changelist"))


class Platform:
    """A program that calls the API with a key of its own."""

    def __init__(self, journey: Journey) -> None:
        key = StringIO()
        call_command(
            "api_key", "create", "A platform", "--scope=admin", stdout=key, stderr=StringIO()
        )
        self.journey = journey
        self.client = browser()
        self.root = reverse("cx_courses:api:course-list").removesuffix("/courses")
        self.authorised = {"HTTP_AUTHORIZATION": f"Bearer {key.getvalue().strip()}"}

    def call(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        sent = {} if body is None else {"data": json.dumps(body)}
        address = f"{self.root}{path}"
        name = f"api {method} {path.partition('/attempts/')[0]} {len(self.journey.answers)}"
        more = {"content_type": "application/json", **sent, **self.authorised, **more}
        return self.journey.ask(name, self.client, method, address, **more)


def call_the_api(journey: Journey) -> None:
    """Take a quiz as a platform, ask for every kind of answer, and open a launch."""
    platform, course, quiz = Platform(journey), journey.course.key, journey.quiz.key
    call, learner = platform.call, "/learners/a-1"
    journey.ask("api signed out", browser(), "get", f"{platform.root}/courses")
    journey.ask("api unknown", browser(), "get", f"{platform.root}/nonsense")
    for path in ("/courses", f"/courses/{course}", "/courses?limit=1", "/courses?limit=x"):
        call("get", path)
    call("get", "/courses", HTTP_ACCEPT="text/html")
    call("put", learner, {"first_name": "Ada", "last_name": "Läufer", "email": "ada@example.org"})
    call("put", learner, {"nickname": "Ada"})
    # A user model without names refuses the first; this one fits every model.
    call("put", learner, {})
    call("put", f"{learner}/enrolments/{course}", {"role": "learner"})
    call("get", f"{learner}/courses/{course}/lessons/{journey.lesson.key}")
    take_a_quiz(call, f"{learner}/courses/{course}/quizzes/{quiz}")
    since = "updated_since=2026-01-01T00:00:00Z"
    for path in (f"{learner}/courses/{course}/results", f"/courses/{course}/progress?{since}"):
        call("get", path)
    for path in ("/learners", "/events", "/webhooks", f"{learner}/courses/{course}/daily-review"):
        call("get", path)
    call("post", "/webhooks", {"url": "ftp://example.org/", "events": ["nonsense"]})
    target = {"course": course}
    launch = call("post", "/launches", {"external_id": "a-1", "target": target, "origin": PLATFORM})
    open_launch(journey, launch.json().get("url", "/"))
    journey.ask("schema", browser(), "get", f"{platform.root}/schema")
    journey.ask("docs", browser(), "get", f"{platform.root}/docs")


def take_a_quiz(call: Any, quiz: str) -> None:
    started = call("post", f"{quiz}/attempts", {}).json()
    attempt = f"{quiz.partition('/courses/')[0]}/attempts/{started['attempt']['id']}"
    for item in started["items"]:
        options = item["content"].get("options") or [{}]
        save = {"response": {"choice": options[0].get("key")}, "based_on": item["revision"]}
        call("post", f"{attempt}/items/{item['position']}/responses", save)
    call("post", f"{attempt}/submit", {})
    call("get", f"{attempt}/review")


def open_launch(journey: Journey, url: str) -> None:
    """Follow a launch into the frame, as the browser of its learner does."""
    framed = {"HTTP_SEC_FETCH_DEST": "iframe", "HTTP_SEC_FETCH_SITE": "cross-site"}
    framed |= {"HTTP_REFERER": f"{PLATFORM}/", "secure": True}
    client = browser()
    opened = journey.ask("launch", client, "get", url, **framed)
    for _redirect in range(4):
        address = opened.headers.get("Location")
        if not address:
            break
        opened = journey.ask("launch opened", client, "get", address, **framed)


def unprepared() -> list[str]:
    """Return the names of queries that this host's tables do not let us compile once."""
    with transaction.atomic():  # Locks are compiled in one alone.
        return sorted(
            f"{module}.{name}"
            for module, found in sys.modules.items()
            if module.startswith("courses.")
            for name, one in vars(found).items()
            if isinstance(one, PreparedQuery) and not one.is_prepared()
        )


def main() -> dict[str, Any]:
    if "--prepare" in sys.argv:
        # The tables as the models have them, and a small course: a matter of one second.
        call_command("migrate", run_syncdb=True, verbosity=0, skip_checks=True)
        call_command("sync_courses", "course", stdout=StringIO())
    journey = Journey()
    user, user_of_both = learn(journey), permitted()
    administer(journey)
    call_the_api(journey)
    return {
        "package": str(Path(courses.__file__).parent),
        "answers": journey.answers,
        "lesson": journey.lesson.title,
        "unprepared": unprepared(),
        "permissions": [name for name in _PERMISSIONS if user_of_both.has_perm(name)],
        "responses": Response.objects.filter(item__attempt__enrolment__user=user).count(),
        "progress": LessonProgress.objects.filter(
            enrolment__user=user, lesson=journey.lesson
        ).count(),
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main()))
