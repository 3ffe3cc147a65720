"""Notices on the pages of a learner: what changed, in words, until they mark it as read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from courses.domain import access, notices
from courses.models import Enrolment, Notice
from courses.web import readers
from courses.web.errors import handles_errors

FROM_PROGRESS = "progress"


@dataclass(frozen=True)
class ShownNotice:
    """A notice as the page shows it; its template says the words."""

    notice: Notice

    @property
    def template(self) -> str:
        return f"cx_courses/notices/{self.notice.kind}.html"

    @property
    def data(self) -> dict[str, Any]:
        facts: dict[str, Any] = self.notice.data
        return facts

    @property
    def percent_before(self) -> Decimal | None:
        return _number(self.data.get("percent_before"))

    @property
    def percent_after(self) -> Decimal | None:
        return _number(self.data.get("percent_after"))

    @property
    def passes_now(self) -> bool:
        return bool(self.data.get("passed_after")) and not self.data.get("passed_before")

    @property
    def fails_now(self) -> bool:
        return bool(self.data.get("passed_before")) and not self.data.get("passed_after")


def unread(*, enrolments: Sequence[Enrolment], now: datetime) -> list[ShownNotice]:
    """Return what these learners have not read yet, for `parts/notices.html`."""
    return [ShownNotice(one) for one in notices.unread(enrolments=enrolments, now=now)]


@require_POST
@login_required
@handles_errors
def mark_read(request: HttpRequest, course: str, notice: UUID) -> HttpResponse:
    """Mark a notice as read, and go back to the page on which it was."""
    found = access.course(key=course, by=request.user)
    own = readers.classes_of(request, found)
    notices.mark_read(uuid=notice, enrolments=own, now=timezone.now())
    if request.POST.get("from") == FROM_PROGRESS and not getattr(request, "embed", None):
        return redirect("cx_courses:progress")
    return redirect("cx_courses:course", course=found.key)


def _number(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))
