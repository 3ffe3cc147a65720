"""One sitting of a quiz: start, save, flag, submit, close. Safe to repeat, safe to race."""

from courses.domain.attempts.closing import close_due, close_expired, submit
from courses.domain.attempts.deciding import reopen, restore, void
from courses.domain.attempts.flagging import flag
from courses.domain.attempts.giving_up import give_up, may_give_up
from courses.domain.attempts.reading import (
    AttemptPage,
    QuizPage,
    attempt_page,
    quiz_page,
    taken,
    view_of,
)
from courses.domain.attempts.reopening import (
    Reopenable,
    closed_by_time,
    reopen_many,
    reopenable,
)
from courses.domain.attempts.rows import AttemptRow, latest_of, page_of
from courses.domain.attempts.saving import (
    BlankRefused,
    Saved,
    StaleRevision,
    save,
    save_own,
)
from courses.domain.attempts.saving_many import SentResponse, save_many
from courses.domain.attempts.starting import Permit, permit, start

__all__ = [
    "AttemptPage",
    "AttemptRow",
    "BlankRefused",
    "Permit",
    "QuizPage",
    "Reopenable",
    "Saved",
    "SentResponse",
    "StaleRevision",
    "attempt_page",
    "close_due",
    "close_expired",
    "closed_by_time",
    "flag",
    "give_up",
    "latest_of",
    "may_give_up",
    "page_of",
    "permit",
    "quiz_page",
    "reopen",
    "reopen_many",
    "reopenable",
    "restore",
    "save",
    "save_many",
    "save_own",
    "start",
    "submit",
    "taken",
    "view_of",
    "void",
]
