"""The attempt page as one form: what a browser without scripts sends, and what it gets back.

Nothing that was sent is dropped: what cannot be saved is shown in its field again with the reason,
and what arrives after the session has ended waits for the next sign-in.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from courses.domain import attempts
from courses.domain.item_views import ItemView
from courses.domain.reveal.policy import Policy
from courses.domain.shown_items import ShownItem
from courses.errors import Closed, Conflict, CoursesError, Invalid, NotFound, TooMuch
from courses.models import Attempt
from courses.questions import registry
from courses.web import unsent
from courses.web.attempt_items import ItemRow, row
from courses.web.raw import BASED_ON, based_on, raw_response

_POSITION = re.compile(rf"i(\d{{1,4}})-{BASED_ON}")
_NUMBER = re.compile(r"[0-9]{1,4}")
_BUTTON = re.compile(r"(flag|clear|check)-([0-9]{1,4})")


@dataclass(frozen=True)
class Button:
    """The button that sent the form, and the question it belongs to."""

    action: str
    position: int = 0
    value: str = ""

    @classmethod
    def of(cls, sent: QueryDict) -> "Button":
        for name in sent:
            match = _BUTTON.fullmatch(name)
            if match:
                return cls(match[1], int(match[2]), sent.get(name, ""))
        for action in ("goto", "submit", "take", "keep"):
            value = sent.get(action, "")
            if value:
                return cls(action, int(value) if _NUMBER.fullmatch(value) else 0, value)
        return cls("save")


@dataclass
class FormOutcome:
    """What became of a form: what is wrong with which question, and what was not saved."""

    errors: dict[int, str] = field(default_factory=dict)
    stored: dict[int, ItemView] = field(default_factory=dict)
    typed: dict[int, dict[str, list[str]]] = field(default_factory=dict)

    @property
    def is_clean(self) -> bool:
        return not (self.errors or self.stored or self.typed)


def save_page(
    request: HttpRequest, attempt: Attempt, *, sent: QueryDict, now: datetime
) -> HttpResponse:
    """Save every question of the form, do what the button asks for, and redirect."""
    button = Button.of(sent)
    outcome = FormOutcome()
    is_saved = _save_all(request, attempt, sent=sent, button=button, outcome=outcome, now=now)
    if button.action == "flag":
        attempts.flag(
            attempt=attempt,
            position=button.position,
            is_flagged=button.value == "1",
            now=now,
        )
    if is_saved and outcome.is_clean:
        return redirect(_next_place(request, attempt, button))
    shown = attempts.attempt_page(attempt=attempt, by=request.user, now=now)
    if not shown.is_open:
        messages.warning(request, _("This attempt is closed; what you sent last was not saved."))
        return redirect("cx_courses:review", uuid=attempt.uuid)
    if outcome.is_clean:
        return redirect(_next_place(request, attempt, button))
    return show(request, shown, outcome, target=button.position)


def show(
    request: HttpRequest,
    page: attempts.AttemptPage,
    outcome: FormOutcome | None = None,
    *,
    target: int = 0,
) -> HttpResponse:
    """Return the page, with what could not be saved still in its fields; it opens at `target`."""
    outcome = outcome or FormOutcome()
    current = _current(request, page)
    shown = [page.shown[current - 1]] if page.one_item_per_page else page.shown
    rows = [_row(one, page, outcome) for one in shown]
    problems = len(outcome.errors.keys() | outcome.stored.keys())
    attempt = page.attempt
    context = {
        "page": page,
        "attempt": attempt,
        "course": page.course,
        "rows": rows,
        "navigator": _navigator(page, current),
        "current": page.shown[current - 1] if page.shown else None,
        "previous": current - 1 if page.one_item_per_page else 0,
        "next": current + 1 if page.one_item_per_page and current < len(page.shown) else 0,
        "is_own": attempt.enrolment.user_id == request.user.pk,
        "is_checked": Policy.load(attempt.policy).is_graded_at_once,
        "problem_count": problems,
        "target": target,
        "seconds_total": _seconds_total(attempt),
    }
    return render(request, "cx_courses/attempt.html", context, status=409 if problems else 200)


def sent(request: HttpRequest, uuid: UUID) -> QueryDict | None:
    """Return the form of this request, or one stored until its owner signed in again."""
    if request.method == "POST":
        return request.POST
    waiting = unsent.take(request, _place(uuid))
    return waiting[0] if waiting else None


def store_unsent(request: HttpRequest, uuid: UUID) -> None:
    """Keep the form in the session, so that signing in does not cost what was written."""
    if Attempt.objects.open().filter(uuid=uuid).exists():
        unsent.store(request, _place(uuid))


def _place(uuid: UUID) -> str:
    return reverse("cx_courses:attempt", args=[uuid])


def _positions(sent: QueryDict) -> list[int]:
    matches = (_POSITION.fullmatch(name) for name in sent)
    return [int(match[1]) for match in matches if match]


def _save_all(
    request: HttpRequest,
    attempt: Attempt,
    *,
    sent: QueryDict,
    button: Button,
    outcome: FormOutcome,
    now: datetime,
) -> bool:
    """Save what the button saves; return whether all of that is stored, in an open attempt."""
    raws = {position: raw_response(sent, f"i{position}-") for position in _positions(sent)}
    to_save = {}
    for position, raw in raws.items():
        is_own_button = button.position == position
        if button.action == "take" and is_own_button:
            continue
        if _waits(attempt, button, is_own_button=is_own_button):
            if not _is_blank(raw):
                outcome.typed[position] = raw
            continue
        is_clear = button.action == "clear" and is_own_button
        try:
            revision = based_on(sent, f"i{position}-")
        except Invalid as error:
            _note(outcome, position, error, raw)
            continue
        to_save[position] = attempts.SentResponse(
            raw, revision, is_clear=is_clear, is_complete=button.action == "check"
        )
    done = attempts.save_many(attempt=attempt, sent=to_save, by=request.user, now=now)
    refused = {place: one for place, one in done.items() if isinstance(one, CoursesError)}
    for position, refusal in refused.items():
        _note(outcome, position, refusal, raws[position])
    return bool(done) and not refused


def _waits(attempt: Attempt, button: Button, *, is_own_button: bool) -> bool:
    """Return whether to save later: where a save is a try, only its own button makes one."""
    if not Policy.load(attempt.policy).is_graded_at_once:
        return False
    return button.action in ("check", "flag", "clear", "save") and not (
        button.action == "check" and is_own_button
    )


def _note(
    outcome: FormOutcome, position: int, error: CoursesError, raw: dict[str, list[str]]
) -> None:
    """Note why a response was not saved. Raises what is no fault of the response."""
    if isinstance(error, attempts.StaleRevision):
        # A field left blank here does not override what another window saved.
        if not _is_blank(raw):
            outcome.stored[position] = attempts.view_of(error.details["item"])
            outcome.typed[position] = raw
        return
    if isinstance(error, NotFound) or not isinstance(error, Conflict | Invalid | TooMuch):
        raise error
    outcome.errors[position] = str(error.message)
    if not isinstance(error, Closed | attempts.BlankRefused):
        outcome.typed[position] = raw


def _is_blank(raw: dict[str, list[str]]) -> bool:
    """Return whether nothing was answered, apart from what a form sends by itself."""
    helpers = registry.helper_fields()
    return not any(
        text.strip() for name, texts in raw.items() if name not in helpers for text in texts
    )


def _row(one: ShownItem, page: attempts.AttemptPage, outcome: FormOutcome) -> ItemRow:
    return row(
        one,
        page.course,
        error=outcome.errors.get(one.position, ""),
        stored=outcome.stored.get(one.position),
        sent=outcome.typed.get(one.position),
    )


def _navigator(page: attempts.AttemptPage, current: int) -> list[dict[str, int]]:
    return [
        {
            "position": one.position,
            "is_answered": one.is_answered,
            "is_flagged": one.is_flagged,
            "is_paged": page.one_item_per_page,
            "is_current": page.one_item_per_page and number == current,
        }
        for number, one in enumerate(page.shown, start=1)
    ]


def _current(request: HttpRequest, page: attempts.AttemptPage) -> int:
    asked = request.GET.get("item", "")
    number = int(asked) if _NUMBER.fullmatch(asked) else 1
    return min(max(number, 1), max(len(page.shown), 1))


def _next_place(request: HttpRequest, attempt: Attempt, button: Button) -> str:
    """Return where the browser goes after everything was saved."""
    if button.action == "submit":
        return reverse("cx_courses:attempt-submit", args=[attempt.uuid])
    here = reverse("cx_courses:attempt", args=[attempt.uuid])
    if button.action == "goto":
        return f"{here}?item={button.position}"
    if button.action == "save":
        messages.success(request, _("Your responses are saved."))
    asked = request.GET.get("item", "")
    query = f"?item={asked}" if _NUMBER.fullmatch(asked) else ""
    fragment = f"#item-{button.position}" if button.position else ""
    return here + query + fragment


def _seconds_total(attempt: Attempt) -> int | None:
    if attempt.deadline_at is None:
        return None
    return int((attempt.deadline_at - attempt.started_at).total_seconds())
