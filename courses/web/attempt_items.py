"""The questions of an attempt as rows of its page, and one of them alone for a script."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from courses.domain.attempts import Saved, view_of
from courses.domain.item_views import ItemView
from courses.domain.shown_items import ShownItem, State
from courses.models import Attempt, AttemptItem, Course
from courses.questions.base import Raw
from courses.web.links import PageLinks, links_of


@dataclass(frozen=True)
class ItemRow:
    """A question on the page. `stored` is the other version when two windows disagree."""

    shown: ShownItem | ItemView
    course_key: str
    error: str = ""
    stored: ItemView | None = None
    sent: Raw | None = None
    """What was sent in its fields, in place of what is stored."""

    @cached_property
    def view(self) -> ItemView:
        view = self.shown if isinstance(self.shown, ItemView) else self.shown.view
        return view.refilled(self.sent) if self.sent else view

    @cached_property
    def links(self) -> PageLinks:
        return links_of(self.view, course_key=self.course_key)

    @property
    def stimulus(self) -> dict[str, str] | None:
        return self.shown.stimulus

    @property
    def state(self) -> State | None:
        """What names the state in which it is shown; None while it shows more than that."""
        if isinstance(self.shown, ItemView) or self.error or self.stored or self.sent:
            return None
        return self.shown.state


def row(shown: ShownItem | ItemView, course: Course, **extra: Any) -> ItemRow:
    return ItemRow(shown, course.key, **extra)


def saved_json(request: HttpRequest, attempt: Attempt, saved: Saved) -> dict[str, Any]:
    """Describe a save to a script; with the question itself when its mode answers at once."""
    body: dict[str, Any] = {
        "revision": saved.revision,
        "saved_at": saved.received_at.isoformat(),
        "is_new": saved.is_new,
        "seconds_left": saved.seconds_left,
    }
    if saved.policy.is_graded_at_once:
        shown = row(saved.view, attempt.enrolment.course)
        body["html"] = _render(request, "item", attempt, row=shown, is_checked=True, is_own=True)
    return body


def stored_html(request: HttpRequest, attempt: Attempt, item: AttemptItem) -> str:
    """Return the stored version of a response, to look at."""
    shown = row(view_of(item), attempt.enrolment.course)
    return _render(request, "stored", attempt, view=shown.view, links=shown.links)


def _render(request: HttpRequest, name: str, attempt: Attempt, **context: Any) -> str:
    context |= {"attempt": attempt, "course": attempt.enrolment.course}
    return render_to_string(f"cx_courses/attempt/{name}.html", context, request)
