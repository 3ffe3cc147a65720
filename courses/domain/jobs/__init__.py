"""Work in the background, in steps that are stored one by one.

A job is a row. `queue` makes one in the caller's transaction; the relay, or another engine of
`django.tasks`, works it. A step's effect, its progress and the lease are one transaction, so a
worker that is killed loses at most the step it was in, and no effect counts twice.
"""

from courses.domain.jobs.access import may_see, of_course
from courses.domain.jobs.files import (
    ResultFile,
    add_part,
    discard,
    has_file,
    open_file,
    read_part,
    set_file,
)
from courses.domain.jobs.kinds import Fact, GiveUpError, Kind, Progress, kind_of, register
from courses.domain.jobs.queueing import (
    announce_lost,
    cancel,
    forget_person,
    purge,
    queue,
    record_done,
)
from courses.domain.jobs.working import SLICE, run, work

__all__ = [
    "SLICE",
    "Fact",
    "GiveUpError",
    "Kind",
    "Progress",
    "ResultFile",
    "add_part",
    "announce_lost",
    "cancel",
    "discard",
    "forget_person",
    "has_file",
    "kind_of",
    "may_see",
    "of_course",
    "open_file",
    "purge",
    "queue",
    "read_part",
    "record_done",
    "register",
    "run",
    "set_file",
    "work",
]
