"""Questions of other systems' files: compared with the bank, accepted in one step, and undone."""

from courses.domain.authoring.importing.accepting import Acceptance, accept
from courses.domain.authoring.importing.background import (
    is_large,
    job_of,
    queue_accept,
    queue_undo,
)
from courses.domain.authoring.importing.rows import ImportRow, rows_of, start
from courses.domain.authoring.importing.undoing import Undone, undo

__all__ = [
    "Acceptance",
    "ImportRow",
    "Undone",
    "accept",
    "is_large",
    "job_of",
    "queue_accept",
    "queue_undo",
    "rows_of",
    "start",
    "undo",
]
