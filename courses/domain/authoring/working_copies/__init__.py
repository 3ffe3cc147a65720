"""What authors write before it is published: kept as typed, published in one step.

No code for learners imports this package; `.importlinter` checks it.
"""

from courses.domain.authoring.working_copies.copies import (
    DISCARDED_KEPT,
    MOST_BYTES,
    MOST_OPEN,
    Ended,
    Faster,
    Save,
    bring_back,
    continue_from,
    discard,
    discarded,
    find,
    find_new,
    open_copies,
    open_of,
    save,
    texts_of_new,
)
from courses.domain.authoring.working_copies.proposals import (
    count_proposals,
    proposals,
    propose,
    refuse,
    withdraw,
    write_proposal,
)
from courses.domain.authoring.working_copies.publishing import (
    Publication,
    TwoEditors,
    chosen_from,
    publish,
    record_values,
    stored_state,
    two_editors,
)
from courses.domain.authoring.working_copies.purging import KEPT, LISTED, purge
from courses.domain.authoring.working_copies.schedule import (
    cancel_schedule,
    publish_due,
    schedule,
)
from courses.domain.authoring.working_copies.things import RECORDS, Thing, row_of

__all__ = [
    "DISCARDED_KEPT",
    "KEPT",
    "LISTED",
    "MOST_BYTES",
    "MOST_OPEN",
    "RECORDS",
    "Ended",
    "Faster",
    "Publication",
    "Save",
    "Thing",
    "TwoEditors",
    "bring_back",
    "cancel_schedule",
    "chosen_from",
    "continue_from",
    "count_proposals",
    "discard",
    "discarded",
    "find",
    "find_new",
    "open_copies",
    "open_of",
    "proposals",
    "propose",
    "publish",
    "publish_due",
    "purge",
    "record_values",
    "refuse",
    "row_of",
    "save",
    "schedule",
    "stored_state",
    "texts_of_new",
    "two_editors",
    "withdraw",
    "write_proposal",
]
