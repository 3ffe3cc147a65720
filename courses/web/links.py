"""Where the things that a lesson's text mentions are on this site."""

from dataclasses import dataclass

from django.urls import reverse


@dataclass(frozen=True)
class PageLinks:
    """Addresses for `courses.markup.resolve`, seen from a page of one module."""

    course_key: str
    module_key: str

    def lesson(self, key: str) -> str:
        return reverse("courses:lesson", args=[self.course_key, key])

    def asset(self, name: str) -> str:
        return reverse("courses:asset", args=[self.course_key, self.module_key, name])

    def term(self, key: str) -> str:
        return reverse("courses:glossary", args=[self.course_key]) + f"#term-{key}"

    def source(self, key: str) -> str:
        return f"#source-{key}"
