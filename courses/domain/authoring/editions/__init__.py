"""The history of what a course holds: recorded with each change, compared, restored."""

from courses.domain.authoring.editions.recording import (
    Origin,
    hold,
    newest_editions,
    record,
    record_unrecorded,
    recording,
    recording_course,
)
from courses.domain.authoring.editions.states import (
    ContentState,
    States,
    course_of,
    has_editions,
    states_of,
    states_of_course,
)

__all__ = [
    "ContentState",
    "Origin",
    "States",
    "course_of",
    "has_editions",
    "hold",
    "newest_editions",
    "record",
    "record_unrecorded",
    "recording",
    "recording_course",
    "states_of",
    "states_of_course",
]
