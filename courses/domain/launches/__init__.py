"""Learners come from a platform's own page: a code that opens once, then a session in a frame."""

from courses.domain.launches.making import Made, create, end, move_into_window
from courses.domain.launches.opening import (
    LaunchRefused,
    LearnerGone,
    NoSession,
    Opened,
    PlatformGone,
    SessionEnded,
    TooLate,
    Used,
    WrongOrigin,
    confirm,
    enrolment_of,
    open_launch,
    purge,
    session,
    show,
    store_session,
)
from courses.domain.launches.standing import CourseStanding, standing
from courses.domain.origins import is_on, origin_of

__all__ = [
    "CourseStanding",
    "LaunchRefused",
    "LearnerGone",
    "Made",
    "NoSession",
    "Opened",
    "PlatformGone",
    "SessionEnded",
    "TooLate",
    "Used",
    "WrongOrigin",
    "confirm",
    "create",
    "end",
    "enrolment_of",
    "is_on",
    "move_into_window",
    "open_launch",
    "origin_of",
    "purge",
    "session",
    "show",
    "standing",
    "store_session",
]
