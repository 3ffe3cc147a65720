"""One response on a marker's page: what they do to it, and what the page shows then."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any

from courses.domain.marking import claims, comments, drafts, giving, queue
from courses.domain.marking.noting import Noted
from courses.domain.marking.queue import Scope
from courses.domain.marking.shown import shown
from courses.errors import Conflict, CoursesError, Invalid, NotFound
from courses.models import AttemptItem
from courses.posted import MarkForm


class DeskStep(Enum):
    """What follows on a button of the page."""

    SHOW = "the page of this response again"
    KEPT = "this response, of which `kept` was noted"
    NEXT = "the next response, `next_item`"


@dataclass
class Desk:
    """A response that somebody marks, with what they noted and what is wrong with it."""

    scope: Scope
    """The part of the queue that they work through."""
    item: AttemptItem
    by: Any
    now: datetime
    noted: Noted
    form: MarkForm
    sent: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""
    is_invalid: bool = False
    is_refused: bool = False
    """Somebody else holds or changed it."""
    is_shown_again: bool = False
    errors: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Of the levels of a rubric, by key."""
    kept: str = ""
    """Until when the response is held, in words."""
    next_item: AttemptItem | None = None
    has_differing_marks: bool = False

    @property
    def status(self) -> int:
        """The HTTP status of the page."""
        return 409 if self.is_refused else 400 if self.is_invalid else 200

    def context(self) -> dict[str, Any]:
        """Return what the page needs."""
        more = shown(item=self.item, noted=self.noted, errors=self.errors, by=self.by, now=self.now)
        seen = self.sent.get("based_on") if self.is_shown_again else None
        return {
            "item": self.item,
            "form": self.form,
            "feedback": self.noted.texts.get("feedback", ""),
            "problem": self.problem,
            "waiting": queue.count(rows=queue.waiting(by=self.by, scope=self.scope)),
            "based_on": seen or more.revision,
            "shown": more,
            "comments": comments.of(course=self.scope.course, by=self.by),
        }


def open_desk(
    *, item: AttemptItem, scope: Scope, by: Any, now: datetime, sent: Mapping[str, str] | None
) -> Desk:
    """Return the response with what was sent, or without a form with what was noted before."""
    rubric = item.version.question_type.rubric(item.version.parsed)
    named: dict[str, Any] = {"worth": item.worth, "has_rubric": bool(rubric)}
    if sent is None:
        noted = drafts.begun(item=item, by=by, now=now)
        return Desk(scope, item, by, now, noted, MarkForm(initial=noted.texts, **named))
    noted = Noted.sent(sent, rubric)
    return Desk(scope, item, by, now, noted, MarkForm(noted.texts, **named), sent)


def act(*, desk: Desk) -> DeskStep:
    """Do what the button says that was sent as `do`. Raises NotFound where there is no such."""
    run = _ACTS.get(desk.sent.get("do", "").partition(":")[0])
    if run is None:
        raise NotFound
    return run(desk)


def _save(desk: Desk) -> DeskStep:
    """Give the mark, then go on to the next response."""
    if not desk.form.is_valid():
        return _invalid(desk)
    try:
        given = giving.give(
            item=desk.item,
            by=desk.by,
            now=desk.now,
            based_on=drafts.revision_seen(text=desk.sent.get("based_on", "")),
            parts=desk.noted.parts,
            scaled=desk.form.scaled,
            feedback=desk.form.cleaned_data["feedback"].strip(),
            reason=desk.form.cleaned_data["reason"],
        )
    except Invalid as error:
        return _invalid(desk, desk.form.name_problems(error, desk.errors))
    except CoursesError as error:
        desk.is_refused, desk.problem = True, str(error)
        return DeskStep.SHOW
    desk.has_differing_marks = given.state == "differs"
    return _next(desk)


def _invalid(desk: Desk, problem: str = "") -> DeskStep:
    desk.is_invalid, desk.problem = True, problem
    desk.is_shown_again = True
    return DeskStep.SHOW


def _next(desk: Desk, *, is_skip: bool = False) -> DeskStep:
    """Go to the next response of this part; those that were skipped come last."""
    desk.next_item = queue.take_next(
        rows=queue.waiting(by=desk.by, scope=desk.scope),
        by=desk.by,
        now=desk.now,
        after=desk.item,
        begins_again=not is_skip,
    )
    return DeskStep.NEXT


def _skip(desk: Desk) -> DeskStep:
    """Leave the response to others."""
    claims.let_go(item=desk.item, by=desk.by)
    return _next(desk, is_skip=True)


def _keep(desk: Desk) -> DeskStep:
    """Keep what is noted so far and hold on to the response; a script does so while one types."""
    try:
        desk.kept = drafts.keep(item=desk.item, noted=desk.noted, by=desk.by, now=desk.now)
    except Conflict as error:
        desk.is_refused, desk.problem = True, str(error)
        return DeskStep.SHOW
    return DeskStep.KEPT


def _show(desk: Desk) -> DeskStep:
    """Show the page with what is typed: the preview of the feedback follows."""
    desk.form.is_valid()
    desk.is_shown_again = True
    return DeskStep.SHOW


def _insert(desk: Desk) -> DeskStep:
    """Put a comment of the bank behind the feedback."""
    feedback = drafts.with_comment(
        course=desk.scope.course,
        comment=desk.sent["do"].partition(":")[2],
        feedback=desk.noted.texts["feedback"],
        by=desk.by,
    )
    desk.noted.texts["feedback"] = feedback
    desk.form.replace_feedback(feedback)
    return _show(desk)


def _remember(desk: Desk) -> DeskStep:
    """Put the feedback into one's own comments."""
    text = desk.noted.texts["feedback"]
    try:
        comments.keep(course=desk.scope.course, text=text, by=desk.by, now=desk.now)
    except CoursesError as error:
        return _invalid(desk, str(error))
    return _show(desk)


_ACTS: dict[str, Callable[[Desk], DeskStep]] = {
    "next": _save,
    "skip": _skip,
    "keep": _keep,
    "show": _show,
    "insert": _insert,
    "remember": _remember,
}
