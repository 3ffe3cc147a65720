"""Where the texts of a previewed question lead: to the learner's site."""

from dataclasses import dataclass

from django.urls import reverse


@dataclass(frozen=True)
class SiteLinks:
    """Addresses for `courses.markup`, of one course, seen from a question of one module."""

    course_key: str
    module_key: str

    def lesson(self, key: str) -> str:
        return reverse("cx_courses:lesson", args=[self.course_key, key])

    def asset(self, name: str) -> str:
        """Return the file's address; files belong to modules."""
        if not self.module_key:
            return ""
        return reverse("cx_courses:asset", args=[self.course_key, self.module_key, name])

    def term(self, key: str) -> str:
        return reverse("cx_courses:glossary", args=[self.course_key]) + f"#term-{key}"

    def source(self, key: str) -> str:
        return f"#source-{key}"
