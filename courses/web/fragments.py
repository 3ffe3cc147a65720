"""Answers to a script that swaps a question in place; everybody else gets whole pages."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from courses.errors import CoursesError
from courses.questions.raw import Raw
from courses.web.errors import status_of

HEADER = "X-Fragment"


@dataclass(frozen=True)
class RefusedResponse:
    """A response that was not taken: to which question, why, and what was sent."""

    question: str
    error: CoursesError
    raw: Raw


def is_asked_for(request: HttpRequest) -> bool:
    return bool(request.headers.get(HEADER))


def rendered(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """Render the fragment of a page that a script replaces."""
    response = render(request, template, context)
    response.headers[HEADER] = "check"
    return response


def refused(request: HttpRequest, error: CoursesError) -> HttpResponse:
    """Render the reason for a refusal; the typed text stays in the script's form."""
    context = {"kind": "error", "text": error.message}
    response = render(request, "cx_courses/parts/notice.html", context, status=status_of(error))
    response.headers[HEADER] = "notice"
    return response
