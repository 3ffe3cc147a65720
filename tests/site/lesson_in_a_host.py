"""Run inside a stranger's project: take a lesson there and print what happened, as JSON.

Not a test itself: test_wheel.py copies it beside that project's manage.py.
"""

import json
import os
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "host.settings")
django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402

import courses  # noqa: E402
from courses.models import Course, LessonProgress, Response  # noqa: E402

Attributes = dict[str, str | None]


class CheckForm(HTMLParser):
    """The first form of a lesson that sends a check, filled in as a hurried learner would."""

    def __init__(self) -> None:
        super().__init__()
        self.action = ""
        self.fields: dict[str, str] = {}
        self.is_inside = False
        self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found: Attributes = dict(attrs)
        if tag == "form" and not self.action and "/checks/" in (found.get("action") or ""):
            self.action, self.is_inside = found["action"] or "", True
        elif self.is_inside:
            self._fill(tag, found)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.is_inside = False

    def _fill(self, tag: str, found: Attributes) -> None:
        name, value = found.get("name") or "", found.get("value") or ""
        if tag == "select":
            self.select = name
        elif tag == "option" and self.select and value:
            self.fields[self.select] = value
        elif tag == "textarea" and name:
            self.fields[name] = "Something sensible."
        elif tag in {"input", "button"} and name and name not in self.fields:
            self.fields[name] = value or "1"


def take_a_lesson() -> dict[str, Any]:
    course = Course.objects.published().get(key="customer-experience")
    lesson = course.modules.order_by("position")[0].lessons.order_by("position")[0]
    user = get_user_model().objects.create_user("stranger", password="a-long-password")
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    client.post(reverse("cx_courses:enrol", args=[course.key]))
    page = client.get(reverse("cx_courses:lesson", args=[course.key, lesson.key]))
    form = CheckForm()
    form.feed(page.content.decode())
    sent = client.post(form.action, form.fields)
    return {
        "package": str(Path(courses.__file__).parent),
        "catalogue": client.get(reverse("cx_courses:catalogue")).status_code,
        "lesson": page.status_code,
        "title_shown": lesson.title in page.content.decode(),
        "check": sent.status_code,
        "responses": Response.objects.filter(item__attempt__enrolment__user=user).count(),
        "progress": LessonProgress.objects.filter(enrolment__user=user, lesson=lesson).count(),
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(take_a_lesson()))
