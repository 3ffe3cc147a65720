"""Signals that a host may connect to.

The two of an erasure are sent in its transaction, with `user` and `name` (the name that the person
signed in with). An exception in a receiver undoes the erasure as a whole; what shall happen only
after it is stored belongs into `transaction.on_commit`.
"""

from django.dispatch import Signal

learner_erasing = Signal()
"""Before anything is deleted: the last moment to read the records, or to refuse."""
learner_erased = Signal()
"""After the course's records are gone: the host does with its own account what it wants."""

job_queued = Signal()
"""There is work in the background; `uuid` names its job. Sent after the job is stored."""
