"""The history of what a course holds: recorded with each change, compared, restored."""

from courses.domain.authoring.editions.differences import (
    DiffLine,
    DiffPassage,
    FieldDifference,
    diff_lines,
    diff_words,
    differences,
)
from courses.domain.authoring.editions.recording import (
    Origin,
    editions_of,
    newest_editions,
    record,
    record_unrecorded,
    recording,
    recording_course,
)
from courses.domain.authoring.editions.states import (
    TAG,
    ContentState,
    States,
    content_hash,
    course_of,
    has_editions,
    name_of,
    state_of,
    states_of,
    states_of_course,
)

__all__ = [
    "TAG",
    "ContentState",
    "DiffLine",
    "DiffPassage",
    "FieldDifference",
    "Origin",
    "States",
    "content_hash",
    "course_of",
    "diff_lines",
    "diff_words",
    "differences",
    "editions_of",
    "has_editions",
    "name_of",
    "newest_editions",
    "record",
    "record_unrecorded",
    "recording",
    "recording_course",
    "state_of",
    "states_of",
    "states_of_course",
]
