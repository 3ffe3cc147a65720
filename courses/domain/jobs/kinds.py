"""Which kinds of jobs there are, and what a step of one returns."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.module_loading import import_string

from courses.conf import settings
from courses.domain.rights import Can
from courses.errors import CoursesError
from courses.models import Job


@dataclass(frozen=True)
class Progress:
    """How far a job is after a step. With a `result` it is done."""

    done: int
    total: int
    cursor: Any = None
    """Plain JSON from which the next step goes on."""
    result: dict[str, Any] | None = None
    due_at: datetime | None = None
    """When the next step may begin; None: at once."""


_ANALYSIS = "courses.domain.analysis.steps"
_IMPORTING = "courses.domain.authoring.importing.steps"
_PLATFORM = "courses.domain.personal_data.whole_platform"
_REGRADING = "courses.domain.regrading"
SHIPPED: dict[str, str] = {
    "address_link": "courses.domain.mail_address.LINKS",
    "course_check": "courses.domain.authoring.publish_check.CHECK_KIND",
    "course_zip": "courses.domain.authoring.course_zip.ZIP_KIND",
    "export_responses": "courses.domain.gradesheet.exporting.EXPORT_RESPONSES",
    "learning_mails": "courses.domain.learning_mails.sending.LEARNING_MAILS",
    "mails": "courses.domain.mailing.MAILS",
    "platform_erasure": f"{_PLATFORM}.PLATFORM_ERASURE",
    "platform_export": f"{_PLATFORM}.PLATFORM_EXPORT",
    "password_reset": "courses.domain.password_resets.RESETS",
    "question_import": f"{_IMPORTING}.ACCEPT_KIND",
    "question_import_undo": f"{_IMPORTING}.UNDO_KIND",
    "quiz_analysis": f"{_ANALYSIS}.KIND",
    "regrade": f"{_REGRADING}.steps.REGRADE",
    "regrade_undo": f"{_REGRADING}.steps.REGRADE_UNDO",
    "stale_results": f"{_REGRADING}.staleness.STALE_RESULTS",
    "regrade_preview": f"{_REGRADING}.previews.REGRADE_PREVIEW",
}
"""Name → the dotted path of its Kind."""


class GiveUpError(CoursesError):
    """A step was refused, and would be again: the job is given up at once, with this message."""


@dataclass(frozen=True)
class Fact:
    """A line of what a job has come to, for people."""

    label: Any
    value: Any


def _none(_result: dict[str, Any]) -> list[Fact]:
    """Say nothing about a result."""
    return []


def _unnamed(_job: Job) -> str:
    """Say nothing about what a job is about: its course says enough."""
    return ""


def _ignore(**_job_and_now: Any) -> None:
    """Do nothing: most jobs leave nothing to tidy."""


def _always(**_job_and_rights: Any) -> bool:
    """Add no condition."""
    return True


@dataclass(frozen=True)
class Kind:
    """What a job of this kind does.

    `step(job=…, now=…)` does a part that takes a second at most and returns its Progress. It runs
    in a transaction that holds the job's row, and finds where it was in `job.cursor`.
    """

    label: Any
    """What people call it, translated."""
    can: Can
    """Who may see such a job, beside the person who asked for it."""
    step: Callable[..., Progress]
    prepare: Callable[..., Any] | None = None
    """Called with `job` and `now` before the transaction of a step, for what takes long and either
    only reads or may happen at most once, like a mail; the step gets what it returns as
    `prepared`."""
    results: Callable[[dict[str, Any]], list[Fact]] = _none
    """From a stored result to what people read of it."""
    subject: Callable[[Job], str] = _unnamed
    """From a job without a course to the words that say what it is about, and by which key."""
    on_stop: Callable[..., None] = _ignore
    """Called with `job` and `now` in the transaction in which a job is given up or cancelled."""
    is_taken_back: bool = False
    """Whether what its steps have done is taken back when it is given up or cancelled."""
    may_download: Callable[..., bool] = _always
    """Called with `job` and `granted` (Rights): may its file be read with the rights of now?"""


_of_apps: dict[str, Kind] = {}


def register(*, name: str, kind: Kind) -> None:
    """Let an optional app queue jobs of a kind of its own."""
    _of_apps[name] = kind


def kind_of(name: str) -> Kind:
    """Return the kind of that name. Raises LookupError where there is none."""
    if name in _of_apps:
        return _of_apps[name]
    kind = import_string({**settings.JOBS, **SHIPPED}[name])
    if not isinstance(kind, Kind):
        raise LookupError(name)
    return kind
