"""Mails about learning: a text was marked, a result was corrected, cards are due.

An event stores a row in its own transaction; a job writes and sends the mail. The row is noted as
being sent before the mail server is called and is never sent again from there, so that a person
gets at most one mail about an event, also after a worker was killed.
"""

from courses.domain.learning_mails.choices import (
    address,
    are_offered,
    are_sent,
    choose,
    read_token,
    stop,
    wants,
)
from courses.domain.learning_mails.queueing import JOB, Planned, purge, queue, queue_job
from courses.domain.learning_mails.results import (
    Standing,
    note_change,
    note_mark,
    note_shown,
    shown_standing,
)

__all__ = [
    "JOB",
    "Planned",
    "Standing",
    "address",
    "are_offered",
    "are_sent",
    "choose",
    "note_change",
    "note_mark",
    "note_shown",
    "purge",
    "queue",
    "queue_job",
    "read_token",
    "shown_standing",
    "stop",
    "wants",
]
