"""Where the things that a course's text mentions are, seen from another site."""

from dataclasses import dataclass

from django.urls import reverse
from rest_framework.request import Request


@dataclass(frozen=True)
class ApiLinks:
    """Absolute addresses for `courses.markup.resolve`: pages here, files through the API."""

    request: Request
    course_key: str
    module_key: str

    def lesson(self, key: str) -> str:
        return self._absolute("cx_courses:lesson", self.course_key, key)

    def asset(self, name: str) -> str:
        return self._absolute("cx_courses:api:asset-detail", self.course_key, self.module_key, name)

    def term(self, key: str) -> str:
        return self._absolute("cx_courses:glossary", self.course_key) + f"#term-{key}"

    def source(self, key: str) -> str:
        return f"#source-{key}"

    def _absolute(self, name: str, *parts: str) -> str:
        return str(self.request.build_absolute_uri(reverse(name, args=parts)))
