"""Whose attempts a page of item analysis is about, and who may see it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone

from courses.admin.own import rights_of
from courses.admin.studio.posted import row_number
from courses.domain.analysis import storing
from courses.domain.rights import Can
from courses.models import Course, Quiz, QuizAnalysis, Section

Attempts = QuizAnalysis.Attempts


@dataclass(frozen=True)
class AnalysisScope:
    """A quiz, the class that is chosen, and which attempts."""

    quiz: Quiz
    section: Section | None
    attempts: str
    sections: tuple[Section, ...]
    """Classes to choose from."""
    sees_all: bool
    """Whether the person may see the figures of all classes together."""

    @property
    def query(self) -> str:
        """The choice as a query string, with a question mark where there is one."""
        chosen = {}
        if self.section is not None:
            chosen["class"] = str(self.section.pk)
        if self.attempts != Attempts.FIRST:
            chosen["attempts"] = self.attempts
        return f"?{urlencode(chosen)}" if chosen else ""

    @property
    def url(self) -> str:
        """The page of the quiz, with this choice."""
        return reverse("admin:cx_courses_quiz_analysis", args=[self.quiz.pk]) + self.query

    def question_url(self, version: int) -> str:
        """Return the page of a question version, with this choice."""
        name = "admin:cx_courses_quiz_question"
        return reverse(name, args=[self.quiz.pk, version]) + self.query

    def stored(self) -> QuizAnalysis:
        """Return the row of the stored figures, a new one where there is none."""
        return storing.find(quiz=self.quiz, section=self.section, attempts=self.attempts)

    def current(self) -> QuizAnalysis:
        """Return the figures, as new as can be had at once."""
        return storing.current(analysis=self.stored(), now=timezone.now())


def scope_of(admin: Any, request: HttpRequest, pk: int) -> AnalysisScope:
    """Return what the address asks for. Raises Http404, PermissionDenied.

    The figures show keys and what learners answered: both must be allowed.
    """
    quiz: Quiz | None = admin.get_object(request, str(pk))
    if quiz is None or quiz.lesson_id is not None:
        raise Http404
    if not admin.has_view_permission(request, quiz):
        raise PermissionDenied
    sections, sees_all = classes_of(request, quiz.course)
    section = _chosen(request, sections)
    if section is None and not sees_all:
        section = sections[0]
    is_all = request.GET.get("attempts") == Attempts.ALL
    return AnalysisScope(
        quiz=quiz,
        section=section,
        attempts=Attempts.ALL if is_all else Attempts.FIRST,
        sections=sections,
        sees_all=sees_all,
    )


def classes_of(request: HttpRequest, course: Course) -> tuple[tuple[Section, ...], bool]:
    """Return the classes whose figures the person may see, and whether all together.

    Raises PermissionDenied where there is none.
    """
    granted = rights_of(request)
    if not may_analyse(request, course):
        raise PermissionDenied
    sees_all = granted.may_everywhere(Can.PEOPLE, course=course)
    sections = tuple(granted.sections(Can.PEOPLE).filter(course=course).order_by("pk"))
    if not sections and not sees_all:
        raise PermissionDenied
    return sections, sees_all


def may_analyse(request: HttpRequest, course: Course) -> bool:
    """Return whether the person may see figures of some class of the course."""
    granted = rights_of(request)
    return granted.may(Can.READ, course=course) and granted.may(Can.PEOPLE, course=course)


def _chosen(request: HttpRequest, sections: tuple[Section, ...]) -> Section | None:
    """Return the class that is asked for. Raises Http404 for one that the person may not see."""
    asked = request.GET.get("class", "")
    if not asked:
        return None
    found = {one.pk: one for one in sections}.get(row_number(asked) or 0)
    if found is None:
        raise Http404
    return found
