"""Correct results after a key, points or a pass mark changed: for everybody, and back again.

A correction is a batch. It adds one row to the log of each item that it touches; marks stay a fold
over that log, so undoing it restores every value. A preview says before what it would do.
"""

from courses.domain.regrading.batches import apply, resume, undo
from courses.domain.regrading.changes import Correction
from courses.domain.regrading.following import follow

__all__ = ["Correction", "apply", "follow", "resume", "undo"]
