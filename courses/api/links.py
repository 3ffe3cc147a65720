"""Where the things that a course's text mentions are, seen from another site."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from rest_framework.request import Request

from courses import markup


@dataclass(frozen=True)
class ApiLinks:
    """Absolute addresses for `courses.markup.resolve`: pages here, files through the API."""

    request: Request
    course_key: str
    module_key: str

    def lesson(self, key: str) -> str:
        return self._absolute("cx_courses:lesson", self.course_key, key)

    def asset(self, name: str) -> str:
        return self._absolute("cx_courses:api:asset", self.course_key, self.module_key, name)

    def term(self, key: str) -> str:
        return self._absolute("cx_courses:glossary", self.course_key) + f"#term-{key}"

    def source(self, key: str) -> str:
        return f"#source-{key}"

    def _absolute(self, name: str, *parts: str) -> str:
        return str(self.request.build_absolute_uri(reverse(name, args=parts)))


def segments(
    request: Request, course_key: str, module_key: str, rendered: dict[str, Any]
) -> list[dict[str, str]]:
    """A lesson's text in pieces, with checks where they belong."""
    links = ApiLinks(request, course_key, module_key)
    return [
        {"kind": "check", "question": piece["check"]}
        if "check" in piece
        else {"kind": "html", "html": str(markup.resolve(piece["html"], links))}
        for piece in rendered.get("segments", [])
    ]
