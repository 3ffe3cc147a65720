"""From the key of a lesson, a quiz or a question to the page on which it is edited."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse

from courses.admin.studio.returning import to_editor
from courses.domain.rights import Can, rights
from courses.models import Course, Lesson, Question, Quiz

EDITORS: dict[str, tuple[type[Any], str]] = {
    "lesson": (Lesson, "lesson_edit"),
    "quiz": (Quiz, "quiz_build"),
    "question": (Question, "question_edit"),
}
"""Name in the address → whose key it is, and the name of its editor."""


def part(admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """Redirect to the editor of what is named; its rights are checked there, too."""
    course: Course | None = admin.get_object(request, str(pk))
    if course is None:
        raise Http404
    if not rights(by=request.user, course=course).may_everywhere(Can.EDIT, course=course):
        raise PermissionDenied
    for kind, (model, name) in EDITORS.items():
        key = request.GET.get(kind)
        row = model.objects.filter(course=course, key=key).first() if key else None
        if row is not None:
            return to_editor(request, name, row.pk)
    raise Http404
